// Node without what edge runtimes lack: workers and the way from bytes to WebAssembly. The first argument says whether there is
// none of it ("none"), or one that refuses to compile ("refused"); the second names a file with a model.
import { readFileSync } from "node:fs";
import { argv } from "node:process";

const [, , webAssembly, path] = argv;
const bytes = new Uint8Array(readFileSync(path));
const print = (value) => console.log(JSON.stringify(value));

const missing = ["process", "setImmediate", "MessageChannel", "SharedArrayBuffer", "Worker", "navigator"];
if (webAssembly === "none") missing.push("WebAssembly");
else Object.assign(WebAssembly, { Module: refuse, compile: refuse, instantiate: refuse });
for (const name of missing) Reflect.deleteProperty(globalThis, name);

function refuse() {
  throw new WebAssembly.CompileError("Wasm code generation disallowed by embedder");
}

const { capabilities, train } = await import("chainrule");
const { iris } = await import("chainrule/iris");
const { decodeModel, predictor } = await import("chainrule/predict");

const { engine, note, model } = await train(iris(), { epochs: 15, seed: 2 }).result;
const refused = await codeOf(() => train(iris(), { engine: "wasm" }).result);
print({
  engine,
  note,
  hash: model.parametersHash,
  refused,
  capabilities: await capabilities(),
  label: predictor(decodeModel(bytes))([5.1, 3.5, 1.4, 0.2]),
});

async function codeOf(run) {
  try {
    await run();
    return "none";
  } catch ({ code }) {
    return code;
  }
}
