// Training speed of 784-16-16-10 (sigmoid, squared error, batches of 32): npm run bench [-- --data <IDX folder>] [--json]
// Median of seven epochs after one that warms up. Without a folder the rows are made: 784 bytes, one in five not 0, as in MNIST.
import { parseArgs } from "node:util";
import { createDataset, split, train } from "chainrule";
import { readIdxFolder } from "chainrule/node";

const { values } = parseArgs({ options: { data: { type: "string" }, json: { type: "boolean", default: false } } });
const EPOCHS = 7;

function madeRows(rows) {
  let state = 1;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  const pixels = Uint8Array.from({ length: rows * 784 }, () => ((next() >>> 8) % 5 === 0 ? next() >>> 24 : 0));
  const labels = Array.from({ length: rows }, () => (next() >>> 8) % 10);
  return createDataset({ inputs: { values: pixels, shape: [rows, 784] }, labels, image: { height: 28, width: 28, maximum: 255 } });
}

const dataset = values.data === undefined ? madeRows(20_000) : await readIdxFolder(values.data);
const test = dataset.testFrom === undefined ? 0.1 : 0;
const rows = split(dataset, { test }).train.length;
const speeds = [];
for (let epoch = 0; epoch <= EPOCHS; epoch++) {
  const { samplesPerSecond } = await train(dataset, { recipe: "equations", epochs: 1, validation: 0, test, seed: epoch }).result;
  if (epoch > 0) speeds.push(samplesPerSecond);
}
speeds.sort((a, b) => a - b);
const median = Math.round(speeds[(EPOCHS - 1) / 2]);
if (values.json)
  console.log(JSON.stringify({ peer: "chainrule", engine: "portable", threads: 1, workload: "seed", samplesPerSecond: median }));
else
  console.log(
    `784-16-16-10 on ${rows} rows, portable engine, 1 thread: ${median.toLocaleString("en-US")} samples/s (median of ${EPOCHS} epochs)`,
  );
