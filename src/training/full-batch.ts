import type { Engine, EngineState, NonFinite } from "../kernels/contract.js";
import { type Evaluated, LBFGS_START, type LbfgsState, lbfgsStep } from "./lbfgs.js";
import type { TrainingPlan } from "./plan.js";
import { weightOf } from "./row-weights.js";

/** L-BFGS over all training rows: an epoch is a step. */
export interface FullBatch {
  /** One step; `costSum` and `correct` are those before it. */
  readonly step: (rate: number, epoch: number) => Promise<FullStep>;
  /** What the next step depends on, beside the parameters. */
  readonly state: () => Pick<EngineState, "slots" | "counters">;
}

interface FullStep {
  readonly costSum: number;
  readonly correct: number;
  /** No way down was found. */
  readonly converged: boolean;
  /** Set where the cost of the parameters themselves is not finite. */
  readonly nonFinite?: NonFinite;
}

/** A point with what its rows said. */
interface Looked extends Evaluated {
  readonly costSum: number;
  readonly correct: number;
  readonly nonFinite?: NonFinite;
}

/** @param rest returns to the event loop between two parts of the rows where that is due */
export function createFullBatch(plan: TrainingPlan, engine: Engine, history: number, rest: () => Promise<void>): FullBatch {
  const { parts, batchSize, weights, rules, network } = plan;
  const rows = parts.train;
  const total = weightOf(weights, rows, 0, rows.length);
  const chunk = Math.min(batchSize, rows.length);
  const start = engine.state().parameters;
  /** As the engine keeps them. */
  const rounded = (vector: Float64Array): Float64Array =>
    start instanceof Float32Array ? Float64Array.from(Float32Array.from(vector)) : vector;
  let x: Float64Array = Float64Array.from(start);
  let state = plan.state === undefined ? LBFGS_START : restored(plan.state.engine);
  let at: { readonly epoch: number; readonly looked: Looked } | undefined;

  const look = async (point: Float64Array, epoch: number): Promise<Looked> => {
    engine.load(point);
    const gradient = new Float64Array(point.length);
    let [costSum, correct] = [0, 0];
    let nonFinite: NonFinite | undefined;
    for (let from = 0; from < rows.length; from += chunk) {
      await rest();
      const list = rows.subarray(from, from + chunk);
      const { report, gradient: mean } = engine.differentiate(list, { costSum, epoch });
      const share = weightOf(weights, list, 0, list.length) / total;
      // A part whose rows all count nothing has no mean.
      if (share > 0) for (let i = 0; i < gradient.length; i++) gradient[i]! += share * mean[i]!;
      costSum = report.costSum;
      correct += report.correct;
      nonFinite ??= report.nonFinite;
      if (nonFinite !== undefined) return { cost: Infinity, gradient, costSum, correct, nonFinite };
    }
    return { cost: costSum / total + penalty(point, gradient), gradient, costSum, correct };
  };

  /** What l1 and l2 add to the cost of the weights; their derivatives are added to the gradient. */
  const penalty = (point: Float64Array, gradient: Float64Array): number => {
    const { l1 = 0, l2 = 0 } = rules;
    let sum = 0;
    for (const { kind, offset, rows: height, columns } of l1 === 0 && l2 === 0 ? [] : network.layout.tensors) {
      if (kind !== "weight") continue;
      for (let i = offset; i < offset + height * columns; i++) {
        const w = point[i]!;
        sum += (l2 / 2) * w * w + l1 * Math.abs(w);
        gradient[i]! += l2 * w + l1 * Math.sign(w);
      }
    }
    return sum;
  };

  return {
    async step(rate, epoch) {
      // What is drawn for the rows is drawn anew in each epoch; where nothing is, the last look would say the same.
      const before = at?.epoch === epoch || (at !== undefined && !isDrawn(plan)) ? at.looked : await look(x, epoch);
      const { costSum, correct, nonFinite } = before;
      if (nonFinite !== undefined) return { costSum, correct, converged: false, nonFinite };
      const next = await lbfgsStep(state, x, before, async (point) => look(rounded(point), epoch), rate, history);
      x = rounded(next.x);
      state = next.state;
      at = { epoch, looked: next.at as Looked };
      engine.load(x);
      return { costSum, correct, converged: next.converged };
    },
    state: () => ({
      slots: [state.direction, state.gradient, ...state.pairs.flatMap(({ s, y }) => [s, y])],
      counters: [state.steps, state.length, state.scale],
    }),
  };
}

/** Whether an epoch draws something for its rows. */
function isDrawn({ augment, network }: TrainingPlan): boolean {
  return augment !== undefined || network.description.layers.some(({ dropout = 0 }) => dropout > 0);
}

function restored({ slots, counters }: EngineState): LbfgsState {
  const [direction = LBFGS_START.direction, gradient = LBFGS_START.gradient, ...rest] = slots.map((slot) => Float64Array.from(slot));
  const pairs = Array.from({ length: rest.length / 2 }, (_, pair) => ({ s: rest[2 * pair]!, y: rest[2 * pair + 1]! }));
  const [steps = 0, length = 0, scale = 1] = counters;
  return { steps, length, direction, gradient, scale, pairs };
}
