import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import * as optimizers from "../../src/training/optimizers.js";
import { adam, type AdamSettings, type OptimizerName, sgd, type SgdSettings } from "../../src/training/optimizers.js";
import type { TrainOptions } from "../../src/training/options.js";
import { train } from "../../src/training/train.js";
import { caught, rejected, said } from "./caught.js";
import { circleTable, regressionTable } from "./tables.js";

/** Options as a program without types may give them. */
function loosely(options: Readonly<Record<string, unknown>>): TrainOptions {
  return options;
}

function refusal(options: Readonly<Record<string, unknown>>): ReturnType<typeof said> {
  return said(caught(() => train(iris(), loosely(options))));
}

describe("every option is checked before the first step", () => {
  test.each([
    ["epochs", -1],
    ["epochs", 1.5],
    ["epochs", NaN],
    ["epochs", Infinity],
    ["epochs", "10"],
    ["batchSize", 0],
    ["batchSize", -32],
    ["batchSize", 2.5],
    ["batchSize", NaN],
    ["batchSize", "32"],
    ["seed", -1],
    ["seed", 0.5],
    ["seed", 2 ** 53],
    ["seed", NaN],
    ["seed", "1"],
    ["test", -0.1],
    ["test", 1],
    ["test", NaN],
    ["validation", -0.1],
    ["validation", 1],
    ["validation", NaN],
    ["recipe", "equation"],
    ["engine", "portabel"],
    ["scale", "standart"],
    ["activation", "reul"],
    ["activation", "softmax"],
    ["outputActivation", "softmaxx"],
    ["cost", "squared"],
    ["initialisation", "glorrot"],
    ["hidden", 16],
    ["hidden", "16,16"],
  ])("%s: %s", (name, value) => {
    const error = refusal({ [name]: value });
    expect(error).toMatchObject({ code: "E_USAGE", where: name });
    expect(error.got).toContain(String(value));
    expect(error.expected).not.toBe("");
  });

  test.each([
    ["recipe", "equation", "equations"],
    ["engine", "portabel", "portable"],
    ["scale", "standart", "standard"],
    ["activation", "reul", "relu"],
    ["activation", "Sigmoid", "sigmoid"],
    ["outputActivation", "softmaxx", "softmax"],
    ["cost", "cross-entrpy", "cross-entropy"],
    ["initialisation", "glorrot", "glorot"],
  ])('%s "%s": the nearest name is suggested', (name, value, nearest) => {
    expect(refusal({ [name]: value }).hint).toBe(`Did you mean "${nearest}"?`);
  });

  test("several at once are listed together", () => {
    const { problems } = caught(() => train(iris(), loosely({ activation: "reul", cost: "sqared-error", outputActivation: "max" })));
    expect(problems.map(({ where }) => where)).toEqual(["activation", "outputActivation", "cost"]);
    const counts = caught(() => train(iris(), { epochs: -1, batchSize: 0 }));
    expect(counts.problems.map(({ where }) => where)).toEqual(["epochs", "batchSize"]);
  });

  test.each([[[0]], [[16, -1]], [[1.5]], [["a"]], [[NaN]], [[2_000_000]]])("hidden widths %j: the layer is named", (hidden) => {
    const error = refusal({ hidden });
    expect(error.code).toBe("E_DESCRIPTION");
    expect(error.where).toBe(`layers[${hidden.length - 1}].units`);
    expect(error.expected).toContain("a whole number above 0");
  });

  test("a width that is text: quoting is the likely cause", () => {
    expect(refusal({ hidden: ["16"] }).hint).toBe("Did the JSON quote it?");
  });
});

