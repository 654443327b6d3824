import { takeRows } from "../../data/rows.js";
import type { Score } from "../history.js";
import type { TrainingPlan } from "../plan.js";
import { isCounted, measureMetric } from "../watched-metric.js";
import type { Look } from "./look.js";
import { scoreOf } from "./run.js";

/** What the validation rows say. */
export interface Validated {
  /** Null where there are none. */
  readonly validation: Score | null;
  /** Of the watched metric; left out where there are no rows. */
  readonly value?: number;
  /** The same for the record, where it is not in the score and is defined. */
  readonly metric?: { readonly metric: number };
}

/** Asks the validation rows; `what` says when, for an error. */
export function createValidation(plan: TrainingPlan, look: Look): (what: string) => Promise<Validated> {
  const { dataset, network, task, parts, stopping } = plan;
  const watching = stopping.metric ?? "cost";
  const rows = parts.validation.length;
  const watchedRows = isCounted(watching) ? undefined : takeRows(dataset, parts.validation);
  return async (what) => {
    if (rows === 0) return { validation: null };
    const outputs = watchedRows === undefined ? undefined : new Float32Array(rows * network.layout.sizes.at(-1)!);
    const report = await look(parts.validation, what, outputs);
    const validation = scoreOf(plan, report, rows);
    if (isCounted(watching)) {
      const value = validation[watching];
      return { validation, ...(value === undefined ? {} : { value }) };
    }
    const value = measureMetric(watching, task, network, watchedRows!, { outputs: outputs!, costSum: report.costSum });
    return { validation, value, ...(Number.isNaN(value) ? {} : { metric: { metric: value } }) };
  };
}
