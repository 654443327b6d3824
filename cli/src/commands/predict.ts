import { type Dataset, type Model, predictAll, type Prediction } from "chainrule";
import { loadModel, writeFileSafely } from "chainrule/node";
import type { Command } from "commander";
import { stringify } from "csv-stringify/sync";
import type { Table } from "../data/csv.js";
import { DATA_HELP, loadForModel, pathOf } from "../data/load.js";
import { checkOut } from "../output-file.js";
import type { Terminal } from "../terminal.js";
import { plural } from "../view/format.js";

export function addPredict(program: Command, terminal: Terminal): void {
  program
    .command("predict")
    .summary("predict every row of data, as CSV")
    .description(
      "Predicts every row. The CSV has all input columns, then the prediction, then one probability a class, or one output a class where the cost gives no probabilities. " +
        "Of several targets there is a column for each: the number, or 0 or 1 for a label, and behind these one probability a label.",
    )
    .argument("<model>", "a model file")
    .argument("<data>", `${DATA_HELP}; a target is not needed`)
    .option("--out <file>", "where the CSV goes (left out: standard output)")
    .addHelpText(
      "after",
      `
Examples:
  chainrule predict model.safetensors flowers.csv --out predictions.csv
  chainrule predict model.safetensors digits | head -3`,
    )
    .action(async (path: string, data: string, { out }: { readonly out?: string }) => {
      if (out !== undefined) checkOut(out, [path, pathOf(data)]);
      const model = await loadModel(path);
      const { dataset, table } = await loadForModel(data, model, "ignored");
      const csv = stringify([...predictionTable(model, dataset, table)]);
      if (out === undefined) {
        terminal.write(csv);
        return;
      }
      writeFileSafely(out, new TextEncoder().encode(csv));
      terminal.note(`${plural(dataset.rowCount, "prediction")} in ${out}`);
    });
}

/** A header and a line for each row; a CSV file's own cells are kept as they were written. */
function* predictionTable(model: Model, dataset: Dataset, table: Table | undefined): Generator<(string | number)[]> {
  const header = table?.header ?? dataset.columns;
  const predictions = predictAll(model, dataset);
  yield [...header, ...freshNames(header, predictionNames(model, predictions[0]))];
  const width = dataset.columns.length;
  for (let row = 0; row < dataset.rowCount; row++) {
    const cells = table?.rows[row] ?? dataset.inputs.subarray(row * width, (row + 1) * width);
    yield [...cells, ...predictionCells(model, predictions[row]!)];
  }
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
