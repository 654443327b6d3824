// brain.js 1.6.1: one row at a time and in order, sigmoid in every layer.
import brain from "brain.js";
import { classes, inputs, job, readRows, say } from "./job.mjs";

const { workload, rows, epochs } = job;
const { x, y } = readRows();
const data = Array.from({ length: rows }, (_, row) => ({
  input: Array.from(x.subarray(row * inputs, (row + 1) * inputs)),
  output: Array.from(y.subarray(row * classes, (row + 1) * classes)),
}));
const net = new brain.NeuralNetwork({ hiddenLayers: workload.layers.slice(1, -1), activation: "sigmoid" });

say({ threads: 1 });
let start = performance.now();
net.train(data, {
  iterations: epochs + 1,
  errorThresh: 1e-9,
  callbackPeriod: 1,
  callback: ({ iterations }) => {
    const end = performance.now();
    // The first one warms up.
    if (iterations > 1) say({ samplesPerSecond: (1000 * rows) / (end - start) });
    start = end;
  },
});
