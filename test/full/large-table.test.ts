import { join } from "node:path";
import { expect, test } from "vitest";
import { bin } from "../cli/command.js";
import { slow } from "../support/requires.js";
import { runNode } from "../support/run.js";
import { root } from "../support/shared.js";
import { temporaryFolder } from "../support/temporary.js";

/** Says at its end how much memory the process took at most, in KiB. */
const watch = 'data:text/javascript,process.on("exit",()=>console.error("resident",process.resourceUsage().maxRSS))';

slow.suite("5 million rows of 20 columns", () => {
  test("are trained on for an epoch in less than 1 GB, all threads together", { timeout: 3_600_000 }, async () => {
    const cwd = temporaryFolder();
    expect(await runNode([join(root, "scripts", "large-table.mjs"), "big.csv", "5000000"], { cwd })).toMatchObject({ code: 0 });
    const start = performance.now();
    const args = ["--import", watch, bin, "train", "big.csv", "--target", "y", "--epochs", "1", "--json", "--out", "big.safetensors"];
    const { code, stdout, stderr } = await runNode(args, { cwd });
    expect(code, stderr).toBe(0);
    const {
      samplesPerSecond,
      note,
      test: held,
    } = JSON.parse(stdout) as { samplesPerSecond: number; note: string | null; test: { r2: number } };
    const resident = 1024 * Number(/resident (\d+)/.exec(stderr)![1]);
    console.log({ resident, seconds: (performance.now() - start) / 1000, samplesPerSecond, note });
    expect({ resident, little: resident < 1e9 }).toMatchObject({ little: true });
    expect(samplesPerSecond).toBeGreaterThan(0);
    expect(held.r2).toBeGreaterThan(0.9);
  });
});
