import { takeRowsOf } from "../base/arrays.js";
import { exponential } from "../base/elementary.js";
import { ChainruleError, show } from "../base/errors.js";
import { createRandom, shuffle, STREAM } from "../base/random.js";
import type { Dataset } from "../data/dataset.js";
import { rowNumbers, takeRows } from "../data/rows.js";
import { aborted } from "./loop/failures.js";
import { optimizerDefaults } from "./optimizers.js";
import type { TrainOptions } from "./options.js";
import { planTraining, type TrainingPlan } from "./plan.js";
import { divergedAt, type RatePoint, readCurve } from "./rate-curve.js";
import { rateAt, type ScheduleDescription } from "./schedule.js";
import { type StoppingSettings, STOPPING_NAMES } from "./stopping.js";
import { runPlan } from "./run-plan.js";

/** What `train` takes, but for how long it trains and what becomes of it. A rate in `optimizer` is not looked at. */
export interface FindRateOptions extends Omit<
  TrainOptions,
  "epochs" | "schedule" | "checkpoint" | "statisticsEvery" | keyof StoppingSettings
> {
  /**
   * Steps of each trial; where left out 400, fewer of batches above 500 rows, and at most those of two trainings with the default epochs.
   * Where they do not tell the rates apart, trials get twice and then four times as many.
   */
  readonly steps?: number;
}

/** A rate on a fresh copy of the network; `cost` is the mean of the second half of its steps, null where it was not finite. */
export interface RateTrial {
  readonly rate: number;
  readonly cost: number | null;
}

export interface FoundRate {
  /** The rate to train with; null where none teaches anything. */
  readonly learningRate: number | null;
  /** Why, in plain sentences with the numbers. */
  readonly reason: string;
  /** Where the cost fell fastest while the rate rose; null where it did not fall. */
  readonly steepest: number | null;
  /** Where it was lowest. */
  readonly lowest: number | null;
  /** Where it had diverged: was not finite, or above 4 times the lowest. */
  readonly diverged: number | null;
  /** The smoothed cost while the rate rose, up to there. */
  readonly curve: readonly RatePoint[];
  /** The rates that were tried on fresh copies, from the largest down. */
  readonly trials: readonly RateTrial[];
}

/** The rates of the sweep: from the smallest up, so many a power of ten. */
const SMALLEST = 1e-8;
const LARGEST = 100;
const PER_DECADE = 20;
const DECADES = 10;
/** Steps of each trial: their number, rows of all of them, and whole trainings by the default number of epochs. */
const STEPS = { most: 400, least: 40, rows: 200_000, trainings: 2 };
/** Batches up to here are so noisy that each rate of the sweep gets two. */
const NOISY = 256;
/** From one trial to the next. */
const DOWN = Math.sqrt(10);
const MOST_TRIALS = 8;
/** A smaller rate whose cost falls this share as far as with the best is as good, and safer in a long training. */
const AS_GOOD = 0.975;
/** So many rates that are as good have not been told apart, as on the plateau on which sigmoids begin: trials get twice as many steps. */
const UNDECIDED = 4;
/** Unless what was to be learned has been: the cost is at most this share of the untrained one. */
const LEARNED = 0.1;
/** Times the steps, at most. */
const LONGEST = 4;
/** What falls by less than this share has learned nothing. */
const LEAST_FALL = 0.01;
/** A rate that is as good as 0. */
const NOTHING = 1e-12;

const REFUSED = ["epochs", "schedule", "checkpoint", "statisticsEvery", ...STOPPING_NAMES];

/** `findLearningRate`: on-demand.ts. */
export async function findLearningRate(dataset: Dataset, options: FindRateOptions = {}): Promise<FoundRate> {
  const { steps: asked, ...others } = options;
  checkOwn(others, asked);
  const whole = planTraining(dataset, others);
  if (whole.optimizer.kind === "lbfgs") return lineSearch();
  const batch = Math.min(whole.batchSize, whole.parts.train.length);
  const steps = asked ?? usualSteps(whole, batch);
  const hold = batch <= NOISY ? 2 : 1;
  const rates = DECADES * PER_DECADE + 1;
  const plan = withRows(whole, batch * Math.max(steps, rates * hold));

  const points = await sweep(plan, rates, hold);
  const reading = readCurve(points);
  const shown = {
    steepest: reading.steepest ?? null,
    lowest: reading.lowest ?? null,
    diverged: reading.diverged ?? null,
    curve: reading.curve,
  };
  if (reading.curve.length === 0) {
    const reason = `The cost is not finite at the smallest rate, ${SMALLEST}: look at the data, their scaling and the weights.`;
    return { learningRate: null, reason, ...shown, trials: [] };
  }
  for (let length = steps; ; length *= 2) {
    const untrained = (await trial(plan, NOTHING, length)) ?? Infinity;
    const trials = await tryRates(plan, length, topOf(shown), untrained);
    const good = asGood(trials, untrained);
    const isDecided = good.length < UNDECIDED || good.some(({ cost }) => cost! <= LEARNED * untrained);
    if (isDecided || length >= LONGEST * steps) return { ...choose(trials, untrained, length, shown), ...shown, trials };
  }
}

