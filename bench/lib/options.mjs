import { parseArgs } from "node:util";
import { workloads } from "./workloads.mjs";

/** Something that whoever called can mend: a wrong option (2), or something that is not installed (5). */
export class UsageError extends Error {
  constructor(message, exitCode = 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

export const PROGRAMS = ["chainrule", "pytorch", "tfjs", "jax", "brain"];
const OPTIMIZERS = ["sgd", "adam"];
const ENGINES = ["auto", "wasm", "portable", "reference"];

export const USAGE = `npm run bench -- [options]

  --workload <name>  ${Object.keys(workloads).join(", ")}; several with commas or repeated (default: all)
  --only <program>   ${PROGRAMS.join(", ")}; likewise (default: all that are installed)
  --engine <name>    of chainrule: ${ENGINES.join(", ")} (default: auto)
  --threads <n>      of chainrule: a number or auto (default: auto)
  --optimizer <name> sgd or adam, of all programs (default: that of the workload)
  --dense            chainrule does not skip inputs that are 0
  --fast             chainrule may use relaxed SIMD (not reproducible between machines)
  --node <major>     runs chainrule with another Node, fetched by npm
  --browser          runs chainrule in headless Chromium instead, without the other programs
  --rounds <n>       alternations of all programs (default: 5)
  --epochs <n>       measured epochs of a program in a round, after one that warms up (default: 3; tiny: 10, huge: 1)
  --samples <n>      at most so many rows in an epoch
  --data <folder>    MNIST as IDX files (default: data/mnist in the folder shared beside the checkout, else made rows)
  --json             one line of JSON for each result, and nothing else, on standard output`;

const list = { type: "string", multiple: true };
const text = { type: "string" };
const flag = { type: "boolean", default: false };
const OPTIONS = {
  workload: list,
  only: list,
  engine: { type: "string", default: "auto" },
  threads: { type: "string", default: "auto" },
  optimizer: text,
  dense: flag,
  fast: flag,
  node: text,
  browser: flag,
  rounds: { type: "string", default: "5" },
  epochs: text,
  samples: text,
  data: text,
  json: flag,
  help: { type: "boolean", short: "h", default: false },
};

/** @throws UsageError saying which option is wrong, what is expected and what was got */
export function readOptions(args) {
  const values = parse(args);
  const { engine, threads, dense, fast, browser, data, json, help } = values;
  const options = {
    workloads: names("workload", values.workload, Object.keys(workloads)),
    only: names("only", values.only, PROGRAMS),
    engine: oneOf("engine", engine, ENGINES),
    threads: threads === "auto" ? threads : count("threads", threads, "auto or "),
    optimizer: values.optimizer === undefined ? undefined : oneOf("optimizer", values.optimizer, OPTIMIZERS),
    ...{ dense, fast, browser, data, json, help },
    node: values.node === undefined ? undefined : count("node", values.node),
    rounds: count("rounds", values.rounds),
    epochs: values.epochs === undefined ? undefined : count("epochs", values.epochs),
    samples: values.samples === undefined ? undefined : count("samples", values.samples),
  };
  if (browser && values.node !== undefined)
    throw new UsageError("--browser and --node: a page runs in Chromium, not in Node; leave one out");
  if (browser && values.only !== undefined && options.only.some((name) => name !== "chainrule"))
    throw new UsageError("--browser runs chainrule only; leave --only out");
  return options;
}

function parse(args) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${USAGE}`);
  }
}

/** Names in the order of `known`; all of them where none was asked for. */
function names(option, given, known) {
  if (given === undefined) return known;
  const wanted = given.flatMap((value) => value.split(",")).map((name) => oneOf(option, name.trim(), known));
  return known.filter((name) => wanted.includes(name));
}

function oneOf(option, value, known) {
  if (known.includes(value)) return value;
  throw new UsageError(`--${option}: expected one of ${known.join(", ")}, got "${value}"`);
}

function count(option, value, before = "") {
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new UsageError(`--${option}: expected ${before}a whole number of at least 1, got "${value}"`);
}
