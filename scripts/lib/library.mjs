import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "./root.mjs";

const OUTPUTS = inRoot("dist");
const source = (file) => inRoot("src", file);

/** What package.json exports, by the names of its files in dist/. Parts that several entries share become files of their own. */
const ENTRIES = {
  index: source("index.ts"),
  predict: source("predict.ts"),
  explain: source("explain.ts"),
  reference: source("reference.ts"),
  digits: source("digits.ts"),
  iris: source("iris.ts"),
  "node/node": source("node/node.ts"),
};

/** Source names a file by its later ending, and node/ names the library by its package. */
const resolve = { extensionAlias: { ".js": [".ts", ".js"] }, alias: { chainrule: source("index.ts") } };

/**
 * Bundles the library: few files are found and read faster than a hundred, and a page needs no bundler. Beside the entries
 * stands all of `chainrule` in one small file, dist/chainrule.min.js.
 */
export async function bundleLibrary() {
  // Not imported above: this file is loaded before packages are installed.
  const { rolldown } = await import("rolldown");
  removeBundles();
  const entries = await rolldown({ input: ENTRIES, resolve, external: /^node:/ });
  await entries.write({ dir: OUTPUTS, format: "esm", entryFileNames: "[name].js", chunkFileNames: "shared/[name].js", minify: false });
  await entries.close();
  const whole = await rolldown({ input: source("index.ts"), resolve });
  await whole.write({
    dir: OUTPUTS,
    format: "esm",
    minify: true,
    entryFileNames: "chainrule.min.js",
    // What is loaded only where it is asked for: the kernels of relaxed SIMD.
    chunkFileNames: "chainrule-[name].min.js",
  });
  await whole.close();
}

/** So that no file of yesterday is shipped. */
function removeBundles() {
  rmSync(join(OUTPUTS, "shared"), { recursive: true, force: true });
  for (const file of readdirSync(OUTPUTS, { recursive: true })) if (file.endsWith(".js")) rmSync(join(OUTPUTS, file));
}
