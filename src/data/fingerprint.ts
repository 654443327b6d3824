import { encodeText, now, pause } from "../base/platform.js";
import { bytesOf, createSha256, sha256Beside } from "../base/sha256.js";
import type { Dataset } from "./dataset.js";
import type { AboutDataset } from "./stored-rows.js";

const known = new WeakMap<Dataset, string>();
/** Bytes that are hashed at once: a few milliseconds of the slowest hash. */
const PIECE = 2 ** 19;
/** Milliseconds of work between two returns to the event loop. */
const SLICE = 8;

/**
 * SHA-256 of what a data set holds: columns, shape, raw inputs, target. Two data sets with the same fingerprint are the same
 * rows in the same order, whatever file they came from.
 */
export function fingerprint(dataset: Dataset): string {
  const cached = known.get(dataset) ?? storedFingerprint(dataset);
  if (cached !== undefined) return cached;
  const sha = createSha256();
  for (const part of partsOf(dataset)) sha.update(part);
  return remember(dataset, sha.hex());
}

/** The same while timers and input are served: by the runtime's own hash beside this thread, or in slices. */
export async function fingerprintInSlices(dataset: Dataset): Promise<string> {
  const cached = known.get(dataset) ?? storedFingerprint(dataset);
  if (cached !== undefined) return cached;
  const parts = partsOf(dataset);
  const digest = await sha256Beside(parts);
  if (digest !== undefined) return remember(dataset, digest);
  const sha = createSha256();
  let rested = now();
  for (const part of parts) {
    for (let from = 0; from < part.length; from += PIECE) {
      if (now() - rested >= SLICE) {
        await pause();
        rested = now();
      }
      sha.update(part.subarray(from, from + PIECE));
    }
  }
  return remember(dataset, sha.hex());
}

/** Of stored rows it was computed when they were written. */
function storedFingerprint({ stored }: Dataset): string | undefined {
  return stored?.rows === undefined ? stored?.fingerprint : undefined;
}

/** What a data set holds, in the order in which it is hashed. */
function partsOf(dataset: Dataset): Uint8Array[] {
  return [headOf(dataset), bytesOf(dataset.inputs), ...targetBytes(dataset)];
}

/** Everything but numbers. */
export function headOf(dataset: AboutDataset): Uint8Array {
  const { target } = dataset;
  const head = {
    rows: dataset.rowCount,
    columns: dataset.columns,
    testFrom: dataset.testFrom ?? null,
    ...(dataset.validationFrom === undefined ? {} : { validationFrom: dataset.validationFrom }),
    target: target.kind === "none" ? null : target.kind === "classes" ? target.classes : target.names,
  };
  return encodeText(JSON.stringify(head));
}

/** The numbers of the target. */
export function targetBytes({ target }: AboutDataset): Uint8Array[] {
  if (target.kind === "none") return [];
  return [bytesOf(target.kind === "classes" ? target.indices : target.values)];
}

function remember(dataset: Dataset, hex: string): string {
  known.set(dataset, hex);
  return hex;
}