describe("the optimizer", () => {
  test.each([
    [{ learningRate: 0 }, "learningRate"],
    [{ learningRate: -1 }, "learningRate"],
    [{ learningRate: NaN }, "learningRate"],
    [{ learningRate: Infinity }, "learningRate"],
    [{ learningRate: "0.1" }, "learningRate"],
    [{ momentum: 1 }, "momentum"],
    [{ momentum: -0.1 }, "momentum"],
    [{ momentum: NaN }, "momentum"],
    [{ momentum: "0.9" }, "momentum"],
    [{ momentum: 0, nesterov: true }, "nesterov"],
  ])("%j is refused by sgd and by train", (settings, where) => {
    const loose = settings as Parameters<typeof sgd>[0];
    expect(said(caught(() => sgd(loose)))).toMatchObject({ code: "E_USAGE", where });
    expect(refusal({ optimizer: { kind: "sgd", ...settings } })).toMatchObject({ code: "E_USAGE", where });
  });

  test("all that is wrong is listed together", () => {
    expect(caught(() => sgd({ learningRate: 0, momentum: 2 })).problems.map(({ where }) => where)).toEqual(["learningRate", "momentum"]);
  });

  test.each([
    [{ learningRate: 0 }, "learningRate"],
    [{ learningRate: -0.001 }, "learningRate"],
    [{ learningRate: NaN }, "learningRate"],
    [{ learningRate: Infinity }, "learningRate"],
    [{ learningRate: "0.1" }, "learningRate"],
    [{ beta1: 1 }, "beta1"],
    [{ beta1: -0.1 }, "beta1"],
    [{ beta1: NaN }, "beta1"],
    [{ beta1: null }, "beta1"],
    [{ beta2: 1 }, "beta2"],
    [{ beta2: -0.1 }, "beta2"],
    [{ beta2: "0.999" }, "beta2"],
    [{ epsilon: 0 }, "epsilon"],
    [{ epsilon: -1e-8 }, "epsilon"],
    [{ epsilon: NaN }, "epsilon"],
    [{ epsilon: Infinity }, "epsilon"],
    // 0 and infinity in float32.
    [{ epsilon: 1e-50 }, "epsilon"],
    [{ epsilon: 1e50 }, "epsilon"],
  ])("%j is refused by adam and by train", (settings, where) => {
    const loose = settings as AdamSettings;
    expect(said(caught(() => adam(loose)))).toMatchObject({ code: "E_USAGE", where });
    expect(refusal({ optimizer: { kind: "adam", ...settings } })).toMatchObject({ code: "E_USAGE", where });
  });

  test("the bounds of adam belong to it", () => {
    expect(adam({ beta1: 0, beta2: 0, epsilon: 1e-30 })).toEqual({ kind: "adam", beta1: 0, beta2: 0, epsilon: 1e-30 });
  });

  test("all that is wrong with adam is listed together", () => {
    const { problems } = caught(() => adam({ learningRate: 0, beta1: 1, beta2: -1, epsilon: 0 }));
    expect(problems.map(({ where }) => where)).toEqual(["learningRate", "beta1", "beta2", "epsilon"]);
  });

  test("a setting of the other one, or a misspelt one, is refused", () => {
    const momentum = said(caught(() => adam({ momentum: 0.9 } as AdamSettings)));
    expect(momentum).toMatchObject({
      code: "E_USAGE",
      where: "momentum",
      expected: "one of learningRate, beta1, beta2, epsilon",
      got: "0.9",
    });
    expect(said(caught(() => sgd({ beta1: 0.9 } as SgdSettings)))).toMatchObject({
      where: "beta1",
      expected: expect.stringContaining("momentum") as unknown,
    });
    expect(refusal({ optimizer: { kind: "sgd", learningrate: 0.1 } })).toMatchObject({
      where: "learningrate",
      hint: 'Did you mean "learningRate"?',
    });
  });

  test.each([{ kind: "adamx" }, { kind: "Adam" }, { learningRate: 0.1 }, "adam", null, 5])("%j is none: all are named", (optimizer) => {
    const { code, where, expected } = refusal({ optimizer });
    expect({ code, where }).toEqual({ code: "E_USAGE", where: "optimizer" });
    for (const name of ["sgd", "adam", "adamw", "nadam", "adagrad", "rmsprop", "lion"]) expect(expected).toContain(`${name}({ ... })`);
  });

  test.each<[OptimizerName, object, string]>([
    ["adamw", { learningRate: 0 }, "learningRate"],
    ["adamw", { beta1: 1 }, "beta1"],
    ["adamw", { weightDecay: 0.1 }, "weightDecay"],
    ["nadam", { beta2: 1 }, "beta2"],
    ["nadam", { epsilon: 0 }, "epsilon"],
    ["adagrad", { initial: -1 }, "initial"],
    ["adagrad", { initial: NaN }, "initial"],
    ["adagrad", { epsilon: 1e-50 }, "epsilon"],
    ["adagrad", { beta1: 0.9 }, "beta1"],
    ["rmsprop", { rho: 1 }, "rho"],
    ["rmsprop", { momentum: 1 }, "momentum"],
    ["rmsprop", { nesterov: true }, "nesterov"],
    ["rmsprop", { beta2: 0.9 }, "beta2"],
    ["lion", { learningRate: Infinity }, "learningRate"],
    ["lion", { beta1: -0.5 }, "beta1"],
    ["lion", { epsilon: 1e-8 }, "epsilon"],
  ])("%s refuses %j, and so does train", (kind, settings, where) => {
    const make = optimizers[kind] as (settings: object) => unknown;
    expect(said(caught(() => make(settings)))).toMatchObject({ code: "E_USAGE", where });
    expect(refusal({ optimizer: { kind, ...settings } })).toMatchObject({ code: "E_USAGE", where });
  });

  test.each<[OptimizerName, object]>([
    ["adamw", { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }],
    ["nadam", { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }],
    ["adagrad", { learningRate: 0.01, epsilon: 1e-10, initial: 0 }],
    ["rmsprop", { learningRate: 0.001, rho: 0.9, epsilon: 1e-8, momentum: 0 }],
    ["lion", { learningRate: 0.0001, beta1: 0.9, beta2: 0.99 }],
  ])("%s has defaults of its own, whatever the recipe, and each setting takes their place", async (kind, settings) => {
    const optimizerOf = async (options: TrainOptions): Promise<unknown> =>
      (await train(iris(), { ...options, epochs: 0 }).result).model.training?.optimizer;
    expect(await optimizerOf({ optimizer: { kind } })).toEqual({ kind, ...settings });
    expect(await optimizerOf({ optimizer: { kind }, recipe: "equations" })).toEqual({ kind, ...settings });
    for (const name of Object.keys(settings)) {
      const changed = { kind, [name]: 0.125 };
      expect(await optimizerOf({ optimizer: changed })).toEqual({ ...settings, ...changed });
    }
  });

  test("adam has defaults of its own, whatever the recipe and the data", async () => {
    const own = { kind: "adam", learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    const optimizerOf = async (options: TrainOptions): Promise<unknown> =>
      (await train(iris(), { ...options, epochs: 0 }).result).model.training?.optimizer;
    expect(await optimizerOf({ optimizer: adam() })).toEqual(own);
    expect(await optimizerOf({ optimizer: adam(), recipe: "equations" })).toEqual(own);
    expect((await train(digits(), { optimizer: adam(), epochs: 0 }).result).model.training?.optimizer).toEqual(own);
    expect(await optimizerOf({ optimizer: adam({ beta1: 0.5, epsilon: 1e-4 }) })).toEqual({ ...own, beta1: 0.5, epsilon: 1e-4 });
    expect(await optimizerOf({ optimizer: { kind: "adam", learningRate: 0.1 } })).toEqual({ ...own, learningRate: 0.1 });
    expect(await optimizerOf({})).toMatchObject({ kind: "sgd" });
  });

  test("Nesterov over a recipe without momentum is refused, not forgotten", () => {
    const options = { recipe: "equations", optimizer: sgd({ nesterov: true }) } as const;
    expect(refusal(options)).toMatchObject({ code: "E_USAGE", where: "nesterov" });
    expect(() => train(iris(), { ...options, optimizer: sgd({ nesterov: true, momentum: 0.5 }), epochs: 0 })).not.toThrow();
  });

  test("plain descent over defaults with Nesterov is plain", async () => {
    const hash = async (optimizer: ReturnType<typeof sgd>): Promise<string> =>
      (await train(iris(), { optimizer, epochs: 3 }).result).model.parametersHash;
    expect(await hash(sgd({ momentum: 0 }))).toBe(await hash(sgd({ momentum: 0, nesterov: false })));
  });
});

describe("output and cost", () => {
  test.each([
    ["relu", "cross-entropy"],
    ["identity", "cross-entropy"],
    ["tanh", "cross-entropy"],
  ] as const)("%s with %s is refused, naming the allowed ones", (outputActivation, cost) => {
    const error = refusal({ outputActivation, cost });
    expect(error).toMatchObject({ code: "E_DESCRIPTION", got: `"${outputActivation}"` });
    expect(error.where).toMatch(/^layers\[\d\]\.activation$/);
    expect(error.expected).toContain("sigmoid or softmax");
    expect(error.expected).toContain("cross-entropy");
  });

  test("cross-entropy of numbers is refused", () => {
    const options = { cost: "cross-entropy", outputActivation: "sigmoid" } as const;
    const error = said(caught(() => train(regressionTable(20), options)));
    expect(error).toMatchObject({ code: "E_USAGE", where: "cost", got: "cross-entropy" });
  });

  test.each([
    [undefined, undefined, "softmax", "cross-entropy"],
    ["sigmoid", undefined, "sigmoid", "cross-entropy"],
    ["tanh", undefined, "tanh", "squared-error"],
    [undefined, "squared-error", "sigmoid", "squared-error"],
    [undefined, "cross-entropy", "softmax", "cross-entropy"],
  ] as const)("output %s and cost %s become %s with %s for classes", async (outputActivation, cost, output, chosen) => {
    const options = { epochs: 0, ...(outputActivation && { outputActivation }), ...(cost && { cost }) };
    const { model } = await train(iris(), options).result;
    expect(model.network.description.layers.at(-1)!.activation).toBe(output);
    expect(model.network.description.cost).toBe(chosen);
  });

  test("identity with squared error for numbers", async () => {
    const { description } = (await train(regressionTable(20), { epochs: 0 }).result).model.network;
    expect(description).toMatchObject({ cost: "squared-error", layers: [{}, {}, { units: 1, activation: "identity" }] });
  });
});

describe("a whole network description", () => {
  const network = { inputs: 4, layers: [{ units: 5 }, { units: 3 }] } as const;

  test.each([
    ["hidden", [16]],
    ["activation", "tanh"],
    ["outputActivation", "softmax"],
    ["cost", "squared-error"],
    ["initialisation", "he"],
  ])("beside %s is a contradiction", (name, value) => {
    const error = refusal({ network, [name]: value });
    expect(error).toMatchObject({ code: "E_USAGE", where: name, hint: "Write it into the description." });
  });

  test("goes with a recipe, whose optimizer it takes, and with everything else", async () => {
    const options = { network, recipe: "equations", epochs: 1, batchSize: 10, scale: "minmax", seed: 3 } as const;
    const { model } = await train(iris(), options).result;
    expect(model.network.description).toMatchObject({ inputs: 4, cost: "squared-error" });
    expect(model.scaling.kind).toBe("minmax");
  });

  test("of another width than the data is refused", () => {
    expect(refusal({ network: { ...network, inputs: 5 } })).toMatchObject({ code: "E_DATA", where: "network.inputs", got: "5" });
  });

  test.each([1, 2, 4])("with %i outputs for three classes is refused", (units) => {
    const error = refusal({ network: { inputs: 4, layers: [{ units }] } });
    expect(error).toMatchObject({ code: "E_USAGE", where: "layers[0].units", expected: "3, one output a class", got: String(units) });
  });

  test("with two outputs for one number is refused, and with three for two classes", () => {
    const numbers = said(
      caught(() => train(regressionTable(20), { network: { inputs: 2, layers: [{ units: 2, activation: "identity" }] } })),
    );
    expect(numbers).toMatchObject({ code: "E_USAGE", expected: "1, one output a value" });
    const classes = said(caught(() => train(circleTable(20), { network: { inputs: 2, layers: [{ units: 3 }] } })));
    expect(classes).toMatchObject({ code: "E_USAGE", expected: "2, one output a class" });
  });

  test("with mistakes lists them all", () => {
    const bad = { inputs: 0, layers: [{ units: "16", activation: "sigmiod" }, {}], cots: "squared-error" };
    const { code, problems } = caught(() => train(iris(), loosely({ network: bad })));
    expect(code).toBe("E_DESCRIPTION");
    expect(problems.map(({ where }) => where)).toEqual(["cots", "inputs", "layers[0].units", "layers[0].activation", "layers[1].units"]);
  });

  test.each([null, 5, "64-16-10", []])("that is %j is refused", (value) => {
    expect(refusal({ network: value })).toMatchObject({ code: "E_DESCRIPTION", where: "network" });
  });
});

describe("data", () => {
  test("without a target cannot be trained on", () => {
    const data = createDataset({ inputs: [[1], [2]] });
    expect(said(caught(() => train(data)))).toMatchObject({ code: "E_DATA", got: "none" });
  });

  test("without a row left to train on is refused", () => {
    const data = createDataset({ inputs: [[1]], labels: ["a"] });
    expect(said(caught(() => train(data, { test: 0.9 })))).toMatchObject({ code: "E_DATA" });
    expect(said(caught(() => train(createDataset({ inputs: [], labels: [] }))))).toMatchObject({ code: "E_DATA" });
  });

  test("that names its own test part takes no fraction for one", () => {
    const data = createDataset({ inputs: [[1], [2], [3]], labels: [0, 1, 0], testFrom: 2 });
    expect(said(caught(() => train(data, { test: 0.5 })))).toMatchObject({ code: "E_USAGE", where: "test" });
    expect(() => train(data, { epochs: 0 })).not.toThrow();
  });

  test("undefined options count as left out", async () => {
    const options = loosely({ epochs: 0, hidden: undefined, cost: undefined, seed: undefined, optimizer: undefined, scale: undefined });
    const { model } = await train(digits(), options).result;
    expect(model.parametersHash).toBe((await train(digits(), { epochs: 0 }).result).model.parametersHash);
  });

  test("errors come at once, not from the result", async () => {
    expect(() => train(iris(), { epochs: -1 })).toThrow("epochs: expected a whole number of at least 0, got -1.");
    expect((await rejected(Promise.resolve().then(() => train(iris(), { batchSize: 0 })))).code).toBe("E_USAGE");
  });
});

describe("a target that cannot be learned is refused", () => {
  const inputs = [[0], [1], [2]];
  const values = (targets: number[]) => createDataset({ inputs, targets, targetNames: ["y"] });

  test.each([
    ["sigmoid", [0, 0.5, 1.5], "numbers from 0 to 1, which sigmoid can give", "1.5"],
    ["tanh", [0, -1.25, 1], "numbers from -1 to 1, which tanh can give", "-1.25"],
    ["relu", [0, -2, 7], "numbers of at least 0, which relu can give", "-2"],
  ] as const)("with a %s output that never reaches it", (outputActivation, targets, expected, got) => {
    const error = said(caught(() => train(values([...targets]), { outputActivation, test: 0 })));
    expect(error).toMatchObject({ code: "E_USAGE", where: 'the target of "data"', expected, got });
  });

  test("but not where every value is within reach, bounds included", async () => {
    const { history } = await train(values([0, 1, 0.5]), { outputActivation: "sigmoid", test: 0, validation: 0, epochs: 2 }).result;
    expect(history).toHaveLength(2);
  });

  test("of a single class", () => {
    const error = said(caught(() => train(createDataset({ inputs, labels: ["a", "a", "a"] }), { test: 0 })));
    expect(error).toMatchObject({ code: "E_DATA", where: 'the target of "data"', expected: "at least two classes", got: '["a"]' });
  });
});

test("an option of another name is refused, the nearest suggested", () => {
  expect(refusal({ batchsize: 8 })).toMatchObject({ code: "E_USAGE", where: "batchsize", got: "8", hint: 'Did you mean "batchSize"?' });
  const { problems } = caught(() => train(iris(), loosely({ epochs: -1, scale: "standart", lr: 0.1 })));
  expect(problems.map(({ where }) => where)).toEqual(["lr", "scale", "epochs"]);
});
