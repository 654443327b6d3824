import type { Dataset } from "../data/dataset.js";
import { takeRows } from "../data/rows.js";
import { saturationOf } from "../engine/statistics.js";
import { type ActivationName, activations } from "../network/activations.js";
import { activationOf, outputRuleOf } from "../network/description.js";
import { carryBack } from "../reference/backward.js";
import { forward } from "../reference/forward.js";
import { openExamples } from "../training/examples.js";
import type { Model } from "../training/model.js";
import { DIAGNOSIS_THRESHOLDS } from "./thresholds.js";

// The one place that walks examples through the reference. Everything is summed up row by row, so that memory does not grow
// with the rows, save for the activations that are compared with each other.

/** One layer l >= 2, measured over some rows; arrays have the shape (n_l). */
export interface LayerPass {
  readonly layer: number;
  readonly activation: ActivationName;
  readonly units: number;
  readonly rows: number;
  /** Root mean squares over rows and weights, rows and units: of one example's dCost/dw, of its dCost/da, of what feeds the layer. */
  readonly dCost_dw: number;
  readonly dCost_da: number;
  readonly input: number;
  /** Largest |da/dz| over the rows; that of a softmax is not looked at, and is 1. */
  readonly steepest: Float64Array;
  /** Number of rows whose |da/dz| is at most the layer's saturation. */
  readonly flat: Float64Array;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  /** Activations of the first rows, shape (kept rows x n_l). */
  readonly kept: Float32Array;
}

export interface Passes {
  /** From layer 2 on. */
  readonly layers: readonly LayerPass[];
  readonly rows: number;
  /** Root mean square of a - y over rows and outputs. */
  readonly error: number;
  /** Rows with an output that is wrong and whose dCost/dz hardly moves it. */
  readonly stuckRows: number;
  /** False where a NaN or an infinity turned up in a derivative. */
  readonly finite: boolean;
}

/** 128 MiB of kept activations. */
const MOST_KEPT = 2 ** 25;

interface Sums {
  readonly layer: number;
  readonly activation: ActivationName;
  readonly saturation: number;
  readonly slope: (z: number, a: number) => number;
  dCost_dw: number;
  dCost_da: number;
  input: number;
  readonly steepest: Float64Array;
  readonly flat: Float64Array;
  readonly mean: Float64Array;
  readonly squares: Float64Array;
  readonly kept: Float32Array;
}

/** @param rows numbers of rows of the data, whose columns are in the model's order */
export function measurePasses(model: Model, dataset: Dataset, rows: Uint32Array): Passes {
  const { description, layout } = model.network;
  const L = layout.depth;
  const examples = openExamples(model, takeRows(dataset, rows));
  const width = layout.sizes.reduce((sum, size) => sum + size, 0);
  const keptRows = Math.min(rows.length, Math.floor(MOST_KEPT / width));
  const layers = Array.from({ length: L - 1 }, (_, index) =>
    sumsOf(index + 2, activationOf(description, index + 2), layout.sizes[index + 2]!, keptRows),
  );
  let [stuckRows, squares] = [0, 0];
  for (let i = 0; i < examples.length; i++) {
    const { x, y } = examples.at(i)!;
    const pass = forward(model.network, x);
    const { dCost_da, dCost_dz } = carryBack(model.network, pass, y);
    for (const sums of layers) {
      const { layer } = sums;
      const input = meanSquare(pass.h[layer - 1]!);
      // dCost/dw_jk = dCost/dz_j * h_k: the mean of their squares is a product of two means.
      sums.dCost_dw += meanSquare(dCost_dz[layer]!) * input;
      sums.dCost_da += meanSquare(dCost_da[layer]!);
      sums.input += input;
      addUnits(sums, pass.u[layer]!, pass.a[layer]!, i);
    }
    squares += meanSquare(pass.a[L]!.map((value, j) => value - y[j]!));
    if (isStuck(pass.a[L]!, y, dCost_dz[L]!)) stuckRows += 1;
  }
  const measured = layers.map((sums) => finish(sums, examples.length));
  return {
    layers: measured,
    rows: examples.length,
    error: Math.sqrt(squares / examples.length),
    stuckRows,
    // dCost/da of a cross-entropy may be infinite where p is 0; what is carried back is not made of it.
    finite: measured.every(({ dCost_dw }) => Number.isFinite(dCost_dw)),
  };
}

function sumsOf(layer: number, activation: ActivationName, n: number, keptRows: number): Sums {
  const zeros = (): Float64Array => new Float64Array(n);
  return {
    layer,
    activation,
    saturation: saturationOf(activation),
    slope: activation === "softmax" ? () => 1 : activations[activation].derivative,
    ...{ dCost_dw: 0, dCost_da: 0, input: 0 },
    ...{ steepest: zeros(), flat: zeros(), mean: zeros(), squares: zeros() },
    kept: new Float32Array(keptRows * n),
  };
}

function addUnits(sums: Sums, u: Float64Array, a: Float64Array, row: number): void {
  const { slope, saturation, steepest, flat, mean, squares, kept } = sums;
  const keeps = (row + 1) * a.length <= kept.length;
  if (keeps) kept.set(a, row * a.length);
  for (let j = 0; j < a.length; j++) {
    const value = a[j]!;
    const size = Math.abs(slope(u[j]!, value));
    if (size > steepest[j]!) steepest[j] = size;
    if (size <= saturation) flat[j]! += 1;
    // Welford's running mean: a unit that never changes has a deviation of exactly 0.
    const off = value - mean[j]!;
    mean[j]! += off / (row + 1);
    squares[j]! += off * (value - mean[j]!);
  }
}

function finish({ dCost_dw, dCost_da, input, squares, layer, activation, steepest, flat, mean, kept }: Sums, rows: number): LayerPass {
  return {
    ...{ layer, activation, units: mean.length, rows },
    dCost_dw: Math.sqrt(dCost_dw / rows),
    dCost_da: Math.sqrt(dCost_da / rows),
    input: Math.sqrt(input / rows),
    ...{ steepest, flat, mean },
    deviation: squares.map((sum) => Math.sqrt(sum / rows)),
    kept,
  };
}

/** An output that is wrong and flat: what comes back through it says hardly anything of that. */
function isStuck(a: Float64Array, y: ArrayLike<number>, dCost_dz: Float64Array): boolean {
  const { stuckSlope, stuckError } = DIAGNOSIS_THRESHOLDS;
  return a.some((value, j) => {
    const error = Math.abs(value - y[j]!);
    return error > stuckError && Math.abs(dCost_dz[j]!) <= stuckSlope * error;
  });
}

function meanSquare(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum / values.length;
}

/** The cost of each listed row, in float64. */
export function exactCosts(model: Model, dataset: Dataset, rows: readonly number[]): number[] {
  const { network } = model;
  const rule = outputRuleOf(network.description);
  const examples = openExamples(model, takeRows(dataset, Uint32Array.from(rows)));
  return rows.map((_, i) => {
    const { x, y } = examples.at(i)!;
    const { z, a } = forward(network, x);
    return rule.cost(z.at(-1)!, a.at(-1)!, Float64Array.from(y));
  });
}
