import { ChainruleError, show } from "../../base/errors.js";
import { crc32c } from "../../base/crc32c.js";
import { decodeText, encodeText } from "../../base/platform.js";
import { bytesOf, createSha256 } from "../../base/sha256.js";

// A checkpoint's bytes: 8 letters, version and length of the header (two 32-bit words), the header as JSON with a table of sections,
// the sections (raw little-endian numbers, each at a multiple of 8), and the SHA-256 of all of it, written last. Each section has a
// CRC-32C of its own, so that a damaged one can be named. docs/formats.md describes the fields.

export type Numbers = Float32Array | Float64Array;

/** Numbers whose CRC-32C is known. */
export interface Checked {
  readonly values: Numbers;
  readonly crc32c: number;
}

/** What a container holds: JSON, and named vectors. */
export interface Content {
  readonly header: Readonly<Record<string, unknown>>;
  readonly sections: Readonly<Record<string, Numbers>>;
}

interface SectionEntry {
  readonly name: string;
  readonly type: "F32" | "F64";
  readonly length: number;
  /** From the start of the file. */
  readonly offset: number;
  readonly crc32c: number;
}

const MAGIC = "chainrul";
const VERSION = 1;
const START = 16;
const DIGEST = 32;

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

interface Vectors {
  readonly header: Content["header"];
  readonly sections: Readonly<Record<string, Numbers | Checked>>;
}

export function encodeContainer({ header, sections }: Vectors): Uint8Array<ArrayBuffer> {
  const vectors = Object.entries(sections).map(([name, section]) => {
    const values = ArrayBuffer.isView(section) ? section : section.values;
    const bytes = bytesOf(values);
    return { name, values, bytes, crc32c: ArrayBuffer.isView(section) ? crc32c(bytes) : section.crc32c };
  });
  const table = (offsets: readonly number[]): SectionEntry[] =>
    vectors.map(({ name, values, crc32c }, index) => ({
      name,
      type: values instanceof Float32Array ? "F32" : "F64",
      length: values.length,
      offset: offsets[index]!,
      crc32c,
    }));
  // Offsets are as wide as they may become, so that the length of the header does not depend on them.
  const text = (offsets: readonly number[]): Uint8Array => encodeText(JSON.stringify({ ...header, sections: table(offsets) }));
  const room = aligned(text(vectors.map(() => Number.MAX_SAFE_INTEGER)).length);
  let end = START + room;
  const offsets = vectors.map(({ bytes }) => {
    const offset = end;
    end = aligned(end + bytes.length);
    return offset;
  });
  const out = new Uint8Array(end + DIGEST);
  out.set(encodeText(MAGIC));
  new DataView(out.buffer).setUint32(8, VERSION, true);
  new DataView(out.buffer).setUint32(12, room, true);
  // JSON may be followed by spaces.
  out.fill(32, START, START + room);
  out.set(text(offsets), START);
  vectors.forEach(({ bytes }, index) => out.set(bytes, offsets[index]));
  out.set(digestOf(out.subarray(0, end)), end);
  return out;
}

/** @throws ChainruleError `E_CORRUPT`, naming the section that is damaged */
export function decodeContainer(bytes: Uint8Array, where: string): Content {
  const corrupt = (expected: string, got: string): ChainruleError => new ChainruleError("E_CORRUPT", { where, expected, got });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < START + DIGEST || !equal(bytes.subarray(0, 8), encodeText(MAGIC))) {
    throw corrupt(`a checkpoint, which begins with "${MAGIC}"`, `${bytes.length} bytes of something else`);
  }
  const version = view.getUint32(8, true);
  if (version !== VERSION) throw corrupt(`checkpoint version ${VERSION}`, String(version));
  const room = view.getUint32(12, true);
  const end = bytes.length - DIGEST;
  const header = START + room <= end ? parse(bytes.subarray(START, START + room)) : undefined;
  const { sections, ...rest } = header ?? {};
  const table = Array.isArray(sections) ? (sections as SectionEntry[]) : undefined;
  const vectors = table?.map((entry) => readSection(bytes, entry, end, corrupt));
  if (!equal(digestOf(bytes.subarray(0, end)), bytes.subarray(end)))
    throw corrupt("the SHA-256 that it ends with", "another: it is damaged or not whole");
  if (table === undefined || vectors === undefined) throw corrupt("a header with a table of sections", show(header));
  return { header: rest, sections: Object.fromEntries(table.map(({ name }, index) => [name, vectors[index]!])) };
}

function readSection(
  bytes: Uint8Array,
  entry: SectionEntry,
  end: number,
  corrupt: (expected: string, got: string) => ChainruleError,
): Numbers {
  const { name, type, length, offset, crc32c: expected } = entry;
  const size = length * (type === "F32" ? 4 : 8);
  const isWhole = Number.isSafeInteger(length) && length >= 0 && Number.isSafeInteger(offset) && offset % 8 === 0 && offset + size <= end;
  if (!isWhole) throw corrupt(`section "${name}" inside the file`, show(entry));
  // A copy, whose memory begins with it: the slice of a Buffer of Node would be neither.
  const part = new Uint8Array(bytes.subarray(offset, offset + size));
  if (crc32c(part) !== expected) throw corrupt(`section "${name}" with its CRC-32C`, "another: it is damaged");
  return type === "F32" ? new Float32Array(part.buffer) : new Float64Array(part.buffer);
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(decodeText(bytes)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function digestOf(bytes: Uint8Array): Uint8Array {
  const hex = createSha256().update(bytes).hex();
  return Uint8Array.from({ length: DIGEST }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
