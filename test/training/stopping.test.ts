import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { iris } from "../../src/data/iris.js";
import { split } from "../../src/data/split.js";
import { decodeCheckpoint } from "../../src/training/checkpoint/run-state.js";
import { type CheckpointStore, memoryCheckpoints } from "../../src/training/checkpoint/store.js";
import { adam, sgd } from "../../src/training/optimizers.js";
import type { TrainOptions } from "../../src/training/options.js";
import {
  isBetter,
  keepsBest,
  METRIC_NAMES,
  needsMetric,
  NOTHING_WATCHED,
  reasonToStop,
  stoppingProblems,
  type StoppingSettings,
  type StopReason,
  watch,
  type Watched,
} from "../../src/training/stopping.js";
import { train } from "../../src/training/train.js";
import type { TrainResult } from "../../src/training/train-dataset.js";
import { caught, said } from "./caught.js";
import { regressionTable } from "./tables.js";

/** What is watched over some epochs, and where the run would end. */
function follow(
  settings: StoppingSettings,
  values: readonly number[],
  plateau?: Parameters<typeof watch>[4],
): { readonly watched: readonly Watched[]; readonly stopped?: readonly [epoch: number, reason: StopReason] } {
  const watched: Watched[] = [];
  for (const [index, value] of values.entries()) {
    watched.push(watch(watched.at(-1) ?? NOTHING_WATCHED, settings, index + 1, value, plateau));
    const reason = reasonToStop(settings, watched.at(-1)!, index + 1, value);
    if (reason !== undefined) return { watched, stopped: [index + 1, reason] };
  }
  return { watched };
}

describe("what is better", () => {
  test("costs fall, accuracies rise, by more than the gain", () => {
    expect([isBetter("cost", 1, 2), isBetter("cost", 2, 2), isBetter("cost", 3, 2)]).toEqual([true, false, false]);
    expect([isBetter("accuracy", 1, 2), isBetter("accuracy", 2, 2), isBetter("accuracy", 3, 2)]).toEqual([false, false, true]);
    expect([isBetter("cost", 1.5, 2, 0.5), isBetter("cost", 1.25, 2, 0.5)]).toEqual([false, true]);
    expect([isBetter("accuracy", 0.75, 0.5, 0.25), isBetter("accuracy", 0.875, 0.5, 0.25)]).toEqual([false, true]);
  });

  test("each metric gets better in its own direction", () => {
    const falling = ["cost", "logLoss", "brier", "calibrationError", "hammingLoss", "rmse", "mae", "medianError", "mape"];
    for (const metric of METRIC_NAMES) expect(isBetter(metric, 0.25, 0.5), metric).toBe(falling.includes(metric));
  });

  test("anything is better than nothing, but a NaN is never better", () => {
    for (const metric of ["cost", "accuracy"] as const) {
      expect(isBetter(metric, 1e9, null)).toBe(true);
      expect([isBetter(metric, NaN, null), isBetter(metric, NaN, 1), isBetter(metric, 1, NaN)]).toEqual([false, false, false]);
    }
  });
});

describe("patience", () => {
  test("ends the run so many epochs after the best", () => {
    expect(follow({ patience: 2 }, [5, 4, 4.5, 4, 3])).toMatchObject({ stopped: [4, "patience"] });
    expect(follow({ patience: 3 }, [5, 4, 4.5, 4, 3, 3, 3, 3]).stopped).toEqual([8, "patience"]);
    expect(follow({ patience: 1 }, [5, 5]).stopped).toEqual([2, "patience"]);
    expect(follow({}, [5, 6, 7, 8, 9]).stopped).toBeUndefined();
  });

  test("counts improvements of more than leastGain alone", () => {
    expect(follow({ patience: 2, leastGain: 1 }, [5, 4.5, 4.25, 3]).stopped).toEqual([3, "patience"]);
    expect(follow({ patience: 2, leastGain: 1 }, [5, 4.5, 3.75, 2.5]).stopped).toBeUndefined();
    // What is compared with is the best that counted, so that small steps add up.
    expect(follow({ patience: 3, leastGain: 1 }, [5, 4.5, 4.25, 3.75]).watched.at(-1)).toMatchObject({ best: 3.75, bestEpoch: 4 });
  });

  test("of accuracy goes the other way", () => {
    const { watched, stopped } = follow({ metric: "accuracy", patience: 2 }, [0.5, 0.75, 0.6, 0.7]);
    expect(stopped).toEqual([4, "patience"]);
    expect(watched.at(-1)).toMatchObject({ best: 0.75, bestEpoch: 2 });
  });

  test("a NaN is no improvement, and a run of them ends", () => {
    expect(follow({ patience: 2 }, [NaN, NaN, 1]).stopped).toEqual([2, "patience"]);
    expect(follow({ patience: 3 }, [2, NaN, NaN, 1, NaN]).watched.at(-1)).toMatchObject({ best: 1, bestEpoch: 4 });
  });

  test("is the epochs since the first of the best values, for any values", () => {
    const random = createRandom(1, 114);
    for (let round = 0; round < 300; round++) {
      const patience = 1 + random.below(4);
      const values = Array.from({ length: 12 }, () => random.below(6));
      const bestBefore = (end: number): number => values.slice(0, end).indexOf(Math.min(...values.slice(0, end))) + 1;
      const epoch = values.findIndex((_, at) => at + 1 - bestBefore(at + 1) >= patience) + 1;
      expect(follow({ patience }, values).stopped).toEqual(epoch === 0 ? undefined : [epoch, "patience"]);
    }
  });
});

