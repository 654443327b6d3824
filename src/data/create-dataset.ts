import { ChainruleError, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import type { ClassTarget, Dataset, ImageShape, Label, LabelTarget, NoTarget, Target, ValueTarget } from "./dataset.js";
import { checkFinite } from "./check-dataset.js";
import { type LabelMatrix, type LabelSets, readLabelSets } from "./label-sets.js";
import { type InputSource, isCount, listOf, readInputs } from "./read-inputs.js";
import { type RecordOptions, type RecordRow, readRecords } from "./records.js";

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
  readonly targets: readonly number[] | readonly (readonly number[])[] | Float64Array | Float32Array;
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
  if (typeof (source as unknown) !== "object" || (source as unknown) === null) {
    const expected = "an object with inputs and what is to be learned from them, or a list of rows";
    throw new ChainruleError("E_DATA", { where: "data", expected, got: show(source) });
  }
  const { values, rows, width } = readInputs(source.inputs);
  const columns = source.columns ?? Array.from({ length: width }, (_, column) => `x${column}`);
  if (columns.length !== width) {
    throw new ChainruleError("E_DATA", { where: "columns", expected: `${width} names, one a column`, got: String(columns.length) });
  }
  checkFinite(values, columns);
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
  const labels = listOf(source.labels, "labels");
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
  const targets = listOf<number | readonly number[]>(source.targets, "targets");
  if (targets.length !== rows) {
    throw new ChainruleError("E_DATA", { where: "targets", expected: `${rows}, one a row`, got: String(targets.length) });
  }
  const lists = targets.map((target): readonly unknown[] => (Array.isArray(target) ? target : [target]));
  const width = lists[0]?.length ?? 1;
  const values = new Float64Array(rows * width);
  lists.forEach((list, row) => {
    if (list.length !== width || !list.every(Number.isFinite)) {
      throw new ChainruleError("E_DATA", {
        where: `targets[${row}]`,
        expected: width === 1 ? "a finite number" : `${width} finite numbers`,
        got: show(targets[row]),
      });
    }
    values.set(list as number[], row * width);
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
