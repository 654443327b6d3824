import { ChainruleError } from "../base/errors.js";
import { now, pause } from "../base/platform.js";
import { createRandom, shuffle, STREAM } from "../base/random.js";
import { takeRows } from "../data/rows.js";
import { engineRows, type Precision } from "../engine/rows.js";
import { prepareAugmentation } from "../kernels/augmentation.js";
import type { Engine, EngineProgram, EngineRows, LayerStatistics, NonFinite, StepReport } from "../kernels/contract.js";
import { parameterName } from "../network/layout.js";
import { drawParameters } from "../network/network.js";
import type { RunState } from "./checkpoint/run-state.js";
import type { Answers } from "./answers.js";
import { createFullBatch, type FullBatch } from "./full-batch.js";
import type { EpochRecord, Score } from "./history.js";
import { stepsOf } from "./optimizers.js";
import type { TrainingPlan } from "./plan.js";
import { rateAt } from "./schedule.js";
import { keepsBest, NOTHING_WATCHED, reasonToStop, type StopReason, watch } from "./stopping.js";
import { smoothLabels, weightOf } from "./row-weights.js";
import { encodeTargets, thresholdsOf } from "./task.js";
import { isCounted, measureMetric } from "./watched-metric.js";

/** Where a run stands; between two epochs too. */
export interface Tick {
  /** The epoch under way, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Share of the whole run that is done, 0..1. */
  readonly fraction: number;
  /** Of the epoch under way. */
  readonly score: Score;
  /** Training rows a second, validation not counted. */
  readonly samplesPerSecond: number;
  readonly secondsLeft: number;
}

/** What one step did to each layer. */
export interface StepStatistics {
  /** From 1, counted over all epochs. */
  readonly step: number;
  readonly epoch: number;
  /** Mean cost of its rows by their weights, before the step; 0 where none of them counts. */
  readonly cost: number;
  /** From layer 2 on. */
  readonly layers: readonly LayerStatistics[];
}

export interface LoopListener {
  readonly onTick: (tick: Tick) => void;
  readonly onEpoch: (record: EpochRecord) => void;
  readonly onStatistics: (statistics: StepStatistics) => void;
  /** Called with each state that is to be kept; the run goes on when it is. */
  readonly onState: (state: RunState) => Promise<void>;
}

export interface LoopResult {
  readonly parameters: Float32Array;
  readonly history: readonly EpochRecord[];
  readonly samplesPerSecond: number;
  readonly threads: number;
  readonly stopped: StopReason;
  /** The epoch whose parameters these are, where the best were to be kept. */
  readonly bestEpoch?: number;
  /** Of the test rows, by the final parameters; left out where there are none, or where the engine's are not the model's float32. */
  readonly test?: Answers;
}

/** How the loop gets its engine; a promise where other threads have to join it first. */
export interface EngineMaker {
  readonly precision: Precision;
  readonly create: (program: EngineProgram, rows: EngineRows) => Engine | Promise<Engine>;
}

/** Milliseconds of work between two returns to the event loop: half of a frame of the screen, since a busy machine takes longer. */
const SLICE = 8;
/** Products that are asked for in one forward pass: some milliseconds of the slowest engine. */
const PRODUCTS = 2_000_000;

/**
 * Trains epoch by epoch in slices, so that timers, input and abort signals are served in between. Time decides only where
 * the slices end, never a result (but for a time limit, which says so).
 *
 * @throws ChainruleError `E_NON_FINITE` naming epoch, batch and layer; `E_ABORTED`
 */
