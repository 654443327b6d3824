import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { decodeModel } from "../../src/formats/model-file.js";
import { iris } from "../../src/data/iris.js";
import { diskFileSystem, type FileSystem } from "../../src/node/file-system.js";
import { loadModel, saveModel } from "../../src/node/model-file.js";
import { writeFileSafely } from "../../src/node/safe-write.js";
import { train } from "../../src/training/train.js";
import { requires } from "../support/requires.js";
import { temporaryFolder } from "../support/temporary.js";
import { caught, rejected, said } from "../training/caught.js";

const root = temporaryFolder();
const OLD = Uint8Array.from({ length: 5000 }, (_, i) => i % 251);
const NEW = Uint8Array.from({ length: 9000 }, (_, i) => (i * 7) % 253);

let folder = "";
let path = "";
let count = 0;
beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(folder);
  path = join(folder, "model.safetensors");
});

type Call = Exclude<keyof FileSystem, never>;

interface Watched extends FileSystem {
  /** Every call with what it was about: "temporary", "target" or "folder" in place of paths and of the files opened from them. */
  readonly calls: string[];
}

/** The disk, watched; `interfere` is asked before each call, with its name and how many of its kind came before. */
function watch(interfere: (call: Call, index: number) => void = () => undefined, chunk = Infinity): Watched {
  const calls: string[] = [];
  const counts = new Map<string, number>();
  const files = new Map<number, string>();
  const nameOf = (file: string): string => {
    if (file === path) return "target";
    if (file === folder) return "folder";
    return dirname(file) === folder && basename(file).endsWith(".tmp") ? "temporary" : file;
  };
  const note = (call: Call, about: string): void => {
    const index = counts.get(call) ?? 0;
    counts.set(call, index + 1);
    calls.push(`${call} ${about}`);
    interfere(call, index);
  };
  return {
    calls,
    open(file, flags, mode) {
      note("open", `${nameOf(file)} ${flags}`);
      const opened = diskFileSystem.open(file, flags, mode);
      files.set(opened, nameOf(file));
      return opened;
    },
    write(file, bytes, offset) {
      note("write", files.get(file)!);
      return diskFileSystem.write(file, bytes.subarray(0, Math.min(bytes.length, offset + chunk)), offset);
    },
    sync(file) {
      note("sync", files.get(file)!);
      diskFileSystem.sync(file);
    },
    close(file) {
      const name = files.get(file)!;
      files.delete(file);
      // A close that fails has closed all the same.
      diskFileSystem.close(file);
      note("close", name);
    },
    rename(from, to) {
      note("rename", `${nameOf(from)} ${nameOf(to)}`);
      diskFileSystem.rename(from, to);
    },
    remove(file) {
      note("remove", nameOf(file));
      diskFileSystem.remove(file);
    },
    isRegularFile(file) {
      note("isRegularFile", nameOf(file));
      return diskFileSystem.isRegularFile(file);
    },
  };
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: something the system says, write`), { code });
}

/** What makes a written file survive a power cut, in this order. */
const DURABLE = ["sync temporary", "close temporary", "rename temporary target", "open folder r", "sync folder"];

/** Whether the calls hold these, in this order. */
function inOrder(calls: readonly string[], wanted: readonly string[]): boolean {
  let at = 0;
  for (const call of calls) if (call === wanted[at]) at += 1;
  return at === wanted.length;
}

describe("a safe write", () => {
  test("writes, syncs, renames and syncs the folder, in this order", () => {
    const disk = watch();
    writeFileSafely(path, NEW, disk);
    expect(disk.calls).toEqual([
      "isRegularFile target",
      "open temporary wx",
      "write temporary",
      "sync temporary",
      "close temporary",
      "rename temporary target",
      "open folder r",
      "sync folder",
      "close folder",
    ]);
    expect(inOrder(disk.calls, DURABLE)).toBe(true);
    expect(readFileSync(path)).toEqual(Buffer.from(NEW));
    expect(readdirSync(folder)).toEqual(["model.safetensors"]);
  });

  test("the order above is not met where a sync is left out or comes too late", () => {
    const disk = watch();
    writeFileSafely(path, NEW, disk);
    for (const call of ["sync temporary", "sync folder", "rename temporary target"]) {
      expect(inOrder(disk.calls.filter((other) => other !== call), DURABLE)).toBe(false);
      expect(inOrder([...disk.calls.filter((other) => other !== call), call], DURABLE)).toBe(call === "sync folder");
    }
  });

  test("replaces what was there", () => {
    writeFileSync(path, OLD);
    writeFileSafely(path, NEW);
    expect(readFileSync(path)).toEqual(Buffer.from(NEW));
    writeFileSafely(path, new Uint8Array(0));
    expect(statSync(path).size).toBe(0);
    expect(readdirSync(folder)).toEqual(["model.safetensors"]);
  });

  test.each([1, 7, 4096])("goes on where the system takes only %i bytes at a time", (chunk) => {
    const bytes = chunk === 1 ? NEW.subarray(0, 300) : NEW;
    const disk = watch(undefined, chunk);
    writeFileSafely(path, bytes, disk);
    expect(readFileSync(path)).toEqual(Buffer.from(bytes));
    expect(disk.calls.filter((call) => call === "write temporary")).toHaveLength(Math.ceil(bytes.length / chunk));
  });

  test("does not wait for ever where the system takes nothing", () => {
    writeFileSync(path, OLD);
    const disk = { ...watch(), write: () => 0 };
    expect(said(caught(() => writeFileSafely(path, NEW, disk)))).toMatchObject({ code: "E_ENVIRONMENT", where: path });
    expect(readFileSync(path)).toEqual(Buffer.from(OLD));
    expect(readdirSync(folder)).toEqual(["model.safetensors"]);
  });
});

describe("a system that refuses any one call", () => {
  const kinds = ["isRegularFile", "open", "write", "sync", "close", "rename"] as const;

  for (const before of ["an old file", "no file"] as const) {
    for (const code of ["ENOSPC", "EIO", "EACCES"]) {
      test.each(kinds)(`%s with ${code}, over ${before}`, (kind) => {
        for (let failing = 0; ; failing++) {
          if (before === "an old file") writeFileSync(path, OLD);
          let failed = false;
          const disk = watch((call, index) => {
            if (call !== kind || index !== failing) return;
            failed = true;
            throw systemError(code);
          }, 2000);
          const act = (): void => writeFileSafely(path, NEW, disk);
          if (!failed && inOrder(disk.calls, DURABLE)) break;
          const renamed = (): boolean => disk.calls.includes("rename temporary target");
          let error: ReturnType<typeof said> | undefined;
          try {
            act();
          } catch {
            error = said(caught(() => {
              throw lastError;
            }));
          }
          if (!failed) {
            expect(readFileSync(path)).toEqual(Buffer.from(NEW));
            break;
          }
          expect(renamed() || error !== undefined).toBe(true);
        }
      });
    }
  }
});
