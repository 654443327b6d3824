import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot } from "./root.mjs";
import { runNode } from "./run.mjs";

/** Runs the tests and returns how many passed and failed, and how many were skipped for each reason. */
export async function runVitest(args, env) {
  const folder = mkdtempSync(join(tmpdir(), "chainrule-test-"));
  const counts = join(folder, "counts.json");
  const vitest = inRoot("node_modules", "vitest", "vitest.mjs");
  const reporter = inRoot("scripts", "lib", "count-reporter.mjs");
  try {
    const { code } = await runNode([vitest, "run", "--reporter=default", `--reporter=${reporter}`, ...args], {
      env: { ...env, CHAINRULE_COUNTS: counts },
    });
    const result = readCounts(counts);
    // A run that failed without a failed test, or that ended before it could count, has failed all the same.
    if (result.failed === 0 && code !== 0) result.failed = 1;
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCounts(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: {} };
  }
}
