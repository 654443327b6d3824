import { spawn } from "node:child_process";
import { root } from "./shared.js";

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Runs Node in a process of its own, in the project's folder where no other is named. Standard input is empty. */
export function runNode(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return runProgram(process.execPath, args, options);
}

/** Runs npm, which asks the registry only for what its cache lacks, and does not wait for minutes for one that is not there. */
export function runNpm(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  const patience = ["--prefer-offline", "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000"];
  const all = [...quiet, ...patience, ...args];
  const npm = process.env["npm_execpath"];
  if (npm?.endsWith("npm-cli.js") === true) return runNode([npm, ...all], options);
  return runProgram(process.platform === "win32" ? "npm.cmd" : "npm", all, options);
}

function runProgram(program: string, args: readonly string[], { cwd = root, env = {} }: RunOptions): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const shell = program.endsWith(".cmd");
    const child = spawn(program, args, { cwd, env: { ...cleanEnvironment(), ...env }, shell, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
    child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Without what npm and vitest tell the processes they start, which a user's shell does not have. */
function cleanEnvironment(): Record<string, string | undefined> {
  const foreign = /^(npm_(?!config_)|VITEST|NODE_ENV$|TEST$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
