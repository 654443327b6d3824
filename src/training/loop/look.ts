import { now } from "../../base/platform.js";
import type { Engine, StepReport } from "../../kernels/contract.js";
import type { TrainingPlan } from "../plan.js";
import { nonFiniteCost } from "./failures.js";
import type { Pace } from "./pace.js";

/** Products that are asked for in one forward pass: some milliseconds of the slowest engine. */
const PRODUCTS = 2_000_000;

/** Asks about a list of rows; their outputs go where the caller wants them. `what` they are, for an error. */
export type Look = (list: Uint32Array, what: string, outputs?: Float32Array) => Promise<StepReport>;

/** Asks about rows that are not trained on. `learningRate` is that of the run now, for an error. */
export function createLook({ batchSize, network }: TrainingPlan, engine: Engine, pace: Pace, learningRate: () => number): Look {
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
      if (report.nonFinite !== undefined) throw nonFiniteCost(report.nonFinite, what, learningRate());
      sum.costSum = report.costSum;
      sum.correct += report.correct;
    }
    return sum;
  };
}
