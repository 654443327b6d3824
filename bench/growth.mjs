// How the time of a row grows with the data, the width, the depth and the batch: node bench/growth.mjs
import { createDataset, sgd, train } from "chainrule";

/** What is varied, from 64-64-64-10 with 4,096 rows in batches of 32 on one thread. */
const BASE = { rows: 4096, inputs: 64, width: 64, depth: 2, batchSize: 32 };
const VARIED = {
  rows: [1024, 4096, 16_384, 65_536],
  inputs: [16, 64, 256, 1024],
  width: [16, 32, 64, 128, 256, 512],
  depth: [1, 2, 4, 8],
  batchSize: [1, 4, 16, 32, 64, 256],
};
/** Products and sums that a measured run does at least: a few tenths of a second. */
const WORK = 4e9;

/** Microseconds a row and the best of three runs. */
async function measure({ rows, inputs, width, depth, batchSize }) {
  const values = new Float32Array(rows * inputs).map((_, i) => ((i * 7919) % 1000) / 1000 + 0.001);
  const labels = Array.from({ length: rows }, (_, row) => row % 10);
  const dataset = createDataset({ inputs: { values, shape: [rows, inputs] }, labels });
  const weights = inputs * width + (depth - 1) * width * width + width * 10;
  const epochs = Math.max(2, Math.ceil(WORK / (6 * weights * rows)));
  const options = { hidden: new Array(depth).fill(width), activation: "relu", batchSize, epochs, test: 0, validation: 0, threads: 1 };
  let best = 0;
  for (let run = 0; run < 3; run++) {
    const { samplesPerSecond } = await train(dataset, { ...options, optimizer: sgd({ learningRate: 1e-3, momentum: 0 }), seed: 1 }).result;
    best = Math.max(best, samplesPerSecond);
  }
  return { microseconds: 1e6 / best, gigaflops: (6 * weights - 2 * inputs * width) * best * 1e-9 };
}

for (const [what, list] of Object.entries(VARIED)) {
  console.log(`\n| ${what.padEnd(9)} | microseconds a row | GFLOP/s |`);
  console.log("| --------- | ------------------ | ------- |");
  for (const value of list) {
    const { microseconds, gigaflops } = await measure({ ...BASE, [what]: value });
    console.log(`| ${String(value).padEnd(9)} | ${microseconds.toFixed(3).padEnd(18)} | ${gigaflops.toFixed(1).padEnd(7)} |`);
  }
}
