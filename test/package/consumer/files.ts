// A user's program that saves and loads a model; without the types of Node, which the library's own do not need.
import { predict, train } from "chainrule";
import { iris } from "chainrule/iris";
import { loadModel, saveModel } from "chainrule/node";

declare const console: { log(text: string): void };

const { model } = await train(iris(), { epochs: 5 }).result;
await saveModel("model.safetensors", model);
const loaded = await loadModel("model.safetensors");
const prediction = predict(loaded, [5.1, 3.5, 1.4, 0.2]);
console.log(JSON.stringify({ kind: prediction.kind, same: loaded.parametersHash === model.parametersHash }));
