import { ChainruleError, createDataset, type Dataset, type Label, type Model } from "chainrule";
import { parseNumber } from "../options.js";
import { suggest } from "../suggest.js";
import { list, numbersOf, placeOf, readLabel, readNumber } from "./cells.js";
import type { Table } from "./csv.js";

/**
 * A table as a data set for a model: its columns are found by name, others are left alone.
 *
 * @param target where it is not needed, it is not even looked at
 * @throws ChainruleError `E_DATA`, naming line and column
 */
export function tableForModel(table: Table, model: Model, target: "needed" | "ignored"): Dataset {
  const { columns, task } = model;
  findColumns(table, columns, `the model's ${columns.length} input columns`);
  const common = { name: table.path, columns, inputs: numbersOf(table, columns) };
  if (target === "ignored") return createDataset(common);
  if (task.kind === "regression") {
    const positions = findColumns(table, task.targets, "the target to compare with");
    const targets = table.rows.map((_, row) => positions.map((at) => readNumber(table, row, at)));
    return createDataset({ ...common, targetNames: task.targets, targets });
  }
  if (task.kind === "multi-label") {
    const positions = findColumns(table, task.labels, "the labels to compare with");
    const labelMatrix = table.rows.map((_, row) => positions.map((at) => readLabel(table, row, at)));
    return createDataset({ ...common, labelNames: task.labels, labelMatrix });
  }
  const [at] = findColumns(table, [task.target], "the target to compare with");
  return createDataset({ ...common, targetName: task.target, classes: task.classes, labels: knownLabels(table, at!, task.classes) });
}

/** Where the named columns stand. */
function findColumns({ path, header }: Table, names: readonly string[], expected: string): number[] {
  const missing = names.filter((name) => !header.includes(name));
  if (missing.length === 0) return names.map((name) => header.indexOf(name));
  throw new ChainruleError("E_DATA", {
    where: `${path}, line 1`,
    expected,
    got: `${header.length} columns without ${list(missing)}`,
    ...suggest(
      missing[0]!,
      header.filter((name) => !names.includes(name)),
    ),
  });
}

/** The column's classes as the model writes them. */
function knownLabels(table: Table, at: number, classes: readonly Label[]): Label[] {
  const known = new Map<string, Label>(classes.map((label) => [String(label), label]));
  const names = [...known.keys()];
  return table.rows.map((cells, row) => {
    const text = cells[at]!;
    // A class that is a number may be written in several ways: 1 and 1.0.
    const label = known.get(text) ?? known.get(String(parseNumber(text)));
    if (label !== undefined) return label;
    throw new ChainruleError("E_DATA", {
      where: placeOf(table, row, at),
      expected: `one of the model's ${names.length} classes, ${list(names)}`,
      got: text === "" ? "an empty cell" : `"${text}"`,
      ...suggest(text, names),
    });
  });
}