export async function runLoop(plan: TrainingPlan, maker: EngineMaker, listener: LoopListener): Promise<LoopResult> {
  const { parts, batchSize, epochs, optimizer, schedule, stopping, saving } = plan;
  const engine = await engineOf(plan, maker);
  const pace = createPace(plan.signal);
  const look = createLook(plan, engine, pace);
  const count = parts.train.length;
  const fullBatch = optimizer.kind === "lbfgs" ? createFullBatch(plan, engine, optimizer.history, () => pace.rest()) : undefined;
  const stepsPerEpoch = fullBatch === undefined ? Math.ceil(count / batchSize) : 1;
  const scheduled = { schedule, rate: optimizer.learningRate, epochs, stepsPerEpoch };
  const watching = stopping.metric ?? "cost";
  const isCountable = plan.task.kind !== "regression";

  const from = plan.state;
  const history: EpochRecord[] = [...(from?.history ?? [])];
  let milliseconds = from?.milliseconds ?? 0;
  let step = from?.step ?? 0;
  let epoch = from?.epoch ?? 0;
  let watched = from?.watched ?? NOTHING_WATCHED;
  let best = from?.best;
  let stopped = from?.stopped ?? (epoch >= epochs ? "epochs" : undefined);
  /** The sum of the weights of the rows of the epoch that were trained on. */
  let weight = 0;
  let progress = { position: from?.position ?? 0, costSum: from?.costSum ?? 0, correct: from?.correct ?? 0 };

  const score = (report: StepReport, rows: number, weight = rows): Score => ({
    cost: report.costSum / weight,
    ...(isCountable ? { accuracy: report.correct / rows } : {}),
  });
  const rateOf = (index: number): number => rateAt(scheduled, index, watched.drops);
  const save = async (): Promise<void> => {
    const engineState = { ...engine.state(), ...fullBatch?.state() };
    checkParameters(engineState.parameters, plan, step);
    const state = { step, epoch, ...progress, milliseconds, engine: engineState, history: [...history], watched };
    await listener.onState({ ...state, ...(best === undefined ? {} : { best }), ...(stopped === undefined ? {} : { stopped }) });
  };
  const speed = (): number => (milliseconds === 0 ? 0 : (epoch * count + progress.position) / (milliseconds / 1000));

  const watchedRows = isCounted(watching) ? undefined : takeRows(plan.dataset, parts.validation);
  /** The validation rows: their score, the value that is watched, and that for the record where it is not in the score. */
  const validate = async (what: string): Promise<{ validation: Score | null; value?: number; metric?: { metric: number } }> => {
    const rows = parts.validation.length;
    if (rows === 0) return { validation: null };
    const outputs = watchedRows === undefined ? undefined : new Float32Array(rows * plan.network.layout.sizes.at(-1)!);
    const report = await look(parts.validation, what, outputs);
    const validation = score(report, rows);
    if (isCounted(watching)) {
      const value = validation[watching];
      return { validation, ...(value === undefined ? {} : { value }) };
    }
    const value = measureMetric(watching, plan.task, plan.network, watchedRows!, { outputs: outputs!, costSum: report.costSum });
    return { validation, value, ...(Number.isNaN(value) ? {} : { metric: { metric: value } }) };
  };

  const tick = (end: number): void => {
    const samplesPerSecond = speed();
    const done = epoch * count + end;
    listener.onTick({
      epoch: epoch + 1,
      epochs,
      fraction: done / (epochs * count),
      score: score(progress, end, weight),
      samplesPerSecond,
      secondsLeft: (epochs * count - done) / samplesPerSecond,
    });
  };
  const isOver = (): boolean => milliseconds / 1000 >= (stopping.timeLimit ?? Infinity);

  /** One step along all rows. */
  const trainWhole = async ({ step: move }: FullBatch): Promise<boolean> => {
    const start = now();
    const { costSum, correct, converged, nonFinite } = await move(rateOf(step), epoch + 1);
    if (nonFinite !== undefined) throw nonFiniteCost(nonFinite, `epoch ${epoch + 1}`, optimizer.learningRate);
    milliseconds += now() - start;
    step += 1;
    progress = { position: count, costSum, correct };
    weight = weightOf(plan.weights, parts.train, 0, count);
    if (converged) stopped = "converged";
    tick(count);
    return true;
  };

  /** The rows of the epoch under way from where it stands; false where time runs out first. */
  const train = async (): Promise<boolean> => {
    if (fullBatch !== undefined) return trainWhole(fullBatch);
    const order = shuffle(parts.train.slice(), createRandom(plan.seed, STREAM.order, epoch + 1));
    weight = weightOf(plan.weights, order, 0, progress.position);
    while (progress.position < count) {
      const { position } = progress;
      await pace.rest();
      // A step that is observed is a call of its own, and calls end where the next one is, or a checkpoint.
      const toObserved = stepsTo(plan.statisticsEvery, step) - 1;
      const most = Math.min(pace.steps(), Math.max(1, toObserved), stepsTo(saving?.everySteps, step));
      const end = Math.min(count, position + most * batchSize);
      const steps = Math.ceil((end - position) / batchSize);
      const rates = Array.from({ length: steps }, (_, index) => rateOf(step + index));
      const { result: report, elapsed } = pace.work(steps, () =>
        engine[toObserved === 0 ? "observe" : "train"](order, position, end, { costSum: progress.costSum, rates, epoch: epoch + 1 }),
      );
      if (report.nonFinite !== undefined) {
        const batch = Math.floor(report.nonFinite.position / batchSize);
        throw nonFiniteCost(report.nonFinite, `epoch ${epoch + 1}, batch ${batch}`, optimizer.learningRate);
      }
      milliseconds += elapsed;
      step += steps;
      const weightHere = weightOf(plan.weights, order, position, end);
      const cost = weightHere === 0 ? 0 : (report.costSum - progress.costSum) / weightHere;
      progress = { position: end, costSum: report.costSum, correct: progress.correct + report.correct };
      weight += weightHere;
      if (report.layers !== undefined) listener.onStatistics({ step, epoch: epoch + 1, cost, layers: report.layers });
      tick(end);
      if (saving?.everySteps !== undefined && step % saving.everySteps === 0 && end < count) await save();
      if (isOver()) return end === count;
    }
    return true;
  };

  if (saving !== undefined && from === undefined) await save();
  while (stopped === undefined) {
    const whole = await train();
    if (!whole) {
      stopped = "time";
      break;
    }
    epoch += 1;
    // Before a plateau may lower it.
    const learningRate = rateOf(step - 1);
    // The running mean is what is asked, and what is kept.
    engine.exchangeAverage();
    const what = `epoch ${epoch}, validation after batch ${stepsPerEpoch - 1}`;
    const { validation, value, metric } = await validate(what);
    if (value !== undefined) {
      watched = watch(watched, stopping, epoch, value, schedule.kind === "plateau" ? schedule : undefined);
      if (watched.bestEpoch === epoch && keepsBest(stopping)) best = engine.parameters();
    }
    engine.exchangeAverage();
    const record: EpochRecord = { epoch, ...score(progress, count, weight), validation, learningRate, ...metric };
    progress = { position: 0, costSum: 0, correct: 0 };
    history.push(record);
    listener.onEpoch(record);
    stopped ??= reasonToStop(stopping, watched, epoch, value) ?? (epoch === epochs ? "epochs" : isOver() ? "time" : undefined);
    const isDue = saving?.everySteps === undefined ? epoch % (saving?.everyEpochs ?? 1) === 0 : step % saving.everySteps === 0;
    if (saving !== undefined && stopped === undefined && isDue) await save();
  }
  if (saving !== undefined && from?.stopped === undefined) await save();

  await pace.rest();
  engine.exchangeAverage();
  if (best !== undefined) engine.load(best);
  const parameters = engine.parameters();
  checkParameters(parameters, plan, step);
  const result = {
    parameters,
    history,
    samplesPerSecond: speed(),
    threads: engine.threads,
    stopped,
    ...(best === undefined ? {} : { bestEpoch: watched.bestEpoch }),
  };
  if (parts.test.length === 0 || maker.precision === "float64") return result;
  const outputs = new Float32Array(parts.test.length * plan.network.layout.sizes.at(-1)!);
  const { costSum } = await look(parts.test, "the test rows", outputs);
  return { ...result, test: { outputs, costSum } };
}

