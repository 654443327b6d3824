import { ChainruleError, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import type { Label } from "../data/dataset.js";
import { scaleRow } from "../data/scaling.js";
import { encodedColumns } from "../network/parts.js";
import { type Forward, forward, resume } from "../reference/forward.js";
import type { Cell } from "../table/cell.js";
import { slopeOnCurve } from "../table/curve.js";
import { type ColumnPreparation, inputsOf, type Preparation } from "../table/preparation.js";
import { prepareRow } from "../table/prepare-row.js";
import type { RawRow } from "../table/source.js";
import { typedCell } from "../table/typed.js";
import type { Model } from "../training/model.js";
import { isSingleOutput } from "../training/task.js";
import { byColumn, ofActivation, type Own } from "./by-input.js";

/** What one column of a row does to the output. */
export interface Reason {
  /** The raw column; all inputs that it becomes count together. */
  readonly column: string;
  /** What the row has there, and what a typical row has. */
  readonly cell: Cell;
  readonly typical: Cell;
  /** How far it moves the output, in the output's units; all of them add up to `value - typical` of the row. */
  readonly push: number;
  /** What one more of it does to the output where the row stands; left out where the column has no numbers, or none here. */
  readonly derivative?: number;
}

/** Why the network answers a row as it does. */
export interface Reasons {
  /** The output: `a4[1]`. */
  readonly of: string;
  /** What it stands for: a class, a label, or the name of a target. */
  readonly output: Label;
  /** For the row, and for a typical one; a probability, or the target in its units. */
  readonly value: number;
  readonly typical: number;
  /** The strongest first. */
  readonly reasons: readonly Reason[];
  /** What the pushes miss of `value - typical`: the error of the integral. */
  readonly rest: number;
}

/** Steps along the way at first, and at most. */
const STEPS = { first: 32, most: 1024 };
/** The integral is good enough when so much of the way is missing, as a share of it. */
const ERROR = 1e-6;

/**
 * What pushes the output of a row, column by column: integrated gradients (Sundararajan, Taly and Yan 2017). On the straight way from a typical row,
 * whose numbers are the medians and whose categories the most frequent ones, to this row the derivatives da_j/da1[t] are summed up, each times
 * how far its input goes; the inputs of a raw column count together. Where a model was not made of a table the typical row is one of zeros
 * after scaling: the means, or a black picture.
 *
 * @param row cells by column; of a model without a preparation numbers
 * @param output the class, label or target that is asked about; the predicted class, the first label or target where left out
 * @throws ChainruleError `E_DATA` for a column that is not there, and for a cell of another type; `E_USAGE` for an output that the model has not
 * @example
 * ```ts
 * import { train } from "chainrule";
 * import { reasons } from "chainrule/explain";
 *
 * const fruits = Array.from({ length: 60 }, (_, i) => ({ weight: i % 2 ? 150 + i : 8 + i / 10, kind: i % 2 ? "apple" : "cherry" }));
 * const { model } = await train(fruits, { target: "kind", seed: 1, epochs: 20 }).result;
 * const why = reasons(model, { weight: 180 });
 * console.log(why.output, why.typical, why.value); // apple, ...
 * for (const { column, cell, typical, push } of why.reasons) console.log(column, cell, typical, push);
 * ```
 */
export function reasons(model: Model, row: RawRow, output?: Label): Reasons {
  return reasonsWithin(model, row, output, ERROR);
}

/** The same, with an error of its own: what the pushes may miss, as a share of the way. */
export function reasonsWithin(model: Model, row: RawRow, output: Label | undefined, error: number): Reasons {
  const { network } = model;
  const { depth } = network.layout;
  const columns = model.preparation === undefined ? plainColumns(model) : tableColumns(model.preparation);
  const raw = Object.fromEntries(columns.map(({ name, typical }) => [name, typical]));
  const start = forward(network, inputsOfRow(model, raw));
  const end = forward(network, inputsOfRow(model, row));
  const asked = askedOutput(model, end, output);
  const scale = asked.factor;
  const { sums, at } = integrate(network, start, end, depth, asked.unit, error);
  const places = encodedColumns(network.description.inputs, network.description.encodings);
  const found = columns.map(({ name, typical, inputs, slope }): Reason => {
    const cell = Object.hasOwn(row, name) ? row[name] : undefined;
    const own = inputs.map((input) => places[input]!);
    const push = scale * own.reduce((sum, { at: from, width }) => sum + sumOf(sums, from, from + width), 0);
    const rise = slope(cell);
    const derivative =
      rise === undefined ? undefined : scale * own.reduce((sum, place) => sum + rise(place.column) * byColumn(network, place, at), 0);
    return { column: name, cell, typical, push, ...(derivative === undefined ? {} : { derivative }) };
  });
  const value = asked.read(end);
  const typical = asked.read(start);
  return {
    of: `a${depth}[${asked.unit}]`,
    output: asked.output,
    value,
    typical,
    reasons: found.toSorted((a, b) => Math.abs(b.push) - Math.abs(a.push)),
    rest: value - typical - found.reduce((sum, { push }) => sum + push, 0),
  };
}

/** A raw column, the inputs that it becomes, and what a typical row has there. */
interface Column {
  readonly name: string;
  readonly typical: Cell;
  readonly inputs: readonly number[];
  /** How fast each input moves with the cell; undefined where the cell is no number. */
  readonly slope: (cell: Cell) => ((input: number) => number) | undefined;
}

function plainColumns({ columns, scaling }: Model): Column[] {
  const zeros = scaleRow(scaling, new Float64Array(columns.length));
  const ones = scaleRow(scaling, new Float64Array(columns.length).fill(1));
  return columns.map((name, k) => {
    const slope = ones[k]! - zeros[k]!;
    return { name, typical: slope === 0 ? 0 : -zeros[k]! / slope, inputs: [k], slope: () => () => slope };
  });
}

function tableColumns(preparation: Preparation): Column[] {
  const inputs = inputsOf(preparation);
  return preparation.columns.map((column, from) => {
    const own = inputs.flatMap((input, k) => (input.from === from ? [k] : []));
    return { name: column.name, typical: typicalCell(column), inputs: own, slope: (cell) => slopeOf(column, cell, own, preparation) };
  });
}

function typicalCell(column: ColumnPreparation): Cell {
  switch (column.kind) {
    case "numeric":
      return column.fill;
    case "categorical":
      return column.categories[0];
    case "boolean":
    case "date":
      return undefined;
  }
}

function slopeOf(column: ColumnPreparation, cell: Cell, own: readonly number[], { mark }: Preparation): ReturnType<Column["slope"]> {
  if (column.kind !== "numeric") return undefined;
  const value = typedCell(cell, "numeric", mark, () => {
    throw new Error("the row has been read");
  }) as number;
  if (Number.isNaN(value)) return undefined;
  const slope = slopeOnCurve(column.curve, value);
  const [first, last] = [own[0], column.twice ? own.at(-1) : undefined];
  return (input) => (input === first || input === last ? slope : 0);
}

function inputsOfRow({ preparation, columns, scaling }: Model, row: RawRow): Float64Array {
  if (preparation !== undefined) return scaleRow(scaling, prepareRow(preparation, row, columns.length));
  const values = columns.map((name) => {
    const value = Object.hasOwn(row, name) ? row[name] : undefined;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw new ChainruleError("E_DATA", { where: `input "${name}"`, expected: "a finite number", got: show(value) });
  });
  return scaleRow(scaling, values);
}

/** An output unit, what it stands for, and how its activation is read. */
interface Asked {
  readonly unit: number;
  readonly output: Label;
  /** By which its activation is multiplied to be in the units of the source. */
  readonly factor: number;
  readonly read: (pass: Forward) => number;
}

function askedOutput({ task, network }: Model, pass: Forward, wanted: Label | undefined): Asked {
  const { depth } = network.layout;
  const outputs = pass.a[depth]!;
  const names: readonly Label[] = task.kind === "classification" ? task.classes : task.kind === "regression" ? task.targets : task.labels;
  const single = task.kind === "classification" && isSingleOutput(task, outputs.length);
  const position =
    wanted === undefined
      ? likeliest(task.kind === "classification", outputs, single)
      : names.findIndex((name) => String(name) === String(wanted));
  if (position < 0) {
    throw new ChainruleError("E_USAGE", {
      where: "output",
      expected: `one of ${show(names)}`,
      got: show(wanted),
      ...suggestion(wanted, names.map(String)),
    });
  }
  const unit = single ? 0 : position;
  const [offset, factor] =
    task.kind === "regression" ? [task.mean[position]!, task.deviation[position]!] : single && position === 0 ? [1, -1] : [0, 1];
  return { unit, output: names[position]!, factor, read: ({ a }) => offset + factor * a[depth]![unit]! };
}

function likeliest(isClass: boolean, outputs: Float64Array, single: boolean): number {
  if (single) return Number(outputs[0]! >= 0.5);
  return isClass ? outputs.indexOf(Math.max(...outputs)) : 0;
}

/** The integral of the derivatives along the way, each times how far its input goes, shape (n_1); and the derivatives at its end. */
function integrate(
  network: Model["network"],
  start: Forward,
  end: Forward,
  layer: number,
  unit: number,
  error: number,
): { readonly sums: Float64Array; readonly at: Own } {
  const [from, to] = [start.a[1]!, end.a[1]!];
  const whole = end.a[layer]![unit]! - start.a[layer]![unit]!;
  const at = ofActivation(network, end, layer, unit);
  for (let steps = STEPS.first; ; steps *= 2) {
    const sums = new Float64Array(from.length);
    for (let step = 0; step < steps; step++) {
      // In the middle of each step.
      const share = (step + 0.5) / steps;
      const a = from.map((value, t) => value + share * (to[t]! - value));
      const { derivatives } = ofActivation(network, resume(network, start, 1, { a }), layer, unit);
      for (let t = 0; t < a.length; t++) sums[t]! += (derivatives[t]! * (to[t]! - from[t]!)) / steps;
    }
    const missing = Math.abs(whole - sumOf(sums, 0, sums.length));
    if (missing <= error * Math.abs(whole) || steps === STEPS.most) return { sums, at };
  }
}

function sumOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let t = from; t < to; t++) sum += values[t]!;
  return sum;
}
