import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { oneFile } from "./one-file.mjs";
import { createReach } from "./reach.mjs";
import { inRoot } from "./root.mjs";

const OUTPUTS = inRoot("dist");
const source = (file) => inRoot("src", file);

/** What package.json exports, by the names of its files in dist/. Parts that several entries share become files of their own. */
const ENTRIES = {
  index: source("index.ts"),
  predict: source("predict.ts"),
  explain: source("explain.ts"),
  diagnose: source("diagnose.ts"),
  reference: source("reference.ts"),
  tables: source("tables.ts"),
  formats: source("formats.ts"),
  export: source("export.ts"),
  report: source("report.ts"),
  digits: source("digits.ts"),
  iris: source("iris.ts"),
  "node/node": source("node/node.ts"),
};

/** Where what is reached by some and not by others is told apart: train is what a page needs before a run starts. */
const MARKS = { train: source("training/train.ts"), predict: ENTRIES.predict, explain: ENTRIES.explain, reference: ENTRIES.reference };

/**
 * What `chainrule` loads, in few files, since each takes time to be found and read; divided so that a bundler, which takes a file as a whole, leaves
 * away what the page does not need, and for later what no run needs before it starts.
 */
function createDivision() {
  const { plugin, reached } = createReach({ index: ENTRIES.index, ...MARKS });
  return {
    plugin,
    groups: [
      { name: "kernels", priority: 1, test: /engine.binaries|kernels.wasm.(generated.plain|unpack)/ },
      {
        debugName: "by reach",
        name: (id) => ["shared", ...Object.keys(MARKS).filter((name) => reached[name].has(id))].join("-"),
        test: (id) => reached.index.has(id) && id !== ENTRIES.index,
      },
    ],
  };
}

/** Source names a file by its later ending, and node/ names the library by its package. */
const alias = { "chainrule/formats": source("formats.ts"), chainrule: source("index.ts") };
const resolve = { extensionAlias: { ".js": [".ts", ".js"] }, alias };

/**
 * Bundles the library: few files are found and read faster than a hundred, and a page needs no bundler. Beside the entries
 * stands all of `chainrule` in one small file, dist/chainrule.min.js.
 */
export async function bundleLibrary() {
  // Not imported above: this file is loaded before packages are installed.
  const { rolldown } = await import("rolldown");
  const { plugin, groups } = createDivision();
  const entries = await rolldown({
    input: ENTRIES,
    plugins: [plugin],
    preserveEntrySignatures: "allow-extension",
    resolve,
    external: /^node:/,
  });
  const { output } = await entries.generate({
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "shared/[name].js",
    codeSplitting: { includeDependenciesRecursively: false, groups },
  });
  await entries.close();
  const files = new Map([...output, ...(await oneFile(resolve))].map(({ fileName, code }) => [normalize(fileName), code]));
  for (const [file, code] of files) writeIfOther(join(OUTPUTS, file), code);
  // So that no file of yesterday is shipped.
  for (const file of readdirSync(OUTPUTS, { recursive: true })) if (file.endsWith(".js") && !files.has(file)) rmSync(join(OUTPUTS, file));
}

function writeIfOther(path, text) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
