import { ChainruleError, type Problem } from "chainrule";
import type { Recipe } from "../../state/recipe.js";
import { datasetOf } from "../../state/run-data.js";
import type { ShownData } from "../../state/task.js";

/** Rows that show whether a recipe fits its data: few, since the library prepares them on this thread. */
const ROWS = 200;

/** What `train` says to a recipe before its first step; nothing is trained. */
export async function problemsOf(recipe: Recipe): Promise<readonly Problem[]> {
  const { epochs } = recipe.options;
  try {
    const [{ train }, data] = await Promise.all([import("../../state/training.js"), datasetOf(recipe)]);
    const dataset = headOf(data);
    // No epoch, and ended at once.
    const none = Number.isInteger(epochs) && epochs! >= 0 ? { epochs: 0 } : {};
    train(dataset, { ...recipe.options, ...none, signal: AbortSignal.abort() }).result.catch(() => undefined);
    return [];
  } catch (error) {
    if (error instanceof ChainruleError && error.problems.length > 0) return error.problems;
    return [{ where: "", expected: "", got: "", hint: error instanceof Error ? error.message : String(error) }];
  }
}

/** A problem in a sentence, for its own field. */
export function sentence({ expected, got, hint }: Problem): string {
  const own = expected === "" ? "" : `Expected ${expected}, got ${got}.`;
  return [own, hint ?? ""].filter((part) => part !== "").join(" ");
}

function headOf(dataset: ShownData): ShownData {
  if (dataset.rowCount <= ROWS) return dataset;
  const { target, inputs, columns, testFrom, validationFrom } = dataset;
  return {
    ...dataset,
    rowCount: ROWS,
    inputs: inputs.subarray(0, ROWS * columns.length),
    target:
      target.kind === "classes"
        ? { ...target, indices: target.indices.subarray(0, ROWS) }
        : { ...target, values: target.values.subarray(0, ROWS * target.names.length) },
    ...(testFrom === undefined ? {} : { testFrom: ROWS / 2 }),
    ...(validationFrom === undefined ? {} : { validationFrom: ROWS / 4 }),
  };
}
