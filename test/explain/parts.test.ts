import { describe, expect, test } from "vitest";
import { masksOf } from "../../src/engine/masks.js";
import {
  type ConditionOptions,
  type Derivation,
  explain,
  explanationDocument,
  explanationLatex,
  explanationMathml,
  explanationText,
  type Mode,
  prove,
} from "../../src/explain.js";
import { notationOf } from "../../src/explain/derivation/notation.js";
import { batchPasses, type ExamplePass, passOf } from "../../src/explain/derivation/pass.js";
import { couplesRows, parameterName, type TensorKind } from "../../src/network/layout.js";
import { findQuantity, isParameter, parameterPlace } from "../../src/network/names.js";
import { createNetwork, type Network } from "../../src/network/network.js";
import { backward } from "../../src/reference/backward.js";
import { batchGradient, type Example } from "../../src/reference/batch.js";
import { forward } from "../../src/reference/forward.js";
import { apart, byTensor, titledParts } from "../reference/golden-parts.js";
import { isBroken, type Law, lawsOf, linesOf, nodesOf, partsOf } from "./laws.js";
import { networkOf } from "./networks.js";
import { caseOf, PARTS_CASES, type PartsCase } from "./parts-networks.js";
import { findEngine } from "../engine/engines.js";

const SEED = 3;
const EPOCH = 2;
const TRAINING: ConditionOptions = { mode: "training", seed: SEED, epoch: EPOCH };
const MODES: readonly Mode[] = ["inference", "training"];
const optionsOf = (mode: Mode): ConditionOptions => (mode === "training" ? TRAINING : {});
const rowOf = ({ row = NaN }: Example): number => row;

/** The examples of a case as a step of training has them. */
function stepOf({ network, examples }: PartsCase): Example[] {
  return examples.map((example) => ({ ...example, masks: masksOf(network, SEED, rowOf(example), EPOCH) }));
}

const trainedNames = ({ layout }: Network): string[] => Array.from({ length: layout.trained }, (_, index) => parameterName(layout, index));

/** Relative to what derivatives of these networks are, so that a 0 has a bound of its own. */
const differs = (value: number, expected: number): boolean => !(Math.abs(value - expected) <= 1e-12 * (Math.abs(expected) + 1e-2));

/** Parameters whose derivation is another number than that of the reference. */
function wrong(names: readonly string[], valueOf: (name: string) => number, gradient: Float64Array): string[] {
  return names.flatMap((name, index) => {
    const value = valueOf(name);
    return differs(value, gradient[index]!) ? [`${name}: ${value}, not ${gradient[index]}`] : [];
  });
}

test("the cases have every kind of tensor, and every part", () => {
  const kinds = new Set(PARTS_CASES.flatMap(({ network }) => network.layout.tensors.map(({ kind }) => kind)));
  const wanted: readonly TensorKind[] = ["weight", "bias", "gamma", "beta", "mean", "var", "embedding", "frequency"];
  expect(wanted.filter((kind) => !kinds.has(kind))).toEqual([]);
  const layers = PARTS_CASES.flatMap(({ network }) => network.description.layers);
  expect(layers.some(({ skip }) => skip === 1) && layers.some(({ skip = 0 }) => skip > 1)).toBe(true);
  expect(layers.some(({ dropout = 0, normalisation, skip }) => dropout > 0 && normalisation !== undefined && skip !== undefined)).toBe(
    true,
  );
});

