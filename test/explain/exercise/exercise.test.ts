import type { NetworkInput } from "chainrule";
import { type Exercise, makeExercise } from "chainrule/explain";
import { describe, expect, test } from "vitest";
import { codeBlocks } from "../../docs/markdown.js";
import { byHand, changed, type HandNetwork, isRounded } from "./by-hand.js";

const layers = (...list: readonly (readonly [number, string])[]) =>
  list.map(([units, activation]) => ({ units, activation })) as { units: number; activation: "sigmoid" }[];

const networks: Readonly<Record<string, NetworkInput | undefined>> = {
  "the textbook's": undefined,
  "a single layer": { inputs: 2, layers: layers([1, "sigmoid"]) },
  "relu, softmax, cross-entropy": { inputs: 2, layers: layers([3, "relu"], [3, "softmax"]), cost: "cross-entropy" },
  "softmax, squared error": { inputs: 2, layers: layers([2, "tanh"], [2, "softmax"]) },
  "tanh, sigmoid, cross-entropy": { inputs: 3, layers: layers([2, "tanh"], [2, "sigmoid"]), cost: "cross-entropy" },
  "identity at the output": { inputs: 2, layers: layers([3, "sigmoid"], [1, "identity"]) },
  "relu throughout": { inputs: 2, layers: layers([2, "relu"], [2, "relu"], [2, "relu"]) },
  "five layers": { inputs: 2, layers: layers([2, "sigmoid"], [2, "tanh"], [2, "relu"], [2, "sigmoid"]) },
  "elu, identity, half the squared error": { inputs: 2, layers: layers([3, "elu"], [2, "identity"]), cost: "half-squared-error" },
  "silu, tanh, huber with a delta": { inputs: 2, layers: layers([2, "silu"], [2, "tanh"]), cost: { kind: "huber", delta: 0.5 } },
  "its own weights": {
    inputs: 2,
    layers: layers([2, "sigmoid"], [1, "sigmoid"]),
    w2: [
      [0.15, 0.2],
      [0.25, 0.3],
    ],
    b2: [0.35, 0.35],
    w3: [[0.4, 0.45]],
    b3: [0.6],
  },
};
const seeds = ["Ada", "Zoë", 1, 2, 3];
const cases = Object.entries(networks).flatMap(([name, network]) => seeds.map((seed) => [name, seed, network] as const));
const made = ([, seed, network]: (typeof cases)[number]): Exercise => makeExercise({ seed, ...(network === undefined ? {} : { network }) });

/** What a reader of the two pages knows: the network and the example, taken from the pages themselves. */
function read({ sheet, answers }: Exercise): { network: HandNetwork; x: number[]; y: number[] } {
  const network = JSON.parse(codeBlocks(answers).find(({ language }) => language === "json")!.code) as HandNetwork;
  const [, inputs = "", targets = ""] = /^The input is (.*)\. The target is (.*)\.$/m.exec(sheet)!;
  const numbers = (list: string): number[] => Array.from(list.matchAll(/= (\S+?)(?:,|$)/g), ([, value]) => Number(value));
  return { network, x: numbers(inputs), y: numbers(targets) };
}

/** The sections of a page by the text of their headings, without their numbers. */
function sections(text: string): Map<string, string> {
  return new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((part) => [/^(?:\d+\. )?(.*)$/m.exec(part)![1]!, part]),
  );
}

/** Each `name = ... = number` and the last line of each `name = ...` with continuation lines. */
function statements(text: string): [name: string, value: string][] {
  const found: [string, string][] = [];
  let name: string | undefined;
  for (const line of text.split("\n")) {
    const [, left, rest] = /^ *(\S*) += (.*)$/.exec(line.replace(/ \(a change of .*\)$/, "")) ?? [];
    if (rest === undefined) continue;
    if (left !== "") name = left;
    // What stands in brackets behind it is a remark. Then the last number of the line, or the first of a table of factors, behind which stands where it comes from.
    const value = /^ *(\S+)(?: {3}.*)?$/.exec(rest)?.[1] ?? / = (\S+)$/.exec(rest)?.[1];
    if (name !== undefined && value !== undefined && /^-?\d[\d.e+-]*$/.test(value)) found.push([name, value]);
  }
  return found;
}

