import { type Problem, show } from "../../base/errors.js";
import type { CheckpointStore } from "./store.js";

/** Where and how often a run is saved. Checkpoint 0 precedes the first step, and the last one ends the run. */
export interface CheckpointOptions {
  readonly store: CheckpointStore;
  /** Steps from one checkpoint to the next, or epochs; each epoch where both are left out. */
  readonly everySteps?: number;
  readonly everyEpochs?: number;
  /** Goes on from the newest checkpoint of the store; from the start where there is none. A store with checkpoints is refused without. */
  readonly resume?: boolean;
}

/** What is wrong with the option. */
export function checkpointProblems(value: unknown): Problem[] {
  if (value === undefined) return [];
  if (!isRecord(value)) return [{ where: "checkpoint", expected: "an object with a store", got: show(value) }];
  const problems: Problem[] = [];
  const { store, everySteps, everyEpochs, resume, ...others } = value;
  if (!isRecord(store) || typeof store["write"] !== "function") {
    problems.push({ where: "checkpoint.store", expected: "a store, such as memoryCheckpoints()", got: show(store) });
  }
  for (const [name, count] of Object.entries({ everySteps, everyEpochs })) {
    if (count !== undefined && !(Number.isInteger(count) && (count as number) >= 1)) {
      problems.push({ where: `checkpoint.${name}`, expected: "a whole number of at least 1", got: show(count) });
    }
  }
  if (everySteps !== undefined && everyEpochs !== undefined) {
    problems.push({ where: "checkpoint", expected: "everySteps or everyEpochs", got: "both" });
  }
  if (resume !== undefined && typeof resume !== "boolean")
    problems.push({ where: "checkpoint.resume", expected: "true or false", got: show(resume) });
  for (const name of Object.keys(others)) {
    problems.push({ where: `checkpoint.${name}`, expected: "store, everySteps, everyEpochs or resume", got: show(others[name]) });
  }
  return problems;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