describe.each(PARTS_CASES)("$title", (own) => {
  const { network, examples } = own;
  const names = trainedNames(network);

  test("as it predicts: every parameter has the derivative of the reference", () => {
    for (const example of examples.slice(0, 3)) {
      const { gradient } = backward(network, forward(network, example.x), example.y);
      expect(wrong(names, (name) => explain({ network }, example, name).value, gradient)).toEqual([]);
    }
  });

  test("in a step of training: every parameter has the derivative of the reference's batch, with its masks and statistics", () => {
    const { gradient, cost } = batchGradient(network, stepOf(own));
    expect(wrong(names, (name) => explain({ network }, examples, name, TRAINING).value, gradient)).toEqual([]);
    expect(differs(explain({ network }, examples, names[0]!, TRAINING).cost, cost)).toBe(false);
  });

  test.each(MODES)("%s: products multiply, sums add up, and every written line comes to the value", (mode) => {
    const step = stepOf(own);
    const coupled = mode === "training" && couplesRows(network.layout);
    const list = mode === "training" ? step : examples.slice(0, 2);
    const notation = notationOf(network.description, mode, coupled ? list.map(rowOf) : undefined);
    const passes: readonly ExamplePass[] = coupled
      ? batchPasses(network, list, notation)
      : list.map((example) => passOf(network, example, notation));
    const broken: Law[] = [];
    passes.forEach((pass, index) => {
      if (coupled && index > 0) return;
      // What several parameters have in common is looked at once.
      const seen = new Set<string>();
      for (const name of names) {
        const subject = coupled ? examples : examples[index]!;
        for (const node of nodesOf(explain({ network }, subject, name, optionsOf(mode)), seen)) {
          const ofRow = coupled ? (passes.find(({ number }) => number === node.indices["e"]) ?? pass) : pass;
          broken.push(...[...lawsOf(node), ...linesOf(ofRow, node)].filter(isBroken));
        }
      }
    });
    expect(broken.slice(0, 5)).toEqual([]);
  });

  test.each(MODES)("%s: the central difference and the float32 engine agree, of parameters and of what lies between them", (mode) => {
    const failed: string[] = [];
    for (const name of [...names.filter((_, index) => index % 3 === 0), ...betweenNames(network, mode)]) {
      for (const subject of [examples, examples[1]!]) {
        const options = optionsOf(mode);
        const { analytic, numeric = NaN } = prove({ network }, subject, name, options);
        if (!(Math.abs(numeric - analytic) <= 1e-6 * Math.abs(analytic) + 1e-8)) failed.push(`${name}: ${analytic}, not ${numeric}`);
        const explanation = explain({ network }, subject, name, options);
        if (differs(explanation.value, analytic)) failed.push(`${name}: explained as ${explanation.value}, proved as ${analytic}`);
        const engine = explanation.engine();
        const hasNone = (mode === "inference" && couplesRows(network.layout)) || !/^(?:[wbu]|beta|gamma|[ef]1)/.test(name);
        if (
          engine === undefined
            ? !hasNone && !name.startsWith("z")
            : !(Math.abs(engine.value - analytic) <= 1e-4 * Math.abs(analytic) + 2e-6)
        ) {
          failed.push(`${name}: the engine has ${engine?.value}, not ${analytic}`);
        }
      }
    }
    expect(failed.slice(0, 5)).toEqual([]);
  });
});

test("every parameter is found by its name, with brackets and with dots", () => {
  for (const { network } of PARTS_CASES) {
    const { layout, description } = network;
    for (let index = 0; index < layout.length; index++) {
      const name = parameterName(layout, index);
      for (const spelling of [name, name.replace("[", ".").replace(",", ".").replace("]", "")]) {
        const quantity = findQuantity(layout, spelling, description);
        expect(quantity.name).toBe(name);
        expect(isParameter(quantity)).toBe(true);
        expect(parameterPlace(layout, quantity).index).toBe(index);
      }
    }
  }
  const { layout, description } = caseOf("encoded columns").network;
  expect(findQuantity(layout, "e1.3.2.0", description)).toEqual({ kind: "e", layer: 1, indices: [2, 0], part: "3", name: "e1.3[2,0]" });
  expect(isParameter({ kind: "h" }) || isParameter({ kind: "u" })).toBe(false);
});

