import { ChainruleError, show } from "../base/errors.js";
import { decodeText, encodeText } from "../base/platform.js";
import { bytesOf } from "../base/sha256.js";
import { parseStrictJson } from "./strict-json.js";

// The safetensors container: 8 bytes of header length (little-endian), a JSON header, then the tensors' bytes without gaps.
// docs/formats.md describes what is accepted. All supported runtimes are little-endian, as the format is.

export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array | Float64Array;
}

export interface SafetensorsFile {
  readonly tensors: readonly Tensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

const LARGEST_HEADER = 100_000_000;
const LENGTH_BYTES = 8;
const BRACE = 0x7b;
const dtypes = {
  F32: { bytes: 4, read: (buffer: ArrayBuffer) => new Float32Array(buffer) },
  F64: { bytes: 8, read: (buffer: ArrayBuffer) => new Float64Array(buffer) },
} as const;
type Dtype = keyof typeof dtypes;

/**
 * Writes tensors in the order given; the header is padded with spaces to a multiple of 8 bytes, so that float64 data stay
 * aligned. The same input gives the same bytes.
 *
 * @throws ChainruleError `E_USAGE` for a name that stands twice or a shape that does not fit its values, `E_NON_FINITE` for NaN
 * or an infinity among them: what could not be read again
 * @example
 * ```ts
 * import { encodeSafetensors } from "chainrule/formats";
 *
 * const bytes = encodeSafetensors({ tensors: [{ name: "w2", shape: [1, 2], values: Float32Array.of(1, 2) }], metadata: {} });
 * console.log(bytes.length);
 * ```
 */
export function encodeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array<ArrayBuffer> {
  let end = 0;
  const names = new Set(["__metadata__"]);
  const entries = tensors.map((tensor): [string, unknown] => {
    const { name, shape, values } = tensor;
    checkTensor(tensor, names);
    const begin = end;
    end += values.byteLength;
    return [name, { dtype: values instanceof Float32Array ? "F32" : "F64", shape, data_offsets: [begin, end] }];
  });
  const text = JSON.stringify(Object.fromEntries([["__metadata__", metadata], ...entries]));
  const unpadded = encodeText(text).length;
  const header = encodeText(text + " ".repeat((8 - (unpadded % 8)) % 8));
  const file = new Uint8Array(LENGTH_BYTES + header.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, LENGTH_BYTES);
  let at = LENGTH_BYTES + header.length;
  for (const { values } of tensors) {
    file.set(bytesOf(values), at);
    at += values.byteLength;
  }
  return file;
}

function checkTensor({ name, shape, values }: Tensor, names: Set<string>): void {
  const where = `tensor "${name}"`;
  if (names.has(name))
    throw new ChainruleError("E_USAGE", { where, expected: "each name once, and none of them __metadata__", got: "it again" });
  names.add(name);
  if (!shape.every(isSize) || shape.reduce((product, length) => product * length, 1) !== values.length) {
    throw new ChainruleError("E_USAGE", { where, expected: `a shape of ${values.length} values`, got: show(shape) });
  }
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new ChainruleError("E_NON_FINITE", { where, expected: "finite values", got: String(bad) });
}

/**
 * Reads a safetensors file strictly: every byte belongs to exactly one tensor, names stand once, shapes match lengths, values
 * are finite.
 *
 * @param where what errors call it, usually the file's name
 * @throws ChainruleError `E_CORRUPT`
 * @example
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from "chainrule/formats";
 *
 * const bytes = encodeSafetensors({ tensors: [{ name: "b2", shape: [2], values: Float32Array.of(1, 2) }], metadata: {} });
 * console.log(decodeSafetensors(bytes).tensors[0]?.values); // 1 2
 * ```
 */
export function decodeSafetensors(bytes: Uint8Array, where = "safetensors data"): SafetensorsFile {
  const { header, dataStart } = readHeader(bytes, where);
  const corrupt = corruptIn(where);
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    throw corrupt("__metadata__ with text values only", show(metadata));
  }
  const tensors = Object.entries(entries).map(([name, entry]) => readEntry(name, entry, where));
  checkCoverage(tensors, bytes.length - dataStart, where);
  return {
    metadata: metadata as Record<string, string>,
    tensors: tensors.map(({ name, shape, dtype, begin, end }) => {
      // A copy, since the data need not be aligned in the file.
      const buffer = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end)).buffer;
      const values = dtypes[dtype].read(buffer);
      const bad = values.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) throw corrupt(`finite values in tensor "${name}"`, `${values[bad]!} at position ${bad}`);
      return { name, shape, values };
    }),
  };
}

interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function corruptIn(where: string): (expected: string, got: string) => ChainruleError {
  return (expected, got) => new ChainruleError("E_CORRUPT", { where, expected, got });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readHeader(bytes: Uint8Array, where: string): { header: Record<string, unknown>; dataStart: number } {
  const hint = "Is it a safetensors file, and whole?";
  const corrupt = (expected: string, got: string): ChainruleError => new ChainruleError("E_CORRUPT", { where, expected, got, hint });
  if (bytes.length < LENGTH_BYTES) throw corrupt("at least 8 bytes of a safetensors file", `${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);
  if (length > BigInt(LARGEST_HEADER))
    throw corrupt(`a header length of at most ${LARGEST_HEADER}, as in a safetensors file`, String(length));
  const dataStart = LENGTH_BYTES + Number(length);
  if (dataStart > bytes.length) throw corrupt(`a header of ${length} bytes`, `${bytes.length - LENGTH_BYTES} bytes after the length`);
  let text: string;
  try {
    text = decodeText(bytes.subarray(LENGTH_BYTES, dataStart));
  } catch {
    throw corrupt("a header in UTF-8", "other bytes");
  }
  // By the byte, since decoding drops a byte order mark.
  if (bytes[LENGTH_BYTES] !== BRACE || length === 0n) throw corrupt("a header that begins with {", show(text.slice(0, 8)));
  const header = parseStrictJson(text, `${where}, header`);
  if (!isRecord(header)) throw corrupt("a header object", show(header));
  return { header, dataStart };
}

function readEntry(name: string, entry: unknown, where: string): Entry {
  const corrupt = corruptIn(`${where}, tensor "${name}"`);
  if (!isRecord(entry)) throw corrupt("an object", show(entry));
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== "F32" && dtype !== "F64") throw corrupt("dtype F32 or F64", show(dtype));
  if (!Array.isArray(shape) || !shape.every(isSize)) throw corrupt("a shape of whole numbers", show(shape));
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) throw corrupt("two data offsets", show(offsets));
  const [begin, end] = offsets as [number, number];
  // Whole numbers beyond 2^53 are not exact; no product of sizes may pass it unseen, not even on the way to a 0.
  const size = shape.reduce((product: number, length: number) => safe(product * length), dtypes[dtype].bytes);
  if (!Number.isSafeInteger(size) || end - begin !== size) {
    throw corrupt(`${size} bytes for ${dtype} of shape ${show(shape)}`, `offsets ${begin}..${end}, ${end - begin} bytes`);
  }
  return { name, dtype, shape, begin, end };
}

function safe(product: number): number {
  return Number.isSafeInteger(product) ? product : NaN;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Tensors lie end to end from 0 to the last byte: no overlap, no hole, nothing behind. */
function checkCoverage(entries: readonly Entry[], length: number, where: string): void {
  const corrupt = corruptIn(where);
  let at = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at)
      throw corrupt(`tensor "${name}" to begin at byte ${at} of the data`, `${begin}, ${begin < at ? "an overlap" : "a hole"}`);
    at = end;
  }
  if (at !== length) throw corrupt(`${at} bytes of data, as the header says`, `${length}${length < at ? "; is the file cut short?" : ""}`);
}
