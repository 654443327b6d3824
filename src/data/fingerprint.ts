import { encodeText } from "../base/platform.js";
import { bytesOf, createSha256 } from "../base/sha256.js";
import type { Dataset } from "./dataset.js";

const known = new WeakMap<Dataset, string>();

/**
 * SHA-256 of what a data set holds: columns, shape, raw inputs, target. Two data sets with the same fingerprint are the same
 * rows in the same order, whatever file they came from.
 */
export function fingerprint(dataset: Dataset): string {
  const cached = known.get(dataset);
  if (cached !== undefined) return cached;
  const { target } = dataset;
  const head = {
    rows: dataset.rowCount,
    columns: dataset.columns,
    testFrom: dataset.testFrom ?? null,
    target: target.kind === "classes" ? target.classes : target.kind === "values" ? target.names : null,
  };
  const sha = createSha256().update(encodeText(JSON.stringify(head)));
  sha.update(bytesOf(dataset.inputs));
  if (target.kind === "classes") sha.update(bytesOf(target.indices));
  if (target.kind === "values") sha.update(bytesOf(target.values));
  const hex = sha.hex();
  known.set(dataset, hex);
  return hex;
}
