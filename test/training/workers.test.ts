import threads, { type Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Dataset, InputValues, ValueTarget } from "../../src/data/dataset.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { train } from "../../src/training/train.js";
import { adam, sgd } from "../../src/training/optimizers.js";
import { rejected, said } from "./caught.js";

const Original = threads.Worker;
/** Workers that were started, and how many of them have ended. */
let started: Worker[] = [];
let ended = 0;

beforeEach(() => {
  started = [];
  ended = 0;
  threads.Worker = class extends Original {
    constructor(...parameters: ConstructorParameters<typeof Original>) {
      super(...parameters);
      started.push(this);
    }
    // Seen here, since the library removes its listeners before it ends a worker.
    override emit(event: string | symbol, ...values: unknown[]): boolean {
      if (event === "exit") ended += 1;
      return super.emit(event as "exit", ...(values as [number]));
    }
  };
});

afterEach(() => {
  threads.Worker = Original;
});

const forever = { hidden: [64, 48], optimizer: adam(), epochs: 1_000_000, threads: 2 } as const;

/** A run that is at work. */
async function atWork(options: Parameters<typeof train>[1] = {}): Promise<ReturnType<typeof train>> {
  const run = train(digits(), { ...forever, ...options });
  await new Promise<void>((resolve) => run.onTick(() => resolve()));
  return run;
}

describe("a worker that dies", () => {
  test.each([
    [0, "thread 0 of the run"],
    [1, "thread 1 of the run"],
  ])("number %d: the run ends with its number, and no thread is left", async (index, where) => {
    const run = await atWork();
    const error = rejected(run.result);
    void started[index]!.terminate();
    expect(said(await error)).toMatchObject({ code: "E_WORKER", where });
    expect([started.length, ended]).toEqual([2, 2]);
  });
});

test("a conductor that hangs ends the run too, and is ended", async () => {
  const Counting = threads.Worker;
  const hanging = `{
    const { parentPort } = require("node:worker_threads");
    const on = parentPort.on.bind(parentPort);
    parentPort.on = (event, listener) => on(event, (message) => { if (message.kind === "go") for (;;); listener(message); });
  }`;
  threads.Worker = class extends Counting {
    constructor(source: string, options: ConstructorParameters<typeof Original>[1]) {
      super(hanging + source, options);
    }
  };
  const start = performance.now();
  const error = said(await rejected(train(digits(), forever).result));
  expect(error).toMatchObject({ code: "E_WORKER", where: "thread 0 of the run", got: "no sign of work for more than a second" });
  expect([started.length, ended]).toEqual([2, 2]);
  // Generous: a machine under load delays timers.
  expect(performance.now() - start).toBeLessThan(20_000);
});

test("a signal ends the run and its threads", async () => {
  const controller = new AbortController();
  const run = await atWork({ signal: controller.signal, threads: 3 });
  const error = rejected(run.result);
  controller.abort();
  expect(await error).toMatchObject({ code: "E_ABORTED" });
  expect([started.length, ended]).toEqual([3, 3]);
});

test("a run that is done leaves no thread", async () => {
  await train(iris(), { epochs: 2, threads: 2 }).result;
  expect([started.length, ended]).toEqual([2, 2]);
});

test("an error inside a worker arrives whole", async () => {
  const options = { hidden: [8], activation: "relu", optimizer: sgd({ learningRate: 1e30 }), epochs: 5, threads: 2 } as const;
  const [inWorkers, here] = await Promise.all([
    rejected(train(iris(), options).result),
    rejected(train(iris(), { ...options, engine: "portable" }).result),
  ]);
  expect(inWorkers).toMatchObject({ code: "E_NON_FINITE", message: here.message });
});

test("where workers are refused, the run says so and gives the same bits", async () => {
  const options = { hidden: [30], epochs: 20 } as const;
  const { model } = await train(digits(), options).result;
  threads.Worker = function refuse(): never {
    throw new Error("refused by policy");
  } as unknown as typeof Original;
  const result = await train(digits(), options).result;
  expect(result).toMatchObject({ engine: "wasm", threads: 1 });
  expect(result.note).toBe("in slices of this thread: a worker cannot be started here (Error: refused by policy)");
  expect(result.model.parametersHash).toBe(model.parametersHash);
});

test("what is over before a worker would have started is done in slices of the calling thread, with the same bits", async () => {
  const { note, engine, model } = await train(iris(), { epochs: 3 }).result;
  expect({ note, engine, started: started.length }).toEqual({ note: undefined, engine: "wasm", started: 0 });
  await train(digits(), { hidden: [30], epochs: 20 }).result;
  expect(started.length).toBeGreaterThan(0);
  expect((await train(iris(), { epochs: 3, threads: 2 }).result).model.parametersHash).toBe(model.parametersHash);
});

describe("the rows that go to the worker", () => {
  /** Longer than a piece, in every kind of array that a data set has; the target is the first column. */
  const rowCount = 70_001;
  const kinds: readonly [string, (length: number) => InputValues][] = [
    ["bytes", (length) => new Uint8Array(length)],
    // Node's, whose slices share its memory.
    ["a Buffer", (length) => Buffer.alloc(length)],
    ["float32", (length) => new Float32Array(length)],
    ["float64", (length) => new Float64Array(length)],
    ["shared memory", (length) => new Float32Array(new SharedArrayBuffer(4 * length))],
  ];

  test.each(kinds)("are copied, and stay what they are: %s", async (_kind, create) => {
    const inputs = create(rowCount * 64);
    const valueAt = (i: number): number => (i * 2_654_435_761) % 251;
    for (let i = 0; i < inputs.length; i++) inputs[i] = valueAt(i);
    const target = {
      kind: "values",
      names: ["y"],
      values: Float64Array.from({ length: rowCount }, (_, row) => valueAt(64 * row)),
    } as const;
    const columns = Array.from({ length: 64 }, (_, k) => `x${k}`);
    const dataset: Dataset<ValueTarget> = { name: "rows", rowCount, columns, inputs, target };
    const options = { hidden: [3], epochs: 1, batchSize: 512 };
    const warnings: Error[] = [];
    process.on("warning", (warning) => void warnings.push(warning));
    const { model } = await train(dataset, { ...options, threads: 2 }).result;
    expect(inputs).toHaveLength(rowCount * 64);
    let changed = 0;
    for (let i = 0; i < inputs.length; i++) if (inputs[i] !== valueAt(i)) changed += 1;
    expect(changed).toBe(0);
    expect(warnings).toEqual([]);
    expect((await train(dataset, { ...options, engine: "portable" }).result).model.parametersHash).toBe(model.parametersHash);
  });
});
