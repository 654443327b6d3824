// node scripts/math-font.mjs: cuts the letters and signs of equations out of STIX Two Math, a font with a table for mathematics, for the Equation
// screen. Needs Python with fonttools and brotli (Debian: python3-fonttools python3-brotli); what it writes is in the repository.
import { copyFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot } from "./lib/root.mjs";
import { run, runNpm } from "./lib/run.mjs";

const PACKAGE = "@fontsource/stix-two-math@5.3.0";
/** Names of Unicode's ranges that src/explain/render/mathml.ts writes; MathML takes single letters from the italic alphabets. */
const CHARACTERS = {
  ascii: "20-7E",
  greek: "A0,B1,B7,302,3B1-3C9",
  signs: "2032,2061,2202,2211,2212,221A,221E,23DF",
  italic: "210E,1D434-1D467",
  italicGreek: "1D6FC-1D714",
};
const OUTPUT = inRoot("explorer", "src", "style", "stix-two-math.woff2");

const folder = mkdtempSync(join(tmpdir(), "chainrule-font-"));
try {
  await succeed(runNpm(["pack", PACKAGE, "--silent", "--pack-destination", folder], { quiet: true }));
  await succeed(run("tar", ["xzf", join(folder, "fontsource-stix-two-math-5.3.0.tgz"), "-C", folder], { quiet: true }));
  const options = [
    `--unicodes=${Object.values(CHARACTERS).join(",")}`,
    "--layout-features=ccmp",
    "--no-hinting",
    "--desubroutinize",
    // Copyright, names and license.
    "--name-IDs=0,1,2,4,6,13,14",
    "--flavor=woff2",
    `--output-file=${OUTPUT}`,
  ];
  const font = join(folder, "package", "files", "stix-two-math-latin-400-normal.woff2");
  await succeed(run(process.env.PYTHON ?? "python3", ["-m", "fontTools.subset", font, ...options], { quiet: true }));
  copyFileSync(join(folder, "package", "LICENSE"), inRoot("explorer", "public", "stix-two-math-license.txt"));
  console.log(`stix-two-math.woff2: ${statSync(OUTPUT).size} bytes`);
} finally {
  rmSync(folder, { recursive: true });
}

async function succeed(running) {
  const { code, output } = await running;
  if (code !== 0) throw new Error(output);
}