describe("stopAt", () => {
  test("ends the run as soon as the metric is as good, or better", () => {
    expect(follow({ stopAt: 2 }, [3, 2.5, 2, 1]).stopped).toEqual([3, "target"]);
    expect(follow({ stopAt: 2 }, [3, 1]).stopped).toEqual([2, "target"]);
    expect(follow({ metric: "accuracy", stopAt: 0.9 }, [0.5, 0.95]).stopped).toEqual([2, "target"]);
    expect(follow({ metric: "accuracy", stopAt: 0.9 }, [0.5, 0.875, NaN]).stopped).toBeUndefined();
  });

  test("goes before patience, and hears of no leastGain", () => {
    expect(follow({ stopAt: 5, patience: 1, leastGain: 9 }, [6, 5]).stopped).toEqual([2, "target"]);
  });
});

describe("a plateau", () => {
  const plateau = { patience: 1, threshold: 0.1 };
  const drops = (settings: StoppingSettings, values: readonly number[]): number[] =>
    follow(settings, values, plateau).watched.map((watched) => watched.drops);

  test("lowers the rate after more than patience epochs without an improvement, again and again", () => {
    expect(drops({}, [10, 10, 10, 10, 10, 10, 10])).toEqual([0, 0, 1, 1, 2, 2, 3]);
    expect(drops({}, [10, 8, 8, 6, 6, 6, 5])).toEqual([0, 0, 0, 0, 0, 1, 1]);
  });

  test("improves by more than a share of its level, in its own sense", () => {
    // 9.5 is not 10 % better than 10; 8.9 is.
    expect(drops({}, [10, 9.5, 8.9, 8.9, 8.9])).toEqual([0, 0, 0, 0, 1]);
    expect(drops({ metric: "accuracy" }, [0.5, 0.52, 0.54, 0.6, 0.9])).toEqual([0, 0, 1, 1, 1]);
  });

  test("has nothing to do with leastGain and the best epoch", () => {
    const { watched } = follow({ leastGain: 100 }, [10, 8, 6, 4], plateau);
    expect(watched.at(-1)).toMatchObject({ bestEpoch: 1, best: 10, level: 4, drops: 0 });
    expect(follow({}, [10, 8, 6, 4]).watched.at(-1)).toMatchObject({ level: null, drops: 0, waited: 0 });
  });
});

describe("settings", () => {
  test.each<[StoppingSettings, needs: boolean, best: boolean]>([
    [{}, false, false],
    [{ timeLimit: 1 }, false, false],
    [{ leastGain: 1 }, false, false],
    [{ keep: "last" }, false, false],
    [{ keep: "best" }, true, true],
    [{ metric: "cost" }, true, true],
    [{ patience: 3 }, true, true],
    [{ stopAt: 0.1 }, true, false],
    [{ patience: 3, keep: "last" }, true, false],
    [{ stopAt: 3, keep: "best" }, true, true],
  ])("%j", (settings, needs, best) => {
    expect([needsMetric(settings), keepsBest(settings)]).toEqual([needs, best]);
  });

  test.each<[keyof StoppingSettings, readonly unknown[]]>([
    ["metric", ["acuracy", "", null, 1]],
    ["patience", [0, -1, 1.5, NaN, "3", null, Infinity]],
    ["leastGain", [-1, NaN, Infinity, "0", null]],
    ["stopAt", [NaN, Infinity, "0.5", null]],
    ["timeLimit", [0, -1, NaN, Infinity, "10", null]],
    ["keep", ["first", "", true, null]],
  ])("%s is checked", (name, values) => {
    for (const value of values) {
      expect(stoppingProblems({ [name]: value }).map(({ where }) => where)).toEqual([name]);
      expect(said(caught(() => train(iris(), { [name]: value })))).toMatchObject({ code: "E_USAGE", where: name });
    }
  });

  test("the nearest name is suggested", () => {
    expect(stoppingProblems({ metric: "acuracy" as "accuracy" })[0]?.hint).toBe('Did you mean "accuracy"?');
  });
});

