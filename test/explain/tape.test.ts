import { describe, expect, test } from "vitest";
import { derivationText, explain, tape, type Tape, type TapeStep } from "../../src/explain.js";
import { softmaxDerivative, activations } from "../../src/network/activations.js";
import { activationOf } from "../../src/network/description.js";
import type { Network } from "../../src/network/network.js";
import { backward } from "../../src/reference/backward.js";
import type { Example } from "../../src/reference/batch.js";
import { forward } from "../../src/reference/forward.js";
import { COMBINATIONS, networkOf as drawn, randomExamples, title } from "../reference/networks.js";
import { quantitiesOf } from "./golden-cases.js";
import { exampleOf, networkOf } from "./networks.js";

const stepsOf = (walk: Tape): TapeStep[] => Array.from({ length: walk.length }, (_, index) => walk.at(index));
const named = (walk: Tape, phase: TapeStep["phase"]): string[] =>
  stepsOf(walk)
    .filter((step) => step.phase === phase)
    .map(({ derivation }) => derivation.name);
const lines = (text: string): string[] => text.trim().split(/\s+/);

const small = tape({ network: networkOf([2, 2, 1]) }, exampleOf([2, 2, 1]));
const softmaxNetwork = networkOf([2, 2, 3], { output: "softmax", cost: "cross-entropy" });
const softmax = tape({ network: softmaxNetwork }, exampleOf([2, 2, 3]));
const deep = tape({ network: networkOf([2, 3, 2, 2]) }, exampleOf([2, 3, 2, 2]));

