import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/shared.js";
import { temporaryFolder } from "../support/temporary.js";

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** A copy of an example, as somebody has it who takes it away. */
export function copyExample(name: string): string {
  const folder = temporaryFolder();
  cpSync(join(root, "examples", name), folder, { recursive: true, filter: (path) => !path.includes("node_modules") });
  return folder;
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}