describe("PyTorch, an independent program", () => {
  test.each(titledParts)("%s: has the same number for every parameter, in both modes", (_title, golden) => {
    const network = createNetwork(golden.network);
    const examples = golden.x.map((x, index): Example => ({ x, y: golden.y[index]! }));
    const vectorOf = (subject: Example | readonly Example[], mode: Mode): Float64Array => {
      const values = new Float64Array(network.layout.length);
      trainedNames(network).forEach((name, index) => (values[index] = explain({ network }, subject, name, { mode }).value));
      return values;
    };
    const { training, prediction } = golden;
    expect(apart(byTensor(network.layout, vectorOf(examples, "training"), training.gradient), 1e-11)).toEqual([]);
    expect(apart(byTensor(network.layout, vectorOf(examples[prediction.row]!, "inference"), prediction.gradient), 1e-11)).toEqual([]);
    const inputs = Float64Array.from(prediction.inputs, (_, t) => explain({ network }, examples[prediction.row]!, `a1[${t}]`).value);
    expect(apart([{ name: "a1", actual: inputs, expected: prediction.inputs }], 1e-11)).toEqual([]);
  });
});

/** z, zhat, u, a and h of each layer, one of each; running statistics where they are used. An output of a cross-entropy may not be moved alone. */
function betweenNames({ description, layout }: Network, mode: Mode): string[] {
  return description.layers.flatMap(({ normalisation, dropout = 0, skip, units }, index) => {
    const layer = index + 2;
    const at = `[${units - 1}]`;
    return [
      `z${layer}${at}`,
      ...(normalisation === undefined ? [] : [`u${layer}${at}`, `zhat${layer}[0]`]),
      ...(normalisation?.kind === "batch-norm" && mode === "inference" ? [`mean${layer}${at}`, `var${layer}${at}`] : []),
      ...(layer === layout.depth && description.cost === "cross-entropy" ? [] : [`a${layer}${at}`]),
      ...(skip !== undefined || (mode === "training" && dropout > 0) ? [`h${layer}[0]`, `h${layer}${at}`] : []),
    ];
  });
}