/** @throws ChainruleError `E_USAGE` */
function checkOwn(options: object, steps: unknown): void {
  if (steps !== undefined && !(Number.isInteger(steps) && (steps as number) >= 2)) {
    throw new ChainruleError("E_USAGE", { where: "steps", expected: "a whole number of at least 2", got: show(steps) });
  }
  const given = Object.entries(options).filter(([name, value]) => REFUSED.includes(name) && value !== undefined);
  const expected = "nothing while a rate is looked for: it belongs to train";
  if (given.length > 0)
    throw new ChainruleError(
      "E_USAGE",
      given.map(([where, value]) => ({ where, expected, got: show(value) })),
    );
}

/** A rate that suits long trials is too small for a training that is shorter than they are. */
function usualSteps({ parts, epochs }: TrainingPlan, batch: number): number {
  const training = epochs * Math.ceil(parts.train.length / batch);
  return Math.max(STEPS.least, Math.min(STEPS.most, Math.floor(STEPS.rows / batch), STEPS.trainings * training));
}

function lineSearch(): FoundRate {
  const { learningRate } = optimizerDefaults.lbfgs;
  const reason = `L-BFGS finds the length of each step by a line search, so there is no rate to look for: ${learningRate}, which it has where nothing is said.`;
  return { learningRate, reason, steepest: null, lowest: null, diverged: null, curve: [], trials: [] };
}

/** The plan with so many of its training rows, drawn at random, and no others. */
function withRows(plan: TrainingPlan, rows: number): TrainingPlan {
  const none = new Uint32Array(0);
  const train = plan.parts.train;
  if (rows >= train.length) return { ...plan, parts: { train, validation: none, test: none } };
  const list = shuffle(train.slice(), createRandom(plan.seed, STREAM.sample)).subarray(0, rows).sort();
  return {
    ...plan,
    dataset: takeRows(plan.dataset, list),
    weights: plan.weights === undefined ? undefined : takeRowsOf(plan.weights, 1, list),
    parts: { train: rowNumbers(0, rows), validation: none, test: none },
  };
}

/** The cost at each rate, up to the one at which it has diverged. */
async function sweep(plan: TrainingPlan, rates: number, hold: number): Promise<RatePoint[]> {
  const stepsPerEpoch = Math.ceil(plan.parts.train.length / plan.batchSize);
  // A stair that goes up: no option allows it, and a plan may have it.
  const schedule = { kind: "step", every: hold / stepsPerEpoch, factor: exponential(Math.LN10 / PER_DECADE) } as const;
  let points: RatePoint[] = [];
  await watchSteps({ ...plan, schedule }, SMALLEST, rates * hold, (costs, rateOf) => {
    points = meansByRate(costs, rateOf);
    return divergedAt(points.map(({ cost }) => cost)) !== undefined;
  });
  return points;
}

/** The mean cost of the steps that had one rate. */
function meansByRate(costs: readonly number[], rateOf: (step: number) => number): RatePoint[] {
  const points: { rate: number; sum: number; steps: number }[] = [];
  for (const [step, cost] of costs.entries()) {
    const rate = rateOf(step);
    const last = points.at(-1);
    if (last?.rate !== rate) points.push({ rate, sum: cost, steps: 1 });
    else {
      last.sum += cost;
      last.steps += 1;
    }
  }
  return points.map(({ rate, sum, steps }) => ({ rate, cost: sum / steps }));
}

/** Trains a fresh copy at one rate; the mean cost of the second half of the steps, null where it was not finite. All trials see the same rows. */
async function trial(plan: TrainingPlan, rate: number, steps: number): Promise<number | null> {
  const costs = await watchSteps({ ...plan, schedule: { kind: "constant" } }, rate, steps, () => false);
  const later = costs.slice(Math.floor(steps / 2));
  const mean = later.reduce((sum, cost) => sum + cost, 0) / later.length;
  return Number.isFinite(mean) ? mean : null;
}

/** The largest rate that is tried. */
function topOf({ lowest, diverged }: Pick<FoundRate, "lowest" | "diverged">): number {
  const top = lowest === null ? (diverged ?? LARGEST) / DOWN : lowest * DOWN;
  return diverged === null ? top : Math.min(top, diverged);
}

