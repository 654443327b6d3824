import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import { digits } from "../../src/data/digits.js";
import { ENGINE_NAMES } from "../../src/engine/engine-names.js";
import { adam, sgd } from "../../src/training/optimizers.js";
import { train } from "../../src/training/train.js";
import { rejected, said } from "./caught.js";
import { regressionTable } from "./tables.js";

const plain = (learningRate: number): ReturnType<typeof sgd> => sgd({ learningRate, momentum: 0, nesterov: false });

describe("the first cost that is not finite stops the run", () => {
  test("relu and softmax with a huge rate: epoch, batch and layer are named, and a smaller rate is advised", async () => {
    const run = train(digits(), { hidden: [16, 16], optimizer: plain(1e20), epochs: 5, seed: 1 });
    const error = said(await rejected(run.result));
    expect(error).toMatchObject({ code: "E_NON_FINITE", expected: "a finite cost" });
    expect(error.where).toMatch(/^epoch 1, batch [1-9]\d*, layer [234]$/);
    expect(error.hint).toContain("below 100000000000000000000");
  });

  test("Adam with a huge rate: a smaller one is advised", async () => {
    const error = said(await rejected(train(digits(), { optimizer: adam({ learningRate: 1e30 }) }).result));
    expect(error).toMatchObject({ code: "E_NON_FINITE", hint: "Training has diverged: try a learning rate below 1e+30." });
    expect(error.where).toMatch(/^epoch 1, batch \d+, layer \d$/);
  });

  test("identity regression with a huge rate", async () => {
    const options = { hidden: [3], activation: "identity", validation: 0, epochs: 60, batchSize: 20 } as const;
    const error = said(await rejected(train(regressionTable(), { ...options, optimizer: plain(50) }).result));
    expect(error.code).toBe("E_NON_FINITE");
    expect(error.where).toMatch(/^epoch \d+, batch \d+, layer [23]$/);
  });

  test("the epoch and the batch are the first in which it happens", async () => {
    // One row a batch in one epoch: the step of 1e30 is taken in batch 0, so that batch 1 is the first to see it.
    const data = createDataset({
      inputs: [[1], [1], [1]],
      targets: [1e9, 1e9, 1e9],
    });
    const network = { inputs: 1, layers: [{ units: 1, activation: "identity" }], w2: [[0]], b2: [0] } as const;
    const options = { network, batchSize: 1, scale: "none", test: 0, validation: 0, epochs: 2, optimizer: plain(1e30) } as const;
    expect(said(await rejected(train(data, options).result))).toMatchObject({ code: "E_NON_FINITE", where: "epoch 1, batch 1, layer 2" });
  });

  test("inputs too large for float32 are layer 1's", async () => {
    const data = createDataset({ inputs: [[1e39], [1]], labels: ["a", "b"] });
    const options = { scale: "none", test: 0, validation: 0, epochs: 1, batchSize: 2 } as const;
    expect(said(await rejected(train(data, options).result))).toMatchObject({ code: "E_NON_FINITE", where: "epoch 1, batch 0, layer 1" });
  });

  test("the epochs before it are given out, and the loop over them throws", async () => {
    const run = train(regressionTable(), {
      hidden: [],
      validation: 0,
      epochs: 500,
      batchSize: 320,
      optimizer: plain(1.5),
    });
    const seen: number[] = [];
    const loop = (async () => {
      for await (const { epoch, cost } of run) {
        expect(cost).toSatisfy(Number.isFinite);
        seen.push(epoch);
      }
    })();
    const error = said(await rejected(loop));
    expect(error.code).toBe("E_NON_FINITE");
    expect(seen.length).toBeGreaterThan(5);
    expect(error.where).toBe(`epoch ${seen.length + 1}, batch 0, layer 2`);
  });

  test("the validation rows see the last update before the next batch does", async () => {
    const data = createDataset({ inputs: [[1], [1], [1], [1]], targets: [1e9, 1e9, 1e9, 1e9] });
    const network = { inputs: 1, layers: [{ units: 1, activation: "identity" }], w2: [[0]], b2: [0] } as const;
    const options = { network, batchSize: 4, scale: "none", test: 0, validation: 0.25, epochs: 2, optimizer: plain(1e30) } as const;
    const error = said(await rejected(train(data, options).result));
    expect(error).toMatchObject({ code: "E_NON_FINITE", where: "epoch 1, validation after batch 0, layer 2" });
  });

  test("momentum runs away too", async () => {
    const options = { optimizer: sgd({ learningRate: 1e10, momentum: 0.9, nesterov: true }), epochs: 5 };
    for (const engine of ENGINE_NAMES) {
      const data = engine === "reference" ? regressionTable(60) : regressionTable();
      const rate = engine === "reference" ? sgd({ learningRate: 1e100, momentum: 0.9, nesterov: true }) : options.optimizer;
      const { result } = train(data, { ...options, optimizer: rate, engine });
      expect((await rejected(result)).code).toBe("E_NON_FINITE");
    }
  });
});

describe("parameters that are not finite after the last update", () => {
  test("stop the run, naming the parameter", async () => {
    // The cost before the only update is 1e18; the update itself overflows.
    const data = createDataset({ inputs: [[1]], targets: [1e9] });
    const network = { inputs: 1, layers: [{ units: 1, activation: "identity" }], w2: [[0]], b2: [0] } as const;
    const options = { network, batchSize: 1, scale: "none", test: 0, validation: 0, epochs: 1, optimizer: plain(1e30) } as const;
    const error = said(await rejected(train(data, options).result));
    expect(error).toMatchObject({
      code: "E_NON_FINITE",
      where: "epoch 1, batch 0, layer 2",
      expected: "a finite w2[0,0]",
      got: "Infinity",
    });
  });

  test("also where a relu that is off hides them from the cost", async () => {
    const data = createDataset({ inputs: [[1], [1]], targets: [1, 1] });
    const network = {
      inputs: 1,
      layers: [
        { units: 1, activation: "relu" },
        { units: 1, activation: "identity" },
      ],
      w2: [[1]],
      b2: [0],
      w3: [[1e20]],
      b3: [0],
    } as const;
    const options = { network, batchSize: 1, scale: "none", test: 0, validation: 0, epochs: 1, optimizer: plain(1e10) } as const;
    expect((await rejected(train(data, options).result)).code).toBe("E_NON_FINITE");
  });
});
