import { describe, expect, test } from "vitest";
import { ChainruleError } from "../../src/base/errors.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import type { Dataset } from "../../src/data/dataset.js";
import { type Checkpoint, createEncoder, decodeCheckpoint } from "../../src/training/checkpoint/run-state.js";
import { type CheckpointStore, memoryCheckpoints } from "../../src/training/checkpoint/store.js";
import { batchNorm, dropout, layerNorm, residual } from "../../src/network/parts.js";
import { dense } from "../../src/network/layers.js";
import { adam, lion, sgd } from "../../src/training/optimizers.js";
import type { TrainOptions } from "../../src/training/options.js";
import { train } from "../../src/training/train.js";
import type { TrainResult } from "../../src/training/train-dataset.js";
import { rejected } from "./caught.js";
import { regressionTable } from "./tables.js";

/** A store that keeps everything, and fails at will after a number of writes: as if the program had been killed then. */
function breakingStore(writes: number): CheckpointStore & { readonly kept: Map<number, Uint8Array> } {
  const kept = new Map<number, Uint8Array>();
  let left = writes;
  return {
    kept,
    write(step, bytes) {
      if (left === 0) return Promise.reject(new Error("killed"));
      left -= 1;
      kept.set(step, bytes.slice());
      return Promise.resolve();
    },
    steps: () => Promise.resolve([...kept.keys()].sort((a, b) => b - a)),
    read: (step) => Promise.resolve(kept.get(step)!.slice()),
    setAside(step) {
      kept.delete(step);
      return Promise.resolve();
    },
  };
}

/** A checkpoint that no other went before. */
const encodeAlone = ({ state, identity }: Checkpoint): Uint8Array => createEncoder(identity)(state);

const comparable = ({ model, history, test: measured, stopped, bestEpoch }: TrainResult): unknown => ({
  hash: model.parametersHash,
  history,
  measured,
  stopped,
  bestEpoch,
});

const base: TrainOptions = { hidden: [12], epochs: 3, batchSize: 20, seed: 5, threads: 1 };
const RUNS: readonly (readonly [string, Dataset, TrainOptions])[] = [
  ["momentum", iris(), { ...base, optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }), validation: 0.2 }],
  [
    "Adam, cosine, the mean, best epoch",
    iris(),
    {
      ...base,
      optimizer: adam({ learningRate: 0.02 }),
      schedule: { kind: "cosine", warmUp: 1 },
      average: 0.9,
      keep: "best",
      validation: 0.2,
    },
  ],
  [
    "Lion, plateau, every rule",
    iris(),
    {
      ...base,
      epochs: 6,
      optimizer: lion({ learningRate: 0.01 }),
      schedule: { kind: "plateau", patience: 0, factor: 0.3 },
      l2: 0.01,
      clipNorm: 0.1,
      maxNorm: 2,
      validation: 0.2,
      patience: 2,
    },
  ],
  ["in a worker, two threads", digits(), { ...base, hidden: [40], threads: 2, epochs: 2, batchSize: 200, optimizer: adam() }],
  ["the portable engine", iris(), { ...base, engine: "portable", optimizer: adam() }],
  [
    "normalised, with a connection, running statistics and their mean",
    iris(),
    {
      network: {
        inputs: 4,
        layers: [dense(12, "relu"), batchNorm(), dropout(0.2), residual([dense(12, "gelu"), layerNorm()]), dense(3, "softmax")],
        cost: "cross-entropy",
      },
      ...{ epochs: 3, batchSize: 20, seed: 5, threads: 1, optimizer: adam(), average: 0.9, keep: "best", validation: 0.2 },
    },
  ],
  ["the reference in float64", iris(), { ...base, engine: "reference", epochs: 2, optimizer: adam() }],
];

