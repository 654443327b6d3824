// npm run reproduce [-- --data <folder of MNIST's four IDX files>] [--only <recipe,recipe>] [--write]: runs the recipes of cli/recipes,
// one after another, and writes docs/results.md. Each run is the command line's own, on plain SIMD.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeMachine } from "../bench/lib/machine.mjs";
import { setUpOnce } from "./lib/first-run.mjs";
import { inRoot } from "./lib/root.mjs";

const RECIPES = inRoot("cli", "recipes");
const RESULTS = inRoot("cli", "recipes", "results", "results.json");
const PAGE = inRoot("docs", "results.md");
const FOLDERS = ["mnist", "../shared/data/mnist"];
/** The recipe that PyTorch is given too. */
const HEADLINE = "mnist-headline-98";

const { values: options } = parseArgs({
  options: { data: { type: "string" }, only: { type: "string" }, write: { type: "boolean" } },
});

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

const recipes = readdirSync(RECIPES)
  .filter((file) => file.endsWith(".json"))
  .sort()
  .map((file) => readJson(join(RECIPES, file)));
const results = existsSync(RESULTS) ? readJson(RESULTS) : { machine: "", runs: {} };

if (!options.write) {
  setUpOnce();
  const data = options.data ?? FOLDERS.map((folder) => inRoot(folder)).find((folder) => existsSync(folder));
  if (data === undefined) {
    console.error(
      "reproduce: no MNIST here. Put its four IDX files into ./mnist, or name their folder: npm run reproduce -- --data <folder>",
    );
    process.exit(2);
  }
  const only = options.only?.split(",");
  results.machine = describeMachine();
  const folder = mkdtempSync(join(tmpdir(), "reproduce-"));
  try {
    for (const recipe of recipes.filter(({ name }) => only === undefined || only.includes(name))) {
      const runs = Array.from({ length: recipe.seeds ?? 1 }, (_, index) => run(recipe, recipe.seed + index, data, folder));
      results.runs[recipe.name] = runs;
      if (recipe.name === HEADLINE) results.pytorch = beside(recipe, data) ?? results.pytorch;
      writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
writeFileSync(PAGE, page());
spawnSync(process.execPath, [inRoot("node_modules", "prettier", "bin", "prettier.cjs"), "--write", PAGE, RESULTS], { stdio: "ignore" });
console.log("reproduce: docs/results.md is written");

/** One training by the command line. */
function run({ name }, seed, data, folder) {
  const argv = ["train", data, "--recipe", name, "--seed", String(seed), "--json", "--out", join(folder, "model.safetensors")];
  const { status, stdout, stderr } = spawnSync(process.execPath, [inRoot("cli", "bin", "chainrule.js"), ...argv], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${name}, seed ${seed}: ${stderr}`);
  const { test, history, split, samplesPerSecond, threads, model } = JSON.parse(stdout);
  const trained = split.rows - test.rows;
  const result = {
    seed,
    error: 100 * (1 - test.accuracy),
    seconds: (history.length * trained) / samplesPerSecond,
    samplesPerSecond,
    threads,
    parametersHash: model.parametersHash,
  };
  console.log(`${name}, seed ${seed}: ${result.error.toFixed(2)} %, ${result.seconds.toFixed(1)} s`);
  return result;
}

/** PyTorch with the same recipe, seeds and batches, on 1 and on 2 threads; undefined where it is not installed. */
function beside({ name, seed, seeds }, data) {
  const runs = [];
  for (let index = 0; index < seeds; index++) {
    for (const threads of ["1", "2"]) {
      const argv = [inRoot("bench", "peers", "headline.py"), join(RECIPES, `${name}.json`), data, threads, String(seed + index)];
      const { status, stdout } = spawnSync("/usr/bin/python3", argv, { encoding: "utf8" });
      if (status !== 0) return undefined;
      runs.push(JSON.parse(stdout));
      console.log(`PyTorch, ${threads} threads, seed ${seed + index}: ${runs.at(-1).seconds.toFixed(1)} s`);
    }
  }
  return runs;
}

/** What a page says of it: the better number of threads. */
function pytorchText() {
  const { pytorch } = results;
  if (pytorch === undefined) return "";
  const secondsOf = (threads) => median(pytorch.filter((run) => run.threads === threads).map(({ seconds }) => seconds));
  const [threads, seconds] = [1, 2].map((count) => [count, secondsOf(count)]).sort((p, q) => p[1] - q[1])[0];
  const errors = pytorch.filter((run) => run.threads === threads).map(({ error }) => error);
  const error = (errors.reduce((sum, own) => sum + own, 0) / errors.length).toFixed(2);
  const ours = median(results.runs[HEADLINE].map((run) => run.seconds));
  const better = `${threads} thread${threads === 1 ? "" : "s"}, the better of 1 and 2`;
  return `
PyTorch ${pytorch[0].torch} with the recipe \`${HEADLINE}\` (\`bench/peers/headline.py\`, ${better}), measured behind it: ${seconds.toFixed(1)}
seconds for ${error} %, ${(seconds / ours).toFixed(1)} times as long.
`;
}

/** docs/results.md */
function page() {
  const rows = recipes.flatMap(({ name, title, published }) => {
    const runs = results.runs[name];
    if (runs === undefined) return [];
    const errors = runs.map(({ error }) => error);
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const best = Math.min(...errors);
    const spread = errors.length < 2 ? "" : ` (${best.toFixed(2)} to ${Math.max(...errors).toFixed(2)}, ${errors.length} seeds)`;
    const of = (key) => median(runs.map((result) => result[key]));
    const given = published === undefined ? "" : `${published.error} (${published.what.replace(/^test error, %,? ?/, "") || "test"})`;
    const source = published?.source ?? "";
    const speed = Math.round(of("samplesPerSecond")).toLocaleString("en-US");
    return [`| \`${name}\` | ${title} | ${given} | **${mean.toFixed(2)}**${spread} | ${of("seconds").toFixed(1)} | ${speed} | ${source} |`];
  });
  return `# Results

Published figures on MNIST for dense networks, and what the recipes that come with the command line reach: test error in percent. Sizes and cost
are those of the row; activation, optimizer, schedule and initialisation are free; no images are changed and no units dropped unless the row
says so. Epochs and settings are fixed in the recipe, and the 10,000 test rows choose nothing while a recipe runs. One recipe by hand:

\`\`\`sh
chainrule train ../shared/data/mnist --recipe mnist-headline-98
\`\`\`

All of them, and this page: \`npm run reproduce -- --data <folder>\`.

Machine: ${results.machine}. Plain SIMD, so that the same seed gives the same bits anywhere; the hashes of the parameters are in
\`cli/recipes/results/results.json\`. Time is that of training alone.${results.note === undefined ? "" : ` ${results.note}`}

| recipe | network | published error | here, mean | seconds | samples/s | source |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
${pytorchText()}`;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
