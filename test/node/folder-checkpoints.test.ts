import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { iris } from "../../src/data/iris.js";
import { diskFileSystem, type FileSystem } from "../../src/node/file-system.js";
import { folderCheckpoints } from "../../src/node/folder-checkpoints.js";
import type { CheckpointStore } from "../../src/training/checkpoint/store.js";
import { train } from "../../src/training/train.js";
import { temporaryFolder } from "../support/temporary.js";
import { caught, rejected, said } from "../training/caught.js";

const root = temporaryFolder();
let folder = "";
let count = 0;
beforeEach(() => {
  folder = join(root, String(count++), "run");
});

/** What a step's checkpoint holds here: bytes that tell which step they are of. */
const bytesOf = (step: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length: 5000 + step }, (_, i) => (i * (step + 1)) % 251);
const files = (): string[] => readdirSync(folder).sort();

/** Every checkpoint that is listed is one that was written, all of it. */
async function expectWhole(store: CheckpointStore): Promise<number[]> {
  const steps = [...(await store.steps())];
  for (const step of steps) expect(Buffer.from(await store.read(step)).equals(bytesOf(step)), `step ${step}`).toBe(true);
  return steps;
}

type Call = keyof FileSystem;

/** The disk, of which one call fails: the `failing`-th of its kind; where `after`, once it has done its work. Pieces of 2,000 bytes. */
function failingDisk(kind: Call, failing: number, after: boolean, alwaysRemove = true): FileSystem & { readonly failed: () => boolean } {
  let seen = 0;
  let failed = false;
  const wrap =
    <A extends unknown[], R>(call: Call, work: (...args: A) => R) =>
    (...args: A): R => {
      const isIt = call === kind && seen++ === failing;
      if (call === "remove" && failed && !alwaysRemove) throw systemError();
      if (!isIt) return work(...args);
      failed = true;
      // A file that is closed with an error is closed all the same.
      if (after || call === "close") work(...args);
      throw systemError();
    };
  return {
    failed: () => failed,
    open: wrap("open", (path: string, flags: string, mode?: number) => diskFileSystem.open(path, flags, mode)),
    write: wrap("write", (file: number, bytes: Uint8Array, at: number) => diskFileSystem.write(file, bytes.subarray(0, at + 2000), at)),
    sync: wrap("sync", (file: number) => diskFileSystem.sync(file)),
    close: wrap("close", (file: number) => diskFileSystem.close(file)),
    rename: wrap("rename", (from: string, to: string) => diskFileSystem.rename(from, to)),
    remove: wrap("remove", (path: string) => diskFileSystem.remove(path)),
    look: wrap("look", (path: string) => diskFileSystem.look(path)),
  };
}

function systemError(): Error {
  return Object.assign(new Error("EIO: i/o error, write"), { code: "EIO" });
}

describe("a folder of checkpoints", () => {
  test("is made, keeps the two newest, and names the newest", async () => {
    const store = folderCheckpoints(folder);
    expect(await store.steps()).toEqual([]);
    for (const step of [0, 9, 10, 100]) {
      await store.write(step, bytesOf(step));
      expect(readFileSync(join(folder, "LATEST"), "utf8")).toBe(`step-${step}.checkpoint\n`);
    }
    expect(await expectWhole(store)).toEqual([100, 10]);
    expect(files()).toEqual(["LATEST", "step-10.checkpoint", "step-100.checkpoint"]);
    // Another program finds the same.
    expect(await expectWhole(folderCheckpoints(folder))).toEqual([100, 10]);
  });

  test("leaves alone what is not its own", async () => {
    mkdirSync(folder, { recursive: true });
    const others = ["run.json", "notes.txt", "step-3.checkpoint.corrupt", "step-x.checkpoint", "astep-4.checkpoint", ".other.tmp"];
    for (const name of others) writeFileSync(join(folder, name), "mine");
    const store = folderCheckpoints(folder);
    expect(await store.steps()).toEqual([]);
    for (const step of [5, 6, 7]) await store.write(step, bytesOf(step));
    expect(files()).toEqual([...others, "LATEST", "step-6.checkpoint", "step-7.checkpoint"].sort());
  });

  test("puts aside what is damaged, and keeps it", async () => {
    const store = folderCheckpoints(folder);
    for (const step of [1, 2]) await store.write(step, bytesOf(step));
    await store.setAside(2);
    expect(await expectWhole(store)).toEqual([1]);
    expect(readFileSync(join(folder, "step-2.checkpoint.corrupt")).equals(bytesOf(2))).toBe(true);
    // The same step may come again, and be damaged again.
    await store.write(2, bytesOf(2));
    expect(await expectWhole(store)).toEqual([2, 1]);
    await store.setAside(2);
    expect(files()).toEqual(["LATEST", "step-1.checkpoint", "step-2.checkpoint.corrupt"]);
  });

  test("cleans up after a program that was killed while it wrote", async () => {
    const store = folderCheckpoints(folder);
    await store.write(1, bytesOf(1));
    for (const name of [".step-2.checkpoint.0123456789ab.tmp", ".LATEST.0123456789ab.tmp"]) writeFileSync(join(folder, name), "half");
    expect(await expectWhole(store)).toEqual([1]);
    await store.write(2, bytesOf(2));
    expect(files()).toEqual(["LATEST", "step-1.checkpoint", "step-2.checkpoint"]);
  });

  test("says what cannot be done", async () => {
    const store = folderCheckpoints(folder);
    expect(said(await rejected(store.read(5)))).toMatchObject({ code: "E_DATA", where: join(folder, "step-5.checkpoint") });
    expect(said(await rejected(store.setAside(5)))).toMatchObject({ code: "E_ENVIRONMENT" });
    writeFileSync(join(folder, "file"), "");
    expect(said(caught(() => folderCheckpoints(join(folder, "file"))))).toMatchObject({
      code: "E_ENVIRONMENT",
      where: join(folder, "file"),
    });
  });
});

