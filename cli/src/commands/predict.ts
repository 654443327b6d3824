import {
  ChainruleError,
  type ClassTarget,
  type Dataset,
  type Model,
  predictAll,
  type PredictedRows,
  type Prediction,
  predictTable,
} from "chainrule";
import { loadModel } from "chainrule/node";
import type { Command } from "commander";
import { columnKinds, type Kind, kindOfCells, type Written } from "../data/column-kind.js";
import { DATA_HELP, datasetForModel, filesOf, openData, type Source } from "../data/load.js";
import { parquetBytes, type Rows } from "../data/parquet-writer.js";
import {
  csvLines,
  jsonLines,
  type Lines,
  PREDICTION_FORMATS,
  type PredictionFormat,
  printLines,
  writeLines,
} from "../data/prediction-file.js";
import { list } from "../data/table-flags.js";
import { type ReadFlags, readOptions } from "../data/reading.js";
import { nameOption } from "../options.js";
import { checkOut } from "../output-file.js";
import type { Terminal } from "../terminal.js";
import { plural } from "../view/format.js";

interface Flags extends ReadFlags {
  readonly out?: string;
  readonly format?: PredictionFormat;
  readonly raw?: boolean;
}

export function addPredict(program: Command, terminal: Terminal): void {
  const command = program
    .command("predict")
    .summary("predict every row of data, as CSV, JSON lines or Parquet")
    .description(
      "Predicts every row, one part of the file after the other. The result has all input columns, then the prediction, then one probability a class, or one output a class where the cost gives no probabilities. " +
        "Of several targets there is a column for each: the number, or 0 or 1 for a label, and behind these one probability a label.",
    )
    .argument("<model>", "a model file")
    .argument("[data]", `${DATA_HELP}; a target is not needed`)
    .option("--out <file>", "where the result goes (left out: standard output)")
    .option(
      "--format <name>",
      `${PREDICTION_FORMATS.join(", ")} (left out: by the name of --out, else csv)`,
      nameOption("--format", PREDICTION_FORMATS),
    )
    .option("--raw", "leave cells as they are that a spreadsheet would take for formulas; otherwise CSV has an apostrophe before them");
  readOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  chainrule predict model.safetensors flowers.csv --out predictions.csv
  chainrule predict model.safetensors people.csv.gz --out predictions.jsonl
  chainrule predict model.safetensors sales.parquet --out predictions.parquet
  chainrule predict model.safetensors digits | head -3`,
    )
    .action(async (path: string, data: string, flags: Flags) => {
      const { out } = flags;
      if (out !== undefined) checkOut(out, [path, ...filesOf(data, flags)]);
      const format = flags.format ?? formatOf(out);
      if (format === "parquet" && out === undefined) {
        throw new ChainruleError("E_USAGE", { where: "--format", expected: "--out <file> beside parquet, which is no text", got: "none" });
      }
      const model = await loadModel(path);
      const source = await openData(data, flags);
      const mark = source.kind === "table" ? (flags.decimal ?? source.file.dialect.mark) : undefined;
      const rows =
        source.kind === "dataset"
          ? { columns: source.dataset.columns, parts: datasetParts(model, source.dataset) }
          : { columns: source.file.source.columns, parts: predictTable(model, source.file.source, mark === undefined ? {} : { mark }) };
      const counted: Counted = { rows: 0, unused: [] };
      const found = predictionRows(model, rows, counted);
      const lines =
        format === "parquet"
          ? await typedRows(model, source, found, mark)
          : textLines(found, (header) => (format === "csv" ? csvLines(header, flags.raw === true) : jsonLines(header)));
      await (out === undefined ? printLines(lines) : writeLines(out, lines));
      if (counted.unused.length > 0) terminal.note(`columns that the model does not look at: ${list(counted.unused)}`);
      if (out !== undefined) terminal.note(`${plural(counted.rows, "prediction")} in ${out}`);
    });
}

/** Some rows, with their cells as they were given. */
type Part = Pick<PredictedRows, "rows" | "predictions" | "unused">;

/** What is known when all rows have been seen. */
interface Counted {
  rows: number;
  unused: readonly string[];
}

function formatOf(out = ""): PredictionFormat {
  return /\.parquet$/i.test(out) ? "parquet" : /\.(jsonl|ndjson)$/i.test(out) ? "jsonl" : "csv";
}

async function* predictionRows(
  model: Model,
  { columns, parts }: { readonly columns: readonly string[]; readonly parts: AsyncIterable<Part> },
  counted: Counted,
): AsyncGenerator<Rows, void> {
  let header: readonly string[] | undefined;
  for await (const { rows, predictions, unused } of parts) {
    header ??= [...columns, ...freshNames(columns, predictionNames(model, predictions[0]))];
    yield { header, rows: rows.map((own, at) => [...own, ...predictionCells(model, predictions[at]!)]) };
    counted.rows += rows.length;
    counted.unused = unused;
  }
}

async function* textLines(parts: AsyncIterable<Rows>, start: (header: readonly string[]) => ReturnType<typeof csvLines>): Lines {
  let writer: ReturnType<typeof csvLines> | undefined;
  for await (const { header, rows } of parts) {
    if (writer === undefined) {
      writer = start(header);
      if (writer.head !== "") yield writer.head;
    }
    const { row } = writer;
    yield rows.map((cells) => row(cells)).join("");
  }
}

/** As Parquet. What the columns of a table hold is known when all of it has been read once. */
async function typedRows(model: Model, source: Source, parts: AsyncIterable<Rows>, mark: "." | "," = "."): Promise<Lines> {
  const isText = source.kind === "table" && source.file.dialect.format === "csv";
  const written: Written = isText ? { as: "text", mark } : { as: "cells" };
  const kinds =
    source.kind === "table"
      ? await columnKinds(source.file.source, written, source.file.floats)
      : source.dataset.columns.map((): Kind => "number");
  const added = ({ task }: Model): Kind[] => {
    if (task.kind === "classification") return [kindOfCells(task.classes)];
    return task.kind === "multi-label" ? task.labels.map(() => "whole") : [];
  };
  const known = [...kinds, ...added(model)];
  return parquetBytes(parts, (header) => header.map((_, k) => known[k] ?? "number"), written);
}

async function* datasetParts(model: Model, dataset: Dataset<ClassTarget>): AsyncGenerator<Part, void> {
  const width = dataset.columns.length;
  const rows = Array.from({ length: dataset.rowCount }, (_, row) => Array.from(dataset.inputs.subarray(row * width, (row + 1) * width)));
  const { dataset: prepared, unused } = await datasetForModel(dataset, model, "ignored");
  yield { rows, predictions: predictAll(model, prepared), unused };
}

function predictionNames({ task }: Model, first: Prediction | undefined): string[] {
  if (task.kind === "multi-label") {
    const shares = first?.kind === "multi-label" && first.probabilities === undefined ? "output" : "probability";
    return ["prediction", shares].flatMap((what) => task.labels.map((label) => `${what}_${label}`));
  }
  if (task.kind === "regression") return task.targets.length === 1 ? ["prediction"] : task.targets.map((name) => `prediction_${name}`);
  if (first?.kind !== "classification" || first.probabilities !== undefined) {
    return ["prediction", ...task.classes.map((label) => `probability_${label}`)];
  }
  return ["prediction", ...(first.outputs.length === 1 ? ["output"] : task.classes.map((label) => `output_${label}`))];
}

function predictionCells({ task }: Model, prediction: Prediction): (string | number)[] {
  if (prediction.kind === "regression") return [...prediction.values];
  const shares = prediction.probabilities ?? prediction.outputs;
  if (prediction.kind === "classification") return [prediction.label, ...shares];
  const all = task.kind === "multi-label" ? task.labels : [];
  return [...all.map((label) => Number(prediction.labels.includes(label))), ...shares];
}

/** A name that the input already has gets an underscore behind it, as often as it needs. */
function freshNames(taken: readonly string[], names: readonly string[]): string[] {
  return names.map((name) => {
    let fresh = name;
    while (taken.includes(fresh)) fresh += "_";
    return fresh;
  });
}
