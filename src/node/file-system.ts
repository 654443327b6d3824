import { closeSync, fsyncSync, openSync, renameSync, statSync, unlinkSync, writeSync } from "node:fs";

/** The calls that a safe write makes; handed in, so that tests can make any one of them fail. */
export interface FileSystem {
  open(path: string, flags: string, mode?: number): number;
  write(file: number, bytes: Uint8Array, offset: number): number;
  sync(file: number): void;
  close(file: number): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** False for devices, pipes and folders; undefined where nothing is there. */
  isRegularFile(path: string): boolean | undefined;
}

export const diskFileSystem: FileSystem = {
  open: (path, flags, mode) => openSync(path, flags, mode),
  write: (file, bytes, offset) => writeSync(file, bytes, offset),
  sync: fsyncSync,
  close: closeSync,
  rename: renameSync,
  remove: unlinkSync,
  isRegularFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile(),
};
