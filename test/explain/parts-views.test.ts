import { describe, expect, test } from "vitest";
import {
  allPaths,
  attribute,
  compareGradients,
  explain,
  makeExercise,
  type RawColumn,
  type Tape,
  tape,
  update,
  updateText,
  why,
} from "../../src/explain.js";
import { passOf } from "../../src/explain/derivation/pass.js";
import { createNetwork } from "../../src/network/network.js";
import { dense, type LayerDescription } from "../../src/network/layers.js";
import { batchNorm, dropout, residual } from "../../src/network/parts.js";
import { backward } from "../../src/reference/backward.js";
import { type Example } from "../../src/reference/batch.js";
import { forward } from "../../src/reference/forward.js";
import { derivationText } from "../../src/explain.js";
import { isBroken, lawsOf, linesOf } from "./laws.js";
import { caseOf, PARTS_CASES } from "./parts-networks.js";

// What is made of derivations, of networks of layers with parts.

const close = (value: number, expected: number, tolerance = 1e-12): boolean =>
  Math.abs(value - expected) <= tolerance * (Math.abs(expected) + 1e-2);
const columnsOf = (inputs: number): string[] => Array.from({ length: inputs }, (_, column) => `c${column}`);

describe("all paths", () => {
  test.each(PARTS_CASES)("$title: add up to the derivative, and each is the product of its factors", ({ network, examples }) => {
    const depth = network.layout.depth;
    const handed = network.description.layers.findIndex(({ skip }) => skip !== undefined) + 2;
    const names = [
      "w2[1,0]",
      "b2[0]",
      "z2[1]",
      "a1[1]",
      "a2[0]",
      `w${depth}[0,1]`,
      ...(handed > 1 ? [`h${handed}[1]`, `a${handed}[1]`] : []),
    ];
    for (const name of names) {
      for (const subject of [examples[0]!, examples]) {
        const list = allPaths({ network }, subject, name, { top: 20_000 });
        const { value } = explain({ network }, subject, name);
        expect(close(list.value, value), `${name}: ${list.value}, not ${value}`).toBe(true);
        expect(list.paths.length).toBe(list.count);
        expect(list.up + list.down + list.zero).toBe(list.count);
        expect(
          close(
            list.paths.reduce((sum, path) => sum + path.value, 0),
            value,
          ),
        ).toBe(true);
        for (const { factors, value: product } of list.paths) {
          expect(factors.reduce((total, factor) => total * factor.value, 1)).toBe(product);
        }
        const { paths, rest } = allPaths({ network }, subject, name, { top: 2 });
        expect(paths.map((path) => path.value)).toEqual(list.paths.slice(0, 2).map((path) => path.value));
        expect(
          close(
            paths.reduce((sum, path) => sum + path.value, rest.value),
            value,
          ),
        ).toBe(true);
      }
    }
  });

  test("a connection is a way past its layers; one over the units leads from each z to each u", () => {
    // 3 ways from layer 4 on (2 outputs under a softmax): see the widths below.
    const { network, examples } = caseOf("residual blocks");
    // h5 -> 2 outputs; h4 -> 3 units of layer 5, each 2, and past them 2; a2 -> 4 units of layer 3, each to 3 of layer 4, and past them.
    const past4 = 3 * 2 + 2;
    const { count, paths } = allPaths({ network }, examples[0]!, "a2[1]");
    expect(count).toBe(4 * 3 * past4 + past4);
    const direct = paths.find(({ neurons }) => neurons.join(" ") === "a6[0] h5[1] h4[1] a2[1]")!;
    expect(direct.factors.map(({ name }) => name)).toEqual(["dCost/dz6[0]", "dz6[0]/dh5[1]", "dh5[1]/dh4[1]", "dh4[1]/da2[1]"]);
    const long = paths.find(({ neurons }) => neurons.join(" ") === "a6[0] h5[2] h4[1] a3[0] a2[1]")!;
    expect(long.factors.map(({ name }) => name)).toEqual([
      ...["dCost/dz6[0]", "dz6[0]/dh5[2]", "dh5[2]/da5[2]", "da5[2]/dz5[2]", "dz5[2]/dh4[1]"],
      ...["dh4[1]/da4[1]", "da4[1]/dz4[1]", "dz4[1]/da3[0]", "da3[0]/dz3[0]", "dz3[0]/da2[1]"],
    ]);
    const units = caseOf("layer normalisation");
    const list = allPaths({ network: units.network }, units.examples[0]!, "z2[1]");
    // 2 outputs, 4 units of layer 3 with 4 ways to each, 3 units of layer 2 that z2[1] moves.
    expect(list.count).toBe(2 * 4 * 4 * 3);
    expect(list.paths[0]!.neurons.at(-1)).toBe("z2[1]");
    expect(list.paths[0]!.factors.map(({ name }) => name.replace(/\[\d\]/g, ""))).toEqual([
      ...["dCost/da4", "da4/dz4", "dz4/da3", "da3/du3", "du3/dz3", "dz3/da2", "da2/du2", "du2/dz2"],
    ]);
  });

  test("of other parts are refused", () => {
    const { network, examples } = caseOf("everything");
    expect(() => allPaths({ network }, examples, "gamma2[0]")).toThrow(
      'gamma2[0]: expected a quantity of w, b, z, u, a or h, for the list of all paths, got "gamma2[0]"',
    );
    expect(() => allPaths({ network }, examples, "h2[0]")).toThrow("h2[0]: expected a2[0]");
  });
});