async function engineOf(plan: TrainingPlan, { create, precision }: EngineMaker): Promise<Engine> {
  const { dataset, network, task, parts, batchSize, optimizer, rules } = plan;
  const targets = encodeTargets(task, dataset, network.layout.sizes.at(-1)!);
  if (plan.labelSmoothing > 0) smoothLabels(targets, parts.train, network.layout.sizes.at(-1)!, plan.labelSmoothing, task.kind);
  const thresholds = thresholdsOf(task);
  const rows: EngineRows = {
    ...engineRows(dataset, plan.scaling, targets, precision),
    ...(plan.weights === undefined ? {} : { weights: plan.weights }),
    ...(thresholds === undefined ? {} : { thresholds }),
  };
  const parameters = plan.parameters ?? drawParameters(network, plan.seed);
  const state = plan.state === undefined ? {} : { state: plan.state.engine };
  const augmentation = plan.augment === undefined ? {} : { augmentation: prepareAugmentation(plan.augment, dataset.image!, plan.seed) };
  // No batch is larger than the data, and so is no memory for one.
  return create(
    {
      ...network,
      parameters,
      batchSize: Math.min(batchSize, parts.train.length),
      optimizer: stepsOf(optimizer),
      rules,
      seed: plan.seed,
      ...state,
      ...augmentation,
    },
    rows,
  );
}