describe("a store that has to be opened and closed", () => {
  /** Writes take a while, and one may be refused. */
  function slowStore(refused = -1): CheckpointStore & { readonly calls: string[] } {
    const calls: string[] = [];
    const inner = memoryCheckpoints();
    const called =
      <A extends unknown[], R>(name: string, work: (...args: A) => Promise<R>) =>
      (...args: A): Promise<R> => {
        calls.push(name);
        return work(...args);
      };
    return {
      ...inner,
      calls,
      open: called("open", () => Promise.resolve()),
      steps: called("steps", inner.steps),
      write: called("write", async (step, bytes: Uint8Array<ArrayBuffer>) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (step === refused) throw new Error("refused");
        await inner.write(step, bytes);
        calls.push("written");
      }),
      close: called("close", () => Promise.resolve()),
    };
  }

  test.each<[string, TrainOptions]>([
    ["here", { engine: "portable" }],
    ["in a worker", { hidden: [64, 64], epochs: 100_000 }],
  ])("is open from the first look to the end of the last write: a run that is aborted %s", async (_title, options) => {
    const store = slowStore();
    const controller = new AbortController();
    const write: CheckpointStore["write"] = (step, bytes) => {
      if (step > 0) controller.abort();
      return store.write(step, bytes);
    };
    const run = train(iris(), { ...base, ...options, signal: controller.signal, checkpoint: { store: { ...store, write } } });
    expect((await rejected(run.result)).code).toBe("E_ABORTED");
    expect(store.calls).toEqual(["open", "steps", "write", "written", "write", "written", "close"]);
  });

  test("and is closed where a write is refused, and where nothing is written at all", async () => {
    const refusing = slowStore(0);
    await expect(train(iris(), { ...base, checkpoint: { store: refusing } }).result).rejects.toThrow("refused");
    expect(refusing.calls).toEqual(["open", "steps", "write", "close"]);
    const store = slowStore();
    const options = { ...base, epochs: 1, checkpoint: { store, resume: true } };
    await train(iris(), options).result;
    store.calls.length = 0;
    await train(iris(), options).result;
    expect(store.calls).toEqual(["open", "steps", "close"]);
    store.calls.length = 0;
    await rejected(train(iris(), { ...options, checkpoint: { store } }).result);
    expect(store.calls).toEqual(["open", "steps", "close"]);
  });

  test("and is not looked into where it cannot be opened", async () => {
    const store = { ...slowStore(), open: () => Promise.reject(new Error("taken")) };
    await expect(train(iris(), { ...base, checkpoint: { store } }).result).rejects.toThrow("taken");
    expect(store.calls).toEqual([]);
  });
});

describe("a run that is stopped after any step", () => {
  test.each(RUNS)("and resumed gives what it would have given: %s", async (_title, data, options) => {
    const whole = await train(data, options).result;
    const all = breakingStore(Infinity);
    const saved = await train(data, { ...options, checkpoint: { store: all, everySteps: 1 } }).result;
    // Saving changes no bit.
    expect(comparable(saved)).toEqual(comparable(whole));
    expect(Math.min(...all.kept.keys())).toBe(0);
    const steps = all.kept.size;
    expect(steps).toBeGreaterThan(10);
    for (const writes of [1, 2, 3, Math.ceil(steps / 2), steps - 1]) {
      const store = breakingStore(writes);
      const error = await train(data, { ...options, checkpoint: { store, everySteps: 1 } }).result.catch((reason: unknown) => reason);
      expect(error).toMatchObject({ message: "killed" });
      const newest = Math.max(...store.kept.keys());
      const healthy = { ...breakingStore(Infinity), steps: store.steps, read: store.read };
      const resumed = await train(data, { ...options, checkpoint: { store: healthy, everySteps: 1, resume: true } }).result;
      expect(comparable(resumed), `after ${writes} checkpoints`).toEqual(comparable(whole));
      expect(resumed.resumedFrom?.step).toBe(newest);
    }
  });

  test("a finished run is not trained again: it gives its result", async () => {
    const store = memoryCheckpoints();
    const options: TrainOptions = { ...base, validation: 0.2, keep: "best" };
    const first = await train(iris(), { ...options, checkpoint: { store } }).result;
    const run = train(iris(), { ...options, checkpoint: { store, resume: true } });
    let ticks = 0;
    run.onTick(() => (ticks += 1));
    const epochs: number[] = [];
    for await (const { epoch } of run) epochs.push(epoch);
    expect(comparable(await run.result)).toEqual(comparable(first));
    expect(ticks).toBe(0);
    // Whoever listens hears of all epochs, those of before too.
    expect(epochs).toEqual([1, 2, 3]);
  });

  test("on another engine or number of threads it goes on with the same bits", async () => {
    const options: TrainOptions = { ...base, optimizer: adam(), epochs: 4 };
    const whole = await train(iris(), options).result;
    const store = breakingStore(7);
    await train(iris(), { ...options, checkpoint: { store, everySteps: 2 } }).result.catch(() => undefined);
    const healthy = { ...memoryCheckpoints(), steps: store.steps, read: store.read };
    for (const how of [{ engine: "portable" }, { threads: 3 }, { sparse: false }] as const) {
      const resumed = await train(iris(), { ...options, ...how, checkpoint: { store: healthy, resume: true } }).result;
      expect(resumed.model.parametersHash).toBe(whole.model.parametersHash);
    }
  });
});

