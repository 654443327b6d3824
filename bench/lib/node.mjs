import { existsSync } from "node:fs";
import { runNpm } from "../../scripts/lib/run.mjs";

const found = new Map();

/** The program of another major version of Node, which npm fetches once and keeps in its cache; undefined where it cannot. */
export async function findNode(major) {
  if (Number.parseInt(process.versions.node, 10) === major) return process.execPath;
  if (!found.has(major)) found.set(major, fetchNode(major));
  return found.get(major);
}

async function fetchNode(major) {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}@${major}`;
  const args = ["exec", "--yes", `--package=${name}`, "--", "node", "-p", "process.execPath"];
  const { code, output } = await runNpm(args, { quiet: true });
  // npm may have something to say of its own around it.
  const path = output
    .split("\n")
    .map((line) => line.trim())
    .findLast((line) => existsSync(line));
  return code === 0 ? path : undefined;
}
