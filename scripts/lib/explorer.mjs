import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "./root.mjs";
import { secondsSince } from "./run.mjs";

const FOLDER = inRoot("explorer");
const OUTPUT = join(FOLDER, "dist");
const STAMP = join(OUTPUT, ".stamp");
/** A copy goes with the command line, whose `explore` serves it. */
const SERVED = inRoot("cli", "explorer");
/** What it is made of: its own files, and the entries of the library with the chunks that they share. */
const SOURCES = ["index.html", "package.json", "vite.config.js", "chunks.js", "tsconfig.json", "src", "public", "offline", "workers"].map(
  (name) => join(FOLDER, name),
);
const LIBRARY = ["index.js", "formats.js", "explain.js", "reference.js", "diagnose.js", "digits.js", "iris.js", "shared"].map((name) =>
  inRoot("dist", name),
);

/** Builds the explorer into explorer/dist, a static folder for any web host. Does nothing where it is up to date. */
export async function buildExplorer() {
  const wanted = stampOf();
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted && existsSync(join(SERVED, "index.html"))) return;
  const start = performance.now();
  // Not imported above: this file is loaded before packages are installed.
  const { build } = await import("vite");
  await build({ root: FOLDER, configFile: join(FOLDER, "vite.config.js"), logLevel: "warn" });
  rmSync(SERVED, { recursive: true, force: true });
  cpSync(OUTPUT, SERVED, { recursive: true });
  writeFileSync(STAMP, wanted);
  console.log(`build: explorer in ${secondsSince(start)}`);
}

function stampOf() {
  const hash = createHash("sha256");
  for (const path of [...SOURCES, ...LIBRARY].flatMap(filesIn)) hash.update(path).update(readFileSync(path));
  return hash.digest("hex");
}

function filesIn(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
    .sort();
}