describe("what does not fit is refused", () => {
  async function saved(options: TrainOptions = {}): Promise<CheckpointStore> {
    const store = memoryCheckpoints();
    await train(iris(), { ...base, ...options, checkpoint: { store } }).result;
    return store;
  }

  test.each<[string, TrainOptions, string]>([
    ["batchSize", { batchSize: 10 }, "batchSize: expected 20, as in the checkpoint, got 10"],
    ["seed", { seed: 6 }, "seed: expected 5"],
    ["hidden", { hidden: [13] }, "network.layers"],
    ["epochs", { epochs: 4 }, "epochs: expected 3"],
    ["optimizer", { optimizer: adam({ learningRate: 0.5 }) }, "optimizer.kind"],
    ["rules", { l2: 0.5 }, "rules.l2"],
    ["schedule", { schedule: "cosine" }, "schedule.kind"],
    ["engine of another precision", { engine: "reference" }, "precision"],
    ["validation", { validation: 0.3 }, "validation"],
  ])("another %s", async (_title, change, message) => {
    const store = await saved();
    const error = await rejected(train(iris(), { ...base, ...change, checkpoint: { store, resume: true } }).result);
    expect(error.code).toBe("E_DATA");
    expect(error.message).toContain(message);
  });

  test("another model to go on with, whose targets have another scale", async () => {
    const { model } = await train(regressionTable(40), { hidden: [3], epochs: 1, seed: 3 }).result;
    const other = { ...model, task: { ...model.task, deviation: [2 * model.task.deviation[0]!] } };
    const store = memoryCheckpoints();
    await train(regressionTable(40), { from: model, epochs: 2, checkpoint: { store } }).result;
    const error = await rejected(train(regressionTable(40), { from: other, epochs: 2, checkpoint: { store, resume: true } }).result);
    expect(error.code).toBe("E_DATA");
    expect(error.problems.map(({ where }) => where)).toEqual(["task.deviation"]);
  });

  test("other data", async () => {
    const store = await saved();
    const data = iris();
    const inputs = data.inputs.slice();
    inputs[7]! += 0.1;
    const error = await rejected(train({ ...data, inputs }, { ...base, checkpoint: { store, resume: true } }).result);
    expect(error.message).toContain("data.fingerprint");
  });

  test("a store with checkpoints where a run begins", async () => {
    const store = await saved();
    const error = await rejected(train(iris(), { ...base, checkpoint: { store } }).result);
    expect(error.code).toBe("E_USAGE");
    expect(error.message).toContain("resume: true");
  });

  test.each<[unknown, string]>([
    [7, "checkpoint: expected an object with a store"],
    [{}, "checkpoint.store"],
    [{ store: memoryCheckpoints(), everySteps: 0 }, "checkpoint.everySteps"],
    [{ store: memoryCheckpoints(), everySteps: 1, everyEpochs: 1 }, "everySteps or everyEpochs"],
    [{ store: memoryCheckpoints(), every: 1 }, "checkpoint.every"],
  ])("the option %j", (checkpoint, message) => {
    expect(() => train(iris(), { ...base, checkpoint } as TrainOptions)).toThrow(message);
  });
});