const base: TrainOptions = { hidden: [6], batchSize: 16, seed: 3, validation: 0.25 };
// A rate at which the cost of the validation rows goes up and down.
const restless: TrainOptions = { ...base, optimizer: adam({ learningRate: 0.3 }), epochs: 25 };
const costs = ({ history }: TrainResult): number[] => history.map(({ validation }) => validation!.cost);
const firstBest = (values: readonly number[]): number => values.indexOf(Math.min(...values)) + 1;
/** The parameters that a run has after so many epochs; without a schedule it does not know how many will follow. */
const hashAfter = async (options: TrainOptions, epochs: number): Promise<string> =>
  (await train(iris(), { ...options, epochs }).result).model.parametersHash;

describe("a run", () => {
  test("ends by patience, with the parameters of its best epoch", async () => {
    const result = await train(iris(), { ...restless, patience: 3 }).result;
    const whole = await train(iris(), restless).result;
    const epochs = result.history.length;
    expect(result.stopped).toBe("patience");
    expect(epochs).toBeLessThan(25);
    expect(result.history).toEqual(whole.history.slice(0, epochs));
    expect(result.bestEpoch).toBe(firstBest(costs(result)));
    expect(epochs).toBe(result.bestEpoch! + 3);
    expect(result.model.parametersHash).toBe(await hashAfter(restless, result.bestEpoch!));
  });

  test("ends at its last epoch where nothing is asked for, with the parameters of that", async () => {
    const result = await train(iris(), restless).result;
    expect(result).toMatchObject({ stopped: "epochs" });
    expect(result.bestEpoch).toBeUndefined();
    expect(result.history).toHaveLength(25);
  });

  test("keeps the best whatever ended it, and the last where that is asked for", async () => {
    const last = await train(iris(), { ...restless, patience: 3, keep: "last" }).result;
    expect(last.bestEpoch).toBeUndefined();
    expect(last.model.parametersHash).toBe(await hashAfter(restless, last.history.length));
    const byEpochs = await train(iris(), { ...restless, keep: "best" }).result;
    expect(byEpochs).toMatchObject({ stopped: "epochs", bestEpoch: firstBest(costs(byEpochs)) });
    expect(byEpochs.bestEpoch).toBeLessThan(25);
    expect(byEpochs.model.parametersHash).toBe(await hashAfter(restless, byEpochs.bestEpoch!));
    // Accuracy has another best epoch, the first of the highest.
    const byAccuracy = await train(iris(), { ...restless, metric: "accuracy" }).result;
    const accuracies = byAccuracy.history.map(({ validation }) => validation!.accuracy!);
    expect(byAccuracy.bestEpoch).toBe(accuracies.indexOf(Math.max(...accuracies)) + 1);
    expect(byAccuracy.model.parametersHash).toBe(await hashAfter(restless, byAccuracy.bestEpoch!));
  });

  test("ends as soon as the metric is as good as was asked for", async () => {
    const whole = await train(iris(), restless).result;
    const aim = costs(whole)[4]!;
    const result = await train(iris(), { ...restless, stopAt: aim }).result;
    const epoch = costs(whole).findIndex((cost) => cost <= aim) + 1;
    expect(result).toMatchObject({ stopped: "target" });
    expect(result.history).toEqual(whole.history.slice(0, epoch));
    expect(result.model.parametersHash).toBe(await hashAfter(restless, epoch));
  });

  test.each(["wasm", "portable", "reference"] as const)(
    "ends when its time is over, at any step, with the best so far: %s",
    async (engine) => {
      const options: TrainOptions = { ...restless, engine, epochs: 1_000_000, timeLimit: 0.3, keep: "best" };
      const start = performance.now();
      const result = await train(iris(), options).result;
      expect(performance.now() - start).toBeLessThan(30_000);
      expect(result.stopped).toBe("time");
      expect(result.history.length).toBeGreaterThan(0);
      expect(result.bestEpoch).toBe(firstBest(costs(result)));
      expect(result.model.parametersHash).toBe(await hashAfter({ ...restless, engine }, result.bestEpoch!));
    },
  );

  test("whose time is over before its first epoch is keeps what it has", async () => {
    const { stopped, history, bestEpoch, model } = await train(regressionTable(4000), {
      ...base,
      hidden: [64],
      timeLimit: 1e-9,
      patience: 5,
    }).result;
    expect({ stopped, history, bestEpoch }).toEqual({ stopped: "time", history: [], bestEpoch: undefined });
    expect(model.network.parameters.every(Number.isFinite)).toBe(true);
  });

  test("leaves an epoch that its time cuts short out of the history, and has its steps in the model", async () => {
    const data = regressionTable(4000);
    const options: TrainOptions = { ...base, hidden: [64], epochs: 1 };
    const kept = new Map<number, Uint8Array>();
    const write: CheckpointStore["write"] = (step, bytes) => Promise.resolve(void kept.set(step, bytes.slice()));
    await train(data, { ...options, checkpoint: { store: { ...memoryCheckpoints(), write }, everySteps: 1 } }).result;
    const store = memoryCheckpoints();
    const cut = { ...options, timeLimit: 1e-9 };
    const { model, history, stopped } = await train(data, { ...cut, checkpoint: { store, everySteps: 1 } }).result;
    expect([stopped, history]).toEqual(["time", []]);
    const [step] = await store.steps();
    expect(step).toBeLessThan(Math.max(...kept.keys()));
    expect(model.network.parameters).toEqual(decodeCheckpoint(kept.get(step!)!).state.engine.parameters);
    const again = await train(data, { ...cut, checkpoint: { store, resume: true } }).result;
    expect(again).toMatchObject({ stopped, history, resumedFrom: { step, epoch: 0 } });
    expect(again.model.parametersHash).toBe(model.parametersHash);
  });

  test("of numbers watches their cost; accuracy is none of theirs", async () => {
    const result = await train(regressionTable(200), { ...base, epochs: 30, patience: 4, optimizer: adam({ learningRate: 0.2 }) }).result;
    expect(result.bestEpoch).toBe(firstBest(costs(result)));
  });

  test("without validation rows cannot be stopped by a metric", () => {
    for (const asked of [{ patience: 2 }, { metric: "cost" }, { stopAt: 1 }, { keep: "best" }, { schedule: "plateau" }] as const) {
      const error = said(caught(() => train(iris(), { ...asked, validation: 0 })));
      expect(error).toMatchObject({ code: "E_USAGE", where: "validation", got: "none" });
      expect(error.expected).toContain("test rows choose nothing");
      expect(() => train(iris(), { ...asked, recipe: "equations", epochs: 0 })).toThrow("validation");
    }
    expect(() => train(iris(), { timeLimit: 5, validation: 0, epochs: 0 })).not.toThrow();
  });
});