describe("the steps in their order", () => {
  test("of a 2-2-1 network", () => {
    expect(named(small, "forward")).toEqual(lines("z2[0] a2[0] z2[1] a2[1] z3[0] a3[0]"));
    const cost = stepsOf(small).filter(({ phase }) => phase === "cost");
    expect(cost).toHaveLength(2);
    expect(cost[0]!.derivation.name).toContain("a3[0]");
    expect(cost[1]!.derivation.name).toBe("Cost");
    expect(named(small, "backward")).toEqual(
      lines(`
        dCost/da3[0] da3[0]/dz3[0] dCost/dz3[0] dCost/db3[0] dCost/dw3[0,0] dCost/dw3[0,1]
        dCost/da2[0] da2[0]/dz2[0] dCost/dz2[0] dCost/db2[0] dCost/dw2[0,0] dCost/dw2[0,1]
        dCost/da2[1] da2[1]/dz2[1] dCost/dz2[1] dCost/db2[1] dCost/dw2[1,0] dCost/dw2[1,1]`),
    );
    expect(small.length).toBe(6 + 2 + 18);
  });

  test("of a softmax: all z before the first output, all dCost/da before the first dCost/dz", () => {
    expect(named(softmax, "forward")).toEqual(lines("z2[0] a2[0] z2[1] a2[1] z3[0] z3[1] z3[2] a3[0] a3[1] a3[2]"));
    expect(named(softmax, "cost")).toHaveLength(4);
    expect(named(softmax, "backward")).toEqual(
      lines(`
        dCost/da3[0] dCost/da3[1] dCost/da3[2]
        dCost/dz3[0] dCost/db3[0] dCost/dw3[0,0] dCost/dw3[0,1]
        dCost/dz3[1] dCost/db3[1] dCost/dw3[1,0] dCost/dw3[1,1]
        dCost/dz3[2] dCost/db3[2] dCost/dw3[2,0] dCost/dw3[2,1]
        dCost/da2[0] da2[0]/dz2[0] dCost/dz2[0] dCost/db2[0] dCost/dw2[0,0] dCost/dw2[0,1]
        dCost/da2[1] da2[1]/dz2[1] dCost/dz2[1] dCost/db2[1] dCost/dw2[1,0] dCost/dw2[1,1]`),
    );
    expect(softmax.length).toBe(10 + 4 + 3 + 12 + 12);
  });

  test("of four layers, with the equations (1) to (8) where they belong", () => {
    const numbers = stepsOf(deep).map(({ derivation: { equation, name } }) => `${equation ?? ""} ${name}`.trim());
    const start = numbers.indexOf("dCost/da4[0]");
    expect(numbers.slice(0, start).filter((line) => /^\(\d\)/.test(line))).toEqual([]);
    const own = (l: number, j: number, inputs: number, [w, b, a]: readonly string[]): string[] => [
      `${a!} dCost/da${l}[${j}]`.trim(),
      `da${l}[${j}]/dz${l}[${j}]`,
      `dCost/dz${l}[${j}]`,
      `${b!} dCost/db${l}[${j}]`,
      ...Array.from({ length: inputs }, (_, k) => `${w!} dCost/dw${l}[${j},${k}]`),
    ];
    expect(numbers.slice(start)).toEqual([
      ...[0, 1].flatMap((j) => own(4, j, 2, ["(1)", "(2)", ""])),
      ...[0, 1].flatMap((k) => own(3, k, 3, ["(4)", "(5)", "(3)"])),
      ...[0, 1, 2].flatMap((m) => own(2, m, 2, ["(7)", "(8)", "(6)"])),
    ]);
  });

  test("each has its index, its layer and its neuron", () => {
    for (const walk of [small, softmax, deep]) {
      stepsOf(walk).forEach(({ index, phase, layer, neuron, derivation }, at) => {
        expect(index).toBe(at);
        if (phase === "cost") return;
        const [, of, first] = /^(?:dCost\/d|d)?[wbza](\d+)\[(\d+)/.exec(derivation.name)!;
        expect([layer, neuron], derivation.name).toEqual([Number(of), Number(first)]);
      });
    }
    expect(
      stepsOf(deep)
        .filter(({ phase }) => phase === "cost")
        .map(({ layer, neuron }) => [layer, neuron]),
    ).toEqual([
      [4, 0],
      [4, 1],
      [4, 0],
    ]);
  });
});

describe("every number on the way", () => {
  /** What a step should be worth, by the passes of the reference. */
  function expectedOf(network: Network, example: Example, { phase, layer: l, neuron, derivation: { name } }: TapeStep): number | undefined {
    const pass = forward(network, example.x);
    const back = backward(network, pass, example.y);
    const [, first = "", second] = /\[(\d+)(?:,(\d+))?\]$/.exec(name) ?? [];
    if (phase === "forward") return (name.startsWith("z") ? pass.z : pass.a)[l]![neuron];
    if (phase === "cost") return name === "Cost" ? back.cost : undefined;
    if (name.startsWith("da")) {
      const activation = activationOf(network.description, l);
      if (activation === "softmax") return softmaxDerivative(pass.a[l]!, neuron, Number(first));
      return activations[activation].derivative(pass.z[l]![neuron]!, pass.a[l]![neuron]!);
    }
    const table = { w: back.dCost_dw, b: back.dCost_db, z: back.dCost_dz, a: back.dCost_da }[name.charAt(7) as "w" | "b" | "z" | "a"][l]!;
    return table[second === undefined ? Number(first) : Number(first) * network.layout.sizes[l - 1]! + Number(second)];
  }

  test.each(COMBINATIONS.map((own) => [title(own), own] as const))("%s", (_title, combination) => {
    const network = drawn(combination, 41) as Network;
    const [example] = randomExamples(network, 1, 42);
    const steps = stepsOf(tape({ network }, example!));
    for (const step of steps) {
      const expected = expectedOf(network, example!, step);
      if (expected === undefined) continue;
      const { name, value } = step.derivation;
      // Equal but for the order in which three factors are multiplied.
      expect(Math.abs(value - expected) <= 1e-13 * Math.abs(expected), `${name}: ${value}, not ${expected}`).toBe(true);
    }
    const parts = steps
      .filter(({ phase, derivation }) => phase === "cost" && derivation.name !== "Cost")
      .map(({ derivation }) => derivation.value);
    const { cost } = backward(network, forward(network, example!.x), example!.y);
    expect(parts).toHaveLength(combination.outputs);
    expect(Math.abs(parts.reduce((sum, part) => sum + part, 0) - cost) <= 1e-13 * (1 + Math.abs(cost))).toBe(true);

    // Each weight and each bias once, as explain has it.
    const parameters = quantitiesOf(network).filter((name) => /^[wb]/.test(name));
    const walked = steps.filter(({ phase, derivation }) => phase === "backward" && /^dCost\/d[wb]/.test(derivation.name));
    expect(walked.map(({ derivation }) => derivation.name.slice("dCost/d".length)).sort()).toEqual([...parameters].sort());
    for (const { derivation } of walked) {
      expect(derivation.value).toBe(explain({ network }, example!, derivation.name.slice("dCost/d".length)).value);
    }
  });
});

describe("moving", () => {
  const walks = [
    ["2-2-1", small],
    ["softmax", softmax],
    ["four layers", deep],
  ] as const;
  const BY = ["neuron", "layer"] as const;

  test.each(walks)("%s: forward to the end and back again shows the same text at every step", (_name, walk) => {
    const text = (index: number): string => derivationText(walk.at(index).derivation, { digits: "full" });
    const there: string[] = [];
    let index = 0;
    for (; index < walk.length; index++) there.push(text(index));
    const back: string[] = [];
    for (index--; index >= 0; index--) back.push(text(index));
    expect(back.reverse()).toEqual(there);
    expect(new Set(there).size).toBe(walk.length);
  });

  test.each(walks)("%s: by neuron and by layer, each in the words of the tape", (_name, walk) => {
    const steps = stepsOf(walk);
    const group = ({ phase, layer, neuron, derivation: { name } }: TapeStep, by: "neuron" | "layer"): string => {
      // A softmax is walked in two rounds: all z, all a; all dCost/da, and the rest.
      const round = name === "Cost" ? "whole" : walk === softmax && layer === 3 && /^(dCost\/d)?a/.test(name) ? "a" : "";
      return [phase, layer, round, ...(by === "neuron" ? [neuron] : [])].join(" ");
    };
    for (const by of BY) {
      const groups = steps.map((step) => group(step, by));
      const startOf = (index: number): number => groups.indexOf(groups[index]!);
      steps.forEach((_step, index) => {
        const following = groups.findIndex((own, at) => at > index && own !== groups[index]);
        expect(walk.next(index, by), `next ${by} of ${index}`).toBe(following === -1 ? walk.length - 1 : following);
        const start = startOf(index);
        expect(walk.previous(index, by), `previous ${by} of ${index}`).toBe(start < index || start === 0 ? start : startOf(start - 1));
        // There and back leads to where the neuron or the layer begins.
        expect(walk.previous(walk.next(index, by), by)).toBe(start);
      });
    }
  });

  test.each(walks)("%s: the first and the last step stay where they are", (_name, walk) => {
    const last = walk.length - 1;
    for (const by of BY) {
      expect(walk.previous(0, by)).toBe(0);
      expect(walk.next(last, by)).toBe(last);
    }
  });

  test.each(walks)("%s: steps outside are refused", (_name, walk) => {
    for (const index of [-1, walk.length, 0.5, NaN, Infinity]) {
      const message = `step: expected a whole number within 0..${walk.length}, got ${index}.`;
      expect(() => walk.at(index)).toThrow(new RangeError(message));
      expect(() => walk.next(index, "neuron")).toThrow(new RangeError(message));
      expect(() => walk.previous(index, "layer")).toThrow(new RangeError(message));
    }
  });
});
