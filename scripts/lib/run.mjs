import { spawn } from "node:child_process";
import { root } from "./root.mjs";

/**
 * Runs a program in the project's folder. Resolves with its exit code (1 where a signal ended it) and, where `quiet`, with
 * what it printed; otherwise it prints straight to the terminal.
 */
export function run(program, args, { quiet = false, env = process.env, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env, shell, stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit" });
    let output = "";
    child.stdout?.on("data", (text) => (output += text));
    child.stderr?.on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

export const runNode = (args, options) => run(process.execPath, args, options);

/** Runs npm: the one that started this script where there is one, else the one on the path (a .cmd file on Windows, which needs a shell). */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith("npm-cli.js")) return runNode([npm, ...args], options);
  const windows = process.platform === "win32";
  return run(windows ? "npm.cmd" : "npm", args, { ...options, shell: windows });
}

/** Seconds since a moment of `performance.now()`, to be read by a person. */
export const secondsSince = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;
