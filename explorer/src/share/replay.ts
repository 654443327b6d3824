import { train } from "chainrule";
import { datasetOf, keepOwn } from "../state/catalogue.js";
import type { Recipe, RecipeOptions } from "../state/recipe.js";
import { replay } from "../state/run.js";
import { session } from "../state/session.js";
import type { ShownData } from "../state/task.js";
import type { Link } from "./link.js";
import { rowsOf } from "./link-rows.js";

/** A link that cannot be followed, in sentences. */
export class Refused extends Error {
  readonly more: readonly string[];
  constructor(message: string, more: readonly string[] = []) {
    super(message);
    this.more = more;
  }
}

/** A run on a file that has not been opened here. */
export class FileNeeded extends Error {}

export interface ReplayOptions {
  readonly onStep: (step: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Trains a run again up to a step; it then stands there, and the page shows it.
 *
 * @throws FileNeeded where its data are a file that is not open, Refused where they are others than those of the recipe
 */
export async function replayLink(recipe: Recipe, { rows, changes }: Link, until: number, options: ReplayOptions): Promise<void> {
  const dataset = (rows === undefined ? undefined : rowsOfLink(recipe, rows)) ?? (await datasetOf(recipe.data));
  if (dataset === undefined) {
    if (recipe.data.startsWith("file:")) throw new FileNeeded(recipe.data.slice("file:".length));
    throw new Refused(`The link is about data that this page does not have: "${recipe.data}".`);
  }
  if (recipe.sha256 !== undefined) await compareData(recipe, dataset);
  await replay(recipe, changes, until, options);
  await standsAt(until);
}

/** Rows that stand in the link, which the run then finds under the name of their file. */
function rowsOfLink({ data }: Recipe, rows: string): ShownData | undefined {
  const dataset = rowsOf(rows, data.replace(/^file:/, ""));
  if (dataset !== undefined) keepOwn(data, dataset);
  return dataset;
}

async function fingerprintOf(dataset: ShownData, options: RecipeOptions): Promise<string | undefined> {
  return (await train(dataset, { ...options, epochs: 0 }).result).model.split?.fingerprint;
}

async function compareData({ data, sha256, options }: Recipe, dataset: ShownData): Promise<void> {
  const found = await fingerprintOf(dataset, options);
  if (found === sha256) return;
  throw new Refused(`The data "${data.replace(/^file:/, "")}" are not those of the link, so that the run was not trained again.`, [
    `The SHA-256 of their content is ${found ?? "unknown"}, and ${sha256 ?? ""} in the link. The same file, columns, target and preparation give the same.`,
  ]);
}

/** Milliseconds that the last step may take to be shown. */
const PATIENCE = 5000;

/** Waits until the page shows the step: of a run that ends there the end is told a moment later. */
async function standsAt(step: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`The run ended at step ${session.value?.step ?? 0}, and the link is of step ${step}.`)),
      PATIENCE,
    );
    const end = session.subscribe((open) => {
      if (open?.step !== step) return;
      clearTimeout(late);
      resolve();
      queueMicrotask(() => end());
    });
  });
}
