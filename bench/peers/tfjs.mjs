// TensorFlow.js on its WebAssembly backend. fit() shuffles and gathers the rows itself.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { classes, inputs, job, readRows, say, timeEpochs } from "./job.mjs";

// What it has to say about faster packages belongs to no measurement.
console.warn = () => undefined;
setWasmPaths(`${dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"))}/`);
await tf.setBackend("wasm");
await tf.ready();

const { workload, rows } = job;
const model = tf.sequential();
workload.layers.slice(1).forEach((units, index) => {
  const activation = index === workload.layers.length - 2 ? workload.output : workload.hidden;
  model.add(tf.layers.dense({ units, activation, ...(index === 0 ? { inputShape: [inputs] } : {}) }));
});
model.compile({
  optimizer: workload.optimizer === "adam" ? tf.train.adam() : tf.train.sgd(0.1),
  loss: workload.cost === "cross-entropy" ? "categoricalCrossentropy" : "meanSquaredError",
});
const { x, y } = readRows();
const [X, Y] = [tf.tensor2d(x, [rows, inputs]), tf.tensor2d(y, [rows, classes])];

say({ threads: 1 });
await timeEpochs(() => model.fit(X, Y, { batchSize: workload.batch, epochs: 1, verbose: 0, yieldEvery: "never" }));
