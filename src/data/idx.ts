import { ChainruleError } from "../base/errors.js";

/** An IDX array of unsigned bytes: its shape, and a view of its values, row-major. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/**
 * Reads the IDX format of the MNIST files (Y. LeCun): two zero bytes, the element type, the number of dimensions, each
 * dimension as a big-endian 32-bit number, then the values. Strict: only unsigned bytes, and not a byte too few or too many.
 *
 * @param bytes the whole file, already unpacked
 * @param where what errors call it, usually the file's name
 * @throws ChainruleError `E_CORRUPT`
 * @example
 * ```ts
 * import { readIdx } from "chainrule/formats";
 *
 * const labels = readIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1));
 * console.log(labels.shape, labels.values); // [3], 7 2 1
 * ```
 */
export function readIdx(bytes: Uint8Array, where = "IDX data"): IdxArray {
  const corrupt = (expected: string, got: string, hint?: string): ChainruleError =>
    new ChainruleError("E_CORRUPT", { where, expected, got, ...(hint === undefined ? {} : { hint }) });
  if (bytes.length < 4) throw corrupt("an IDX header of at least 4 bytes", `${bytes.length} bytes`);
  const [zero, alsoZero, type, dimensions] = bytes as unknown as readonly [number, number, number, number];
  if (zero !== 0 || alsoZero !== 0 || type !== UNSIGNED_BYTE || dimensions === 0) {
    const magic = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const packed = zero === 0x1f && alsoZero === 0x8b;
    throw corrupt(
      "the IDX magic 00 00 08 and a number of dimensions",
      magic,
      packed ? "These are gzip's first bytes: unpack it, or let its name end in .gz." : "Only IDX files of unsigned bytes are read.",
    );
  }
  const header = 4 + 4 * dimensions;
  if (bytes.length < header) throw corrupt(`a header of ${header} bytes for ${dimensions} dimensions`, `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const size = shape.reduce((product, length) => product * length, 1);
  if (bytes.length - header !== size) {
    const product = dimensions === 1 ? size : `${shape.join(" x ")} = ${size}`;
    throw corrupt(`${product} values after the header`, String(bytes.length - header), "Is the file cut short?");
  }
  return { shape, values: bytes.subarray(header) };
}
