import { type Dataset, examples, findParameter, type Model } from "chainrule";
import { backward, type Backward, centralDifference, type Example, forward, type Forward } from "chainrule/reference";
import type { Terminal } from "../terminal.js";
import { short } from "./format.js";

/** Rows that are looked through for a derivative worth showing; fewer where each costs more. */
const MOST_ROWS = 200;
const MOST_DERIVATIVES = 2e7;

/**
 * One derivative of one row, by equation (1): in symbols, with its numbers, and beside its central difference. The weight is
 * w_L[3,7], or the last one that a smaller network has; the row is the one of the given rows where the derivative is largest.
 * Where it is 0 in all of them (a dead unit), the weight with the largest derivative takes its place.
 */
export function oneDerivative(model: Model, dataset: Dataset, rows: ArrayLike<number>, { colors }: Terminal): string {
  const { network } = model;
  const L = network.layout.depth;
  const width = network.layout.sizes[L - 1]!;
  const usual = Math.min(3, network.layout.sizes[L]! - 1) * width + Math.min(7, width - 1);
  const affordable = Math.ceil(MOST_DERIVATIVES / network.layout.length);
  const candidates = Array.from(rows).slice(0, Math.min(MOST_ROWS, affordable));
  const first = steepest(model, dataset, candidates, () => usual);
  const { row, example, pass, derivatives, place, value } = first.value === 0 ? steepest(model, dataset, candidates, largestPlace) : first;
  const j = Math.floor(place / width);
  const k = place % width;
  const name = `w${L}[${j},${k}]`;
  const numeric = centralDifference(network, [example], findParameter(network.layout, name).index);
  const left = `dCost/d${name}`;
  const pad = " ".repeat(left.length);
  const lines = steps(model, pass, derivatives, example, L, j, k).map((line, at) => `  ${at === 0 ? left : pad} = ${line}`);
  const check = numeric === undefined ? "none: a relu's kink is too near" : `${short(numeric)}   (${agreement(value, numeric)})`;
  return [
    `One derivative: how the cost of row ${row} changes with ${name}${truth(model, example)}`,
    "",
    ...lines,
    `  ${pad} = ${colors.bold(short(value))}`,
    `  ${"numeric check".padStart(left.length)} = ${check}`,
  ].join("\n");
}

interface Found {
  readonly row: number;
  readonly example: Example;
  readonly pass: Forward;
  readonly derivatives: Backward;
  /** Where the weight stands in W^(L), row-major, and its derivative. */
  readonly place: number;
  readonly value: number;
}

/** The row with the largest derivative of the weight at the place that is chosen in it. */
function steepest(model: Model, dataset: Dataset, rows: readonly number[], choose: (dCost_dw: Float64Array) => number): Found {
  let best: Found | undefined;
  // One row at a time: the derivatives of a wide network fill megabytes.
  for (const row of rows) {
    const [example] = examples(model, dataset, { rows: [row, row + 1] });
    const pass = forward(model.network, example!.x);
    const derivatives = backward(model.network, pass, example!.y);
    const dCost_dw = derivatives.dCost_dw.at(-1)!;
    const place = choose(dCost_dw);
    const value = dCost_dw[place]!;
    if (best === undefined || Math.abs(value) > Math.abs(best.value)) best = { row, example: example!, pass, derivatives, place, value };
  }
  return best!;
}

function largestPlace(values: Float64Array): number {
  return values.reduce((best, value, place) => (Math.abs(value) > Math.abs(values[best]!) ? place : best), 0);
}

/** The product of equation (1) in symbols, then in indices, then in numbers. */
function steps(
  model: Model,
  { z, a }: Forward,
  { dCost_da, dCost_dz }: Backward,
  { y }: Example,
  L: number,
  j: number,
  k: number,
): string[] {
  const { cost, layers } = model.network.description;
  const aj = `a${L}[${j}]`;
  const zj = `z${L}[${j}]`;
  const last = `a${L - 1}[${k}]`;
  const below = short(a[L - 1]![k]!);
  const symbols = `dCost/d${aj} * d${aj}/d${zj} * d${zj}/dw${L}[${j},${k}]`;
  if (cost === "squared-error" && layers.at(-1)!.activation !== "softmax") {
    const outer = dCost_da[L]![j]!;
    const slope = outer === 0 ? 0 : dCost_dz[L]![j]! / outer;
    return [
      symbols,
      `(2 ${aj} - 2 y[${j}]) * sigma'(${zj}) * ${last}`,
      `(2 * ${short(a[L]![j]!)} - 2 * ${short(y[j]!)}) * sigma'(${short(z[L]![j]!)}) * ${below}`,
      `${short(outer)} * ${short(slope)} * ${below}`,
    ];
  }
  // Softmax, and cross-entropy, whose first two factors simplify to a_j - y_j.
  const inner = `dCost/d${zj} * d${zj}/dw${L}[${j},${k}]`;
  if (cost === "cross-entropy") return [inner, `(${aj} - y[${j}]) * ${last}`, `(${short(a[L]![j]!)} - ${short(y[j]!)}) * ${below}`];
  return [inner, `sum_i ( dCost/da${L}[i] * da${L}[i]/d${zj} ) * ${last}`, `${short(dCost_dz[L]![j]!)} * ${below}`];
}

function truth({ task }: Model, { y }: Example): string {
  if (task.kind !== "classification" || y.length !== task.classes.length) return "";
  return ` (true class: ${String(task.classes[Array.from(y).indexOf(1)])})`;
}

function agreement(value: number, numeric: number): string {
  if (value === numeric) return "equal";
  const digits = Math.floor(-Math.log10(Math.abs(value - numeric) / Math.max(Math.abs(value), Math.abs(numeric))));
  return digits >= 1 ? `${digits} digits agree` : "they differ";
}
