import { describe, expect, test } from "vitest";
import { iris } from "../../src/data/iris.js";
import type { StepRules } from "../../src/kernels/contract.js";
import { type Layout, tensorValues } from "../../src/network/layout.js";
import { decodeCheckpoint } from "../../src/training/checkpoint/run-state.js";
import type { CheckpointStore } from "../../src/training/checkpoint/store.js";
import type { Model } from "../../src/training/model.js";
import { adam, adamw, OPTIMIZER_NAMES, sgd } from "../../src/training/optimizers.js";
import type { TrainOptions } from "../../src/training/options.js";
import { completeRules, RULE_NAMES, ruleProblems } from "../../src/training/rules.js";
import { train } from "../../src/training/train.js";
import { caught, said } from "./caught.js";

// That the steps are the formulas' is judged by PyTorch's paths (test/engine/optimizers.test.ts); here is what a run makes of them.

const base: TrainOptions = { hidden: [6], epochs: 4, batchSize: 16, seed: 3 };
const modelOf = async (options: TrainOptions): Promise<Model> => (await train(iris(), { ...base, ...options }).result).model;

function weights({ network: { layout, parameters } }: Model): number[] {
  return layout.tensors.filter(({ kind }) => kind === "weight").flatMap((tensor) => Array.from(tensorValues(parameters, tensor)));
}

const length = (values: ArrayLike<number>): number => Math.sqrt(Array.from(values).reduce((sum, value) => sum + value ** 2, 0));

/** The length of the weights that lead to each unit. */
function lengths(layout: Layout, parameters: Float32Array): number[] {
  return layout.tensors
    .filter(({ kind }) => kind === "weight")
    .flatMap((tensor) =>
      Array.from({ length: tensor.rows }, (_, j) =>
        length(tensorValues(parameters, tensor).subarray(j * tensor.columns, (j + 1) * tensor.columns)),
      ),
    );
}

describe("settings", () => {
  test.each<[keyof StepRules, readonly unknown[]]>([
    ["clipValue", [0, -1, NaN, Infinity, 1e-50, 1e50, "1", null]],
    ["clipNorm", [0, -1, NaN, Infinity, 1e-50, "1", null]],
    ["l1", [-0.1, NaN, Infinity, "0", null]],
    ["l2", [-0.1, NaN, Infinity, "0", null]],
    ["weightDecay", [-0.1, NaN, Infinity, "0", null]],
    ["maxNorm", [0, -1, NaN, Infinity, "1", null]],
    ["average", [1, 1.5, -0.1, NaN, "0.9", null]],
  ])("%s is checked", (name, values) => {
    for (const value of values) {
      expect(ruleProblems({ [name]: value }).map(({ where }) => where)).toEqual([name]);
      expect(said(caught(() => train(iris(), { [name]: value })))).toMatchObject({ code: "E_USAGE", where: name });
    }
  });

  test("all that is wrong is listed together", () => {
    const { problems } = caught(() => train(iris(), { l2: -1, average: 1, patience: 0, epochs: -1 }));
    expect(problems.map(({ where }) => where).sort()).toEqual(["average", "epochs", "l2", "patience"]);
  });

  test("only AdamW decays where nothing is said, and 0 is nothing", () => {
    // L-BFGS refuses decay that is no part of its cost.
    for (const name of OPTIMIZER_NAMES.filter((other) => other !== "lbfgs")) {
      expect(completeRules({}, name)).toEqual(name === "adamw" ? { weightDecay: 0.01 } : {});
      expect(completeRules({ weightDecay: 0, l1: 0, l2: 0, average: 0 }, name)).toEqual({});
      expect(completeRules({ weightDecay: 0.5, l2: 0.25 }, name)).toEqual({ weightDecay: 0.5, l2: 0.25 });
    }
  });

  test("what does something is remembered by the model, and nothing else", async () => {
    const all: StepRules = { clipValue: 0.5, clipNorm: 1, l1: 0.001, l2: 0.01, weightDecay: 0.1, maxNorm: 2, average: 0.5 };
    expect(Object.keys(all).sort()).toEqual([...RULE_NAMES].sort());
    expect((await modelOf(all)).training?.rules).toEqual(all);
    expect((await modelOf({ l2: 0.01, l1: 0 })).training?.rules).toEqual({ l2: 0.01 });
    expect((await modelOf({ l2: 0 })).training).not.toHaveProperty("rules");
  });
});

describe("rules that change nothing", () => {
  test.each<[string, TrainOptions]>([
    ["bounds that nothing reaches", { clipValue: 1e9, clipNorm: 1e9, maxNorm: 1e9 }],
    ["no decay", { l1: 0, l2: 0, weightDecay: 0, average: 0 }],
  ])("%s leave every bit", async (_title, rules) => {
    const plain = await modelOf({});
    expect((await modelOf(rules)).parametersHash).toBe(plain.parametersHash);
  });

  test("AdamW without its decay is Adam, in every bit", async () => {
    const [without, plain, decayed] = await Promise.all([
      modelOf({ optimizer: adamw(), weightDecay: 0 }),
      modelOf({ optimizer: adam() }),
      modelOf({ optimizer: adamw() }),
    ]);
    expect(without.parametersHash).toBe(plain.parametersHash);
    expect(decayed.parametersHash).not.toBe(plain.parametersHash);
    // Decay stands beside any optimizer.
    expect((await modelOf({ optimizer: adam(), weightDecay: 0.01 })).parametersHash).toBe(decayed.parametersHash);
  });
});

