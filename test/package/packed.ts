import { cpSync } from "node:fs";
import { join } from "node:path";
import { runNpm } from "../support/run.js";
import { root } from "../support/shared.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";

export interface Packed {
  /** The file that would be published. */
  readonly path: string;
  /** What is in it. */
  readonly files: readonly string[];
}

/** Packs a package as `npm publish` would; `folder` is the package's, below the project's. */
export async function pack(folder: string, destination: string): Promise<Packed> {
  const { code, stdout, stderr } = await runNpm(["pack", "--json", "--pack-destination", destination], { cwd: join(root, folder) });
  if (code !== 0) throw new Error(`npm pack failed: ${stderr}`);
  const [report] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  return { path: join(destination, report.filename), files: report.files.map(({ path }) => path) };
}

/** A folder like that of somebody who has just made a project, with the programs of `consumer/` in it. */
export function emptyProject(): string {
  const folder = temporaryFolder();
  writeFiles(folder, { "package.json": { name: "consumer", private: true, type: "module" } });
  for (const file of ["everywhere.ts", "files.ts"]) cpSync(join(import.meta.dirname, "consumer", file), join(folder, file));
  return folder;
}

const UNREACHABLE = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ENOTCACHED|EIDLETIMEOUT)\b/;

/**
 * Installs packed packages into a folder that has a package.json; `offline` where they need no other package.
 *
 * @param others packages of the registry, each as name@version
 * @returns false where the registry cannot be reached
 */
export async function installPacked(
  folder: string,
  packed: readonly Packed[],
  offline: boolean,
  others: readonly string[] = [],
): Promise<boolean> {
  const args = ["install", ...packed.map(({ path }) => path), ...others, ...(offline ? ["--offline"] : [])];
  const { code, stdout, stderr } = await runNpm(args, { cwd: folder });
  if (code === 0) return true;
  if (!offline && UNREACHABLE.test(stderr)) return false;
  throw new Error(`npm install failed: ${stdout}${stderr}`);
}
