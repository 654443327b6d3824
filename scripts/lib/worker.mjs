import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inRoot } from "./root.mjs";

const ENTRY = inRoot("src", "training", "worker", "worker.ts");
const OUTPUT = inRoot("src", "training", "worker", "generated", "source.ts");

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
  const bundle = await rolldown({ input: ENTRY, plugins: [withoutKernels], resolve: { extensionAlias: { ".js": [".ts", ".js"] } } });
  const { output } = await bundle.generate({ format: "iife", minify: true });
  await bundle.close();
  const content = `// src/training/worker/worker.ts bundled by scripts/lib/worker.mjs.\nexport default ${JSON.stringify(output[0].code)};\n`;
  mkdirSync(dirname(OUTPUT), { recursive: true });
  if (!existsSync(OUTPUT) || readFileSync(OUTPUT, "utf8") !== content) writeFileSync(OUTPUT, content);
}