describe("why", () => {
  test.each(PARTS_CASES)("$title: looks at the derivative that explain has", ({ network, examples }) => {
    for (const name of ["w2[1,0]", "b2[0]", "z2[1]", "a1[0]"]) {
      const { value, typical } = why({ network }, examples, name);
      expect(close(value, explain({ network }, examples, name).value)).toBe(true);
      expect(typical).toBeGreaterThan(0);
    }
  });

  test("a unit is dead where its u is below 0, and an input silent where h is 0", () => {
    const layers = [dense(2, "relu"), batchNorm(), dense(1, "identity")];
    const network = createNetwork({ inputs: 1, layers, w2: [[1], [1]], b2: [0, 0], beta2: [-5, 0], w3: [[1, 1]], b3: [0] });
    const dead = why({ network }, { x: [1], y: [3] }, "w2[0,0]");
    expect(dead.causes[0]).toMatchObject({ kind: "dead-unit", where: "u2[0]" });
    expect(why({ network }, { x: [1], y: [3] }, "w2[1,0]").verdict).toBe("ordinary");
    const block: LayerDescription[] = [dense(1, "relu"), dense(1, "identity")];
    const around = createNetwork({
      inputs: 1,
      layers: [residual(block), dense(1, "identity")],
      ...{ w2: [[1]], b2: [0], w3: [[-1]], b3: [0], w4: [[1]], b4: [0] },
    });
    // h3 = -relu(x) + x = 0, while a3 = -1.
    expect(why({ network: around }, { x: [1], y: [3] }, "w4[0,0]").causes[0]).toMatchObject({
      kind: "silent-input",
      where: "h3[0]",
      value: 0,
    });
  });

  test("is not asked of other parts", () => {
    const { network, examples } = caseOf("everything");
    expect(() => why({ network }, examples, "f1.age[0]")).toThrow("f1.age[0]: expected a quantity of w, b, z or a, for the question why");
  });
});

