import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inRoot } from "./root.mjs";

const WORKER = inRoot("src", "training", "worker", "worker.ts");
const OUTPUT = inRoot("src", "training", "worker", "generated", "source.ts");

/** A module that makes the thread that it is loaded in a worker, under a condition. */
export const START = "start-worker";
export const start = (condition) => ({
  name: START,
  resolveId: (id) => (id === START ? { id, moduleSideEffects: true } : undefined),
  load: (id) => (id === START ? `import { serve } from ${JSON.stringify(WORKER)}; if (${condition}) serve();` : undefined),
});

/** The kernels come to a worker in its first message, so that the library holds them once. */
const withoutKernels = {
  name: "without-kernels",
  load: (id) => (/generated[/\\](plain|relaxed)\.ts$/.test(id) ? 'export default "";' : undefined),
};

/**
 * Bundles what runs inside a worker into one text, which the library starts workers from: it needs no file beside it and no
 * bundler that knows workers. Writes only what has changed.
 */
export async function buildWorker() {
  // Not imported above: this file is loaded before packages are installed.
  const { rolldown } = await import("rolldown");
  const plugins = [start("true"), withoutKernels];
  const bundle = await rolldown({ input: START, plugins, resolve: { extensionAlias: { ".js": [".ts", ".js"] } } });
  const { output } = await bundle.generate({ format: "iife", minify: true });
  await bundle.close();
  const content = `// src/training/worker/worker.ts bundled by scripts/lib/worker.mjs.\nexport default ${JSON.stringify(output[0].code)};\n`;
  mkdirSync(dirname(OUTPUT), { recursive: true });
  if (!existsSync(OUTPUT) || readFileSync(OUTPUT, "utf8") !== content) writeFileSync(OUTPUT, content);
}
