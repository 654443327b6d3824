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
/** Epochs after which memory is looked at: not those of a checkpoint, which is on its way for a moment. */
const FROM = 210;
const TO = 990;
/** What each epoch may leave behind, in bytes: its record in the history, about 300, and that record in two kept checkpoints. */
const RECORD = 700;

const program = (options: TrainOptions): string => `
  import { memoryCheckpoints, train } from ${JSON.stringify(pathToFileURL(join(root, "dist", "index.js")).href)};
  import { digits } from ${JSON.stringify(pathToFileURL(join(root, "dist", "digits.js")).href)};
  const checkpoint = { store: memoryCheckpoints(), everyEpochs: 50 };
  const run = train(digits(), { ...${JSON.stringify(options)}, epochs: ${EPOCHS}, threads: 1, checkpoint });
  run.onTick(() => undefined);
  const used = {};
  for await (const { epoch } of run) {
    if (epoch !== ${FROM} && epoch !== ${TO}) continue;
    // What is on its way between threads has arrived.
    await new Promise((resolve) => setTimeout(resolve, 50));
    globalThis.gc();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    used[epoch] = heapUsed + arrayBuffers;
  }
  await run.result;
  console.log(JSON.stringify(used[${TO}] - used[${FROM}]));
`;

const built = requires(existsSync(join(root, "dist", "digits.js")), "the built library: npm run build");

built.suite("a thousand epochs on the digits", () => {
  test.each<[string, TrainOptions]>([
    ["in a worker, with the mean of the parameters and the best of them", { hidden: [8], average: 0.9, keep: "best" }],
    ["in this thread, on the portable engine", { hidden: [2], engine: "portable", batchSize: 128 }],
  ])("leave nothing in memory but their records: %s", async (_title, options) => {
    const { code, stdout, stderr } = await runNode(["--expose-gc", "--input-type=module", "--eval", program(options)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const growth = Number(stdout);
    // A copy of the parameters of an epoch would be 2 KB alone.
    expect({ growth, flat: growth < RECORD * (TO - FROM) }).toMatchObject({ flat: true });
    expect(growth).toBeGreaterThan(-1e6);
  });
});
