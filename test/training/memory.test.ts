import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import type { TrainOptions } from "../../src/training/options.js";
import { requires } from "../support/requires.js";
import { runNode } from "../support/run.js";
import { root } from "../support/shared.js";

// A run of a thousand epochs in a process of its own on the built library, since only there the collector can be asked to do its
// work before the memory is looked at.

const EPOCHS = 1000;
/** Memory is looked at every so many epochs, and the least of the first fifth is held against that of the last: a checkpoint may be on its way. */
const EVERY = 10;
/** What each epoch may leave behind, in bytes: its record in the history, about 300, and that record in two kept checkpoints. */
const RECORD = 900;

const program = (options: TrainOptions): string => `
  import { memoryCheckpoints, train } from ${JSON.stringify(pathToFileURL(join(root, "dist", "index.js")).href)};
  import { digits } from ${JSON.stringify(pathToFileURL(join(root, "dist", "digits.js")).href)};
  const checkpoint = { store: memoryCheckpoints(), everyEpochs: 50 };
  const run = train(digits(), { ...${JSON.stringify(options)}, epochs: ${EPOCHS}, threads: 1, checkpoint });
  run.onTick(() => undefined);
  const used = [];
  for await (const { epoch } of run) {
    if (epoch % ${EVERY} !== 0) continue;
    globalThis.gc();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    used.push(heapUsed + arrayBuffers);
  }
  await run.result;
  const least = (from, to) => Math.min(...used.slice(from * used.length, to * used.length));
  console.log(least(0.8, 1) - least(0, 0.2));
`;

const built = requires(existsSync(join(root, "dist", "digits.js")), "the built library: npm run build");

built.suite("a thousand epochs on the digits", () => {
  test.each<[string, TrainOptions]>([
    ["in a worker, with the mean of the parameters and the best of them", { hidden: [8], average: 0.9, keep: "best" }],
    ["in this thread, on the portable engine", { hidden: [4], engine: "portable", batchSize: 128 }],
  ])("leave nothing in memory but their records: %s", async (_title, options) => {
    const { code, stdout, stderr } = await runNode(["--expose-gc", "--input-type=module", "--eval", program(options)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const growth = Number(stdout);
    // A copy of the parameters of an epoch would be 2 KB alone.
    expect({ growth, flat: growth < RECORD * EPOCHS }).toMatchObject({ flat: true });
    expect(growth).toBeGreaterThan(-1e6);
  });
});
