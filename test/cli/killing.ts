import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { decodeCheckpoint } from "../../src/training/checkpoint/run-state.js";
import { bin, json, leftovers, succeed, type TrainDocument, words } from "./command.js";

/** The steps whose checkpoints a folder holds, newest first. */
export function stepsIn(folder: string): number[] {
  const found = existsSync(folder) ? readdirSync(folder).flatMap((name) => /^step-(\d+)\.checkpoint$/.exec(name)?.[1] ?? []) : [];
  return found.map(Number).sort((a, b) => b - a);
}

/** When a program is killed: so many milliseconds after the folder has a checkpoint of a step, or after its start. */
interface Moment {
  readonly step?: number;
  readonly milliseconds: number;
}

/** Runs a command and kills it, which no program can answer; its exit code where it was done before. */
function killed(cwd: string, args: readonly string[], run: string, { step, milliseconds }: Moment): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd, stdio: "ignore" });
    let timer: NodeJS.Timeout | undefined;
    const wait = setInterval(() => {
      if (timer === undefined && (step === undefined || (stepsIn(run)[0] ?? -1) >= step)) {
        timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
      }
    }, 1);
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(wait);
      clearTimeout(timer);
      resolve(code);
    });
  });
}

/**
 * Trains with a checkpoint after each step, and kills the program at moments that the seed draws, each time followed by `resume`,
 * which is killed too; then lets it finish and compares with a run that nobody disturbed. At every moment the folder holds a whole
 * checkpoint; at the end nothing but the run is left in it.
 *
 * @param training more steps than the kills could use up, each of which comes within 60 steps or, one of four, within the start
 * @returns the newest checkpoint after each kill, where the next run began; -1 where there was none yet
 */
export async function endure(cwd: string, training: string, kills: number, seed: number): Promise<readonly number[]> {
  const whole = await json<TrainDocument>(cwd, `train ${training} --out whole.safetensors`);
  const random = createRandom(seed, 401);
  const run = join(cwd, "run");
  const start = words(`train ${training} --checkpoint run --checkpoint-every 1 steps --out model.safetensors --quiet`);
  const reached: number[] = [];
  while (reached.length < kills) {
    const newest = reached.at(-1) ?? -1;
    // A start of Node takes some 200 milliseconds; a step and its checkpoint a few.
    const early = random.uniform() < 0.25;
    const moment = early
      ? { milliseconds: 300 * random.uniform() }
      : { step: newest + 1 + random.below(60), milliseconds: 8 * random.uniform() };
    expect(await killed(cwd, newest < 0 ? start : ["resume", "run", "--quiet"], run, moment), "killed, and no end of its own").toBe(null);
    const steps = stepsIn(run);
    for (const step of steps) {
      expect(decodeCheckpoint(readFileSync(join(run, `step-${step}.checkpoint`))).state.step, `step ${step}`).toBe(step);
    }
    reached.push(steps[0] ?? -1);
    expect(reached.at(-1)).toBeGreaterThanOrEqual(newest);
  }
  const last = await json<TrainDocument>(cwd, "resume run");
  expect(last.model.parametersHash).toBe(whole.model.parametersHash);
  expect({ history: last.history, test: last.test }).toEqual({ history: whole.history, test: whole.test });
  await succeed(cwd, "info model.safetensors");
  expect(leftovers(run)).toEqual([]);
  expect(leftovers(cwd)).toEqual([]);
  const files = readdirSync(run).sort();
  expect(files.filter((name) => !name.startsWith("step-"))).toEqual(["LATEST", "run.json"]);
  expect(files).toContain(readFileSync(join(run, "LATEST"), "utf8").trim());
  return reached;
}
