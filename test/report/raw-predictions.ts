import type { RawRow } from "../../src/table/source.js";
import type { CrossValidation } from "../../src/training/cross-validate.js";
import { predict } from "../../src/training/predict.js";

/** What the model of a row's fold says to its raw cells, and how sure it is of a class; undefined of rows without a target. */
export function rawPredictions({ folds, table }: CrossValidation, rows: readonly RawRow[]): { predicted: unknown[]; sure: number[] } {
  const predicted: unknown[] = rows.map(() => undefined);
  const sure: number[] = rows.map(() => NaN);
  for (const { model, rows: own } of folds) {
    for (const position of own) {
      const row = table!.rows[position]!;
      const answer = predict(model, rows[row]!);
      if (answer.kind === "classification") {
        predicted[row] = answer.label;
        sure[row] = Math.max(...answer.probabilities!);
      } else if (answer.kind === "regression") predicted[row] = answer.values[0];
    }
  }
  return { predicted, sure };
}
