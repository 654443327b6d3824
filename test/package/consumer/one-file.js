// Trains with the module at the address that is given, and prints what ran and what came of it.
const [, , address, formats] = process.argv;
const { createDataset, predictAllInWorkers, sgd, train } = await import(address);

const inputs = Array.from({ length: 120 }, (_, row) => Array.from({ length: 5 }, (_, column) => Math.sin(row * (column + 1))));
const dataset = createDataset({ inputs, labels: inputs.map(([, second]) => (second > 0 ? "above" : "below")) });
const options = { hidden: [8], epochs: 10, seed: 3 };

const runs = [];
for (const more of [{ engine: "portable" }, { threads: 1 }, { threads: 2 }]) {
  const { engine, threads, note, model } = await train(dataset, { ...options, ...more }).result;
  const predicted = (await predictAllInWorkers(model, dataset, { threads: threads ?? 1 })).length;
  runs.push({ engine, threads, note, hash: model.parametersHash, predicted });
}
// What goes wrong in a worker comes to whoever waits.
const wild = { ...options, threads: 1, optimizer: sgd({ learningRate: 1e38 }) };
const code = await train(dataset, wild).result.then(
  () => "none",
  (error) => error.code,
);
// Entries beside it work on what it makes.
const { encodeModel, decodeModel } = await import(formats);
const { model } = await train(dataset, options).result;
const read = decodeModel(encodeModel(model)).parametersHash === model.parametersHash;
console.log(JSON.stringify({ runs, code, read }));