describe("the chain", () => {
  const factorsOf = (derivation: Derivation): string[] => partsOf(derivation).map(({ name }) => name);
  const one = (title: string, quantity: string, options: ConditionOptions = {}) => {
    const { network, examples } = caseOf(title);
    return explain({ network }, examples[0]!, quantity, options);
  };
  test("statistics that are given: one more factor between a and z", () => {
    const weight = one("batch normalisation", "w2[1,0]");
    expect(factorsOf(weight)).toEqual(["dCost/da2[1]", "da2[1]/du2[1]", "du2[1]/dz2[1]", "dz2[1]/dw2[1,0]"]);
    expect(weight.equation).toBeUndefined();
    expect(factorsOf(one("batch normalisation", "gamma2[1]"))).toEqual(["dCost/du2[1]", "du2[1]/dgamma2[1]"]);
    expect(factorsOf(one("batch normalisation", "beta2[1]"))).toEqual(["dCost/du2[1]", "du2[1]/dbeta2[1]"]);
    expect(partsOf(one("batch normalisation", "beta2[1]"))[1]!.value).toBe(1);
    expect(factorsOf(partsOf(one("batch normalisation", "a2[1]"))[0]!)).toEqual([
      "dCost/da3[0]",
      "da3[0]/du3[0]",
      "du3[0]/dz3[0]",
      "dz3[0]/da2[1]",
    ]);
  });

  test("statistics over the units of a row: dCost/dz is a sum over the units", () => {
    const weight = one("layer normalisation", "w2[1,0]");
    expect(factorsOf(weight)).toEqual(["dCost/dz2[1]", "dz2[1]/dw2[1,0]"]);
    const [sum] = partsOf(weight);
    expect(sum!.kind).toBe("sum");
    expect(partsOf(sum!).map(factorsOf)).toEqual([0, 1, 2].map((i) => [`dCost/du2[${i}]`, `du2[${i}]/dz2[1]`]));
  });

  test("statistics of a batch: a sum over its rows, and in each a sum over the rows again", () => {
    const { network, examples } = caseOf("batch normalisation");
    const weight = explain({ network }, examples, "w2[1,0]", TRAINING);
    const terms = partsOf(weight);
    expect(terms.map(factorsOf)).toEqual(examples.map(({ row }) => [`dCost/dz2[1]_${row}`, `dz2[1]_${row}/dw2[1,0]`]));
    const [sum] = partsOf(terms[2]!);
    expect(partsOf(sum!).map(factorsOf)).toEqual(examples.map(({ row }) => [`dCost/du2[1]_${row}`, `du2[1]_${row}/dz2[1]_34`]));
    // No layer above it: 1/n of the row's own cost.
    const output = partsOf(explain({ network }, examples, "a4[0]", TRAINING))[1]!;
    expect(factorsOf(output)).toEqual(["1 / n", "dCost_32/da4[0]_32"]);
    const bias = explain({ network }, examples, "b2[1]", TRAINING);
    expect(bias.value).toBe(0);
    expect(bias.note).toContain("exactly 0");
  });

  test("dropout: h is a times its mask, and the next layer reads h", () => {
    const { network, examples } = caseOf("dropout");
    const [example] = examples as [Example];
    const mask = masksOf(network, SEED, rowOf(example), EPOCH)[2]!;
    for (let k = 0; k < mask.length; k++) {
      const activation = one("dropout", `a2[${k}]`, TRAINING);
      expect(factorsOf(activation)).toEqual([`dCost/dh2[${k}]`, `dh2[${k}]/da2[${k}]`]);
      expect(partsOf(activation)[1]!.value).toBe(mask[k]);
    }
    expect(new Set(mask).size).toBe(2);
    const weight = partsOf(one("dropout", "w3[0,1]", TRAINING)).at(-1)!;
    expect(weight.written.indices.map((line) => JSON.stringify(line)).join()).toContain('"of":"h"');
    expect(factorsOf(one("dropout", "a2[1]"))).toContain("dCost/da3[0] * da3[0]/dz3[0] * dz3[0]/da2[1]");
  });

  test("a connection: what it adds is a term of its own", () => {
    const { network } = caseOf("residual blocks");
    expect(network.description.layers.map(({ skip }) => skip)).toEqual([undefined, undefined, 2, 4, undefined]);
    const activation = one("residual blocks", "a2[1]");
    expect(factorsOf(activation).at(-1)).toBe("dCost/dh4[1] * dh4[1]/da2[1]");
    expect(explanationText(activation)).toContain(" + dCost/dh4[1]\n");
    expect(factorsOf(one("residual blocks", "h4[2]")).at(-1)).toBe("dCost/dh5[2] * dh5[2]/dh4[2]");
    expect(factorsOf(one("a block around the input", "a1[1]")).at(-1)).toBe("dCost/dh3[1] * dh3[1]/da1[1]");
    expect(explanationText(activation)).toContain("dz_t^(3)/da_s^(2) ) + dCost/dh_s^(4)");
  });

  test("an embedding: 1 in the row of the category, 0 in any other, and said so", () => {
    const { network, examples } = caseOf("encoded columns");
    const [{ x }] = examples as [Example];
    for (let row = 0; row < 4; row++) {
      const entry = explain({ network }, examples[0]!, `e1.weekday[${row},1]`);
      expect(factorsOf(entry)).toEqual(["dCost/da1[2]", `da1[2]/de1.weekday[${row},1]`]);
      const own = x[1] === row;
      expect(partsOf(entry)[1]!.value).toBe(own ? 1 : 0);
      expect(entry.note).toBe(
        own ? `category ${row}, the one of this row` : `the category of this row is ${x[1]}: row ${row} of the table has no part in it`,
      );
    }
  });

  test("a frequency: its sine and its cosine", () => {
    const { network, examples } = caseOf("encoded columns");
    const [example] = examples as [Example];
    const frequency = explain({ network }, example, "f1.age[1]");
    expect(factorsOf(frequency)).toEqual(["dCost/da1[4] * da1[4]/df1.age[1]", "dCost/da1[6] * da1[6]/df1.age[1]"]);
    const f = network.parameters[network.layout.tensors.find(({ name }) => name === "f1.age")!.offset + 1]!;
    const x = example.x[2]!;
    const slopes = [2 * Math.PI * x * Math.cos(2 * Math.PI * f * x), -2 * Math.PI * x * Math.sin(2 * Math.PI * f * x)];
    partsOf(frequency).forEach((term, index) => expect(differs(partsOf(term)[1]!.value, slopes[index]!)).toBe(false));
  });
});

