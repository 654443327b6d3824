import { ChainruleError, show } from "../base/errors.js";
import type { Dataset, Target } from "../data/dataset.js";
import { fingerprint, fingerprintInSlices } from "../data/fingerprint.js";
import type { EngineName } from "../engine/engine-names.js";
import type { PreparedDataset } from "../table/fit.js";
import type { Evaluation } from "./measure.js";
import type { Command } from "./loop/control.js";
import type { StepStatistics, Tick } from "./loop/listener.js";
import type { EpochRecord } from "./history.js";
import { createModel, type Model } from "./model.js";
import type { CheckpointOptions } from "./checkpoint/options.js";
import type { RunState } from "./checkpoint/run-state.js";
import type { CheckpointStore } from "./checkpoint/store.js";
import type { TrainOptions } from "./options.js";
import type { StopReason } from "./stopping.js";
import { planTraining, type TrainingPlan } from "./plan.js";
import { createRequests } from "./requests.js";
import { loadMeasureTest } from "./run-parts.js";
import { runPlan } from "./run-plan.js";
import type { TaskOf } from "./task.js";

export interface TrainResult<T extends Target = Target> {
  /** The final model. */
  readonly model: Model<TaskOf<T>>;
  /** Of whole epochs; one that a time limit cut short is not among them. */
  readonly history: readonly EpochRecord[];
  /** Of the final model on the held-out test part; undefined where there is none. Test rows choose nothing. */
  readonly test: Evaluation<TaskOf<T>> | undefined;
  /** Training rows a second, validation not counted. */
  readonly samplesPerSecond: number;
  readonly engine: EngineName;
  readonly threads: number;
  /** False where relaxed SIMD was asked for. */
  readonly reproducible: boolean;
  /** Why the run ended. */
  readonly stopped: StopReason;
  /** The epoch whose parameters the model has, where the best were to be kept. */
  readonly bestEpoch?: number;
  /** Where the run went on, if it did: steps and whole epochs done before. */
  readonly resumedFrom?: { readonly step: number; readonly epoch: number };
  /** Why engine or threads are not those that were asked for, and what was wrong with checkpoints; left out where nothing was. */
  readonly note?: string;
}

/** Where a run stands between two steps. */
export interface Snapshot<T extends Target = Target> {
  /** Steps and whole epochs done. */
  readonly step: number;
  readonly epoch: number;
  /** Of the next step. */
  readonly learningRate: number;
  /** With a copy of the parameters. */
  readonly model: Model<TaskOf<T>>;
}

/**
 * A run under way. Iterating gives a record an epoch; leaving the loop early does not stop the run, its signal does. What is asked of it is
 * done between two steps, some milliseconds later, and changes no bit of the result but for a learning rate. A promise is rejected with the
 * run's own error where that ends it, and resolves with the final model where the run is over.
 */
export interface TrainingRun<T extends Target = Target> extends AsyncIterable<EpochRecord> {
  readonly result: Promise<TrainResult<T>>;
  /** Calls `listener` many times a second while the run lasts. */
  onTick(listener: (tick: Tick) => void): void;
  /** Calls `listener` after every `statisticsEvery`-th step with what it did to each layer. */
  onStatistics(listener: (statistics: StepStatistics) => void): void;
  /** Stops between two steps; resolves with where. */
  pause(): Promise<Snapshot<T>>;
  /**
   * Goes on, for so many steps or until it is paused again; resolves when it stands again, or is over.
   *
   * @throws ChainruleError `E_USAGE` for steps that are no whole number of at least 1
   */
  resume(steps?: number): Promise<Snapshot<T>>;
  /** The parameters, without a stop. */
  snapshot(): Promise<Snapshot<T>>;
  /**
   * Keeps a checkpoint now, beside those that come by themselves.
   *
   * @throws ChainruleError `E_USAGE` where the run has no store
   */
  save(): Promise<Snapshot<T>>;
  /**
   * From the next step on the optimizer's learning rate, over which the schedule is laid. A run that is resumed from a later checkpoint goes
   * on with it.
   *
   * @throws ChainruleError `E_USAGE` for a rate that is no finite number above 0
   */
  setLearningRate(rate: number): Promise<Snapshot<T>>;
}

