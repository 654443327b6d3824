import { describe, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { createNetwork } from "../../src/network/network.js";
import { bytesOf, createSha256 } from "../../src/base/sha256.js";
import type { StepStatistics, Tick } from "../../src/training/loop/listener.js";
import type { EpochRecord } from "../../src/training/history.js";
import { sgd } from "../../src/training/optimizers.js";
import { train } from "../../src/training/train.js";
import { caught, rejected, said } from "./caught.js";

async function collect(run: AsyncIterable<EpochRecord>): Promise<EpochRecord[]> {
  const records: EpochRecord[] = [];
  for await (const record of run) records.push(record);
  return records;
}

describe("iterating over a run", () => {
  test("gives every epoch in order, and the same as the history", async () => {
    const run = train(iris(), { epochs: 12 });
    const records = await collect(run);
    const { history } = await run.result;
    expect(records.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(records).toEqual(history);
  });

  test("gives every epoch too when it begins late, or twice", async () => {
    const run = train(iris(), { epochs: 5 });
    const { history } = await run.result;
    expect(await collect(run)).toEqual(history);
    expect(await collect(run)).toEqual(history);
  });

  test("gives every epoch to two loops at once, one of which is slow", async () => {
    const run = train(digits(), { epochs: 4, hidden: [16] });
    const slow = (async () => {
      const seen: number[] = [];
      for await (const { epoch } of run) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        seen.push(epoch);
      }
      return seen;
    })();
    expect((await collect(run)).map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(await slow).toEqual([1, 2, 3, 4]);
  });

  test("can be left early without stopping the run", async () => {
    const run = train(iris(), { epochs: 9 });
    for await (const { epoch } of run) if (epoch === 2) break;
    const { history, model } = await run.result;
    expect(history).toHaveLength(9);
    expect(model.parametersHash).toBe((await train(iris(), { epochs: 9 }).result).model.parametersHash);
  });

  test("throws what the result rejects with, after the epochs before it", async () => {
    const controller = new AbortController();
    const run = train(digits(), { epochs: 1000, hidden: [16], signal: controller.signal });
    const seen: number[] = [];
    const loop = (async () => {
      for await (const { epoch } of run) {
        seen.push(epoch);
        if (epoch === 2) controller.abort();
      }
    })();
    expect((await rejected(loop)).code).toBe("E_ABORTED");
    expect((await rejected(run.result)).code).toBe("E_ABORTED");
    expect(seen.slice(0, 2)).toEqual([1, 2]);
    expect(seen.length).toBeLessThan(1000);
  });
});

describe("the result of a run", () => {
  test("has model, history, test, speed, engine and threads", async () => {
    const result = await train(iris(), { epochs: 3, hidden: [5] }).result;
    expect(result).toMatchObject({ engine: "wasm", threads: 1, reproducible: true });
    expect(result.samplesPerSecond).toBeGreaterThan(0);
    expect(result.history).toHaveLength(3);
    expect(result.test).toMatchObject({ part: "test", trainedOn: true, rows: 30 });
    expect(result.model).toMatchObject({
      task: { kind: "classification", target: "species", classes: ["setosa", "versicolor", "virginica"] },
      columns: ["sepal_length", "sepal_width", "petal_length", "petal_width"],
      scaling: { kind: "standard" },
      split: { seed: 1, test: 0.2, rows: 150 },
    });
    expect(result.model.network.layout.sizes.slice(1)).toEqual([4, 5, 3]);
    expect(result.model.parametersHash).toBe(createSha256().update(bytesOf(result.model.network.parameters)).hex());
  });

  test("has no test where none was held out", async () => {
    expect((await train(iris(), { epochs: 1, test: 0 }).result).test).toBeUndefined();
  });

  test("is the same with the reference engine, to float32's rounding", async () => {
    const options = { hidden: [6], epochs: 4, activation: "tanh", validation: 0.1 } as const;
    const fast = await train(iris(), options).result;
    const exact = await train(iris(), { ...options, engine: "reference" }).result;
    expect(exact.engine).toBe("reference");
    fast.history.forEach(({ cost }, i) => expect(cost).toBeCloseTo(exact.history[i]!.cost, 4));
    fast.model.network.parameters.forEach((w, i) => expect(w).toBeCloseTo(exact.model.network.parameters[i]!, 4));
  });
});

describe("no epochs", () => {
  test.each([1, 7, 2 ** 33])("give the freshly initialised model, seed %i", async (seed) => {
    const { model, history, test: tested, samplesPerSecond } = await train(iris(), { hidden: [5, 4], epochs: 0, seed }).result;
    const fresh = createNetwork(model.network.description, { seed });
    expect(model.network.parameters).toEqual(fresh.parameters);
    expect(model.parametersHash).toBe(createSha256().update(bytesOf(fresh.parameters)).hex());
    expect(history).toEqual([]);
    expect(samplesPerSecond).toBe(0);
    expect(tested!.rows).toBe(30);
    expect(tested!.cost).toSatisfy(Number.isFinite);
  });

  test("keep the weights of a description that has some", async () => {
    const network = {
      inputs: 4,
      layers: [{ units: 3, activation: "softmax" }],
      cost: "cross-entropy",
      w2: [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [-1, 0, 0.5, 0.25],
      ],
      b2: [0.5, -0.5, 0.125],
    } as const;
    const { model } = await train(iris(), { network, epochs: 0 }).result;
    expect(Array.from(model.network.parameters)).toEqual([...network.w2.flat(), ...network.b2]);
  });

  test("iterate over nothing", async () => {
    expect(await collect(train(iris(), { epochs: 0 }))).toEqual([]);
  });
});

describe("ticks", () => {
  test("rise to 1 and name the epoch under way", async () => {
    const run = train(digits(), { epochs: 6, hidden: [32] });
    const ticks: Tick[] = [];
    run.onTick((tick) => ticks.push(tick));
    await run.result;
    const fractions = ticks.map(({ fraction }) => fraction);
    expect(ticks.length).toBeGreaterThanOrEqual(6);
    fractions.forEach((fraction, i) => expect(fraction).toBeGreaterThan(i === 0 ? 0 : fractions[i - 1]!));
    expect(fractions.at(-1)).toBe(1);
    expect(ticks.at(-1)!.secondsLeft).toBe(0);
    expect(new Set(ticks.map(({ epoch }) => epoch))).toEqual(new Set([1, 2, 3, 4, 5, 6]));
    for (const { epochs, score, samplesPerSecond, secondsLeft } of ticks) {
      expect(epochs).toBe(6);
      expect(score.cost).toBeGreaterThan(0);
      expect(score.accuracy).toBeGreaterThanOrEqual(0);
      expect(samplesPerSecond).toBeGreaterThan(0);
      expect(secondsLeft).toBeGreaterThanOrEqual(0);
    }
  });

  test("the last of an epoch has the epoch's score", async () => {
    const run = train(iris(), { epochs: 3 });
    const last = new Map<number, Tick>();
    run.onTick((tick) => last.set(tick.epoch, tick));
    const { history } = await run.result;
    for (const { epoch, cost, accuracy } of history) expect(last.get(epoch)!.score).toEqual({ cost, accuracy });
  });

  test("several listeners hear the same", async () => {
    const run = train(iris(), { epochs: 2 });
    const heard: [number, number] = [0, 0];
    run.onTick(() => heard[0]++);
    run.onTick(() => heard[1]++);
    await run.result;
    expect(heard[0]).toBeGreaterThan(0);
    expect(heard[1]).toBe(heard[0]);
  });
});

describe("aborting", () => {
  test("in the middle of an epoch ends the run within a fraction of a second", async () => {
    const controller = new AbortController();
    // One epoch of this takes many seconds.
    const run = train(digits(), { hidden: [1500, 1500], epochs: 3, batchSize: 8, signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 60));
    const start = performance.now();
    controller.abort();
    expect(said(await rejected(run.result))).toMatchObject({ code: "E_ABORTED" });
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test("before the first step", async () => {
    const run = train(iris(), { signal: AbortSignal.abort() });
    expect((await rejected(run.result)).code).toBe("E_ABORTED");
    expect((await rejected(train(iris(), { epochs: 0, signal: AbortSignal.abort() }).result)).code).toBe("E_ABORTED");
  });

  test("after the end changes nothing", async () => {
    const controller = new AbortController();
    const run = train(iris(), { epochs: 2, signal: controller.signal });
    const { history } = await run.result;
    controller.abort();
    expect(history).toHaveLength(2);
    await expect(run.result).resolves.toMatchObject({ engine: "wasm" });
  });

  test("the event loop turns while a run is under way", async () => {
    const run = train(digits(), { epochs: 8, hidden: [64] });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await run.result;
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });

  test("a run that nobody waits for does not fail the process", async () => {
    const rejections: unknown[] = [];
    const listen = (reason: unknown): void => {
      rejections.push(reason);
    };
    process.on("unhandledRejection", listen);
    train(iris(), { epochs: 1, optimizer: sgd({ learningRate: 1e30, momentum: 0, nesterov: false }) });
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.off("unhandledRejection", listen);
    expect(rejections).toEqual([]);
  });
});

describe("statistics of steps", () => {
  const options = { hidden: [12], epochs: 3, batchSize: 16, seed: 4 } as const;

  test.each(["wasm", "portable", "reference"] as const)("come every so many steps, and change nothing: %s", async (engine) => {
    const run = train(iris(), { ...options, engine, statisticsEvery: 4 });
    const seen: StepStatistics[] = [];
    run.onStatistics((statistics) => void seen.push(statistics));
    const { model, history } = await run.result;
    const plain = await train(iris(), { ...options, engine }).result;
    expect(model.parametersHash).toBe(plain.model.parametersHash);
    expect(history).toEqual(plain.history);
    // 108 rows for training, 16 at a time.
    const steps = 3 * Math.ceil(108 / 16);
    expect(seen.map(({ step }) => step)).toEqual(Array.from({ length: Math.floor(steps / 4) }, (_, i) => 4 * (i + 1)));
    for (const { epoch, step, layers } of seen) {
      expect(epoch).toBe(Math.ceil(step / (steps / 3)));
      expect(layers.map(({ layer }) => layer)).toEqual([2, 3]);
      for (const { gradient, weight, update } of layers)
        expect([gradient, weight, update].every((value) => value > 0 && value < 10)).toBe(true);
    }
  });

  test("are those of every engine", async () => {
    const [wasm, portable] = await Promise.all(
      (["wasm", "portable"] as const).map(async (engine) => {
        const run = train(digits(), { hidden: [20, 12], activation: "relu", epochs: 2, engine, statisticsEvery: 30 });
        const seen: StepStatistics[] = [];
        run.onStatistics((statistics) => void seen.push(statistics));
        await run.result;
        return seen;
      }),
    );
    expect(wasm!.length).toBeGreaterThan(1);
    const rounded = (all: readonly StepStatistics[]): unknown =>
      all.map(({ step, layers }) => [
        step,
        layers.map((layer) => Object.values(layer).map((value: number) => Number(value.toPrecision(9)))),
      ]);
    expect(rounded(wasm!)).toEqual(rounded(portable!));
  });

  test("have a number of steps that makes sense", () => {
    expect(said(caught(() => train(iris(), { statisticsEvery: 0 })))).toMatchObject({
      where: "statisticsEvery",
      expected: "a whole number of at least 1",
      got: "0",
    });
  });
});
