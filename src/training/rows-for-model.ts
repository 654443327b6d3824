import { ChainruleError, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import type { Dataset, Label, Target } from "../data/dataset.js";
import { fingerprint } from "../data/fingerprint.js";
import { rowNumbers, takeRows } from "../data/rows.js";
import { type DecimalMark, numberOf, truthOf } from "../table/cell.js";
import { divideBy } from "../table/divide.js";
import { encodeRows } from "../table/fit.js";
import { readColumns } from "../table/read-table.js";
import type { ColumnType } from "../table/column-types.js";
import { columnType } from "../table/preparation.js";
import { openTable, type RawTable, type TableSource } from "../table/source.js";
import { filledRows, targetOf } from "../table/target.js";
import type { TypedColumn } from "../table/typed.js";
import type { Model, SplitRecord } from "./model.js";
import type { Task } from "./task.js";

export interface ModelRowsOptions {
  /** Whether the table has the model's targets, to compare with; where not, they are not even looked at (false). */
  readonly target?: boolean;
  /** What stands before the fraction of numbers that are written as text (as in the training's table). */
  readonly mark?: DecimalMark;
  /** What errors call the table. */
  readonly name?: string;
}

export interface ModelRows {
  /** In the model's columns, in the order of the table. */
  readonly dataset: Dataset;
  /** Rows of the table that the rows of the data set are: all but those without a target, where it is asked for. */
  readonly rows: Uint32Array;
  /** Columns of the table that the model does not look at. */
  readonly unused: readonly string[];
}

/** `modelRows`: on-demand.ts. */
export async function modelRows(model: Model, table: RawTable, options: ModelRowsOptions = {}): Promise<ModelRows> {
  const { target = false, mark = model.preparation?.mark ?? "." } = options;
  const source = await openTable(table, options.name);
  const inputs = inputColumns(model);
  const goals = target ? targetColumns(model.task) : [];
  const by = target && source.columns.includes(model.split?.by?.column ?? "") ? model.split!.by : undefined;
  const beside = by === undefined ? [] : [{ name: by.column, type: by.type }];
  const columns = await readColumns(source, [...goals, ...inputs, ...beside], mark);
  const answers = columns.splice(0, goals.length);
  const [dividing] = columns.splice(inputs.length);
  const [any] = [...answers, ...columns];
  const count = any === undefined ? 0 : any.kind === "numbers" ? any.values.length : any.codes.length;
  const rows = target ? filledRows(answers, count) : rowNumbers(0, count);
  if (rows.length === 0) {
    const expected = target ? `rows with ${goals.map(({ name }) => `"${name}"`).join(" and ")}` : "rows";
    throw new ChainruleError("E_DATA", { where: source.name, expected, got: "none" });
  }
  const plain = model.preparation === undefined ? numericRows(source, model.columns, columns, rows) : undefined;
  const inputsOnly = plain ?? encodeRows(model.preparation!, columns, rows, source.name);
  const dataset = target ? { ...inputsOnly, target: answersOf(model.task, answers, rows, source) } : inputsOnly;
  const known = new Set([...inputs, ...targetColumns(model.task)].map(({ name }) => name).concat(model.split?.by?.column ?? []));
  const unused = source.columns.filter((name) => !known.has(name));
  const remembered = dividing === undefined ? undefined : partsAgain(model.split!, dividing, rows, dataset);
  return { dataset: remembered === undefined ? dataset : { ...dataset, remembered }, rows, unused };
}

/** The parts of the table that the model was trained on, as its column divides it; undefined of another table. */
function partsAgain(split: SplitRecord, column: TypedColumn, rows: Uint32Array, dataset: Dataset): Dataset["remembered"] {
  if (rows.length !== split.rows) return undefined;
  const division = divideBy(split.by!, column, rows, split.seed);
  if (division === undefined) return undefined;
  const { order, validationFrom, testFrom } = division;
  const trained = { ...takeRows(dataset, order), validationFrom, testFrom };
  if (fingerprint(trained) !== split.fingerprint) return undefined;
  const parts = {
    train: order.slice(0, validationFrom),
    validation: order.slice(validationFrom, testFrom),
    test: order.slice(testFrom),
  };
  return { fingerprint: split.fingerprint, parts };
}

function inputColumns({ preparation, columns }: Model): { readonly name: string; readonly type: ColumnType }[] {
  if (preparation === undefined) return columns.map((name) => ({ name, type: "numeric" }));
  return preparation.columns.map((column) => ({ name: column.name, type: columnType(column) }));
}

/** Labels are read as they are written: yes and no, or 1 and 0. */
function targetColumns(task: Task): { readonly name: string; readonly type: ColumnType }[] {
  if (task.kind === "regression") return task.targets.map((name) => ({ name, type: "numeric" }));
  if (task.kind === "multi-label") return task.labels.map((name) => ({ name, type: "categorical" }));
  return [{ name: task.target, type: task.classes.every((label) => typeof label === "number") ? "numeric" : "categorical" }];
}

/** A model that was trained on numbers has no way to say that one is missing. */
function numericRows(source: TableSource, names: readonly string[], columns: readonly TypedColumn[], rows: Uint32Array): Dataset {
  const inputs = new Float64Array(rows.length * names.length);
  columns.forEach((column, k) => {
    const { values } = column as Extract<TypedColumn, { kind: "numbers" }>;
    rows.forEach((row, at) => {
      const value = values[row]!;
      if (Number.isNaN(value)) {
        throw new ChainruleError("E_DATA", {
          where: source.place(row, names[k]!),
          expected: "a finite number",
          got: "an empty cell",
          hint: "Fill the gap or leave the row out: the model was not trained on a table with gaps.",
        });
      }
      inputs[at * names.length + k] = value;
    });
  });
  return { name: source.name, rowCount: rows.length, columns: names, inputs, target: { kind: "none" } };
}

function answersOf(task: Task, columns: readonly TypedColumn[], rows: Uint32Array, source: TableSource): Target {
  if (task.kind === "multi-label") return { kind: "labels", names: task.labels, values: labelBits(task.labels, columns, rows, source) };
  const named = targetColumns(task);
  const found = targetOf({ task: task.kind, columns: named }, columns, rows);
  if (task.kind === "regression" || found.kind !== "classes") return found;
  const positions = found.classes.map((label) => positionOf(label, task.classes));
  const unknown = positions.indexOf(-1);
  if (unknown >= 0) {
    const label = found.classes[unknown]!;
    throw new ChainruleError("E_DATA", {
      where: source.place(rows[found.indices.indexOf(unknown)]!, task.target),
      expected: `one of the model's classes ${show(task.classes)}`,
      got: show(label),
      ...suggestion(label, task.classes.map(String)),
    });
  }
  return { ...found, classes: task.classes, indices: found.indices.map((index) => positions[index]!) };
}

function positionOf(label: Label, classes: readonly Label[]): number {
  const own = classes.findIndex((known) => String(known) === String(label));
  return own >= 0 ? own : classes.indexOf(`${label}.`);
}

function labelBits(names: readonly string[], columns: readonly TypedColumn[], rows: Uint32Array, source: TableSource): Uint8Array {
  const bits = new Uint8Array(rows.length * names.length);
  columns.forEach((column, j) => {
    const { codes, categories } = column as Extract<TypedColumn, { kind: "categories" }>;
    const values = categories.map((text) => (Number.isNaN(truthOf(text)) ? numberOf(text, ".") : truthOf(text)));
    rows.forEach((row, at) => {
      const value = values[codes[row]!]!;
      if (value !== 0 && value !== 1) {
        throw new ChainruleError("E_DATA", {
          where: source.place(row, names[j]!),
          expected: "0 or 1, true or false, yes or no",
          got: show(categories[codes[row]!]),
          hint: "A column of a label says of each row whether it has it.",
        });
      }
      bits[at * names.length + j] = value;
    });
  });
  return bits;
}
