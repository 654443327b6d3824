// What every peer in JavaScript needs: the job that bench/lib/child.mjs hands over, its rows, and how an epoch is reported.
import { readFileSync } from "node:fs";

export const job = JSON.parse(process.argv[2]);

const { workload, rows, pixels, epochs } = job;
export const inputs = workload.layers[0];
export const classes = workload.layers.at(-1);

/** x: (rows, inputs), 0..1; y: (rows, classes), 1 for the class of a row. */
export function readRows() {
  const images = readFileSync(job.images);
  const labels = readFileSync(job.labels);
  const x = new Float32Array(rows * inputs);
  const y = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < inputs; k++) x[row * inputs + k] = images[row * pixels + k] / 255;
    y[row * classes + (labels[row] % classes)] = 1;
  }
  return { x, y };
}

export function say(line) {
  console.log(JSON.stringify(line));
}

/** Runs an epoch that warms up, then those that count. */
export async function timeEpochs(epoch) {
  for (let index = 0; index <= epochs; index++) {
    const start = performance.now();
    await epoch();
    const seconds = (performance.now() - start) / 1000;
    if (index > 0) say({ samplesPerSecond: rows / seconds });
  }
}