describe("attribution", () => {
  test.each(PARTS_CASES)("$title: by the columns themselves it is the central difference", ({ network, examples }) => {
    const model = { network, columns: columnsOf(network.layout.inputs) };
    const [example] = examples as [Example];
    const last = network.layout.depth;
    for (const of of ["cost", "a2[0]", `a${last - 1}[1]`, `a${last}[0]`]) {
      const attribution = attribute(model, example, of);
      const columns: readonly Pick<RawColumn, "derivative">[] =
        attribution.raw ?? attribution.columns.map((_, t) => ({ derivative: attribution.derivatives[t] }));
      columns.forEach(({ derivative }, column) => {
        if (derivative === undefined) return;
        const at = (by: number): number =>
          attribute(model, { ...example, x: Array.from(example.x, (value, t) => (t === column ? value + by : value)) }, of).value;
        const numeric = (at(1e-5) - at(-1e-5)) / 2e-5;
        expect(
          Math.abs(numeric - derivative) <= 1e-6 * Math.abs(derivative) + 1e-8,
          `d${of}/dx[${column}]: ${derivative}, not ${numeric}`,
        ).toBe(true);
      });
    }
  });

  test("columns that are encoded have names, and a category has its inputs together and no derivative", () => {
    const { network, examples } = caseOf("encoded columns");
    const { columns, raw, inputs, derivatives } = attribute({ network, columns: ["n", "day", "age", "kind"] }, examples[0]!);
    expect(columns).toEqual([
      "n",
      "day, dimension 0",
      "day, dimension 1",
      "sin 0 of age",
      "sin 1 of age",
      "cos 0 of age",
      "cos 1 of age",
      "kind, dimension 0",
    ]);
    expect(raw?.map(({ column, kind, from, to }) => [column, kind, from, to])).toEqual([
      ["n", "number", 0, 1],
      ["day", "category", 1, 3],
      ["age", "periodic", 3, 7],
      ["kind", "category", 7, 8],
    ]);
    expect(raw?.map(({ value, derivative }) => [value === undefined, derivative === undefined])).toEqual([
      [false, false],
      [true, true],
      [false, false],
      [true, true],
    ]);
    expect(inputs).toEqual(forward(network, examples[0]!.x).a[1]);
    expect(derivatives.length).toBe(8);
  });
});

describe("the tape", () => {
  const derivations = (steps: Tape) => Array.from({ length: steps.length }, (_, index) => steps.at(index).derivation);

  test.each(PARTS_CASES)("$title: every step's number is worked out, and every derivative is there once", ({ network, examples }) => {
    const [example] = examples as [Example];
    const steps = tape({ network }, example);
    const pass = passOf(network, example);
    const broken = derivations(steps).flatMap((derivation, index) => [
      ...lawsOf(derivation),
      ...(steps.at(index).phase === "backward" ? linesOf(pass, derivation) : []),
    ]);
    expect(broken.filter(isBroken)).toEqual([]);
    const names = derivations(steps).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const { gradient } = backward(network, forward(network, example.x), example.y);
    for (const tensor of network.layout.tensors) {
      if (tensor.kind === "mean" || tensor.kind === "var") continue;
      for (let at = 0; at < tensor.rows * tensor.columns; at++) {
        const indices = tensor.shape.length === 1 ? `${at}` : `${Math.floor(at / tensor.columns)},${at % tensor.columns}`;
        const found = derivations(steps).find(({ name }) => name === `dCost/d${tensor.name}[${indices}]`);
        // Of a table the row of the category is walked.
        if (found === undefined) expect(`${tensor.kind} ${gradient[tensor.offset + at]}`).toBe("embedding 0");
        else expect(close(found.value, gradient[tensor.offset + at]!)).toBe(true);
      }
    }
  });

  test("each value comes from those before it, in words", () => {
    const { network, examples } = caseOf("everything");
    const [example] = examples as [Example];
    const steps = tape({ network }, example, { mode: "inference" });
    expect(steps.modeNote).toBe("inference: running means and variances, nothing dropped");
    const text = derivations(steps).map((derivation) => derivationText(derivation));
    for (const line of [
      "a_t^(1) = e_cd^(1)",
      "a_t^(1) = sin(2 pi f_i^(1) x_2)",
      "zhat_m^(2) = (z_m^(2) - mean_m^(2)) / sqrt(var_m^(2) + epsilon)",
      "zhat_k^(3) = (z_k^(3) - mean^(3)) / sqrt(var^(3) + epsilon)",
      "u_m^(2) = gamma_m^(2) zhat_m^(2) + beta_m^(2)",
      "a_m^(2) = sigma(u_m^(2))",
      "h_j^(4) = a_j^(4) + a_j^(2)",
    ]) {
      // Letters are those of the depth; the shape is what counts.
      const shape = line.replace(/_[a-z]+(?=\^|\b)/g, "_.");
      expect(
        text.some((own) => own.replace(/_[a-z]+(?=\^|\b)/g, "_.").includes(shape)),
        line,
      ).toBe(true);
    }
  });

  test("a step of training with dropout is walked with its masks; one with batch normalisation is not", () => {
    const dropped = caseOf("dropout");
    const names = derivations(tape({ network: dropped.network }, dropped.examples[0]!, { mode: "training" })).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["h2[0]", "dCost/dh2[0]", "dh2[0]/da2[0]", "dCost/da2[0]"]));
    const { network, examples } = caseOf("batch normalisation");
    expect(() => tape({ network }, examples[0]!, { mode: "training" })).toThrow("mode: expected inference, to walk one example");
  });
});

