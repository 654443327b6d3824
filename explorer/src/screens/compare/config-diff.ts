import { settingsOf } from "../../state/kept-recipe.js";
import type { KeptRun } from "../../state/kept-run.js";

/** A setting that is not the same in all runs. */
export interface DiffRow {
  /** Its path: `optimizer.learningRate`. */
  readonly key: string;
  /** One a run, in their order; undefined where the run does not say. */
  readonly values: readonly (string | undefined)[];
}

/** The settings that differ, in the order of the recipes. */
export function configDiff(runs: readonly KeptRun[]): DiffRow[] {
  const all = runs.map(settings);
  const keys = new Set(all.flatMap((one) => [...one.keys()]));
  return [...keys]
    .map((key): DiffRow => ({ key, values: all.map((one) => one.get(key)) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}

/** The recipe, the network where that is beside it, and what was changed by hand while it trained. */
function settings({ recipe, network, events }: KeptRun): ReadonlyMap<string, string> {
  const found = new Map(settingsOf(recipe));
  if (network !== undefined) found.set("network", network);
  const changes = events.filter(({ kind }) => kind === "rate").map(({ step, learningRate }) => `${learningRate ?? "?"} from step ${step}`);
  if (changes.length > 0) found.set("learning rate by hand", changes.join(", "));
  return found;
}

/** Whether two runs differ in nothing but the seed; so do equal ones. */
export function isSameButSeed(one: KeptRun, other: KeptRun): boolean {
  return configDiff([one, other]).every(({ key }) => key === "seed");
}

/** Runs that differ in the seed alone, where there are several of them. */
export function seedGroups(runs: readonly KeptRun[]): KeptRun[][] {
  const groups: KeptRun[][] = [];
  for (const run of runs) {
    const group = groups.find(([first]) => isSameButSeed(first!, run));
    if (group === undefined) groups.push([run]);
    else group.push(run);
  }
  return groups.filter((group) => new Set(group.map(({ recipe }) => recipe.options.seed)).size > 1);
}
