// node scripts/explorer-mnist.mjs: trains the network of 28 x 28 pixels that the explorer offers, on MNIST, whose images are not in the repository
// (IDX files in ../shared/data/mnist). The same bits on every machine, so that what it writes is. Images are shifted, turned and slanted a
// little while training, so that it knows drawn digits too.
import { existsSync, writeFileSync } from "node:fs";
import { train } from "chainrule";
import { encodeModel } from "chainrule/formats";
import { readIdxFolder } from "chainrule/node";
import { inRoot } from "./lib/root.mjs";

const folder = inRoot("..", "shared", "data", "mnist");
const file = "mnist-784-16-16-10.safetensors";
if (existsSync(folder)) {
  const { model, test } = await train(await readIdxFolder(folder), {
    hidden: [16, 16],
    activation: "relu",
    outputActivation: "softmax",
    cost: "cross-entropy",
    initialisation: "he",
    optimizer: { kind: "adam", learningRate: 0.004 },
    schedule: { kind: "cosine" },
    augment: { shift: 1, rotation: 10, scale: 0.1, shear: 8 },
    epochs: 80,
    batchSize: 64,
    seed: 1,
    validation: 0,
  }).result;
  writeFileSync(inRoot("explorer", "public", file), encodeModel(model));
  console.log(`${file}: test accuracy ${(100 * test.accuracy).toFixed(2)} %, ${model.parametersHash}`);
} else {
  console.log(`${folder} is not there: ${file} stays as it is.`);
}