describe("each rule in a run", () => {
  test("maxNorm: no unit's weights are longer, at any step", async () => {
    const layout = (await modelOf({ epochs: 0 })).network.layout;
    const free = await modelOf({ epochs: 10 });
    expect(Math.max(...lengths(layout, free.network.parameters))).toBeGreaterThan(1);
    for (const parameters of (await everyStep({ maxNorm: 0.75, epochs: 10 })).slice(1)) {
      expect(Math.max(...lengths(layout, parameters))).toBeLessThan(0.75 * (1 + 1e-6));
    }
  });

  test("clipNorm and clipValue: no step is longer than they allow", async () => {
    const optimizer = sgd({ learningRate: 0.5, momentum: 0 });
    const steps = (list: readonly Float32Array[]): Float32Array[] =>
      list.slice(1).map((after, at) => after.map((w, i) => w - list[at]![i]!));
    for (const step of steps(await everyStep({ optimizer, clipNorm: 0.01 }))) expect(length(step)).toBeLessThan(0.5 * 0.01 * 1.0001);
    for (const step of steps(await everyStep({ optimizer, clipValue: 0.002 }))) {
      expect(Math.max(...step.map(Math.abs))).toBeLessThan(0.5 * 0.002 * 1.0001);
    }
    expect(Math.max(...steps(await everyStep({ optimizer })).map(length))).toBeGreaterThan(0.5 * 0.1);
  });

  test("l2 and weight decay make weights small, and l1 makes many of them all but 0", async () => {
    const options: TrainOptions = { epochs: 60, optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }), hidden: [16] };
    const [plain, l2, decay, l1] = await Promise.all(
      [{}, { l2: 0.1 }, { weightDecay: 0.1 }, { l1: 0.02 }].map(async (rules) => weights(await modelOf({ ...options, ...rules }))),
    );
    expect(length(l2!)).toBeLessThan(0.6 * length(plain!));
    expect(length(decay!)).toBeLessThan(0.6 * length(plain!));
    const small = (values: readonly number[]): number => values.filter((value) => Math.abs(value) < 0.005).length / values.length;
    expect(small(l1!)).toBeGreaterThan(0.4);
    expect(small(l2!)).toBeLessThan(0.2);
    expect(small(plain!)).toBeLessThan(0.05);
  });

  test("decay leaves biases as they are", async () => {
    // Decay of a whole weight a step: after each step weights are what that step alone made, and biases have all their steps.
    const optimizer = sgd({ learningRate: 0.001, momentum: 0 });
    const options: TrainOptions = { optimizer, hidden: [], cost: "squared-error", batchSize: 150, test: 0, validation: 0, epochs: 3 };
    const [start, all] = [await modelOf({ ...options, epochs: 0 }), await everyStep({ ...options, weightDecay: 1000 })];
    const { tensors } = start.network.layout;
    const part = (parameters: Float32Array, kind: "weight" | "bias"): number[] =>
      tensors.filter((tensor) => tensor.kind === kind).flatMap((tensor) => Array.from(tensorValues(parameters, tensor)));
    for (const parameters of all.slice(1)) expect(Math.max(...part(parameters, "weight").map(Math.abs))).toBeLessThan(0.01);
    const biases = all.map((parameters) => length(part(parameters, "bias")));
    expect(biases[3]).toBeGreaterThan(2.9 * biases[1]!);
  });

  test("the reported cost has no penalty in it", async () => {
    // One step an epoch: the first epoch's cost is that of the parameters as they were drawn, whatever the rules.
    const options: TrainOptions = { ...base, batchSize: 150, test: 0, epochs: 1 };
    const [plain, penalised] = await Promise.all([{}, { l1: 5, l2: 5 }].map((rules) => train(iris(), { ...options, ...rules }).result));
    expect(penalised!.history[0]!.cost).toBe(plain!.history[0]!.cost);
    expect(penalised!.history[0]!.validation!.cost).not.toBe(plain!.history[0]!.validation!.cost);
  });

  test("average: the model has the running mean of the parameters, which is what validation asks", async () => {
    const options: TrainOptions = { average: 0.8, epochs: 3, validation: 0.2, optimizer: sgd({ learningRate: 0.05 }) };
    const run = await train(iris(), { ...base, ...options }).result;
    const steps = await everyStep(options);
    const mean = Float64Array.from(steps[0]!);
    steps.slice(1).forEach((parameters, at) => {
      const kept = Math.min(0.8, (2 + at) / (11 + at));
      parameters.forEach((value, i) => (mean[i] = kept * mean[i]! + (1 - kept) * value));
    });
    const { parameters } = run.model.network;
    parameters.forEach((value, i) => expect(Math.abs(value - mean[i]!) <= 1e-6, `parameter ${i}`).toBe(true));
    expect(Math.max(...parameters.map((value, i) => Math.abs(value - steps.at(-1)![i]!)))).toBeGreaterThan(1e-3);
    // Training goes on with its own parameters: what it costs before each step is what it would cost without the mean.
    const without = await train(iris(), { ...base, ...options, average: 0 }).result;
    expect(run.history.map(({ cost }) => cost)).toEqual(without.history.map(({ cost }) => cost));
    expect(run.history.map(({ validation }) => validation)).not.toEqual(without.history.map(({ validation }) => validation));
  });
});

/** The parameters before the first step and after each, as checkpoints keep them: those that training goes on with. */
async function everyStep(options: TrainOptions): Promise<Float32Array[]> {
  const kept: Float32Array[] = [];
  const store: CheckpointStore = {
    write(step, bytes) {
      kept[step] = Float32Array.from(decodeCheckpoint(bytes).state.engine.parameters);
      return Promise.resolve();
    },
    steps: () => Promise.resolve([]),
    read: () => Promise.reject(new Error("nothing is read")),
    setAside: () => Promise.resolve(),
  };
  await train(iris(), { ...base, ...options, checkpoint: { store, everySteps: 1 } }).result;
  return kept;
}
