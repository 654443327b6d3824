import { readFileSync } from "node:fs";
import { normalize } from "node:path";
import { inRoot } from "./root.mjs";
import { start, START } from "./worker.mjs";

const ENTRY = inRoot("src", "index.ts");
const KERNELS = inRoot("src", "kernels", "wasm", "generated", "plain.ts");
const SOURCE = inRoot("src", "training", "worker", "generated", "source.ts");
const WHOLE = "whole-library";

/**
 * All of `chainrule` as one function, so that the file holds nothing twice: a worker is started from the beginning of that
 * function's own text, which has all that a worker needs. The function is called with the kernels' text (a worker is called
 * without, and is sent their bytes), with the length of that beginning, and with that of all its text. Where the length is
 * another one, a tool has written the text anew, and the worker is started from all of it.
 *
 * Only in this file, which is loaded as it is: a bundler may put parts of a function elsewhere.
 */
const asOneFunction = {
  name: "one-function",
  resolveId: (id) => (id === WHOLE ? id : undefined),
  load(id) {
    // The order of the imports is the order of the text.
    if (id === WHOLE) return `import ${JSON.stringify(START)}; export * from ${JSON.stringify(ENTRY)};`;
    if (normalize(id) === KERNELS) return "export default packedKernels;";
    if (normalize(id) === SOURCE)
      return "const text = String(library); export default `(${text.length === length ? text.slice(0, begin) + '}' : text})()`;";
    return undefined;
  },
};

/** The files of it, by name: beside it stands what is loaded only where it is asked for, the kernels of relaxed SIMD. */
export async function oneFile(resolve) {
  // Not imported above: this file is loaded before packages are installed.
  const [{ rolldown }, { parseAst }] = await Promise.all([import("rolldown"), import("rolldown/parseAst")]);
  const bundle = await rolldown({ input: WHOLE, plugins: [start("packedKernels === undefined"), asOneFunction], resolve });
  const { output } = await bundle.generate({
    format: "esm",
    minify: true,
    entryFileNames: "chainrule.min.js",
    chunkFileNames: "chainrule-[name].min.js",
  });
  await bundle.close();
  const [{ fileName, code }, ...others] = output;
  const { body } = parseAst(code);
  const exported = body.at(-1);
  const names = exported.specifiers.map(({ local, exported: { name } }) => ({ name, local: local.name }));
  // The last statement that a worker needs is the one that makes it a worker.
  const serves = body.find(({ start: from, end }) => code.slice(from, end).includes("packedKernels===void 0"));
  const head = 'function library(packedKernels,begin,length){"use strict";';
  const text = `${head}${code.slice(0, exported.start)}return[${names.map(({ local }) => local)}]}`;
  const [kernels] = /".*"/.exec(readFileSync(KERNELS, "utf8"));
  // Called where it stands, so that engines compile it at once and do not read it twice.
  const called = `(${text})(${kernels},${head.length + serves.end},${text.length})`;
  return [{ fileName, code: `export const[${names.map(({ name }) => name)}]=${called};\n` }, ...others];
}
