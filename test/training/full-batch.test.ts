import { describe, expect, test } from "vitest";
import { iris } from "../../src/data/iris.js";
import { lbfgs } from "../../src/training/optimizers.js";
import type { TrainOptions } from "../../src/training/options.js";
import { memoryCheckpoints } from "../../src/training/checkpoint/store.js";
import { train } from "../../src/training/train.js";
import { caught } from "./caught.js";

const base: TrainOptions = {
  hidden: [8],
  activation: "tanh",
  optimizer: lbfgs(),
  epochs: 30,
  batchSize: 16,
  seed: 3,
  validation: 0,
  l2: 0.001,
};

describe("training by L-BFGS", () => {
  test("goes down at every step, and far", async () => {
    const { history, test: measured, model } = await train(iris(), base).result;
    for (let i = 1; i < history.length; i++) expect(history[i]!.cost <= history[i - 1]!.cost + 0.02, `epoch ${i}`).toBe(true);
    expect(history.at(-1)!.cost).toBeLessThan(0.1);
    expect(measured!.accuracy).toBeGreaterThan(0.9);
    expect(model.training?.optimizer).toEqual({ kind: "lbfgs", learningRate: 1, history: 10 });
  });

  test("gives the same bits on every float32 engine, for any number of threads", async () => {
    const hash = async (options: TrainOptions): Promise<string> =>
      (await train(iris(), { ...base, ...options }).result).model.parametersHash;
    const expected = await hash({});
    for (const options of [{ engine: "portable" }, { threads: 2 }, { threads: 3, sparse: false }] as const)
      expect(await hash(options)).toBe(expected);
  });

  test("in float64 it ends where no way down is left", async () => {
    const { stopped, history } = await train(iris(), { ...base, engine: "reference", l2: 0.05, hidden: [3], epochs: 2000 }).result;
    expect(stopped).toBe("converged");
    expect(history.length).toBeLessThan(2000);
  });

  test.each([{}, { engine: "reference" }, { classWeights: { setosa: 2 } }] as const)(
    "stopped after any step and resumed it gives the same bits: %j",
    async (how) => {
      const options: TrainOptions = { ...base, ...how, epochs: 12 };
      const whole = await train(iris(), options).result;
      for (const epochs of [1, 5, 11]) {
        const kept = new Map<number, Uint8Array>();
        const store = {
          ...memoryCheckpoints(),
          write: (step: number, bytes: Uint8Array) =>
            kept.size > epochs ? Promise.reject(new Error("killed")) : Promise.resolve(void kept.set(step, bytes.slice())),
        };
        await train(iris(), { ...options, checkpoint: { store } }).result.catch(() => undefined);
        const again = memoryCheckpoints();
        const newest = Math.max(...kept.keys());
        await again.write(newest, kept.get(newest)! as Uint8Array<ArrayBuffer>);
        const resumed = await train(iris(), { ...options, checkpoint: { store: again, resume: true } }).result;
        expect(resumed.resumedFrom?.step).toBe(newest);
        expect(resumed.model.parametersHash).toBe(whole.model.parametersHash);
        expect(resumed.history).toEqual(whole.history);
      }
    },
  );

  test.each([
    [{ clipNorm: 1 }, "clipNorm: expected l1 or l2 beside lbfgs"],
    [{ average: 0.9 }, "average: expected l1 or l2 beside lbfgs"],
    [{ optimizer: { kind: "lbfgs", history: 0 } }, "history: expected a whole number above 0"],
  ] as const)("%j is refused", (options, message) => {
    expect(caught(() => train(iris(), { ...base, ...options })).message).toContain(message);
  });
});
