import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CheckpointStore } from "chainrule";
import { diskFileSystem, type FileSystem } from "./file-system.js";
import { type FolderLock, holdFolder } from "./folder-lock.js";
import { cannot, writeFileSafely } from "./safe-write.js";

/** Newest checkpoints that stay: the one before the newest is whole even while the newest is written. */
const KEPT = 2;
const NAME = /^step-(\d+)\.checkpoint$/;
const nameOf = (step: number): string => `step-${step}.checkpoint`;

/**
 * Checkpoints as files in a folder, which is made. Each is written beside, synced and renamed, so that whatever happens (a crash, a
 * power cut) at least one of them is whole. `LATEST` names the newest for people and scripts; nothing depends on it. `run.lock` keeps
 * other programs out while a run lasts; that of a program that was killed keeps nobody out.
 *
 * @throws ChainruleError `E_ENVIRONMENT`, as do its methods, also where another program writes to the folder
 * @example
 * ```ts
 * import { train } from "chainrule";
 * import { iris } from "chainrule/iris";
 * import { folderCheckpoints } from "chainrule/node";
 *
 * const checkpoint = { store: folderCheckpoints("iris-run"), everyEpochs: 5, resume: true };
 * const { stopped, resumedFrom } = await train(iris(), { epochs: 20, checkpoint }).result;
 * console.log(stopped, resumedFrom);
 * ```
 */
export function folderCheckpoints(folder: string, fileSystem: FileSystem = diskFileSystem): CheckpointStore {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw cannot("write", folder, error);
  }
  const newest = (): number[] =>
    readdirSync(folder)
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => b - a);
  const tried = <T>(action: "read" | "write", path: string, work: () => T): Promise<T> => {
    try {
      return Promise.resolve(work());
    } catch (error) {
      return Promise.reject(cannot(action, path, error));
    }
  };
  const pathOf = (step: number): string => join(folder, nameOf(step));
  let lock: FolderLock | undefined;
  return {
    async open() {
      try {
        lock ??= await holdFolder(folder);
      } catch (error) {
        throw cannot("write", folder, error);
      }
    },
    close() {
      lock?.release();
      lock = undefined;
      return Promise.resolve();
    },
    write: (step, bytes) =>
      tried("write", pathOf(step), () => {
        lock?.check();
        writeFileSafely(pathOf(step), bytes, fileSystem);
        writeFileSafely(join(folder, "LATEST"), new TextEncoder().encode(`${nameOf(step)}\n`), fileSystem);
        for (const old of newest().slice(KEPT)) rmSync(pathOf(old), { force: true });
        removeLeftovers(folder);
      }),
    steps: () => tried("read", folder, newest),
    read: (step) => tried("read", pathOf(step), () => readFileSync(pathOf(step))),
    setAside: (step) => tried("write", pathOf(step), () => renameSync(pathOf(step), `${pathOf(step)}.corrupt`)),
  };
}

/** What a process that was killed had begun to write. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (/^\.(step-\d+\.checkpoint|LATEST)\.[0-9a-f]{12}\.tmp$/.test(name)) rmSync(join(folder, name), { force: true });
  }
}