/** From the top down, until two in a row are clearly worse than the best. */
async function tryRates(plan: TrainingPlan, steps: number, top: number, untrained: number): Promise<RateTrial[]> {
  const trials: RateTrial[] = [];
  let worse = 0;
  for (let rate = top; worse < 2 && trials.length < MOST_TRIALS; rate /= DOWN) {
    const rounded = Number(rate.toPrecision(2));
    trials.push({ rate: rounded, cost: await trial(plan, rounded, steps) });
    // Until one has taught something, smaller ones may.
    worse = !trials.some((one) => teaches(one, untrained)) || asGood(trials, untrained).includes(trials.at(-1)!) ? 0 : worse + 1;
  }
  return trials;
}

function teaches({ cost }: RateTrial, untrained: number): boolean {
  return cost !== null && cost < untrained - LEAST_FALL * Math.abs(untrained);
}

/** The trials whose cost fell about as far as in the best. */
function asGood(trials: readonly RateTrial[], untrained: number): RateTrial[] {
  const fall = ({ cost }: RateTrial): number => (cost === null ? -Infinity : untrained - cost);
  const most = Math.max(...trials.map(fall));
  return trials.filter((one) => most > 0 && fall(one) >= AS_GOOD * most);
}

function choose(
  trials: readonly RateTrial[],
  untrained: number,
  steps: number,
  { steepest, lowest, diverged }: Pick<FoundRate, "steepest" | "lowest" | "diverged">,
): Pick<FoundRate, "learningRate" | "reason"> {
  const best = trials.reduce((one, other) => ((other.cost ?? Infinity) < (one.cost ?? Infinity) ? other : one));
  const [first, last] = [trials[0]!.rate, trials.at(-1)!.rate];
  const end = diverged === null ? `no rate up to ${LARGEST} made it diverge` : `it had diverged at ${plain(diverged)}`;
  if (!teaches(best, untrained)) {
    const got = best.cost === null ? "it was not finite" : `at best it was ${plain(best.cost, 4)}, with ${best.rate}`;
    const reason =
      `No rate teaches this network anything: its cost is ${plain(untrained, 4)} untrained, and after ${steps} steps with rates from ${first} ` +
      `down to ${last} ${got}; ${end}. Look at the weights it begins with, at its activations and at the data.`;
    return { learningRate: null, reason };
  }
  const chosen = asGood(trials, untrained).at(-1)!;
  const which =
    chosen === best ? "lowered the cost the most" : `is the smallest that lowered the cost about as far as the best (${best.rate})`;
  const swept =
    steepest === null || lowest === null
      ? `While the rate rose step by step the cost did not fall; ${end}.`
      : `While the rate rose step by step the cost fell fastest at ${plain(steepest)} and was lowest at ${plain(lowest)}; ${end}.`;
  const reason = `Of the ${trials.length} rates from ${first} down to ${last}, each tried for ${steps} steps, ${chosen.rate} ${which}: from ${plain(untrained, 3)} to ${plain(chosen.cost!, 3)}. ${swept}`;
  return { learningRate: chosen.rate, reason };
}

function plain(value: number, digits = 2): string {
  return String(Number(value.toPrecision(digits)));
}

/**
 * Trains a fresh copy for some steps, and watches the mean cost of each step's rows: Infinity for the step whose cost was not finite, which
 * is the last one then.
 *
 * @param isEnough called after each step; ends the run where it says so
 * @throws ChainruleError `E_ABORTED` where the signal of the plan was aborted
 */
async function watchSteps(
  plan: TrainingPlan & { readonly schedule: ScheduleDescription },
  rate: number,
  steps: number,
  isEnough: (costs: readonly number[], rateOf: (step: number) => number) => boolean,
): Promise<readonly number[]> {
  const { schedule, signal: outer } = plan;
  const stepsPerEpoch = Math.ceil(plan.parts.train.length / plan.batchSize);
  const epochs = Math.ceil(steps / stepsPerEpoch);
  const rateOf = (step: number): number => rateAt({ schedule, rate, epochs, stepsPerEpoch }, step);
  const costs: number[] = [];
  let isOver = false;
  const take = (cost: number): void => {
    // A worker may be steps ahead before it hears that it is enough.
    if (isOver) return;
    costs.push(cost);
    isOver = isEnough(costs, rateOf) || costs.length === steps;
  };
  const signal = {
    get aborted(): boolean {
      return isOver || outer?.aborted === true;
    },
  };
  const optimizer = { ...plan.optimizer, learningRate: rate };
  const nothing = (): void => undefined;
  try {
    await runPlan(
      { ...plan, optimizer, epochs, statisticsEvery: 1, stopping: {}, signal },
      { onTick: nothing, onEpoch: nothing, onStatistics: ({ cost }) => take(cost), onState: () => Promise.resolve() },
    );
  } catch (error) {
    const code = error instanceof ChainruleError ? error.code : undefined;
    if (code !== "E_ABORTED" && code !== "E_NON_FINITE") throw error;
    if (code === "E_NON_FINITE") take(Infinity);
  }
  if (outer?.aborted === true) throw aborted();
  return costs;
}