describe("a plateau in a run", () => {
  const plateau = { kind: "plateau", patience: 1, factor: 0.25, threshold: 0.2, end: 0.01 } as const;

  test("lowers the rate where the cost of the validation rows stays, never below its end", async () => {
    const options: TrainOptions = { ...base, epochs: 30, optimizer: sgd({ learningRate: 0.4, momentum: 0 }), schedule: plateau };
    const result = await train(iris(), options).result;
    const rates = result.history.map(({ learningRate }) => learningRate);
    // Once more, by hand: the rate of an epoch is what those before it have made of it.
    let [level, waited, share] = [Infinity, 0, 1];
    const expected = costs(result).map((cost) => {
      const rate = 0.4 * Math.max(share, 0.01);
      if (cost < level * 0.8) [level, waited] = [cost, 0];
      else waited += 1;
      if (waited > 1) [share, waited] = [share * 0.25, 0];
      return rate;
    });
    rates.forEach((rate, epoch) => expect(Math.abs(rate - expected[epoch]!) <= 1e-15, `epoch ${epoch + 1}`).toBe(true));
    expect(new Set(rates).size).toBeGreaterThan(2);
    expect(Math.min(...rates)).toBe(0.4 * 0.01);
  });
});

describe("test rows choose nothing", () => {
  test("other test rows change neither a bit of the model nor when the run ends", async () => {
    const data = iris();
    const options: TrainOptions = { ...restless, patience: 3, schedule: "plateau", test: 0.3 };
    const { test: rows } = split(data, { test: 0.3, validation: 0.25, seed: 3 });
    expect(rows.length).toBe(45);
    const inputs = data.inputs.slice();
    const width = data.columns.length;
    for (const row of rows) for (let k = 0; k < width; k++) inputs[row * width + k] = 1000 + row;
    const [one, two] = await Promise.all([data, { ...data, inputs }].map((set) => train(set, options).result));
    expect(two!.model.parametersHash).toBe(one!.model.parametersHash);
    expect(two!.history).toEqual(one!.history);
    expect({ stopped: two!.stopped, bestEpoch: two!.bestEpoch }).toEqual({ stopped: one!.stopped, bestEpoch: one!.bestEpoch });
    expect(two!.test?.cost).not.toBe(one!.test?.cost);
  });
});

describe("a run that ended early", () => {
  test("is over for its checkpoints too", async () => {
    const store = memoryCheckpoints();
    const options: TrainOptions = { ...restless, patience: 3 };
    const first = await train(iris(), { ...options, checkpoint: { store } }).result;
    const again = await train(iris(), { ...options, checkpoint: { store, resume: true } }).result;
    expect(again).toMatchObject({ stopped: "patience", bestEpoch: first.bestEpoch });
    expect(again.history).toEqual(first.history);
    expect(again.model.parametersHash).toBe(first.model.parametersHash);
  });
});
