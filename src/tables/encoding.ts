import { ChainruleError } from "../base/errors.js";
import { bytesOf, type Open } from "./bytes.js";
import type { Head } from "./head.js";
import { createDecoder } from "./platform.js";

export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "windows-1252"] as const;
/** How a file writes its characters as bytes; a mark at its beginning (BOM) is passed over. */
export type TextEncoding = (typeof ENCODINGS)[number];

/**
 * The encoding that the bytes at a file's beginning speak for: a byte order mark, or zero bytes at every other place, or UTF-8 where they are
 * that; windows-1252, which any bytes are, where they are not.
 */
export function findEncoding({ bytes, whole }: Head): TextEncoding {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const zeros = [0, 0];
  bytes.forEach((byte, at) => (zeros[at % 2]! += Number(byte === 0)));
  const [even, odd] = zeros as [number, number];
  if (odd > bytes.length / 4 && even < bytes.length / 20) return "utf-16le";
  if (even > bytes.length / 4 && odd < bytes.length / 20) return "utf-16be";
  try {
    createDecoder("utf-8", true).decode(bytes, { stream: !whole });
    return "utf-8";
  } catch {
    return "windows-1252";
  }
}

/** The text of a file's beginning. */
export function decodeHead({ bytes, whole }: Head, encoding: TextEncoding): string {
  return createDecoder(encoding, false).decode(bytes, { stream: !whole });
}

/** What reads text that comes in pieces. */
interface Reader {
  readonly add: (text: string) => void;
  readonly line: () => number;
}

/**
 * The text of a file, piece by piece, to a reader; yields after each.
 *
 * @throws ChainruleError `E_DATA`, naming the line, for bytes that are none of the encoding, and for zero bytes, which no text has
 */
export async function* decodeInto(
  reader: Reader,
  { open, gzip, encoding, name }: { readonly open: Open; readonly gzip: boolean; readonly encoding: TextEncoding; readonly name: string },
): AsyncGenerator<void, void> {
  const decoder = createDecoder(encoding, true);
  const fail = (expected: string, got: string, hint: string): never => {
    throw new ChainruleError("E_DATA", { where: `${name}, line ${reader.line()}`, expected, got, hint });
  };
  const add = (text: string): void => {
    const zero = text.indexOf("\0");
    reader.add(zero < 0 ? text : text.slice(0, zero));
    if (zero >= 0) fail("text", "a zero byte", "Is it a text file, and whole?");
  };
  const decode = (bytes: Uint8Array | undefined): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch {
      // The text before the fault leads to its line.
      const [before] = createDecoder(encoding, false)
        .decode(bytes ?? new Uint8Array(0))
        .split("\ufffd");
      add(before!);
      return fail(`text in ${encoding}`, "bytes that are none", 'Save it in UTF-8, or name its encoding: encoding: "windows-1252".');
    }
  };
  for await (const bytes of bytesOf(open, gzip, name)) {
    add(decode(bytes));
    yield;
  }
  add(decode(undefined));
}