/** Trains on a data set: train.ts. */
export function trainDataset<T extends Target>(dataset: Dataset<T>, options: TrainOptions = {}): TrainingRun<T> {
  const planned = planTraining(dataset, options);
  const epochs = createQueue<EpochRecord>();
  const ticks = createListeners<Tick>();
  const statistics = createListeners<StepStatistics>();
  const listener = { onTick: ticks.call, onEpoch: epochs.push, onStatistics: statistics.call };
  const requests = createRequests();
  const store = options.checkpoint?.store;
  const result = holding(store, async (writes): Promise<TrainResult<T>> => {
    const { plan, onState, notes } = await begin(planned, options.checkpoint);
    plan.state?.history.forEach(epochs.push);
    const loop = await runPlan(plan, { ...listener, onState: (state) => (writes.last = onState(state)) }, requests);
    await fingerprintInSlices(dataset);
    const model = trainedModel(plan, dataset, loop.parameters);
    const { step, learningRate, history, samplesPerSecond, engine, threads, stopped, bestEpoch, note } = loop;
    const said = [...notes, ...(note === undefined ? [] : [note])].join("; ");
    const how = {
      samplesPerSecond,
      engine,
      threads,
      reproducible: plan.reproducible,
      stopped,
      ...(bestEpoch === undefined ? {} : { bestEpoch }),
      ...(plan.state === undefined ? {} : { resumedFrom: { step: plan.state.step, epoch: plan.state.epoch } }),
      ...(said === "" ? {} : { note: said }),
    };
    requests.end({ step, epoch: history.length, learningRate, parameters: loop.parameters });
    const test = plan.parts.test.length === 0 ? undefined : (await loadMeasureTest())(plan, model, loop.test);
    // The task of a plan is made from the target, so it is the task of T.
    return { model, history, test, ...how } as TrainResult<T>;
  });
  result.then(epochs.end, (error: unknown) => {
    epochs.fail(error);
    requests.fail(error);
  });
  const ask = (command: Command): Promise<Snapshot<T>> => {
    const answer = requests.ask(command).then(async ({ parameters, ...stand }) => {
      await fingerprintInSlices(dataset);
      return { ...stand, model: trainedModel(planned, dataset, parameters) as Model<TaskOf<T>> };
    });
    // Who does not wait for the answer learns from the result what ended the run.
    answer.catch(() => undefined);
    return answer;
  };
  return {
    result,
    onTick: ticks.add,
    onStatistics: statistics.add,
    pause: () => ask({ kind: "pause" }),
    resume(steps) {
      if (steps !== undefined && !(Number.isInteger(steps) && steps >= 1)) throw refused("steps", "a whole number of at least 1", steps);
      return ask({ kind: "resume", ...(steps === undefined ? {} : { steps }) });
    },
    snapshot: () => ask({ kind: "look" }),
    save() {
      if (store === undefined) throw refused("checkpoint.store", "a store, such as memoryCheckpoints()", store);
      return ask({ kind: "save" });
    },
    setLearningRate(learningRate) {
      if (!(learningRate > 0 && Number.isFinite(learningRate))) throw refused("rate", "a finite number above 0", learningRate);
      return ask({ kind: "rate", learningRate });
    },
    [Symbol.asyncIterator]: epochs.iterate,
  };
}

function refused(where: string, expected: string, got: unknown): ChainruleError {
  return new ChainruleError("E_USAGE", { where, expected, got: show(got) });
}

/** Does something while the store, where there is one, is this run's. */
async function holding<R>(store: CheckpointStore | undefined, work: (writes: { last: Promise<void> }) => Promise<R>): Promise<R> {
  const writes = { last: Promise.resolve() };
  await store?.open?.();
  try {
    return await work(writes);
  } finally {
    // A run that is aborted leaves the loop while it writes.
    await writes.last.catch(() => undefined);
    await store?.close?.();
  }
}

/** A run that is ready: with the state that it goes on from, and what keeps its states. */
interface Begun {
  readonly plan: TrainingPlan;
  readonly onState: (state: RunState) => Promise<void>;
  readonly notes: readonly string[];
}

async function begin(plan: TrainingPlan, checkpoint: CheckpointOptions | undefined): Promise<Begun> {
  const notes: string[] = [];
  if (checkpoint === undefined) return { plan, onState: () => Promise.resolve(), notes };
  const { createWriter, findState, identityOf } = await import("./checkpoint/checkpoints.js");
  const identity = await identityOf(plan);
  const state = await findState(checkpoint, identity, (note) => notes.push(note));
  return { plan: state === undefined ? plan : { ...plan, state }, onState: createWriter(checkpoint, identity), notes };
}

/** @param source the rows as they were given, by which the model knows them again */
function trainedModel(plan: TrainingPlan, source: Dataset, parameters: Float32Array): Model {
  const { dataset, network, task, scaling, splitOptions, optimizer, rules, batchSize, epochs } = plan;
  const { divided } = dataset as Partial<PreparedDataset>;
  return createModel({
    network: { ...network, parameters },
    task,
    columns: dataset.columns,
    ...("preparation" in dataset ? { preparation: (dataset as PreparedDataset).preparation } : {}),
    scaling,
    ...(dataset.image === undefined ? {} : { image: dataset.image }),
    split: { ...splitOptions, ...(divided === undefined ? {} : { by: divided }), rows: source.rowCount, fingerprint: fingerprint(source) },
    training: { optimizer, ...(Object.keys(rules).length === 0 ? {} : { rules }), batchSize, epochs },
  });
}

function createListeners<V>(): { readonly add: (listener: (value: V) => void) => void; readonly call: (value: V) => void } {
  const listeners: ((value: V) => void)[] = [];
  return {
    add: (listener) => {
      listeners.push(listener);
    },
    call: (value) => {
      for (const listener of listeners) listener(value);
    },
  };
}

interface Queue<V> {
  readonly push: (value: V) => void;
  readonly end: () => void;
  readonly fail: (error: unknown) => void;
  readonly iterate: () => AsyncIterator<V>;
}

/** Keeps every value, so that each iteration sees all of them, however late it begins. */
function createQueue<V>(): Queue<V> {
  const values: V[] = [];
  let finished: { readonly error?: unknown } | undefined;
  let wake: (() => void)[] = [];
  const notify = (): void => {
    const waiting = wake;
    wake = [];
    for (const resolve of waiting) resolve();
  };
  const finish = (how: { readonly error?: unknown }): void => {
    finished = how;
    notify();
  };
  return {
    push: (value) => {
      values.push(value);
      notify();
    },
    end: () => {
      finish({});
    },
    fail: (error) => {
      finish({ error });
    },
    iterate: async function* () {
      for (let index = 0; ; index++) {
        while (index >= values.length && finished === undefined) await new Promise<void>((resolve) => wake.push(resolve));
        if (index < values.length) yield values[index]!;
        else if ("error" in finished!) throw finished.error;
        else return;
      }
    },
  };
}
