import { ChainruleError } from "../base/errors.js";
import { bytesOf, type Open } from "./bytes.js";

/** What is looked at before a file is read. */
const HEAD = 1 << 18;

/** The beginning of a file, unpacked, and whether it is all of it. */
export interface Head {
  readonly bytes: Uint8Array;
  readonly whole: boolean;
  readonly gzip: boolean;
}

/**
 * Reads the beginning of a file.
 *
 * @throws ChainruleError `E_DATA` for what is plainly no text, with advice
 */
export async function readHead(open: Open, name: string): Promise<Head> {
  const packed = await take(open, false, name, 2);
  const gzip = packed.bytes[0] === 0x1f && packed.bytes[1] === 0x8b;
  const head = await take(open, gzip, name, HEAD);
  refuseOthers(head.bytes, name);
  return { ...head, gzip };
}

async function take(open: Open, gzip: boolean, name: string, count: number): Promise<Pick<Head, "bytes" | "whole">> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of bytesOf(open, gzip, name)) {
    pieces.push(piece);
    length += piece.length;
    if (length > count) break;
  }
  const bytes = new Uint8Array(Math.min(length, count));
  let at = 0;
  for (const piece of pieces) {
    const part = piece.subarray(0, bytes.length - at);
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, whole: length <= count };
}

const CSV = "Save it as CSV: a file of text with a line for each row.";

/** Other kinds of files, by the bytes that they begin with. */
const OTHERS: readonly (readonly [begin: string, kind: string, hint: string])[] = [
  ["PAR1", "a Parquet file", "The command line reads Parquet; in a program, hyparquet gives rows that prepareTable takes."],
  ["\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", CSV],
  ["ARROW1", "an Arrow file", CSV],
  ["Obj\x01", "an Avro file", CSV],
  ["SQLite format 3", "an SQLite database", "Export the table as CSV."],
  ["\x89PNG", "a picture", CSV],
  ["\xff\xd8\xff", "a picture", CSV],
  ["%PDF", "a PDF file", CSV],
  ["(\xb5/\xfd", "a file packed with zstd", "Unpack it first; gzip is read as it is."],
  ["BZh", "a file packed with bzip2", "Unpack it first; gzip is read as it is."],
  ["\xfd7zXZ", "a file packed with xz", "Unpack it first; gzip is read as it is."],
];

function refuseOthers(bytes: Uint8Array, name: string): void {
  const begin = String.fromCharCode(...bytes.subarray(0, 16));
  const refuse = (got: string, hint: string): never => {
    throw new ChainruleError("E_DATA", { where: name, expected: "a table as text", got, hint });
  };
  if (begin.startsWith("PK\x03\x04")) {
    if (includes(bytes, "xl/")) refuse("an Excel workbook (.xlsx)", "Save its sheet as CSV (CSV UTF-8 in Excel's list of formats).");
    refuse("a zip archive", "Unpack it first; gzip is read as it is.");
  }
  for (const [magic, kind, hint] of OTHERS) if (begin.startsWith(magic)) refuse(kind, hint);
}

function includes(bytes: Uint8Array, text: string): boolean {
  const codes = Array.from(text, (letter) => letter.charCodeAt(0));
  return bytes.some((_, at) => codes.every((code, k) => bytes[at + k] === code));
}
