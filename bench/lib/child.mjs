import { spawn } from "node:child_process";

/** No measurement takes as long; a program that hangs ends. */
const LONGEST = 20 * 60 * 1000;

/**
 * Runs a program that gets a job as JSON and prints lines of JSON: `{ samplesPerSecond }` for each epoch, anything else about
 * how it ran.
 *
 * @returns the epochs' speeds and what else was said
 * @throws an error with what it printed to standard error
 */
export async function measureInChild({ command, args, env = {} }, job) {
  const { code, stdout, stderr } = await runQuietly(command, [...args, JSON.stringify(job)], env);
  if (code !== 0) throw new Error(lastWords(stderr) || `it ended with code ${code}`);
  const lines = stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  const speeds = lines.map((line) => line.samplesPerSecond).filter((speed) => speed !== undefined);
  if (speeds.length === 0) throw new Error("it measured nothing");
  return { speeds, how: Object.assign({}, ...lines.filter((line) => line.samplesPerSecond === undefined)) };
}

export function runQuietly(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], timeout: LONGEST });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (text) => (stdout += text));
    child.stderr.on("data", (text) => (stderr += text));
    const kill = () => child.kill();
    process.once("exit", kill);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      process.off("exit", kill);
      resolve({ code: code ?? signal, stdout, stderr });
    });
  });
}

/** What a person wants to read of a failure: the line that names the error, not the stack under it. */
function lastWords(stderr) {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !/^\s+at |^Node\.js v/.test(line));
  return (lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? "").trim();
}
