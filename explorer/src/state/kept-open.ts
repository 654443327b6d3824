import { batch } from "@preact/signals";
import { decodeModel } from "chainrule/formats";
import type { KeptRun, KeptSnapshot } from "./kept-run.js";
import { snapshotsOf } from "./kept-runs.js";
import type { Recipe } from "./recipe.js";
import { pause, run, status, useRecipe } from "./run.js";
import { openSession, row, type Session, session } from "./session.js";
import { type ShownData, type ShownModel, shownModel } from "./task.js";

const opened = new WeakSet<Session>();

/** Whether a session was opened from a kept run, and not trained by the one that the page trains now. */
export function isFromKept(one: Session): boolean {
  return opened.has(one);
}

/**
 * The data of a recipe.
 *
 * @throws Error in a sentence where the page does not have them
 */
export async function dataOf({ data }: Recipe): Promise<ShownData> {
  const { datasetOf } = await import("./catalogue.js");
  const found = await datasetOf(data);
  if (found !== undefined) return found;
  const open = session.peek()?.dataset;
  if (open !== undefined && (data === open.name || data === `file:${open.name}`)) return open;
  throw new Error(`The data "${data.replace(/^file:/, "")}" are not open on this page: open them first.`);
}

/** Parameters that were kept, as a model. */
export function modelOf({ file }: KeptSnapshot, name: string): ShownModel {
  return shownModel(decodeModel(file, name), name);
}

/**
 * The last parameters of a run.
 *
 * @throws Error in a sentence where none were kept
 */
export async function lastModel(kept: KeptRun): Promise<{ readonly model: ShownModel; readonly step: number }> {
  const last = (await snapshotsOf(kept.id)).at(-1);
  if (last === undefined) throw new Error(`No parameters of "${kept.name}" are kept.`);
  return { model: modelOf(last, kept.name), step: last.step };
}

/**
 * Opens a kept run: its network on the whole page, and its recipe for the next run. What the page trains now is paused and left.
 *
 * @param at a row of its data
 */
export async function openKept(kept: KeptRun, at = 0): Promise<void> {
  const [{ model, step }, dataset] = await Promise.all([lastModel(kept), dataOf(kept.recipe)]);
  if (dataset.columns.length !== model.columns.length) {
    throw new Error(
      `"${kept.name}" was trained on data of ${model.columns.length} columns; those of this name have ${dataset.columns.length} now.`,
    );
  }
  if (status.peek() === "training") await pause();
  const next: Session = { model, dataset, title: kept.name, step };
  opened.add(next);
  batch(() => {
    run.value = undefined;
    status.value = "none";
    openSession(next);
    row.value = Math.min(at, dataset.rowCount - 1);
    useRecipe(kept.recipe);
  });
}