describe("damaged checkpoints", () => {
  test("the newest that is whole is taken, the others are set aside and said", async () => {
    const store = breakingStore(6);
    await train(iris(), { ...base, checkpoint: { store, everySteps: 1 } }).result.catch(() => undefined);
    const bytes = store.kept.get(5)!;
    store.kept.set(5, bytes.subarray(0, bytes.length - 9));
    const healthy = { ...breakingStore(Infinity), steps: store.steps, read: store.read, setAside: store.setAside };
    const resumed = await train(iris(), { ...base, checkpoint: { store: healthy, resume: true } }).result;
    expect(resumed.resumedFrom?.step).toBe(4);
    expect(resumed.note).toContain("checkpoint of step 5");
    expect(store.kept.has(5)).toBe(false);
    expect(resumed.model.parametersHash).toBe((await train(iris(), base).result).model.parametersHash);
  });

  test("where none is whole the run is refused, and refused again: none is set aside", async () => {
    const store = breakingStore(6);
    await train(iris(), { ...base, checkpoint: { store, everySteps: 1 } }).result.catch(() => undefined);
    for (const [step, bytes] of store.kept) store.kept.set(step, bytes.subarray(0, bytes.length - 9));
    const kept = [...store.kept.keys()];
    for (let attempt = 0; attempt < 2; attempt++) {
      const error = await rejected(train(iris(), { ...base, checkpoint: { store, resume: true } }).result);
      expect(error.code).toBe("E_CORRUPT");
      expect(error.message).toContain(`checkpoint of step ${Math.max(...kept)}`);
    }
    expect([...store.kept.keys()]).toEqual(kept);
  });

  test("every single flipped bit, and every length, is found", async () => {
    const store = breakingStore(3);
    await train(iris(), { ...base, hidden: [2], checkpoint: { store, everySteps: 1 } }).result.catch(() => undefined);
    const bytes = store.kept.get(2)!;
    expect(decodeCheckpoint(bytes).state.step).toBe(2);
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = bytes.slice();
      damaged[at]! ^= 1 << (at % 8);
      expect(() => decodeCheckpoint(damaged), `byte ${at}`).toThrow(ChainruleError);
      expect(() => decodeCheckpoint(bytes.subarray(0, at)), `${at} bytes`).toThrow(ChainruleError);
    }
    expect(() => decodeCheckpoint(new Uint8Array(bytes.length))).toThrow("begins with");
  });

  test("a section that is damaged is named", async () => {
    const store = breakingStore(2);
    await train(iris(), { ...base, checkpoint: { store, everySteps: 1 } }).result.catch(() => undefined);
    const bytes = store.kept.get(1)!.slice();
    const text = new TextDecoder("latin1").decode(bytes);
    const { offset } = JSON.parse(/\{"name":"parameters"[^}]*\}/.exec(text)![0]) as { offset: number };
    bytes[offset]! ^= 1;
    expect(() => decodeCheckpoint(bytes)).toThrow('section "parameters"');
  });

  test("bytes are read the same wherever they lie: in a Buffer of Node, inside of another array, at an odd place", async () => {
    const store = breakingStore(3);
    await train(iris(), { ...base, optimizer: adam(), average: 0.5, checkpoint: { store, everySteps: 1 } }).result.catch(() => undefined);
    const bytes = store.kept.get(2)!;
    const expected = decodeCheckpoint(bytes);
    const wider = new Uint8Array(bytes.length + 13).fill(77);
    wider.set(bytes, 5);
    for (const same of [Buffer.from(bytes), wider.subarray(5, 5 + bytes.length), Buffer.from(wider.buffer, 5, bytes.length)]) {
      expect(decodeCheckpoint(same)).toEqual(expected);
      expect(encodeAlone(decodeCheckpoint(same))).toEqual(bytes);
    }
    // The state is a copy: who changes the bytes does not change it.
    const copy = Buffer.from(bytes);
    const decoded = decodeCheckpoint(copy);
    copy.fill(0);
    expect(decoded).toEqual(expected);
  });

  test("what is read and written again is the same bytes", async () => {
    const store = breakingStore(Infinity);
    await train(iris(), { ...base, average: 0.5, keep: "best", validation: 0.2, optimizer: adam(), checkpoint: { store, everySteps: 1 } })
      .result;
    for (const bytes of store.kept.values()) expect(encodeAlone(decodeCheckpoint(bytes))).toEqual(bytes);
  });

  test("a history that grows is written as one that was there from the start", async () => {
    const store = breakingStore(Infinity);
    const options = { ...base, hidden: [2], validation: 0.2, batchSize: 500, epochs: 200, metric: "rocAuc", keep: "last" } as const;
    const { history } = await train(iris(), { ...options, checkpoint: { store, everyEpochs: 3 } }).result;
    expect(store.kept.size).toBe(68);
    for (const [step, bytes] of store.kept) {
      const checkpoint = decodeCheckpoint(bytes);
      expect(checkpoint.state.history).toEqual(history.slice(0, step));
      expect(encodeAlone(checkpoint)).toEqual(bytes);
    }
  });
});
