// node scripts/explorer-demo.mjs: trains the network that the explorer opens with, the one of the equations on the embedded digits. The same
// bits on every machine, so that what it writes is in the repository.
import { writeFileSync } from "node:fs";
import { train } from "chainrule";
import { digits } from "chainrule/digits";
import { encodeModel } from "chainrule/formats";
import { inRoot } from "./lib/root.mjs";

const { model, test } = await train(digits(), {
  hidden: [16, 16],
  activation: "sigmoid",
  outputActivation: "sigmoid",
  cost: "squared-error",
  optimizer: { kind: "adam", learningRate: 0.01 },
  schedule: { kind: "cosine" },
  l2: 0.0001,
  epochs: 100,
  batchSize: 32,
  seed: 1,
}).result;
writeFileSync(inRoot("explorer", "public", "digits-64-16-16-10.safetensors"), encodeModel(model));
console.log(`digits-64-16-16-10.safetensors: test accuracy ${(100 * test.accuracy).toFixed(2)} %, ${model.parametersHash}`);