describe("a disk that refuses the N-th call of a kind, for every N until a write succeeds", () => {
  const kinds = ["look", "open", "write", "sync", "close", "rename"] as const;
  const cases = kinds.flatMap((kind) => [false, true].map((after) => [kind, after ? "after" : "before", after] as const));

  test.each(cases)("%s, %s its work: the old checkpoints or the new one are whole", async (kind, _title, after) => {
    const refused: number[] = [];
    for (let failing = 0; ; failing++) {
      folder = join(root, `${count++}`, "run");
      const healthy = folderCheckpoints(folder);
      for (const step of [1, 2]) await healthy.write(step, bytesOf(step));
      const disk = failingDisk(kind, failing, after);
      const outcome = await folderCheckpoints(folder, disk)
        .write(3, bytesOf(3))
        .catch((error: unknown) => error);
      const steps = await expectWhole(healthy);
      expect(files().filter((name) => name.endsWith(".tmp"))).toEqual([]);
      // What LATEST names is there.
      expect(files()).toContain(readFileSync(join(folder, "LATEST"), "utf8").trim());
      if (outcome === undefined) {
        expect(steps).toEqual([3, 2]);
        if (!disk.failed()) break;
      } else {
        refused.push(failing);
        expect(outcome).toMatchObject({ code: "E_ENVIRONMENT" });
        expect([
          [2, 1],
          [3, 2, 1],
        ]).toContainEqual(steps);
      }
      // The next write goes on from there.
      await healthy.write(4, bytesOf(4));
      expect(await expectWhole(healthy)).toEqual([4, steps[0]]);
      expect(files()).toEqual(["LATEST", ...steps.slice(0, 1).map((step) => `step-${step}.checkpoint`), "step-4.checkpoint"]);
    }
    // Of 5,003 bytes in pieces of 2,000, and of the name of the newest.
    expect(refused).toEqual(kind === "write" ? [0, 1, 2, 3] : kind === "look" || kind === "rename" ? [0, 1] : [0, 2]);
  });

  test("where even the temporary file cannot be removed, the next write removes it", async () => {
    const healthy = folderCheckpoints(folder);
    await healthy.write(1, bytesOf(1));
    const store = folderCheckpoints(folder, failingDisk("sync", 0, false, false));
    expect((await rejected(store.write(2, bytesOf(2)))).code).toBe("E_ENVIRONMENT");
    expect(files().filter((name) => name.endsWith(".tmp"))).toHaveLength(1);
    expect(await expectWhole(healthy)).toEqual([1]);
    await healthy.write(2, bytesOf(2));
    expect(files()).toEqual(["LATEST", "step-1.checkpoint", "step-2.checkpoint"]);
  });
});

describe("a run whose disk fails", () => {
  const options = { hidden: [4], epochs: 3, seed: 2 } as const;

  test("ends with the disk's error, and goes on from what is whole, with the same bits", async () => {
    const whole = await train(iris(), options).result;
    for (let failing = 0; failing < 8; failing++) {
      folder = join(root, `${count++}`, "run");
      const broken = folderCheckpoints(folder, failingDisk("sync", 2 * failing, false));
      const error = await rejected(train(iris(), { ...options, checkpoint: { store: broken, everySteps: 2 } }).result);
      expect(error.code).toBe("E_ENVIRONMENT");
      const store = folderCheckpoints(folder);
      const { model, history, resumedFrom, note } = await train(iris(), { ...options, checkpoint: { store, resume: true } }).result;
      expect({ hash: model.parametersHash, history }).toEqual({ hash: whole.model.parametersHash, history: whole.history });
      expect(note).toBeUndefined();
      // The first checkpoint, of step 0, is the second file but one: LATEST has a sync of its own.
      expect(resumedFrom === undefined).toBe(failing === 0);
      expect(existsSync(join(folder, "step-12.checkpoint"))).toBe(true);
    }
  });
});
