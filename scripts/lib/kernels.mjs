import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packBinary } from "./pack.mjs";
import { inRoot } from "./root.mjs";
import { secondsSince } from "./run.mjs";
import { tiles } from "./tiles.mjs";

const SOURCES = inRoot("assembly");
const OUTPUTS = inRoot("src", "kernels", "wasm", "generated");
const STAMP = join(OUTPUTS, "stamp.txt");
const TILES = "generated/tiles.ts";
/** What else makes the outputs what they are. */
const SCRIPTS = [import.meta.filename, inRoot("scripts", "lib", "pack.mjs")];

/** Plain SIMD gives the same bits everywhere; relaxed SIMD may fuse a product and a sum into one rounding. */
const BINARIES = { plain: [], relaxed: ["relaxed-simd"] };

/**
 * Compiles the kernels of assembly/ and writes them into the library as text, with the addresses that both sides share. Does
 * nothing where they are up to date. Returns true where it worked.
 */
export async function buildKernels() {
  const wanted = stampOf();
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return true;
  const start = performance.now();
  mkdirSync(OUTPUTS, { recursive: true });
  writeFileSync(join(OUTPUTS, "addresses.ts"), addresses());
  // The compiler gets it from memory; this one is for people to read.
  mkdirSync(join(SOURCES, "generated"), { recursive: true });
  writeFileSync(join(SOURCES, TILES), tiles());
  for (const [name, features] of Object.entries(BINARIES)) {
    const binary = await compile(features);
    if (binary === undefined) return false;
    const text = JSON.stringify(packBinary(binary));
    const content = `// ${binary.length} bytes of WebAssembly: assembly/ compiled by scripts/lib/kernels.mjs.\nexport default ${text};\n`;
    writeFileSync(join(OUTPUTS, `${name}.ts`), content);
  }
  writeFileSync(STAMP, wanted);
  console.log(`build: kernels compiled in ${secondsSince(start)}`);
  return true;
}

/** Of the kernels that are shipped. */
const SHIPPED = ["-O3", "--converge"];

/**
 * Compiles with the given features beside SIMD and threads; undefined where that failed, after saying why. `changes` are
 * texts in place of files of that name, `effort` how far the compiler optimises.
 */
export async function compile(features, changes = {}, effort = SHIPPED) {
  const { default: asc } = await import("assemblyscript/asc");
  const texts = { [TILES]: tiles() };
  for (const file of sourceFiles()) texts[file] = readFileSync(join(SOURCES, file), "utf8");
  const sources = { ...texts, ...changes };
  let binary;
  const { error, stderr } = await asc.main(
    [
      "index.ts",
      "--outFile=kernels.wasm",
      ...effort,
      "--runtime=stub",
      "--noAssert",
      "--use=abort=",
      "--importMemory",
      "--sharedMemory",
      "--initialMemory=1",
      "--maximumMemory=65536",
      // Mixed signs in address arithmetic: every address is below 2^32.
      "--disableWarning=201",
      ...["simd", "threads", "bulk-memory", ...features].map((feature) => `--enable=${feature}`),
    ],
    {
      readFile: (name) => sources[name] ?? null,
      writeFile: (_name, contents) => (binary = contents),
      listFiles: () => [],
    },
  );
  if (error === null) return binary;
  console.error(`${stderr.toString()}\n${error.message}`);
  return undefined;
}

/** assembly/addresses.ts as TypeScript: the same constants without their machine types. */
function addresses() {
  const text = readFileSync(join(SOURCES, "addresses.ts"), "utf8");
  return `// assembly/addresses.ts without its machine types, written by scripts/lib/kernels.mjs.\n\n${text.replaceAll(/: (usize|i32) =/g, " =")}`;
}

const sourceFiles = () => readdirSync(SOURCES).filter((file) => file.endsWith(".ts"));

function stampOf() {
  const hash = createHash("sha256");
  for (const file of [...sourceFiles().map((name) => join(SOURCES, name)), ...SCRIPTS]) hash.update(readFileSync(file));
  hash.update(tiles());
  return `${hash.digest("hex")}\n`;
}
