import { ChainruleError, type Problem, show } from "../../base/errors.js";
import { bytesOf, createSha256 } from "../../base/sha256.js";
import type { Dataset } from "../../data/dataset.js";
import { fingerprintInSlices } from "../../data/fingerprint.js";
import type { TrainingPlan } from "../plan.js";
import { type Checkpoint, createEncoder, decodeCheckpoint, type RunIdentity, type RunState } from "./run-state.js";
import type { CheckpointOptions } from "./options.js";

/** What a run is a run of: everything that its bits depend on. Engines of float32, threads and sparsity do not count. */
export async function identityOf(plan: TrainingPlan): Promise<RunIdentity> {
  const { dataset, network, task, optimizer, rules, schedule, stopping, epochs, batchSize, seed, splitOptions, scaling } = plan;
  const fingerprint = await fingerprintInSlices(dataset);
  return {
    data: { fingerprint, rows: dataset.rowCount, columns: dataset.columns.length, ...orderedBy(dataset) },
    network: network.description,
    task,
    start: plan.parameters === undefined ? "drawn" : "given",
    optimizer,
    rules,
    augment: plan.augment,
    weights: plan.weights === undefined ? undefined : createSha256().update(bytesOf(plan.weights)).hex(),
    labelSmoothing: plan.labelSmoothing,
    schedule,
    stopping,
    epochs,
    batchSize,
    seed,
    test: splitOptions.test,
    validation: splitOptions.validation,
    scaling,
    precision: plan.engine === "reference" ? "float64" : "float32",
    reproducible: plan.reproducible,
  };
}

/** What the order of stored rows depends on, which another amount of memory changes. */
function orderedBy({ stored }: Dataset): object {
  return stored === undefined ? {} : { blockRows: stored.blockRows, windowBlocks: stored.windowBlocks };
}

/**
 * The state to go on from: that of the newest whole checkpoint; undefined where a run begins. What is damaged is set aside, and said.
 *
 * @param say called with a sentence for each checkpoint that could not be read
 * @throws ChainruleError `E_USAGE` for a store with checkpoints that is not to be resumed; `E_DATA` for one of other data or settings,
 * naming each; `E_CORRUPT` where none of its checkpoints is whole
 */
export async function findState(
  { store, resume = false }: CheckpointOptions,
  identity: RunIdentity,
  say: (note: string) => void,
): Promise<RunState | undefined> {
  const steps = await store.steps();
  if (steps.length === 0) return undefined;
  if (!resume) {
    throw new ChainruleError("E_USAGE", {
      where: "checkpoint.store",
      expected: "an empty store for a new run",
      got: `checkpoints up to step ${steps[0]}`,
      hint: "resume: true goes on from them.",
    });
  }
  const damaged: { readonly step: number; readonly error: ChainruleError }[] = [];
  for (const step of steps) {
    let checkpoint: Checkpoint;
    try {
      checkpoint = decodeCheckpoint(await store.read(step), `checkpoint of step ${step}`);
    } catch (error) {
      if (!(error instanceof ChainruleError) || error.code !== "E_CORRUPT") throw error;
      damaged.push({ step, error });
      continue;
    }
    compareIdentities(checkpoint.identity, identity);
    for (const { step: broken, error } of damaged) {
      say(`${error.message}; it was set aside`);
      await store.setAside(broken);
    }
    return checkpoint.state;
  }
  // They stay where they are: a store that looks empty would begin anew the next time.
  throw damaged[0]!.error;
}

/** @throws ChainruleError `E_DATA` with each field that differs */
function compareIdentities(saved: RunIdentity, given: RunIdentity): void {
  const problems = differences("", saved, given);
  const last = problems.pop();
  if (last === undefined) return;
  throw new ChainruleError("E_DATA", [...problems, { ...last, hint: "A run goes on with the data and settings that it began with." }]);
}

/** Leaves of two JSON values that differ, by their paths. */
function differences(where: string, saved: unknown, given: unknown): Problem[] {
  // As JSON has them: what is undefined is not there.
  const [a, b] = [JSON.stringify(saved), JSON.stringify(given)];
  if (a === b) return [];
  if (isRecord(saved) && isRecord(given)) {
    const names = [...new Set([...Object.keys(saved), ...Object.keys(given)])];
    return names.flatMap((name) => differences(where === "" ? name : `${where}.${name}`, saved[name], given[name]));
  }
  return [{ where, expected: `${show(saved)}, as in the checkpoint`, got: show(given) }];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Writes states into a store, one after another. */
export function createWriter({ store }: CheckpointOptions, identity: RunIdentity): (state: RunState) => Promise<void> {
  const encode = createEncoder(identity);
  return (state) => store.write(state.step, encode(state));
}
