import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { inRoot } from "./root.mjs";

const NEEDED = [inRoot("node_modules", ".package-lock.json"), inRoot("dist", "index.js"), inRoot("cli", "dist", "main.js")];

/** In a fresh checkout the command sets itself up. What that prints goes to standard error, since standard output is the command's. */
export function setUpOnce() {
  if (NEEDED.every((path) => existsSync(path))) return;
  const { status } = spawnSync(process.execPath, [inRoot("scripts", "setup.mjs")], {
    stdio: ["ignore", process.stderr.fd, process.stderr.fd],
  });
  if (status !== 0) process.exit(5);
}
