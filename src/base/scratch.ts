import { ChainruleError } from "./errors.js";
import { nodeModule } from "./platform.js";

// Bytes that do not fit into memory: in Node a temporary file, in a page a blob, which browsers keep on disk where it is large. Every thread
// may read them at once, since a file is told by its number in the process and a blob by itself.

interface BlobLike {
  readonly size: number;
  slice(from: number, to: number): BlobLike;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Where bytes lie. Plain enough for a message to a worker. */
export type Scratch = { readonly kind: "file"; readonly file: number } | { readonly kind: "blob"; readonly blob: BlobLike };

interface FileSystem {
  openSync(path: string, flags: string, mode: number): number;
  unlinkSync(path: string): void;
  writeSync(file: number, bytes: Uint8Array, offset: number, length: number, position: number): number;
  readSync(file: number, bytes: Uint8Array, offset: number, length: number, position: number): number;
  closeSync(file: number): void;
}
interface Scope {
  readonly Blob?: new (parts: readonly unknown[]) => BlobLike;
  readonly FileReaderSync?: new () => { readAsArrayBuffer(blob: BlobLike): ArrayBuffer };
}

const fileSystem = (): FileSystem | undefined => nodeModule("node:fs") as FileSystem | undefined;
const released = new WeakSet<Scratch>();

export interface ScratchWriter {
  /** Takes bytes, which may change afterwards. */
  readonly append: (bytes: Uint8Array) => void;
  /** Where all of them lie; nothing may be appended afterwards. */
  readonly end: () => Scratch;
  /** Instead of `end`: nothing is kept. */
  readonly drop: () => void;
}

/**
 * Begins to keep bytes. A file has no name any more as soon as it is open, so that nothing of it is left whatever becomes of the process.
 *
 * @throws ChainruleError `E_ENVIRONMENT` where they cannot be kept, as on a full disk
 */
export function openScratch(): ScratchWriter {
  const fs = fileSystem();
  return fs === undefined ? blobWriter() : fileWriter(fs);
}

function fileWriter(fs: FileSystem): ScratchWriter {
  const folder = (nodeModule("node:os") as { tmpdir(): string }).tmpdir();
  const crypto = nodeModule("node:crypto") as { randomUUID(): string };
  const path = `${folder}/chainrule-${crypto.randomUUID()}.rows`;
  const tried = <R>(work: () => R): R => {
    try {
      return work();
    } catch (error) {
      throw new ChainruleError("E_ENVIRONMENT", {
        where: folder,
        expected: "room for the rows of a table that is larger than the memory allowed",
        got: error instanceof Error ? error.message : String(error),
        hint: "TMPDIR (TEMP on Windows) names another folder; a larger memory keeps the rows there.",
      });
    }
  };
  const file = tried(() => fs.openSync(path, "wx+", 0o600));
  const place: Scratch = { kind: "file", file };
  const drop = (): void => releaseScratch(place);
  let length = 0;
  try {
    tried(() => fs.unlinkSync(path));
  } catch (error) {
    drop();
    throw error;
  }
  return {
    append(bytes) {
      for (let from = 0; from < bytes.length;) {
        const written = tried(() => fs.writeSync(file, bytes, from, bytes.length - from, length));
        from += written;
        length += written;
      }
    },
    end: () => place,
    drop,
  };
}

function blobWriter(): ScratchWriter {
  const { Blob } = globalThis as unknown as Scope;
  if (Blob === undefined) throw unreadable("no blobs");
  const parts: BlobLike[] = [];
  return {
    append: (bytes) => void parts.push(new Blob([bytes])),
    end: () => ({ kind: "blob", blob: new Blob(parts) }),
    drop: () => void parts.splice(0),
  };
}

/** Frees the bytes; reading them is refused afterwards in this thread. */
export function releaseScratch(place: Scratch): void {
  if (released.has(place)) return;
  released.add(place);
  if (place.kind === "file") fileSystem()!.closeSync(place.file);
}

/** @throws ChainruleError `E_USAGE` where the bytes have been freed: their file's number may be another one's by now */
export function checkKept(place: Scratch): void {
  if (!released.has(place)) return;
  throw new ChainruleError("E_USAGE", {
    where: "the rows of a streamed table",
    expected: "rows that are still kept",
    got: "rows that have been released",
    hint: "release() comes when nothing reads them any more.",
  });
}

/**
 * Fills `bytes` with those from position `from` on.
 *
 * @throws ChainruleError `E_ENVIRONMENT` in a page outside of a worker, where nothing is read without waiting; `E_CORRUPT` where they end
 */
export function readScratch(place: Scratch, from: number, bytes: Uint8Array): void {
  checkKept(place);
  if (place.kind === "file") {
    readFile(place.file, from, bytes);
    return;
  }
  const { FileReaderSync } = globalThis as unknown as Scope;
  if (FileReaderSync === undefined) throw unreadable("a page's own thread");
  bytes.set(new Uint8Array(new FileReaderSync().readAsArrayBuffer(place.blob.slice(from, from + bytes.length))));
}

/** The same where it may take its time, which every thread has. */
export async function readScratchLater(place: Scratch, from: number, bytes: Uint8Array): Promise<void> {
  if (place.kind === "file") readScratch(place, from, bytes);
  else {
    checkKept(place);
    bytes.set(new Uint8Array(await place.blob.slice(from, from + bytes.length).arrayBuffer()));
  }
}

function readFile(file: number, from: number, bytes: Uint8Array): void {
  const fs = fileSystem()!;
  for (let done = 0; done < bytes.length;) {
    const read = fs.readSync(file, bytes, done, bytes.length - done, from + done);
    if (read === 0) throw new ChainruleError("E_CORRUPT", "a temporary file with rows ends before its last row");
    done += read;
  }
}

function unreadable(got: string): ChainruleError {
  return new ChainruleError("E_ENVIRONMENT", {
    where: "the rows of a streamed table",
    expected: "a worker, which reads them in blocks",
    got,
    hint: "A larger memory keeps the rows in it.",
  });
}
