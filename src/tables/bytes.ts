import { ChainruleError, show } from "../base/errors.js";
import { encodeText } from "../base/platform.js";
import { type ByteReader, type ByteStream, createGunzip } from "./platform.js";

/** What a file's content comes as: bytes in pieces, all bytes, or text. */
export type Opened = AsyncIterable<Uint8Array> | ByteStream | Uint8Array | string;
/** Opens a file at its beginning, as often as it takes. */
export type Open = () => Opened;

/** Bytes that are looked at in one go, so that a page stays alive. */
const PIECE = 1 << 16;

/** The bytes of a file in pieces, unpacked where they are gzip's; stops reading where nobody wants more. */
export async function* bytesOf(open: Open, gzip: boolean, name: string): AsyncGenerator<Uint8Array, void> {
  const bytes = piecesOf(open());
  yield* gzip ? gunzip(bytes, name) : bytes;
}

async function* piecesOf(opened: Opened): AsyncGenerator<Uint8Array, void> {
  if (typeof opened === "string") {
    for (let from = 0; from < opened.length;) {
      // Two halves of a character stay together.
      const half = (opened.charCodeAt(from + PIECE - 1) & 0xfc00) === 0xd800 ? 1 : 0;
      yield encodeText(opened.slice(from, (from += PIECE - half)));
    }
  } else if (opened instanceof Uint8Array || Object(opened) !== opened) yield* cut(checked(opened));
  else if (Symbol.asyncIterator in opened) for await (const bytes of opened) yield* cut(checked(bytes));
  else if ("getReader" in opened) yield* readAll(opened.getReader());
  else checked(opened);
}

async function* readAll(reader: ByteReader): AsyncGenerator<Uint8Array, void> {
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield* cut(checked(next.value));
  } finally {
    // Of a stream that failed too: it says so again.
    await reader.cancel().catch(() => undefined);
  }
}

function* cut(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let from = 0; from < bytes.length; from += PIECE) yield bytes.subarray(from, from + PIECE);
}

function checked(bytes: unknown): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  throw new ChainruleError("E_USAGE", {
    where: "open",
    expected: "bytes: a Uint8Array, or a stream of them",
    got: show(bytes),
    hint: "A stream of text has to be opened without an encoding.",
  });
}

async function* gunzip(packed: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array, void> {
  const { reader, writer } = createGunzip();
  /** What the bytes' own source says, which is no fault of gzip. */
  let fault: Error | undefined;
  const source = async function* (): AsyncGenerator<Uint8Array, void> {
    try {
      yield* packed;
    } catch (error) {
      fault = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  };
  const feed = async (): Promise<void> => {
    try {
      for await (const bytes of source()) await writer.write(bytes);
      await writer.close();
    } catch (error) {
      await writer.abort(error);
    }
  };
  // What goes wrong in it, the reader says.
  const fed = feed().catch(() => undefined);
  try {
    yield* readAll(reader);
  } catch (error) {
    if (fault !== undefined) throw fault;
    const got = error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
    const hint = "Is the file whole, and packed in one go?";
    throw new ChainruleError("E_CORRUPT", { where: name, expected: "a gzip file", got, hint });
  } finally {
    await fed;
  }
}
