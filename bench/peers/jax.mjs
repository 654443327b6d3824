// jax-js on its WebAssembly backend, which has no threads in Node. Plain gradient descent in every workload, since its package
// has no Adam: that is less work.
import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { classes, inputs, job, readRows, say, timeEpochs } from "./job.mjs";

await init();
defaultDevice("wasm");

const { workload, rows } = job;
const widths = workload.layers;
const last = widths.length - 2;
// A batch of another size would be another program to compile, so that rows are a multiple of the batch.
const batch = Math.min(workload.batch, rows);
const activations = { sigmoid: nn.sigmoid, relu: nn.relu, tanh: np.tanh };

let parameters = {};
for (let layer = 0; layer <= last; layer++) {
  const [from, to] = [widths[layer], widths[layer + 1]];
  const weights = new Float32Array(from * to).map(() => (2 * Math.random() - 1) / Math.sqrt(from));
  parameters[`w${layer}`] = np.array(weights).reshape([from, to]);
  parameters[`b${layer}`] = np.zeros([to]);
}

function forward(p, x) {
  let a = x;
  for (let layer = 0; layer <= last; layer++) {
    const z = np.dot(a, p[`w${layer}`]).add(p[`b${layer}`]);
    if (layer < last) a = activations[workload.hidden](z);
    else a = workload.output === "softmax" ? nn.logSoftmax(z) : activations[workload.output](z);
  }
  return a;
}

function cost(p, x, y) {
  const out = forward(p, x);
  if (workload.cost === "cross-entropy")
    return out
      .mul(y)
      .sum()
      .mul(-1 / batch);
  return np
    .square(out.sub(y))
    .sum()
    .mul(1 / batch);
}

const step = jit((p, x, y) => {
  const [value, gradient] = valueAndGrad(cost)(tree.ref(p), x, y);
  const next = Object.fromEntries(Object.keys(p).map((name) => [name, p[name].sub(gradient[name].mul(0.1))]));
  return [next, value];
});

const { x, y } = readRows();
const order = Uint32Array.from({ length: rows }, (_, row) => row);

async function epoch() {
  shuffle(order);
  let value;
  for (let start = 0; start + batch <= rows; start += batch) {
    const chosen = order.subarray(start, start + batch);
    const [next, newest] = step(parameters, gather(x, inputs, chosen), gather(y, classes, chosen));
    parameters = next;
    value?.dispose();
    value = newest;
    if ((start / batch) % 50 === 0) await blockUntilReady(value.ref);
  }
  await value.jsAsync();
}

function gather(values, width, chosen) {
  const rowsOfBatch = new Float32Array(batch * width);
  chosen.forEach((row, index) => rowsOfBatch.set(values.subarray(row * width, (row + 1) * width), index * width));
  return np.array(rowsOfBatch).reshape([batch, width]);
}

function shuffle(values) {
  for (let index = values.length - 1; index > 0; index--) {
    const other = Math.floor(Math.random() * (index + 1));
    [values[index], values[other]] = [values[other], values[index]];
  }
}

say({ threads: 1 });
await timeEpochs(epoch);
// Its device keeps the process alive.
process.exit(0);
