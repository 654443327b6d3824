import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { readIdx } from "chainrule/formats";
import { UsageError } from "./options.mjs";
import { PIXELS, sharedPath } from "./workloads.mjs";

/**
 * Writes the rows for all programs into two files: `images`, PIXELS bytes a row, and `labels`, one byte a row. MNIST where it is
 * there; else made rows, as many bytes of which are not 0, since speed is all that is measured.
 */
export function prepareData(folder, wanted) {
  const place = folder ?? sharedPath("data", "mnist");
  const real = folder !== undefined || existsSync(place);
  const { images, labels, rows } = real ? readMnist(place, wanted) : makeRows(wanted);
  const temporary = mkdtempSync(join(tmpdir(), "chainrule-bench-"));
  const remove = () => rmSync(temporary, { recursive: true, force: true });
  const files = { images: join(temporary, "images"), labels: join(temporary, "labels") };
  writeFileSync(files.images, images);
  writeFileSync(files.labels, labels);
  const zeros = images.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  const share = `${Math.round(100 * (1 - zeros / images.length))} % of the bytes are not 0`;
  const kind = folder !== undefined ? "idx" : real ? "mnist" : "made";
  const name = { idx: folder, mnist: "MNIST", made: "made rows (no MNIST found)" }[kind];
  return { files, rows, kind, what: `${name}, ${share}`, remove };
}

function readMnist(folder, wanted) {
  const images = readPart(folder, "train-images-idx3-ubyte");
  const labels = readPart(folder, "train-labels-idx1-ubyte");
  const pixels = images.shape.slice(1).reduce((product, size) => product * size, 1);
  if (pixels !== PIXELS)
    throw new UsageError(`--data: expected images of ${PIXELS} pixels in ${folder}, got ${images.shape.slice(1).join(" x ")}`);
  const rows = Math.min(wanted, images.shape[0], labels.shape[0]);
  return { images: images.values.subarray(0, rows * PIXELS), labels: labels.values.subarray(0, rows), rows };
}

function readPart(folder, name) {
  const path = [join(folder, name), join(folder, `${name}.gz`)].find((candidate) => existsSync(candidate));
  if (path === undefined) throw new UsageError(`--data: expected ${name} or ${name}.gz in ${folder}, found neither`);
  const bytes = readFileSync(path);
  return readIdx(path.endsWith(".gz") ? gunzipSync(bytes) : bytes, path);
}

/** A linear congruential generator; its upper bits are good enough for rows whose values do not matter. */
function makeRows(rows) {
  let state = 1;
  const next = (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % bound;
  };
  const images = Uint8Array.from({ length: rows * PIXELS }, () => (next(100) < 19 ? 1 + next(255) : 0));
  return { images, labels: Uint8Array.from({ length: rows }, () => next(10)), rows };
}
