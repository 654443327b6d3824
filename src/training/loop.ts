import { ChainruleError } from "../base/errors.js";
import { now, pause } from "../base/platform.js";
import { createRandom, shuffle, STREAM } from "../base/random.js";
import { engineRows, type Precision } from "../engine/rows.js";
import type { Engine, EngineProgram, EngineRows, LayerStatistics, NonFinite, StepReport } from "../kernels/contract.js";
import { parameterName } from "../network/layout.js";
import { drawParameters } from "../network/network.js";
import type { TrainingPlan } from "./plan.js";
import { encodeTargets } from "./task.js";

/** Mean cost of the rows, and the share of them classified correctly (left out for regression). */
export interface Score {
  readonly cost: number;
  readonly accuracy?: number;
}

/** One pass over the training rows. */
export interface EpochRecord extends Score {
  /** From 1. `cost` and `accuracy` are means over the epoch, each batch as it was before its own update. */
  readonly epoch: number;
  /** Of the validation rows at the end of the epoch; null where there are none. */
  readonly validation: Score | null;
}

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
  /** From layer 2 on. */
  readonly layers: readonly LayerStatistics[];
}

export interface LoopListener {
  readonly onTick: (tick: Tick) => void;
  readonly onEpoch: (record: EpochRecord) => void;
  readonly onStatistics: (statistics: StepStatistics) => void;
}

export interface LoopResult {
  readonly parameters: Float32Array;
  readonly history: readonly EpochRecord[];
  readonly samplesPerSecond: number;
  readonly threads: number;
  /** Of the test rows, by the final parameters; left out where there are none, or where the engine's are not the model's float32. */
  readonly test?: Answers;
}

/** Outputs of rows, (rows x n_L), and the sum of their costs. */
export interface Answers {
  readonly outputs: Float32Array;
  readonly costSum: number;
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
 * the slices end, never a result.
 *
 * @throws ChainruleError `E_NON_FINITE` naming epoch, batch and layer; `E_ABORTED`
 */
export async function runLoop(plan: TrainingPlan, { create, precision }: EngineMaker, listener: LoopListener): Promise<LoopResult> {
  const { dataset, network, task, parts, batchSize, epochs, optimizer, rules } = plan;
  const targets = encodeTargets(task, dataset, network.layout.sizes.at(-1)!);
  const rows: EngineRows = engineRows(dataset, plan.scaling, targets, precision);
  // No batch is larger than the data, and so is no memory for one.
  const parameters = plan.parameters ?? drawParameters(network, plan.seed);
  const engine: Engine = await create(
    { ...network, parameters, batchSize: Math.min(batchSize, parts.train.length), optimizer, rules },
    rows,
  );
  const score = (report: StepReport, count: number): Score => ({
    cost: report.costSum / count,
    ...(task.kind === "classification" ? { accuracy: report.correct / count } : {}),
  });

  const count = parts.train.length;
  const history: EpochRecord[] = [];
  let trained = 0;
  let milliseconds = 0;
  let steps = 1;
  let rested = now();
  /** Returns to the event loop where the work to come, which took so many milliseconds last time, would make the slice too long. */
  const rest = async (expected: number): Promise<void> => {
    if (now() - rested + expected >= SLICE) {
      await pause();
      rested = now();
    }
    if (plan.signal?.aborted === true) throw aborted();
  };

  const rowsAtOnce = batchSize * Math.max(1, Math.floor(PRODUCTS / (network.layout.length * batchSize)));
  /** Asks about rows that are not trained on. */
  const look = async (list: Uint32Array, what: string, outputs?: Float32Array): Promise<StepReport> => {
    const sum = { costSum: 0, correct: 0 };
    const width = network.layout.sizes.at(-1)!;
    let elapsed = 0;
    for (let position = 0; position < list.length; position += rowsAtOnce) {
      await rest(elapsed);
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
  const validate = async (epoch: number): Promise<Score | null> => {
    if (parts.validation.length === 0) return null;
    const what = `epoch ${epoch}, validation after batch ${Math.ceil(count / batchSize) - 1}`;
    return score(await look(parts.validation, what), parts.validation.length);
  };

  const every = plan.statisticsEvery ?? Infinity;
  let done = 0;
  let expected = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = shuffle(parts.train.slice(), createRandom(plan.seed, STREAM.order, epoch));
    const sum = { costSum: 0, correct: 0 };
    for (let position = 0; position < count;) {
      await rest(expected);
      // A step that is observed is a call of its own, and a call before it ends where it begins.
      const before = every - 1 - (done % every);
      const end = Math.min(count, position + Math.max(1, Math.min(steps, before)) * batchSize);
      const start = now();
      const report = before === 0 ? engine.observe(order, position, end, sum.costSum) : engine.train(order, position, end, sum.costSum);
      const elapsed = now() - start;
      if (report.nonFinite !== undefined) {
        const batch = Math.floor(report.nonFinite.position / batchSize);
        throw nonFiniteCost(report.nonFinite, `epoch ${epoch}, batch ${batch}`, optimizer.learningRate);
      }
      sum.costSum = report.costSum;
      sum.correct += report.correct;
      milliseconds += elapsed;
      trained += end - position;
      done += Math.ceil((end - position) / batchSize);
      position = end;
      if (report.layers !== undefined) listener.onStatistics({ step: done, epoch, layers: report.layers });
      expected = elapsed;
      // A call may double and still fit into a slice.
      if (elapsed < SLICE / 3) {
        steps *= 2;
        expected *= 2;
      } else if (elapsed > SLICE) steps = Math.max(1, steps >> 1);
      const samplesPerSecond = trained / (milliseconds / 1000);
      listener.onTick({
        epoch,
        epochs,
        fraction: trained / (epochs * count),
        score: score(sum, position),
        samplesPerSecond,
        secondsLeft: (epochs * count - trained) / samplesPerSecond,
      });
    }
    const record: EpochRecord = { epoch, ...score(sum, count), validation: await validate(epoch) };
    history.push(record);
    listener.onEpoch(record);
  }
  await rest(0);
  const trainedParameters = engine.parameters();
  checkParameters(trainedParameters, plan);
  const result = {
    parameters: trainedParameters,
    history,
    samplesPerSecond: trained === 0 ? 0 : trained / (milliseconds / 1000),
    threads: engine.threads,
  };
  if (parts.test.length === 0 || precision === "float64") return result;
  const outputs = new Float32Array(parts.test.length * network.layout.sizes.at(-1)!);
  const { costSum } = await look(parts.test, "the test rows", outputs);
  return { ...result, test: { outputs, costSum } };
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

/** The last update comes after the last cost, so the parameters themselves are looked at too. */
function checkParameters(parameters: Float32Array, { network, epochs, parts, batchSize, optimizer }: TrainingPlan): void {
  const index = parameters.findIndex((value) => !Number.isFinite(value));
  if (index < 0) return;
  const name = parameterName(network.layout, index);
  throw new ChainruleError("E_NON_FINITE", {
    where: `epoch ${epochs}, batch ${Math.ceil(parts.train.length / batchSize) - 1}, layer ${network.layout.tensors.findLast(({ offset }) => offset <= index)!.layer}`,
    expected: `a finite ${name}`,
    got: String(parameters[index]),
    hint: `Training has diverged: try a learning rate below ${optimizer.learningRate}.`,
  });
}
