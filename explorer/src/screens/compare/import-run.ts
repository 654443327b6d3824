import type { EpochRecord } from "chainrule";
import { recipeName } from "../../state/kept-recipe.js";
import type { KeptRun, TestScore } from "../../state/kept-run.js";
import type { RecipeOptions } from "../../state/recipe.js";
import { describedNetwork } from "./import-network.js";

type Fields = Readonly<Record<string, unknown>>;

/** What is wrong with a file, in a sentence. */
export class WrongFile extends Error {}

/**
 * Reads what `chainrule train --json` prints.
 *
 * @param from the file's name and when it was written
 * @throws WrongFile
 */
export function readRunFile(text: string, from: { readonly name: string; readonly written: number }): KeptRun {
  const wrong = (where: string, expected: string, got: unknown): WrongFile =>
    new WrongFile(`${from.name}: ${where}: expected ${expected}, got ${show(got)}.`);
  const document = parsed(text, from.name);
  if (!Array.isArray(document["history"]) || !isFields(document["network"])) throw new WrongFile(`${from.name} ${otherFile(document)}`);
  const read = <T>(where: string, expected: string, holds: (value: unknown) => value is T): T => {
    const value = where.split(".").reduce<unknown>((inside, key) => (isFields(inside) ? inside[key] : undefined), document);
    if (!holds(value)) throw wrong(where, expected, value);
    return value;
  };
  const data = read("data.name", "the name of the data", isText);
  const rows = read("data.rows", "the number of rows", isNumber);
  const training = read("training", "optimizer, batchSize and epochs", isFields);
  const batchSize = read("training.batchSize", "a number", isNumber);
  const optimizer = read("training.optimizer.kind", "the name of an optimizer", isText) && training["optimizer"];
  const [test, validation, seed] = ["test", "validation", "seed"].map((name) => read(`split.${name}`, "a number", isNumber));
  const records = document["history"].map((record: unknown, at) =>
    epochOf(record, (where, expected, got) => wrong(`history[${at}]${where}`, expected, got)),
  );
  const hash = read("model.parametersHash", "the hash of the parameters", isText);
  const network = describedNetwork(document["network"]);
  const options = {
    ...network.options,
    optimizer,
    ...(isFields(training["rules"]) ? training["rules"] : {}),
    ...{ epochs: training["epochs"], batchSize, seed, test, validation, scale: document["scaling"] },
  } as RecipeOptions;
  const recipe = { data, options };
  const trained = rows - Math.round(test! * rows);
  const stepsPerEpoch = Math.ceil((trained - Math.round(validation! * trained)) / batchSize);
  const parameters = document["parameters"];
  const score = scoreOf(document["test"]);
  return {
    id: `file-${hash.slice(0, 16)}-${from.written.toString(36)}`,
    name: recipeName(recipe),
    source: "file",
    status: "done",
    started: from.written,
    updated: from.written,
    recipe,
    ...(network.text === undefined ? {} : { network: network.text }),
    costs: new Float64Array(),
    clock: new Float64Array(),
    records,
    events: [],
    steps: records.length * stepsPerEpoch,
    stepsPerEpoch,
    seconds: numberOr0(document["seconds"]),
    samplesPerSecond: numberOr0(document["samplesPerSecond"]),
    ...(isNumber(parameters) ? { parameters } : {}),
    parametersHash: hash,
    ...(score === undefined ? {} : { test: score }),
  };
}

function parsed(text: string, name: string): Fields {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new WrongFile(
      `${name} is no JSON: ${error instanceof Error ? error.message : String(error)}. Was it printed with --json, and is it whole?`,
    );
  }
  if (isFields(document)) return document;
  throw new WrongFile(`${name}: expected the document that chainrule train --json prints, got ${show(document)}.`);
}

/** Other documents of the command line, by what only they have. */
function otherFile(document: Fields): string {
  if ("training" in document && "data" in document && !("history" in document))
    return "is a recipe: open it with chainrule train --recipe, and drop what that prints with --json.";
  if ("confusion" in document || "perClass" in document)
    return "is what chainrule evaluate prints: a run is what chainrule train --json prints.";
  if ("verdicts" in document) return "is what chainrule diagnose prints: a run is what chainrule train --json prints.";
  return 'is no run: expected the fields "history" and "network", as chainrule train --json prints them.';
}

function epochOf(record: unknown, wrong: (where: string, expected: string, got: unknown) => WrongFile): EpochRecord {
  if (!isFields(record)) throw wrong("", "the record of an epoch", record);
  const number = (name: string): number => {
    const value = record[name];
    if (!isNumber(value)) throw wrong(`.${name}`, "a number", value);
    return value;
  };
  const validation = record["validation"] === null ? null : scoreOf(record["validation"]);
  if (validation === undefined) throw wrong(".validation", "null, or cost and accuracy", record["validation"]);
  const { accuracy, metric } = record;
  return {
    epoch: number("epoch"),
    cost: number("cost"),
    ...(isNumber(accuracy) ? { accuracy } : {}),
    validation,
    learningRate: number("learningRate"),
    ...(isNumber(metric) ? { metric } : {}),
  };
}

function scoreOf(value: unknown): TestScore | undefined {
  if (!isFields(value) || !isNumber(value["cost"])) return undefined;
  const { cost, accuracy, rmse, r2 } = value;
  return {
    cost,
    ...(isNumber(accuracy) ? { accuracy } : {}),
    ...(isNumber(rmse) ? { rmse } : {}),
    ...(isNumber(r2) ? { r2 } : {}),
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function numberOr0(value: unknown): number {
  return isNumber(value) ? value : 0;
}

function show(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
