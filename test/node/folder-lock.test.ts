import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { iris } from "../../src/data/iris.js";
import { folderCheckpoints } from "../../src/node/folder-checkpoints.js";
import { holdFolder } from "../../src/node/folder-lock.js";
import { train } from "../../src/training/train.js";
import { temporaryFolder } from "../support/temporary.js";
import { rejected, said } from "../training/caught.js";

const root = temporaryFolder();
let folder = "";
let count = 0;
beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(folder);
});

const lockFile = (): string => join(folder, "run.lock");
const files = (): string[] => readdirSync(folder).sort();
/** So short that a test can wait for it. */
const QUICK = { beat: 20, patience: 400 };

type Lock = Record<"host" | "place" | "start" | "token", string> & { process: number };

/** The lock of this process, as another one would have left it. */
async function leave(change: Partial<Lock>): Promise<void> {
  const lock = await holdFolder(folder);
  const text = readFileSync(lockFile(), "utf8");
  lock!.release();
  writeFileSync(lockFile(), JSON.stringify({ ...(JSON.parse(text) as Lock), ...change }));
}

/** A process that has ended; its number is nobody's for now. */
function ended(): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
    child.on("close", () => resolve(child.pid!));
  });
}

describe("a folder is held", () => {
  test("by one at a time, until it lets go", async () => {
    const first = await holdFolder(folder);
    const error = await rejected(holdFolder(folder, QUICK));
    expect(said(error)).toMatchObject({
      code: "E_ENVIRONMENT",
      where: folder,
      expected: "a folder of checkpoints that no other run writes to",
    });
    expect(error.message).toContain(`process ${process.pid} on `);
    first!.check();
    first!.release();
    expect(files()).toEqual([]);
    const second = await holdFolder(folder, QUICK);
    expect(() => first!.check()).toThrow("no other run writes to");
    second!.check();
    // Who has let go takes nothing from who came after.
    first!.release();
    second!.check();
    second!.release();
  });

  test("by one of many that come at once", async () => {
    await leave({ process: await ended() });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => holdFolder(folder, QUICK)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("at once where who held it was killed", async () => {
    await leave({ process: await ended() });
    // Patience would be longer than the test may take.
    const lock = await holdFolder(folder, { beat: 20, patience: 1e9 });
    expect(JSON.parse(readFileSync(lockFile(), "utf8"))).toMatchObject({ process: process.pid });
    lock!.release();
  });

  test.runIf(process.platform === "linux")("at once where the number of who was killed is another's by now", async () => {
    await leave({ start: "1" });
    const lock = await holdFolder(folder, { beat: 20, patience: 1e9 });
    lock!.check();
    lock!.release();
  });

  test.each<[string, Partial<Lock> | string]>([
    ["of another machine", { place: "far away", host: "far" }],
    ["cut short", '{"host":"f'],
    ["empty", ""],
    ["of something else", "null"],
  ])("after a while where a lock %s shows no sign of life", async (_title, change) => {
    if (typeof change === "string") writeFileSync(lockFile(), change);
    else await leave(change);
    const lock = await holdFolder(folder, QUICK);
    lock!.check();
    lock!.release();
  });

  test("not where a lock of another machine shows one", async () => {
    await leave({ place: "far away", host: "far", process: 77 });
    let time = 1e9;
    const life = setInterval(() => utimesSync(lockFile(), time, time++), QUICK.beat);
    const error = await rejected(holdFolder(folder, QUICK));
    clearInterval(life);
    expect(error.message).toContain("process 77 on far");
  });

  test("and the lock itself shows signs of life", async () => {
    const lock = await holdFolder(folder, QUICK);
    // As if it stood on another machine.
    const text = readFileSync(lockFile(), "utf8");
    writeFileSync(lockFile(), JSON.stringify({ ...(JSON.parse(text) as Lock), place: "far away" }));
    expect((await rejected(holdFolder(folder, QUICK))).code).toBe("E_ENVIRONMENT");
    writeFileSync(lockFile(), text);
    lock!.release();
    expect(existsSync(lockFile())).toBe(false);
  });

  test("by nobody where it cannot be written to", async () => {
    expect(await holdFolder(join(folder, "none"), QUICK)).toBeUndefined();
  });
});

describe("a run", () => {
  const options = { hidden: [4], epochs: 3, seed: 2 } as const;

  test("holds its folder, and lets go when it is over, however it ended", async () => {
    const controller = new AbortController();
    const store = folderCheckpoints(folder);
    const run = train(iris(), { ...options, epochs: 1e6, checkpoint: { store }, signal: controller.signal });
    for await (const { epoch } of run) if (epoch === 2) break;
    expect(files()).toContain("run.lock");
    const other = folderCheckpoints(folder);
    const refused = await rejected(train(iris(), { ...options, checkpoint: { store: other, resume: true } }).result);
    expect(said(refused)).toMatchObject({ code: "E_ENVIRONMENT", where: folder });
    controller.abort();
    expect((await rejected(run.result)).code).toBe("E_ABORTED");
    expect(files()).not.toContain("run.lock");
  });

  test("ends where its folder was taken from it, and leaves the other's lock", async () => {
    const store = folderCheckpoints(folder);
    const run = train(iris(), { ...options, epochs: 1e6, checkpoint: { store } });
    for await (const { epoch } of run) if (epoch === 2) break;
    const theirs = JSON.stringify({ host: "far", process: 5, place: "far away", start: "1", token: "t" });
    writeFileSync(lockFile(), theirs);
    expect((await rejected(run.result)).message).toContain("process 5 on far");
    expect(readFileSync(lockFile(), "utf8")).toBe(theirs);
  });
});
