import threads from "node:worker_threads";
import { afterEach, describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { predictAllInWorkers } from "../../src/training/predict-in-workers.js";
import { predictAll } from "../../src/training/predict.js";
import { train } from "../../src/training/train.js";
import { rejected } from "./caught.js";

const Original = threads.Worker;
afterEach(() => {
  threads.Worker = Original;
});

describe("predictions by workers", () => {
  test.each([1, 2, 3])("are those of predictAll, on %d threads", async (count) => {
    const { model } = await train(digits(), { hidden: [20], epochs: 2 }).result;
    expect(await predictAllInWorkers(model, digits(), { threads: count })).toEqual(predictAll(model, digits()));
  });

  test("of values, of rows without a target, and of one row", async () => {
    const inputs = Array.from({ length: 50 }, (_, row) => [row / 50, (row % 7) / 7]);
    const { model } = await train(createDataset({ inputs, targets: inputs.map(([a, b]) => 3 * a! + b!) }), { epochs: 20 }).result;
    for (const rows of [inputs, inputs.slice(0, 1)]) {
      const data = createDataset({ inputs: rows });
      expect(await predictAllInWorkers(model, data)).toEqual(predictAll(model, data));
    }
  });

  test("reject what predictAll throws", async () => {
    const { model } = await train(iris(), { epochs: 2 }).result;
    expect(await rejected(predictAllInWorkers(model, digits()))).toMatchObject({ code: "E_DATA" });
  });

  test("end when their signal is aborted", async () => {
    const { model } = await train(digits(), { epochs: 1 }).result;
    const controller = new AbortController();
    controller.abort();
    expect(await rejected(predictAllInWorkers(model, digits(), { signal: controller.signal }))).toMatchObject({ code: "E_ABORTED" });
  });

  test("are made here where workers are refused", async () => {
    const { model } = await train(iris(), { epochs: 2 }).result;
    threads.Worker = function refuse(): never {
      throw new Error("refused by policy");
    } as unknown as typeof Original;
    expect(await predictAllInWorkers(model, iris(), { threads: 2 })).toEqual(predictAll(model, iris()));
  });
});
