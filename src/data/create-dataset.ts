import { ChainruleError, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import type { ClassTarget, Dataset, ImageShape, InputValues, Label, LabelTarget, NoTarget, Target, ValueTarget } from "./dataset.js";
import { type LabelMatrix, type LabelSets, readLabelSets } from "./label-sets.js";
import { type RecordOptions, type RecordRow, readRecords } from "./records.js";

/** Inputs as a list of rows, or as one typed array with its shape (rows x columns, row-major). */
export type InputSource =
  readonly (readonly number[])[] | { readonly values: InputValues; readonly shape: readonly [rows: number, columns: number] };

interface Common {
  readonly name?: string;
  readonly inputs: InputSource;
  /** One name a column; `x0`, `x1`, ... where left out. */
  readonly columns?: readonly string[];
  /** Says that each row is a picture; then inputs are scaled by the one factor `maximum`. */
  readonly image?: ImageShape;
  /** First row of the source's own test part, if it has one. */
  readonly testFrom?: number;
}

/** Rows with a class each. */
export interface ClassSource<L extends Label> extends Common {
  readonly labels: readonly L[];
  /** All classes, where some may be missing from `labels`; otherwise those that occur. */
  readonly classes?: readonly L[];
  readonly targetName?: string;
}

/** Rows with one number each, or several. */
export interface ValueSource extends Common {
  readonly targets: readonly number[] | readonly (readonly number[])[];
  readonly targetNames?: readonly string[];
}

/** Rows with any number of labels each. */
export type LabelSource = Common & (LabelSets | LabelMatrix);

type ColumnOf<R> = keyof R & string;

/** What a column gives by the type of its values; several columns give numbers. */
type RecordTarget<R, T> = T extends keyof R
  ? R[T] extends string
    ? ClassTarget<R[T]>
    : R[T] extends readonly string[]
      ? LabelTarget
      : ValueTarget
  : ValueTarget;

/**
 * Makes a data set from arrays of arrays, typed arrays with a shape, or rows of objects. A text target gives classes, a
 * numeric one gives values, lists of labels or a table of 0 and 1 (`labelSets`, `labelMatrix`) rows with any number of labels. Of rows of
 * objects `target` is the name of a column with texts, numbers or lists of labels, or a list of names of columns with numbers. Every
 * number must be finite.
 *
 * @throws ChainruleError `E_DATA`, naming row and column, where a number is missing, not finite or of the wrong shape, and where a label is no class
 * @example
 * ```ts
 * import { createDataset } from "chainrule";
 *
 * const xor = createDataset({ inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], labels: ["same", "different", "different", "same"] });
 * const houses = createDataset([{ rooms: 3, price: 210 }, { rooms: 5, price: 340 }], { target: "price" });
 * const films = createDataset({ inputs: [[0.9], [0.1], [0.4]], labelSets: [["drama", "war"], [], ["war"]] });
 * const flats = createDataset([{ size: 60, rent: 700, price: 210 }, { size: 90, rent: 990, price: 340 }], { target: ["rent", "price"] });
 * const books = createDataset([{ pages: 300, tags: ["war"] }, { pages: 90, tags: [] }], { target: "tags" });
 * console.log(xor.target.classes, houses.columns, films.target.names); // ..., ["drama", "war"]
 * console.log(flats.columns, flats.target.names, books.target.names); // ["size"], ["rent", "price"], ["war"]
 * ```
 */
export function createDataset<const L extends Label>(source: ClassSource<L>): Dataset<ClassTarget<L>>;
export function createDataset(source: ValueSource): Dataset<ValueTarget>;
export function createDataset(source: LabelSource): Dataset<LabelTarget>;
export function createDataset(source: Common): Dataset<NoTarget>;
export function createDataset<R extends RecordRow, const T extends ColumnOf<R> | readonly ColumnOf<R>[]>(
  rows: readonly R[],
  options: { readonly target: T; readonly name?: string },
): Dataset<RecordTarget<R, T>>;
export function createDataset(source: Source | readonly RecordRow[], options?: RecordOptions): Dataset {
  return fromArrays(Array.isArray(source) ? readRecords(source as readonly RecordRow[], options) : (source as Source));
}

type Source = ClassSource<Label> | ValueSource | LabelSource | Common;

function fromArrays(source: Source): Dataset {
  const { values, rows, width } = readInputs(source.inputs);
  const columns = source.columns ?? Array.from({ length: width }, (_, column) => `x${column}`);
  if (columns.length !== width) {
    throw new ChainruleError("E_DATA", { where: "columns", expected: `${width} names, one a column`, got: String(columns.length) });
  }
  checkFinite(values, width, columns);
  return {
    name: source.name ?? "data",
    rowCount: rows,
    columns,
    inputs: values,
    target: readTarget(source, rows),
    ...(source.image === undefined ? {} : { image: checkImage(source.image, width) }),
    ...(source.testFrom === undefined ? {} : { testFrom: checkTestFrom(source.testFrom, rows) }),
  };
}

function readTarget(source: Source, rows: number): Target {
  if ("labels" in source) return readLabels(source, rows);
  if ("targets" in source) return readTargets(source, rows);
  if ("labelSets" in source || "labelMatrix" in source) return readLabelSets(source, rows);
  return { kind: "none" };
}

function readInputs(inputs: InputSource): { values: InputValues; rows: number; width: number } {
  // Every array has a method called values, so it is the shape that tells the two forms apart.
  if ("shape" in inputs) {
    const [rows, width] = inputs.shape;
    if (!isCount(rows) || !isCount(width)) {
      throw new ChainruleError("E_DATA", { where: "inputs.shape", expected: "whole numbers of rows and columns", got: show(inputs.shape) });
    }
    if (inputs.values.length !== rows * width) {
      throw new ChainruleError("E_DATA", {
        where: "inputs.values",
        expected: `${rows} x ${width} = ${rows * width} numbers, as the shape says`,
        got: String(inputs.values.length),
      });
    }
    return { values: inputs.values, rows, width };
  }
  const width = inputs[0]?.length ?? 0;
  const values = new Float64Array(inputs.length * width);
  inputs.forEach((row, index) => {
    if (row.length !== width) {
      throw new ChainruleError("E_DATA", { where: `inputs[${index}]`, expected: `${width} numbers, as in row 0`, got: String(row.length) });
    }
    row.forEach((value, column) => {
      if (typeof value !== "number") {
        throw new ChainruleError("E_DATA", { where: `inputs[${index}][${column}]`, expected: "a number", got: show(value) });
      }
    });
    values.set(row, index * width);
  });
  return { values, rows: inputs.length, width };
}

function checkFinite(values: InputValues, width: number, columns: readonly string[]): void {
  if (values instanceof Uint8Array) return;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      const row = Math.floor(i / width);
      throw new ChainruleError("E_DATA", {
        where: `row ${row}, column "${columns[i % width] ?? ""}"`,
        expected: "a finite number",
        got: String(values[i]),
        hint: "Leave the row out or fill the gap.",
      });
    }
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function checkTestFrom(row: number, rows: number): number {
  if (isCount(row) && row <= rows) return row;
  throw new ChainruleError("E_DATA", { where: "testFrom", expected: `a row number, at most ${rows}`, got: show(row) });
}

function checkImage(image: ImageShape, width: number): ImageShape {
  if (!(image.maximum > 0 && image.maximum < Infinity)) {
    throw new ChainruleError("E_DATA", { where: "image.maximum", expected: "a finite number above 0", got: show(image.maximum) });
  }
  if (!isCount(image.height) || !isCount(image.width) || image.height * image.width !== width) {
    throw new ChainruleError("E_DATA", {
      where: "image",
      expected: `height x width = ${width}, the number of columns`,
      got: `${image.height} x ${image.width}`,
    });
  }
  return image;
}

function readLabels(source: ClassSource<Label>, rows: number): ClassTarget {
  const { labels } = source;
  if (labels.length !== rows) {
    throw new ChainruleError("E_DATA", { where: "labels", expected: `${rows}, one a row`, got: String(labels.length) });
  }
  labels.forEach((label, row) => {
    if (typeof label !== "string" && !Number.isFinite(label)) {
      throw new ChainruleError("E_DATA", { where: `labels[${row}]`, expected: "text or a finite number", got: show(label) });
    }
  });
  const classes = source.classes ?? sortLabels([...new Set(labels)]);
  // By their text, which is how files and tables tell them apart: 1 and "1" are one.
  if (new Set(classes.map(String)).size < classes.length) {
    throw new ChainruleError("E_DATA", { where: "classes", expected: "each class once", got: show(classes) });
  }
  const position = new Map(classes.map((label, index) => [label, index]));
  const indices = Int32Array.from(labels, (label, row) => {
    const index = position.get(label);
    if (index === undefined) throw unknownLabel(`labels[${row}]`, label, classes);
    return index;
  });
  return { kind: "classes", name: source.targetName ?? "label", classes, indices };
}

/** Numbers by value, then text by code unit. */
export function sortLabels<L extends Label>(labels: L[]): L[] {
  return labels.sort((a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
    return typeof a === "number" ? -1 : 1;
  });
}

export function unknownLabel(where: string, label: Label, classes: readonly Label[]): ChainruleError {
  return new ChainruleError("E_DATA", {
    where,
    expected: `one of the ${classes.length} classes ${show(classes)}`,
    got: show(label),
    ...suggestion(label, classes.map(String)),
  });
}

function readTargets(source: ValueSource, rows: number): ValueTarget {
  const { targets } = source;
  if (targets.length !== rows) {
    throw new ChainruleError("E_DATA", { where: "targets", expected: `${rows}, one a row`, got: String(targets.length) });
  }
  const lists = targets.map((target) => (typeof target === "number" ? [target] : target));
  const width = lists[0]?.length ?? 1;
  const values = new Float64Array(rows * width);
  lists.forEach((list, row) => {
    if (list.length !== width || !list.every(Number.isFinite)) {
      throw new ChainruleError("E_DATA", { where: `targets[${row}]`, expected: `${width} finite numbers`, got: show(targets[row]) });
    }
    values.set(list, row * width);
  });
  if (source.targetNames !== undefined && source.targetNames.length !== width) {
    throw new ChainruleError("E_DATA", {
      where: "targetNames",
      expected: `${width}, one a target`,
      got: String(source.targetNames.length),
    });
  }
  const names = source.targetNames ?? (width === 1 ? ["y"] : Array.from({ length: width }, (_, j) => `y${j}`));
  return { kind: "values", names, values };
}
