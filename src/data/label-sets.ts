import { ChainruleError, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import type { LabelTarget } from "./dataset.js";

/** The names of each row's labels. */
export interface LabelSets {
  readonly labelSets: readonly (readonly string[])[];
  /** All labels, where some may be missing from `labelSets`; otherwise those that occur, by code unit. */
  readonly labelNames?: readonly string[];
}

/** The same as 0 and 1, or false and true: one column a label. */
export interface LabelMatrix {
  /** Shape (rows x labels). */
  readonly labelMatrix: readonly (readonly (number | boolean)[])[];
  readonly labelNames: readonly string[];
}

/** @throws ChainruleError `E_DATA`, naming the row, for what is no label, and for labels that are there twice */
export function readLabelSets(source: LabelSets | LabelMatrix, rows: number): LabelTarget {
  const where = "labelSets" in source ? "labelSets" : "labelMatrix";
  const lists: unknown = "labelSets" in source ? source.labelSets : source.labelMatrix;
  if (!Array.isArray(lists) || lists.length !== rows) {
    throw new ChainruleError("E_DATA", {
      where,
      expected: `${rows} lists, one a row`,
      got: Array.isArray(lists) ? String(lists.length) : show(lists),
    });
  }
  lists.forEach((list: unknown, row) => {
    if (!Array.isArray(list)) throw new ChainruleError("E_DATA", { where: `${where}[${row}]`, expected: "a list", got: show(list) });
  });
  const target = "labelSets" in source ? fromSets(source) : fromMatrix(source);
  const { names } = target;
  if (names.length === 0 || new Set(names).size < names.length || !names.every((name: unknown) => typeof name === "string")) {
    throw new ChainruleError("E_DATA", {
      where: "labelNames",
      expected: "at least one label, each of them text and once",
      got: show(names),
    });
  }
  return target;
}

function fromSets({ labelSets, labelNames }: LabelSets): LabelTarget {
  const names = labelNames ?? [...new Set(labelSets.flat())].sort((a, b) => (a < b ? -1 : 1));
  const position = new Map(names.map((name, j) => [name, j]));
  const values = new Uint8Array(labelSets.length * names.length);
  labelSets.forEach((list, row) => {
    for (const label of list) {
      const j = position.get(label);
      if (j === undefined) throw unknownName(`labelSets[${row}]`, label, names);
      values[row * names.length + j] = 1;
    }
  });
  return { kind: "labels", names, values };
}

function fromMatrix({ labelMatrix, labelNames }: LabelMatrix): LabelTarget {
  const names: unknown = labelNames;
  if (!Array.isArray(names)) {
    throw new ChainruleError("E_DATA", { where: "labelNames", expected: "a name for each column of labelMatrix", got: show(names) });
  }
  const values = new Uint8Array(labelMatrix.length * labelNames.length);
  labelMatrix.forEach((list, row) => {
    if (list.length !== labelNames.length) {
      const where = `labelMatrix[${row}]`;
      throw new ChainruleError("E_DATA", { where, expected: `${labelNames.length} numbers, one a label`, got: String(list.length) });
    }
    list.forEach((value, j) => {
      if (value !== 0 && value !== 1 && typeof value !== "boolean") {
        throw new ChainruleError("E_DATA", { where: `labelMatrix[${row}][${j}]`, expected: "0 or 1", got: show(value) });
      }
      values[row * labelNames.length + j] = Number(value);
    });
  });
  return { kind: "labels", names: labelNames, values };
}

/** A label that is none of those that are known. */
export function unknownName(where: string, label: string, names: readonly string[]): ChainruleError {
  const expected = `labels among ${show(names)}`;
  return new ChainruleError("E_DATA", { where, expected, got: show(label), ...suggestion(label, names) });
}
