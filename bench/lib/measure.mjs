// Measures the library wherever it runs: bench/chainrule.mjs in Node and bench/page in a browser give it the same job.

/**
 * Trains one workload for an epoch that warms up and `epochs` that count.
 *
 * @param library what `chainrule` exports
 * @param job `workload`, `rows`, `pixels` (bytes a row in `images`), `epochs`, and `options`: those of train() that were asked for
 * @param images bytes, (rows, pixels)
 * @param labels one byte a row
 */
export async function measure({ train, createDataset, sgd, adam }, job, images, labels) {
  const { workload, rows, epochs, options } = job;
  const [inputs, ...widths] = workload.layers;
  const classes = widths.at(-1);
  const dataset = createDataset({
    inputs: { values: firstColumns(images, rows, job.pixels, inputs), shape: [rows, inputs] },
    labels: Array.from(labels.subarray(0, rows), (label) => label % classes),
    classes: Array.from({ length: classes }, (_, index) => index),
    // Bytes become 0..1, and 0 stays 0.
    image: { height: 1, width: inputs, maximum: 255 },
  });
  const settings = {
    network: {
      inputs,
      layers: widths.map((units, index) => ({ units, activation: index === widths.length - 1 ? workload.output : workload.hidden })),
      cost: workload.cost,
    },
    optimizer: workload.optimizer === "adam" ? adam() : sgd({ learningRate: 0.1, momentum: 0, nesterov: false }),
    batchSize: workload.batch,
    // Every row is a training row.
    test: 0,
    validation: 0,
    ...options,
  };
  const run = train(dataset, { ...settings, epochs: epochs + 1, seed: 1 });
  const arrivals = [];
  for await (const { epoch } of run) arrivals.push({ epoch, at: performance.now() });
  const { engine, threads, reproducible, note } = await run.result;
  return { speeds: speedsOf(arrivals, rows), engine, threads, reproducible, note };
}

/** Milliseconds; records that came from a worker in one message are closer together. */
const TOGETHER = 0.5;

/**
 * Rows a second from one record to the next: the order of the rows is drawn within. The first epoch warms up.
 *
 * @param arrivals `epoch` (from 1) and `at` (milliseconds) of each record
 */
export function speedsOf(arrivals, rows) {
  const apart = arrivals.filter(({ at }, index) => index === 0 || at - arrivals[index - 1].at > TOGETHER);
  const last = arrivals.at(-1);
  return apart.slice(1).map(({ at }, index) => {
    const from = apart[index];
    // Of several that came together all are done by then.
    const until = apart[index + 2]?.epoch ?? last.epoch + 1;
    return (1000 * rows * (until - apart[index + 1].epoch)) / (at - from.at);
  });
}

/** The first columns of each row of bytes. */
function firstColumns(bytes, rows, width, columns) {
  if (columns === width) return bytes.subarray(0, rows * width);
  const first = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) first.set(bytes.subarray(row * width, row * width + columns), row * columns);
  return first;
}