describe("the mode", () => {
  const { network, examples } = caseOf("everything");

  test("stands in every rendering of a network with dropout or normalisation", () => {
    const inference = explain({ network }, examples[0]!, "w2[0,1]");
    expect(inference.mode).toBe("inference");
    expect(explanationText(inference).split("\n")[0]).toBe(
      "mode inference: running means and variances, nothing dropped; the float32 engine has no value for it, since its derivatives are those of training",
    );
    const training = explain({ network }, examples, "w2[0,1]", TRAINING);
    const said =
      "training: means and variances of the batch of 5 rows, units dropped by seed 3 in epoch 2; with batch normalisation the derivatives of a batch are not the mean of its examples' own";
    expect(training.modeNote).toBe(said);
    expect(explanationText(training)).toContain(`mode ${said}\n`);
    expect(explanationDocument(training)).toMatchObject({ mode: "training", modeNote: said });
    expect(explanationLatex(training)).toContain(`Mode ${said}.`);
    expect(explanationMathml(training)).toContain(`<mtext>mode ${said}</mtext>`);
  });

  test("is not said where there is only one", () => {
    for (const title of ["residual blocks", "encoded columns"]) {
      const own = caseOf(title);
      const explanation = explain({ network: own.network }, own.examples[0]!, "w2[0,1]");
      expect([explanation.mode, explanation.modeNote]).toEqual([undefined, undefined]);
      expect(explanationText(explanation)).not.toContain("mode");
      expect(Object.keys(explanationDocument(explanation))).not.toContain("mode");
    }
  });

  test("in training the seed is that of the model, units are dropped by rows, and masks of an example's own are kept", () => {
    const { network: dropped, examples: list } = caseOf("dropout");
    const split = { seed: SEED, test: 0, validation: 0, rows: 50, fingerprint: "" };
    const value = (options: ConditionOptions, of: readonly Example[] = list): number =>
      explain({ network: dropped, split }, of, "w2[1,0]", { mode: "training", ...options }).value;
    const own = batchGradient(dropped, stepOf({ title: "", network: dropped, examples: list })).gradient;
    const expected = own[trainedNames(dropped).indexOf("w2[1,0]")]!;
    expect(differs(value({ epoch: EPOCH }), expected)).toBe(false);
    expect(value({ epoch: 1 })).not.toBe(value({ epoch: EPOCH }));
    expect(value({ epoch: EPOCH, seed: 4 })).not.toBe(value({ epoch: EPOCH }));
    const unnumbered = list.map(({ x, y }) => ({ x, y }));
    expect(value({ epoch: EPOCH }, unnumbered)).not.toBe(value({ epoch: EPOCH }));
    expect(value({ epoch: EPOCH, rows: list.map(rowOf) }, unnumbered)).toBe(value({ epoch: EPOCH }));
    const kept = list.map((example) => ({ ...example, masks: masksOf(dropped, 99, 0, 1) }));
    expect(value({ epoch: 1 }, kept)).toBe(value({ epoch: 7 }, kept));
    // Nothing is dropped as it predicts, whatever an example brings.
    const { value: predicting } = explain({ network: dropped }, list, "w2[1,0]");
    expect(explain({ network: dropped }, kept, "w2[1,0]").value).toBe(predicting);
  });

  test("a step of the reference engine has the same derivatives, its rows being those of the data", () => {
    const list = Uint32Array.from(examples, rowOf);
    const room = Math.max(...list) + 1;
    const { inputs, sizes } = { inputs: network.layout.inputs, sizes: network.layout.sizes };
    const values = new Float64Array(room * inputs);
    const targets = new Float32Array(room * sizes.at(-1)!);
    examples.forEach(({ x, y }, index) => {
      values.set(x, list[index]! * inputs);
      targets.set(y, list[index]! * sizes.at(-1)!);
    });
    const optimizer = { kind: "sgd", learningRate: 1, momentum: 0, nesterov: false } as const;
    const program = { ...network, batchSize: list.length, optimizer, seed: SEED };
    const engine = findEngine("reference").create(program, { inputs: { kind: "numbers", values: values as never }, targets });
    const gradient = engine.gradient(list, EPOCH);
    for (const name of ["e1.weekday[2,0]", "f1.age[0]", "w2[0,1]", "gamma2[1]", "beta4[0]", "w3[4,1]"]) {
      const { value } = explain({ network }, examples, name, TRAINING);
      const expected = gradient[trainedNames(network).indexOf(name)]!;
      expect(Math.abs(value - expected) <= 1e-6 * Math.abs(expected) + 1e-9, name).toBe(true);
    }
  });

  test("rows with the same number, or none, are told apart by their places", () => {
    const twins = examples.map((example) => ({ ...example, row: 7 }));
    const derivation = explain({ network }, twins, "gamma2[0]", TRAINING);
    expect(partsOf(derivation).map(({ indices }) => indices["e"])).toEqual([0, 1, 2, 3, 4]);
    expect(lawsOf(derivation).filter(isBroken)).toEqual([]);
  });
});

