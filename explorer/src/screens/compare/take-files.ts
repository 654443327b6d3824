import { decodeModel } from "chainrule/formats";
import { today } from "../../state/kept-run.js";
import { keepRun, keptRuns, snapshotsOf } from "../../state/kept-runs.js";
import { choose, chosen, MOST_CHOSEN, said } from "./chosen.js";
import { readRunFile } from "./import-run.js";

/** Larger files are none of these. */
const MOST_BYTES = 200e6;

/**
 * Takes documents of `chainrule train --json`, and model files of runs that are in the list.
 *
 * @returns what was wrong with others, a sentence each
 */
export async function takeFiles(files: readonly File[]): Promise<readonly string[]> {
  const problems: string[] = [];
  const taken: string[] = [];
  // Documents first: a model file belongs to one of them.
  const isModel = ({ name }: File): boolean => name.endsWith(".safetensors");
  for (const file of [...files].sort((left, right) => Number(isModel(left)) - Number(isModel(right)))) {
    try {
      if (file.size > MOST_BYTES) throw new Error(`${file.name} is too large for a run: ${Math.round(file.size / 1e6)} MB.`);
      taken.push(await (isModel(file) ? takeModel(file) : takeRun(file)));
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  said.value = taken.length === 0 ? "" : `Taken: ${taken.join(", ")}.`;
  return problems;
}

async function takeRun(file: File): Promise<string> {
  const run = readRunFile(await file.text(), { name: file.name, written: file.lastModified });
  await keepRun(run);
  if (chosen.value.length < MOST_CHOSEN) choose(run.id, true);
  return `"${run.name}" from ${file.name}`;
}

/** The parameters of a run that came without them: it is known by their hash. */
async function takeModel(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const { parametersHash } = decodeModel(bytes, file.name);
  const run = keptRuns.value.find((one) => one.parametersHash === parametersHash);
  if (run === undefined) {
    throw new Error(
      `${file.name}: no run of the list has its parameters (hash ${parametersHash.slice(0, 8)}): drop what chainrule train --json printed with it.`,
    );
  }
  if ((await snapshotsOf(run.id)).length === 0)
    await keepRun({ ...run, updated: today() }, [{ run: run.id, step: run.steps, epoch: run.records.length, file: bytes }]);
  return `the network of "${run.name}"`;
}
