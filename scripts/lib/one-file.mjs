import { readFileSync } from "node:fs";
import { normalize, relative } from "node:path";
import { createReach } from "./reach.mjs";
import { inRoot } from "./root.mjs";
import { start, START } from "./worker.mjs";

const SOURCES = inRoot("src");
const ENTRY = inRoot("src", "index.ts");
const KERNELS = inRoot("src", "kernels", "wasm", "generated", "plain.ts");
const SOURCE = inRoot("src", "training", "worker", "generated", "source.ts");
const RUN_PARTS = inRoot("src", "training", "run-parts.ts");
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
  /** A worker has all that a run needs, so it is in the file, and is imported like the rest. */
  transform(code, id) {
    if (normalize(id) !== RUN_PARTS) return undefined;
    const imports = [];
    const text = code.replace(/\(await import\(("[^"]+")\)\)\.(\w+)/g, (_, from, name) => {
      imports.push(`import { ${name} as part${imports.length} } from ${from};`);
      return `part${imports.length - 1}`;
    });
    return [...imports, text].join("\n");
  },
};

/** What stands beside it, by the paths of its sources: each file is loaded where a call asks for it, that of formats where a page imports it. */
const BESIDE = [
  ["formats", /^(formats|data.idx)/],
  ["relaxed", /^kernels.wasm.generated.relaxed/],
  ["engines", /^(kernels|engine|reference)/],
  ["checkpoints", /^(training.checkpoint|base.crc32c)/],
  ["find-rate", /^training.(find-rate|rate-curve)/],
  ["streamed-table", /^table.(store-table|fit-spilled|spilled-leaks)/],
  ["tables", /^(table|training)/],
];

/** Divides the library into the one file, which has all that is imported from the start, and the files beside it. */
function createDivision() {
  const { plugin, reached } = createReach({ first: WHOLE });
  return {
    plugin,
    groups: [
      { name: "chainrule", priority: BESIDE.length, test: (id) => reached.first.has(id) },
      ...BESIDE.map(([name, pattern], index) => ({
        name,
        priority: BESIDE.length - 1 - index,
        test: (id) => !reached.first.has(id) && pattern.test(relative(SOURCES, id)),
      })),
    ],
  };
}

/** The files of it, by name. */
export async function oneFile(resolve) {
  // Not imported above: this file is loaded before packages are installed.
  const [{ rolldown }, { parseAst }] = await Promise.all([import("rolldown"), import("rolldown/parseAst")]);
  const { plugin, groups } = createDivision();
  const bundle = await rolldown({
    input: { chainrule: WHOLE, formats: inRoot("src", "formats.ts") },
    plugins: [start("packedKernels === undefined"), asOneFunction, plugin],
    preserveEntrySignatures: "allow-extension",
    resolve,
  });
  const { output } = await bundle.generate({
    format: "esm",
    minify: true,
    entryFileNames: ({ name }) => (name === "chainrule" ? "chainrule.min.js" : `chainrule-${name}.min.js`),
    chunkFileNames: "chainrule-[name].min.js",
    codeSplitting: { includeDependenciesRecursively: false, groups },
  });
  await bundle.close();
  const { fileName, code } = output.find(({ name, isEntry }) => isEntry && name === "chainrule");
  const others = output.filter((file) => file.fileName !== fileName);
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
  return [{ fileName, code: `export const[${names.map(({ name }) => name)}]=${called};\n` }, ...withOwnHelper(others)];
}

/** The bundler's helper of some hundred bytes, written into each file that imports it: no page has to load it as a file of its own. */
function withOwnHelper(files) {
  const helper = files.find(({ fileName }) => fileName.includes("runtime"));
  if (helper === undefined) return files;
  const [, body, local] = /^(.*)export\{(\w+)(?: as \w+)?\};\s*$/s.exec(helper.code);
  const written = (code) =>
    code.replace(/import\{\w+ as (\w+)\}from"([^"]+)";/g, (all, name, from) =>
      from === `./${helper.fileName}` ? `const ${name}=(()=>{${body}return ${local}})();` : all,
    );
  return files.filter((file) => file !== helper).map(({ fileName, code }) => ({ fileName, code: written(code) }));
}