describe("what is refused", () => {
  const { network, examples } = caseOf("everything");
  const [example] = examples as [Example];

  test.each([
    ["h2[0]", {}, 'h2[0]: expected a2[0], which layer 2 hands on as it is where nothing is dropped, got "h2[0]"'],
    ["mean2[0]", { mode: "training" }, "mean2[0]: expected a quantity that a step of training uses"],
    ["h3[0]", {}, "h3[0]: expected a3[0]"],
    ["e1.weekday[4,0]", {}, "e1.weekday[0..4,0..2]"],
    ["zhat5[0]", {}, 'Did you mean "zhat4[0]"?'],
    ["f1.3[0]", {}, "one of w2, b2, gamma2, beta2, w3"],
    ["w2[0,0]", { mode: "predict" }, "mode: expected inference or training, got predict"],
    ["w2[0,0]", { mode: "training", epoch: 0 }, "epoch: expected a whole number of at least 1, got 0"],
    ["w2[0,0]", { mode: "training", seed: -1 }, "seed"],
    ["w2[0,0]", { mode: "training", rows: [1, 2] }, "rows: expected 1 numbers, one an example, got 2"],
  ] as const)("%s with %j", (quantity, options, message) => {
    expect(() => explain({ network }, example, quantity, options as ConditionOptions)).toThrow(message);
  });

  test("a plain network has none of the names of parts", () => {
    const plain = { network: networkOf([3, 2, 2]) };
    for (const name of ["u2[0]", "zhat2[0]", "h2[0]", "gamma2[0]", "mean2[0]", "e1.0[0,0]", "f1.0[0]"]) {
      expect(() => explain(plain, { x: [1, 2, 3], y: [0, 1] }, name)).toThrow("of one of w2, b2, w3, b3, z2, z3, a1, a2, a3 (this");
    }
  });
});

test("the laws can fail: a derivation of other numbers breaks them", () => {
  const { network, examples } = caseOf("layer normalisation");
  const [example] = examples as [Example];
  const weight = explain({ network }, example, "w2[1,0]");
  const other = passOf(network, { ...example, x: example.x.length === 0 ? [] : Array.from(example.x, (value) => value + 0.5) });
  const broken = [...nodesOf(weight)].flatMap((node) => linesOf(other, node)).filter(isBroken);
  expect(broken.length).toBeGreaterThan(0);
  for (const factor of [1.01, 0.99, NaN]) {
    const [law] = lawsOf(weight) as [Law];
    expect(isBroken({ ...law, actual: law.actual * factor })).toBe(true);
  }
});