/** Steps from here to the next multiple of `every`; endless where there is none. */
function stepsTo(every: number | undefined, step: number): number {
  return every === undefined ? Infinity : every - (step % every);
}

/** How the work is cut into slices. */
interface Pace {
  /** Returns to the event loop where the work to come, which took so long last time, would make the slice too long. */
  readonly rest: (expected?: number) => Promise<void>;
  /** How many steps the next call may have. */
  readonly steps: () => number;
  /** Does the work of so many steps, and learns from the time that it took. */
  readonly work: <R>(steps: number, call: () => R) => { readonly result: R; readonly elapsed: number };
}

function createPace(signal: TrainingPlan["signal"]): Pace {
  let rested = now();
  let steps = 1;
  let expected = 0;
  return {
    async rest(milliseconds = expected) {
      if (now() - rested + milliseconds >= SLICE) {
        await pause();
        rested = now();
      }
      if (signal?.aborted === true) throw aborted();
    },
    steps: () => steps,
    work(count, call) {
      const start = now();
      const result = call();
      const elapsed = now() - start;
      expected = elapsed;
      // A call may double and still fit into a slice.
      if (elapsed < SLICE / 3) {
        if (count >= steps) steps *= 2;
        expected *= 2;
      } else if (elapsed > SLICE) steps = Math.max(1, steps >> 1);
      return { result, elapsed };
    },
  };
}

type Look = (list: Uint32Array, what: string, outputs?: Float32Array) => Promise<StepReport>;

/** Asks about rows that are not trained on. */
function createLook({ batchSize, network, optimizer }: TrainingPlan, engine: Engine, pace: Pace): Look {
  const rowsAtOnce = batchSize * Math.max(1, Math.floor(PRODUCTS / (network.layout.length * batchSize)));
  const width = network.layout.sizes.at(-1)!;
  return async (list, what, outputs) => {
    const sum = { costSum: 0, correct: 0 };
    let elapsed = 0;
    for (let position = 0; position < list.length; position += rowsAtOnce) {
      await pace.rest(elapsed);
      const start = now();
      const some = list.subarray(position, position + rowsAtOnce);
      const report = engine.forward(some, outputs?.subarray(position * width, (position + some.length) * width), sum.costSum);
      elapsed = now() - start;
      if (report.nonFinite !== undefined) throw nonFiniteCost(report.nonFinite, what, optimizer.learningRate);
      sum.costSum = report.costSum;
      sum.correct += report.correct;
    }
    return sum;
  };
}

/** What ends a run whose signal was aborted. */
export function aborted(): ChainruleError {
  return new ChainruleError("E_ABORTED", "the run was aborted");
}

function nonFiniteCost({ layer, cost }: NonFinite, when: string, learningRate: number): ChainruleError {
  return new ChainruleError("E_NON_FINITE", {
    where: `${when}, layer ${layer}`,
    expected: "a finite cost",
    got: String(cost),
    hint: `Training has diverged: try a learning rate below ${learningRate}.`,
  });
}

/** The last update comes after the last cost, so the parameters themselves are looked at too. `step`: how many were done. */
function checkParameters(
  parameters: Float32Array | Float64Array,
  { network, parts, batchSize, optimizer }: TrainingPlan,
  step: number,
): void {
  const index = (parameters as Float64Array).findIndex((value) => !Number.isFinite(value));
  if (index < 0) return;
  const name = parameterName(network.layout, index);
  const last = Math.max(0, step - 1);
  const stepsPerEpoch = Math.ceil(parts.train.length / batchSize);
  const layer = network.layout.tensors.findLast(({ offset }) => offset <= index)!.layer;
  throw new ChainruleError("E_NON_FINITE", {
    where: `epoch ${Math.floor(last / stepsPerEpoch) + 1}, batch ${last % stepsPerEpoch}, layer ${layer}`,
    expected: `a finite ${name}`,
    got: String(parameters[index]),
    hint: `Training has diverged: try a learning rate below ${optimizer.learningRate}.`,
  });
}
