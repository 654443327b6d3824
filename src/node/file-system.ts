import { closeSync, fchmodSync, fsyncSync, openSync, realpathSync, renameSync, statSync, unlinkSync, writeSync } from "node:fs";

/** The calls that a safe write makes; handed in, so that tests can make any one of them fail. */
export interface FileSystem {
  /** Opens a file; where a mode is given, the file gets exactly that one. */
  open(path: string, flags: string, mode?: number): number;
  write(file: number, bytes: Uint8Array, offset: number): number;
  sync(file: number): void;
  close(file: number): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** What a path leads to, symbolic links followed; undefined where nothing is there. */
  look(path: string): FileStatus | undefined;
}

export interface FileStatus {
  /** Where the file itself lies. */
  readonly path: string;
  /** False for devices, pipes and folders. */
  readonly regular: boolean;
  /** Permission bits. */
  readonly mode: number;
}

export const diskFileSystem: FileSystem = {
  open: (path, flags, mode) => {
    const file = openSync(path, flags, mode);
    // What the process masks out of new files does not apply to a file that is only replaced.
    if (mode !== undefined) fchmodSync(file, mode);
    return file;
  },
  write: (file, bytes, offset) => writeSync(file, bytes, offset),
  sync: fsyncSync,
  close: closeSync,
  rename: renameSync,
  remove: unlinkSync,
  look: (path) => {
    const status = statSync(path, { throwIfNoEntry: false });
    return status && { path: realpathSync(path), regular: status.isFile(), mode: status.mode & 0o777 };
  },
};