describe.each(cases)("%s, seed %s", (...own) => {
  const exercise = made(own);
  const { sheet, answers, asked, learningRate } = exercise;
  const { network, x, y } = read(exercise);
  const expected = byHand(network, x, y);
  const parts = sections(answers);

  test("the answers are right", () => {
    const checked = new Set<string>();
    for (const [title, text] of parts) {
      if (["Why?", "One step of gradient descent", "Check", "For a whole class"].includes(title)) continue;
      for (const [name, value] of statements(text)) {
        const known = expected.get(name);
        if (known === undefined) continue;
        expect(isRounded(value, known), `${name} = ${value}, by hand ${known}`).toBe(true);
        checked.add(name);
      }
    }
    const forward = [...expected.keys()].filter((name) => !name.startsWith("dCost"));
    expect([...checked]).toEqual(expect.arrayContaining([...forward, ...asked.map((name) => `dCost/d${name}`)]));
  });

  test("the terms of the sums multiply out", () => {
    const rows = Array.from(answers.matchAll(/^ +\w = \d +(-?\d.*) = +(-?\d\S*)/gm), ([, factors, value]) => [factors!, value!] as const);
    expect(rows.length > 0).toBe(network.layers.length > 1);
    for (const [factors, value] of rows) {
      const product = factors.split("*").reduce((all, factor) => all * Number(factor), 1);
      expect(Math.abs(product - Number(value))).toBeLessThanOrEqual(2e-3 * Math.abs(product) + 1e-12);
    }
  });

  test("the step is right, and so is what it does to the cost", () => {
    const text = parts.get("One step of gradient descent")!;
    const weight = asked[0]!;
    const g = expected.get(`dCost/d${weight}`)!;
    const [, tensor, j, k] = /^(\w\d+)\[(\d+),(\d+)\]$/.exec(weight)!;
    const before = (network[tensor!] as number[][])[Number(j)]![Number(k)]!;
    const after = before - learningRate * g;
    const moved = byHand(changed(network, weight, after), x, y);
    const real = moved.get("Cost")! - expected.get("Cost")!;
    const found = new Map(statements(text));
    expect(isRounded(found.get(weight)!, after)).toBe(true);
    expect(isRounded(found.get("Cost")!, moved.get("Cost")!)).toBe(true);
    expect(isRounded(/predicted change = .* = (\S+)$/m.exec(text)![1]!, -learningRate * g * g)).toBe(true);
    expect(isRounded(/real change +=.* = (\S+)$/m.exec(text)![1]!, real)).toBe(true);
    expect(real).toBeLessThan(0);
    expect(text).toContain("The cost falls.");
  });

  test("the answer to why is true", () => {
    const text = parts.get("Why?");
    if (text === undefined) return;
    const [, name, to, from] = /Suppose that `(\S+)` were (\S+) in place of (\S+),/.exec(sheet)!;
    const [, quantity] = /derivative by `(\S+)`/.exec(sheet)!;
    const [, now, before] = /it is (\S+), and it was (\S+)\. The verdict of the tool: /.exec(text)!;
    const input = /^a1\[(\d+)\]$/.exec(name!)?.[1];
    const otherX = x.map((value, t) => (String(t) === input ? Number(to) : value));
    const other = byHand(input === undefined ? changed(network, name!, Number(to)) : network, otherX, y);
    expect(isRounded(before!, expected.get(`dCost/d${quantity!}`)!)).toBe(true);
    expect(Math.abs(Number(now) - other.get(`dCost/d${quantity!}`)!)).toBeLessThanOrEqual(1e-3 * Math.abs(Number(now)) + 1e-15);
    expect(5 * Math.abs(Number(now))).toBeLessThan(Math.abs(Number(before)));
    expect(Number(from)).not.toBe(Number(to));
  });

  test("the central differences agree, for everything that was asked", () => {
    const rows = Array.from(
      parts.get("Check")!.matchAll(/^\| `dCost\/d(\S+?)` +\| (\S+) +\| (\S+) +\|/gm),
      ([, name, equations, difference]) => [name!, equations!, difference!] as const,
    );
    expect(rows.map(([name]) => name)).toEqual(asked);
    for (const [name, equations, difference] of rows) {
      expect(difference).toBe(equations);
      expect(isRounded(equations, expected.get(`dCost/d${name}`)!)).toBe(true);
    }
  });

  test("the list of all derivatives is right", () => {
    const lines = Array.from(
      parts.get("For a whole class")!.matchAll(/^dCost\/d(\w\d+): (.*)$/gm),
      ([, name, list]) => [name!, list!] as const,
    );
    expect(lines).toHaveLength(2 * network.layers.length);
    for (const [name, list] of lines) {
      const rows = JSON.parse(list) as (number | number[])[];
      rows.forEach((row, j) => {
        if (typeof row === "number") expect(isRounded(String(row), expected.get(`dCost/d${name}[${j}]`)!)).toBe(true);
        else row.forEach((value, k) => expect(isRounded(String(value), expected.get(`dCost/d${name}[${j},${k}]`)!)).toBe(true));
      });
    }
  });

  test("the sheet holds what is given, and no answer", () => {
    const given = new Set([
      ...Object.entries(network).flatMap(([name, value]) => (/^[wb]\d/.test(name) ? (value as number[]).flat() : [])),
      ...x,
      learningRate,
      ...(typeof network.cost === "string" ? [] : [network.cost.delta]),
      ...Array.from(sheet.matchAll(/were (\S+) in place of (\S+),/g), ([, to, from]) => [Number(to), Number(from)]).flat(),
    ]);
    const decimals = Array.from(sheet.matchAll(/-?\d+\.\d+/g), ([text]) => Number(text));
    expect(decimals.filter((value) => !given.has(value))).toEqual([]);
    for (const name of asked) {
      expect(sheet).toContain(`dCost/d${name}`);
      const [, shown] = new RegExp(`\`dCost/d${name.replace(/[[\]]/g, "\\$&")}\` +\\| (\\S+) `).exec(answers)!;
      if (!given.has(Number(shown)) && shown!.includes(".")) expect(sheet).not.toContain(shown);
    }
    expect(sheet).not.toMatch(/NaN|Infinity|undefined/);
    expect(answers).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("nothing that is asked for is 0 or tiny", () => {
    for (const name of asked) expect(Math.abs(expected.get(`dCost/d${name}`)!)).toBeGreaterThanOrEqual(1e-4);
  });

  test("the same seed gives the same bytes", () => {
    expect(made(own)).toEqual(exercise);
  });
});

describe("a seed", () => {
  test("fixes what is drawn, on every machine", () => {
    const { network, x, y, asked, learningRate } = makeExercise({ seed: "Ada" });
    expect({ parameters: [...network.parameters].join(" "), x, y, asked: asked.join(" "), learningRate }).toMatchInlineSnapshot(`
      {
        "asked": "w4[1,1] b4[0] a3[0] w3[0,1] b3[0] a2[1] w2[1,1] b2[1]",
        "learningRate": 1,
        "parameters": "-1.5 -2 1.5 1.5 -1 -0.5 -2 -0.5 -0.5 0.5 -0.75 1 1.5 -1 0.5 -1 -0.5 0.25",
        "x": [
          0.25,
          0.75,
        ],
        "y": [
          1,
          0,
        ],
      }
    `);
  });

  test("of another student makes another sheet", () => {
    const sheets = Array.from({ length: 30 }, (_, seed) => makeExercise({ seed }).network.parameters.join());
    expect(new Set(sheets).size).toBe(30);
  });

  test.each([
    [7, "7"],
    ["Ada", "  Ada "],
    ["Ada Lovelace", "Ada\n Lovelace"],
    ["Zo\u00eb", "Zoe\u0308"],
  ])("%j is %j", (one, other) => {
    expect(makeExercise({ seed: one })).toEqual(makeExercise({ seed: other }));
  });

  test("of Markdown's own signs is taken literally", () => {
    const { sheet, answers } = makeExercise({ seed: "<b>|*_`#" });
    for (const text of [sheet, answers]) expect(text.split("\n")[0]).toMatch(/: \\<b\\>\\\|\\\*\\_\\`\\#$/);
  });

  test.each([
    ["", '""'],
    ["  \n", '"  \\n"'],
    [-1, "-1"],
    [1.5, "1.5"],
    [NaN, "NaN"],
  ])("%j is refused", (seed, got) => {
    expect(() => makeExercise({ seed })).toThrow(expect.objectContaining({ code: "E_USAGE" }) as Error);
    expect(() => makeExercise({ seed })).toThrow(`got ${got}`);
  });
});

describe("the textbook's network", () => {
  const many = Array.from({ length: 20 }, (_, seed) => makeExercise({ seed }));

  test("has friendly numbers", () => {
    for (const { network, x, y } of many) {
      expect(network.layout.sizes).toEqual([0, 2, 2, 2, 2]);
      for (const value of network.parameters) {
        expect(value * 4).toBe(Math.round(value * 4));
        expect(value !== 0 && Math.abs(value) <= 2).toBe(true);
      }
      for (const value of x) expect([0.25, 0.5, 0.75, 1]).toContain(value);
      expect([...y].sort()).toEqual([0, 1]);
    }
  });

  test("shows all eight equations", () => {
    for (const { sheet, answers } of many)
      for (let n = 1; n <= 8; n++) {
        expect(sheet).toContain(`\n(${n})  dCost/d`);
        expect(answers).toContain(`\n(${n})  dCost/d`);
      }
  });

  test("asks no weight whose input is 1, and always why", () => {
    for (const { sheet, answers } of many) {
      expect(answers).not.toMatch(/dz\d\[\d\]\/dw\d\[\d,\d\] = +1 /);
      expect(sheet).toContain("Why?\n\nSuppose that");
    }
  });
});

describe("a network", () => {
  test("keeps the weights that it has", () => {
    const { network, sheet } = makeExercise({ seed: 1, network: networks["its own weights"]! });
    expect([...network.parameters]).toEqual([0.15, 0.2, 0.25, 0.3, 0.35, 0.35, 0.4, 0.45, 0.6].map(Math.fround));
    expect(sheet).toContain("`w2[0,0]` = 0.15 ");
  });

  test.each<[string, NetworkInput, string, string]>([
    ["too large for paper", { inputs: 10, layers: [{ units: 5 }] }, "E_USAGE", "network: expected at most 40 weights and biases"],
    ["that is none", { inputs: 2, layers: [{ units: 0 }] }, "E_DESCRIPTION", "layers[0].units"],
    [
      "with a single softmax",
      { inputs: 2, layers: layers([1, "softmax"]) },
      "E_USAGE",
      "layers[0].units: expected at least 2 under a softmax",
    ],
    [
      "whose units are dead",
      { inputs: 1, layers: layers([1, "relu"], [1, "identity"]), w2: [[-1]], b2: [-1], w3: [[1]], b3: [1] },
      "E_USAGE",
      "Leave the weights out, and friendly ones are drawn.",
    ],
  ])("%s is refused", (_name, network, code, message) => {
    expect(() => makeExercise({ seed: 1, network })).toThrow(message);
    expect(() => makeExercise({ seed: 1, network })).toThrow(expect.objectContaining({ code }) as Error);
  });
});
