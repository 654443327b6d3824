import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildExplorer } from "./explorer.mjs";
import { buildKernels } from "./kernels.mjs";
import { bundleLibrary } from "./library.mjs";
import { buildWorker } from "./worker.mjs";
import { inRoot, root } from "./root.mjs";
import { runNode, secondsSince } from "./run.mjs";

/** Where the compiler writes what, and the endings of what it makes of every source: only declarations where files are bundled. */
const FOLDERS = [
  { from: inRoot("src"), to: inRoot("dist"), endings: [".d.ts"] },
  { from: inRoot("cli", "src"), to: inRoot("cli", "dist"), endings: [".js", ".d.ts"] },
];

/** Compiles what has changed, and bundles it. Returns true where it worked; the compiler has said what is wrong otherwise. */
export async function build() {
  const start = performance.now();
  if (!(await buildKernels())) return false;
  await buildWorker();
  let missing = false;
  for (const { from, to, endings } of FOLDERS) {
    removeStale(from, to, endings);
    missing ||= sourcesOf(from).some((source) => !existsSync(join(to, source.replace(/\.ts$/, endings[0]))));
  }
  // The compiler trusts its own records and does not see that an output was deleted by hand.
  const recorded = existsSync(inRoot("dist", "library.tsbuildinfo"));
  const args = [inRoot("node_modules", "typescript", "bin", "tsc"), "-b", root, ...(missing && recorded ? ["--force"] : [])];
  const { code } = await runNode(args);
  if (code === 0) {
    await bundleLibrary();
    await buildExplorer();
  }
  console.log(code === 0 ? `build: ready in ${secondsSince(start)}` : "build: failed; the compiler's messages are above");
  return code === 0;
}

/** Deletes what was compiled of a source that is gone, so that no test passes and no package ships thanks to a file of yesterday. */
function removeStale(from, to, endings) {
  for (const output of filesOf(to)) {
    const ending = endings.find((candidate) => output.endsWith(candidate));
    if (ending !== undefined && !existsSync(join(from, `${output.slice(0, -ending.length)}.ts`))) rmSync(join(to, output));
  }
}

const sourcesOf = (folder) => filesOf(folder).filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"));

function filesOf(folder) {
  return existsSync(folder) ? readdirSync(folder, { recursive: true }) : [];
}
