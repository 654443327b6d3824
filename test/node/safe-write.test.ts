import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
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

type Call = keyof FileSystem;

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
    look(file) {
      note("look", nameOf(file));
      return diskFileSystem.look(file);
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
      "look target",
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
      expect(
        inOrder(
          disk.calls.filter((other) => other !== call),
          DURABLE,
        ),
      ).toBe(false);
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

describe("a system that refuses the N-th call of a kind, for every N until the write succeeds", () => {
  const kinds = ["look", "open", "write", "sync", "close", "rename"] as const;
  const cases = kinds.flatMap((kind) =>
    ["ENOSPC", "EIO", "EACCES"].flatMap((code) =>
      [true, false].map((over) => [kind, code, over ? "an old file" : "no file", over] as const),
    ),
  );

  test.each(cases)("%s with %s, over %s", (kind, code, _title, over) => {
    const refused: number[] = [];
    for (let failing = 0; ; failing++) {
      rmSync(path, { force: true });
      if (over) writeFileSync(path, OLD);
      const seen = { failed: false };
      const disk = watch((call, index) => {
        if (call !== kind || index !== failing) return;
        seen.failed = true;
        throw systemError(code);
      }, 2000);
      let error: unknown;
      try {
        writeFileSafely(path, NEW, disk);
      } catch (thrown) {
        error = thrown;
      }
      // Never a part of a file, never a file that nobody asked for.
      const content = existsSync(path) ? readFileSync(path) : undefined;
      expect(readdirSync(folder)).toEqual(content === undefined ? [] : ["model.safetensors"]);
      if (error === undefined) {
        expect(content).toEqual(Buffer.from(NEW));
        if (!seen.failed) break;
        // Only what comes after the renaming may fail in silence.
        expect(disk.calls.indexOf("rename temporary target")).toBeGreaterThan(0);
      } else {
        refused.push(failing);
        const { code: kindOfError, where, got } = said(caught(() => rethrow(error)));
        expect({ kindOfError, where }).toEqual({ kindOfError: "E_ENVIRONMENT", where: path });
        expect(got).toContain(code);
        expect(content).toEqual(over ? Buffer.from(OLD) : undefined);
      }
    }
    // 9,000 bytes in pieces of 2,000 are five writes; of opening, syncing and closing the first is the file's own.
    expect(refused).toEqual(kind === "write" ? [0, 1, 2, 3, 4] : [0]);
  });

  test("a full disk is called one, and says what to do", () => {
    const disk = watch((call) => {
      if (call === "write") throw systemError("ENOSPC");
    });
    expect(said(caught(() => writeFileSafely(path, NEW, disk)))).toMatchObject({
      got: expect.stringContaining("ENOSPC") as string,
      hint: "The disk is full: free some space.",
    });
  });

  test("where even the temporary file cannot be removed the first error is the one reported", () => {
    writeFileSync(path, OLD);
    const disk = watch((call) => {
      if (call === "write") throw systemError("ENOSPC");
      if (call === "remove") throw systemError("EIO");
    });
    expect(said(caught(() => writeFileSafely(path, NEW, disk))).got).toContain("ENOSPC");
    expect(readFileSync(path)).toEqual(Buffer.from(OLD));
    expect(disk.calls.at(-1)).toBe("remove temporary");
  });
});

function rethrow(error: unknown): never {
  throw error instanceof Error ? error : new Error(String(error));
}

describe("paths that cannot be written", () => {
  test("a folder that is not there", () => {
    const error = said(caught(() => writeFileSafely(join(folder, "none", "model.safetensors"), NEW)));
    expect(error).toMatchObject({ code: "E_ENVIRONMENT", hint: "Make the folder first." });
  });

  test("a folder in place of a file", () => {
    mkdirSync(path);
    expect(said(caught(() => writeFileSafely(path, NEW)))).toMatchObject({ code: "E_ENVIRONMENT", where: path, hint: "This is a folder." });
    expect(readdirSync(folder)).toEqual(["model.safetensors"]);
  });

  const unprivileged = requires(process.platform !== "win32" && process.getuid?.() !== 0, "a user who is not the superuser");
  unprivileged.test("a folder without permission", () => {
    chmodSync(folder, 0o500);
    try {
      expect(said(caught(() => writeFileSafely(path, NEW)))).toMatchObject({
        code: "E_ENVIRONMENT",
        hint: "You have no permission there.",
      });
    } finally {
      chmodSync(folder, 0o700);
    }
  });
});

const full = requires(existsSync("/dev/full"), "the device /dev/full");
full.suite("a device", () => {
  test("that is full is refused, and stays a device", () => {
    expect(said(caught(() => writeFileSafely("/dev/full", NEW)))).toMatchObject({ code: "E_ENVIRONMENT", where: "/dev/full" });
    expect(statSync("/dev/full").isCharacterDevice()).toBe(true);
    expect(readdirSync("/dev").filter((name) => name.includes(".full."))).toEqual([]);
  });

  test("that takes everything is written in place", () => {
    writeFileSafely("/dev/null", NEW);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });
});

describe("saving and loading a model", async () => {
  const { model } = await train(iris(), { epochs: 2, hidden: [4] }).result;

  test("gives the same model", async () => {
    await saveModel(path, model);
    expect(await loadModel(path)).toEqual(model);
    expect(decodeModel(readFileSync(path))).toEqual(model);
    expect(readdirSync(folder)).toEqual(["model.safetensors"]);
  });

  test("a model that cannot be written leaves the one before it", async () => {
    await saveModel(path, model);
    const parameters = model.network.parameters.slice().fill(NaN, 3, 4);
    const error = await rejected(saveModel(path, { ...model, network: { ...model.network, parameters } }));
    expect(error.code).toBe("E_NON_FINITE");
    expect(await loadModel(path)).toEqual(model);
  });

  test("a path that is not there, a folder, and a file that is no model", async () => {
    expect(said(await rejected(loadModel(path)))).toMatchObject({ code: "E_DATA", where: path, hint: "Is the path right?" });
    expect(said(await rejected(loadModel(folder)))).toMatchObject({ code: "E_DATA", where: folder, hint: "This is a folder." });
    writeFileSync(path, "label,x\n1,2\n");
    const error = said(await rejected(loadModel(path)));
    expect(error).toMatchObject({ code: "E_CORRUPT", where: path });
    writeFileSync(path, "");
    expect(said(await rejected(loadModel(path)))).toMatchObject({ code: "E_CORRUPT", got: "0 bytes" });
  });

  test("saving into a folder that is not there", async () => {
    expect((await rejected(saveModel(join(folder, "none", "model"), model))).code).toBe("E_ENVIRONMENT");
  });
});

describe.skipIf(process.platform === "win32")("what is replaced stays what it was", () => {
  test("a symbolic link stays one, and its target has the new content", () => {
    writeFileSync(path, OLD);
    const link = join(folder, "link");
    symlinkSync(path, link);
    writeFileSafely(link, NEW);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(path).equals(NEW)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(["link", "model.safetensors"]);
  });

  test.each([0o600, 0o664])("the permissions %o stay, whatever the process masks out", (mode) => {
    writeFileSync(path, OLD);
    chmodSync(path, mode);
    writeFileSafely(path, NEW);
    expect(statSync(path).mode & 0o777).toBe(mode);
  });

  test("a new file has the permissions of any new file", () => {
    writeFileSync(join(folder, "other"), OLD);
    writeFileSafely(path, NEW);
    expect(statSync(path).mode).toBe(statSync(join(folder, "other")).mode);
  });
});