describe("the update", () => {
  const optimizer = { kind: "sgd", learningRate: 0.5, momentum: 0, nesterov: false } as const;
  const { network, examples } = caseOf("everything");
  const step = (name: string, rules = {}) =>
    update({ network }, explain({ network }, examples, name, { mode: "training" }), optimizer, rules);

  /** An entry of the table that the batch has a part in. */
  const entry = `e1.weekday[${examples[0]!.x[1]},1]`;

  test.each(["gamma2[1]", "beta4[0]", entry, "f1.age[0]", "w3[1,2]"])("%s moves along its derivative", (name) => {
    const { before, derivative, after, notes } = step(name);
    expect(after).toBe(before - 0.5 * derivative);
    expect(derivative).not.toBe(0);
    expect(notes).toBeUndefined();
    expect(updateText(step(name))).toContain(`${name} = ${name} - rate g`);
  });

  test("what is no weight does not decay", () => {
    const rules = { l1: 0.1, l2: 0.1, weightDecay: 0.1 };
    for (const name of ["gamma2[1]", entry, "f1.age[0]"]) expect(step(name, rules).after).toBe(step(name).after);
    expect(step("w3[1,2]", rules).after).not.toBe(step("w3[1,2]").after);
  });

  test("rules that need other derivatives are said", () => {
    const rules = { clipNorm: 1, maxNorm: 3, average: 0.9 };
    expect(step("w3[1,2]", rules).notes).toEqual([
      expect.stringMatching(/^clipNorm 1: /),
      expect.stringMatching(/^maxNorm 3: /),
      expect.stringMatching(/^average 0.9: /),
    ]);
    expect(step("gamma2[1]", rules).notes?.map((note) => note.split(" ")[0])).toEqual(["clipNorm", "average"]);
  });

  test.each(["mean2[0]", "var4[1]", "u2[0]", "zhat2[0]", "a2[0]"])("%s does not follow its derivative", (name) => {
    const explanation = explain({ network }, examples, name);
    expect(() => update({ network }, explanation, optimizer)).toThrow("a parameter that training changes by its derivative");
  });
});

describe("what cannot be worked out is refused", () => {
  const title = "batch normalisation";

  test("the comparison with somebody's derivatives", () => {
    const { network, examples } = caseOf(title);
    const given = { b2: { shape: [3], values: new Float64Array(3) } };
    expect(() => compareGradients(network, examples, given)).toThrow(
      "network: expected one without batch normalisation, layer normalisation, residual connections or encoded columns, for a comparison with somebody's derivatives, got one with batch normalisation.",
    );
    const dropped = caseOf("dropout");
    const tensor = { shape: [6], values: new Float64Array(6) };
    expect(compareGradients(dropped.network, dropped.examples, { b2: tensor }).agrees).toBe(false);
  });

  test("an exercise sheet", () => {
    const layers = [dense(2, "tanh"), batchNorm(), dense(1)];
    expect(() => makeExercise({ seed: 1, network: { inputs: 2, layers } })).toThrow(
      "for an exercise sheet, got one with batch normalisation",
    );
    expect(
      makeExercise({ seed: 1, network: { inputs: 2, layers: [dense(2, "tanh"), dropout(0.5), dense(1)] } }).asked.length,
    ).toBeGreaterThan(0);
  });
});
