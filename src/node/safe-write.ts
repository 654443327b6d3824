import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { ChainruleError } from "chainrule";
import { diskFileSystem, type FileSystem } from "./file-system.js";

/**
 * Writes a file so that, whatever happens, its path holds either all of the old content or all of the new: a temporary
 * file beside it, fsync, rename over the path, fsync of the folder. A file that is replaced keeps its permissions, and a
 * symbolic link stays one. Devices and pipes, which cannot be replaced, are written in place.
 *
 * @throws ChainruleError `E_ENVIRONMENT`; the temporary file is gone and the old file is whole
 * @example
 * ```ts
 * import { writeFileSafely } from "chainrule/node";
 *
 * writeFileSafely("notes.txt", Uint8Array.of(104, 105));
 * ```
 */
export function writeFileSafely(path: string, bytes: Uint8Array, fileSystem: FileSystem = diskFileSystem): void {
  try {
    const old = fileSystem.look(path);
    if (old?.regular === false) writeWhole(path, "w", undefined, bytes, fileSystem);
    else replace(old?.path ?? path, old?.mode, bytes, fileSystem);
  } catch (error) {
    throw cannot("write", path, error);
  }
}

function replace(path: string, mode: number | undefined, bytes: Uint8Array, fileSystem: FileSystem): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    writeWhole(temporary, "wx", mode, bytes, fileSystem);
    fileSystem.rename(temporary, path);
  } catch (error) {
    try {
      fileSystem.remove(temporary);
    } catch {
      // It was never made, or the disk refuses that too; the first error is the one to report.
    }
    throw error;
  }
  syncFolder(dirname(path), fileSystem);
}

function writeWhole(path: string, flags: string, mode: number | undefined, bytes: Uint8Array, fileSystem: FileSystem): void {
  const file = fileSystem.open(path, flags, mode);
  try {
    for (let at = 0; at < bytes.length;) {
      const written = fileSystem.write(file, bytes, at);
      if (!(written > 0)) throw new Error(`the system took ${written} of ${bytes.length - at} bytes`);
      at += written;
    }
    if (flags === "wx") fileSystem.sync(file);
  } finally {
    fileSystem.close(file);
  }
}

/** Makes the rename itself durable. Windows cannot open a folder, and some network file systems refuse: then it is left. */
function syncFolder(folder: string, fileSystem: FileSystem): void {
  let file: number | undefined;
  // Whatever fails here, the new content is in place; only its survival of a power cut in the next seconds is not certain.
  try {
    file = fileSystem.open(folder, "r");
    fileSystem.sync(file);
  } catch {
    // see above
  }
  try {
    if (file !== undefined) fileSystem.close(file);
  } catch {
    // see above
  }
}

/** A system error in the library's words: what failed, the system's code and reason, the next step. */
export function cannot(action: "read" | "write", path: string, error: unknown): ChainruleError {
  if (error instanceof ChainruleError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const advice: Record<string, string> = {
    ENOENT: action === "read" ? "Is the path right?" : "Make the folder first.",
    ENOSPC: "The disk is full: free some space.",
    EACCES: "You have no permission there.",
    EROFS: "The file system is read-only.",
    EISDIR: "This is a folder.",
  };
  const hint = advice[code ?? ""];
  // A path that is not there to be read is a slip of the caller's; anything else is the machine's refusal.
  const slip = action === "read" && (code === "ENOENT" || code === "EISDIR" || code === "ENOTDIR");
  return new ChainruleError(slip ? "E_DATA" : "E_ENVIRONMENT", {
    where: path,
    expected: `a file that can be ${action === "read" ? "read" : "written"}`,
    got: code === undefined ? message : `${code} (${message.replace(/^[A-Z]+: /, "").replace(/,.*$/, "")})`,
    ...(hint === undefined ? {} : { hint }),
  });
}
