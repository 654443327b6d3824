import { openOwn } from "../../state/open-data.js";
import { FIRST } from "../../state/recipe.js";
import type { ShownData } from "../../state/task.js";

/** Passes over rows that take long enough to see something and end in some seconds. */
const ROWS = 600_000;

/** Images with a fresh network: they have their own test part, or a fifth of the rows is kept for it. */
export async function openIdx(dataset: ShownData): Promise<boolean> {
  const epochs = Math.min(60, Math.max(5, Math.round(ROWS / dataset.rowCount)));
  return openOwn(dataset, { ...FIRST, epochs, test: dataset.testFrom === undefined ? 0.2 : 0 });
}
