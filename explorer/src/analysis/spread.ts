import { openExamples } from "chainrule";
import { forward } from "chainrule/reference";
import type { LayerSpread, Spread } from "./messages.js";
import { quantilesOf } from "./quantiles.js";
import type { ShownData, ShownModel } from "../state/task.js";

/** Rows at most whose activations are looked at, evenly from the whole data. */
const ROWS = 500;

/** How weights and activations of each layer are spread. */
export function spreadOf(model: ShownModel, dataset: ShownData): Spread {
  const { network } = model;
  const { layout, parameters } = network;
  const rows = Math.min(ROWS, dataset.rowCount);
  // a^(l) of every row, shape (rows x n_l)
  const activations = layout.sizes.map((n, layer) => new Float64Array(layer < 2 ? 0 : rows * n));
  for (let i = 0; i < rows; i++) {
    const row = Math.floor((i * dataset.rowCount) / rows);
    const { a } = forward(network, openExamples(model, dataset, { rows: [row, row + 1] }).at(0)!.x);
    for (let layer = 2; layer <= layout.depth; layer++) activations[layer]!.set(a[layer]!, i * layout.sizes[layer]!);
  }
  const layers = layout.sizes.slice(2).map((units, index): LayerSpread => {
    const layer = index + 2;
    const { offset, rows: n, columns } = layout.layers[layer]!.w;
    const values = activations[layer]!;
    return {
      layer,
      weights: quantilesOf(parameters.subarray(offset, offset + n * columns)),
      activations: quantilesOf(values),
      deviation: deviationOf(values),
      ...unitsOf(values, units),
    };
  });
  return { rows, layers };
}

function deviationOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** @param values shape (rows x units) */
function unitsOf(values: Float64Array, units: number): Pick<LayerSpread, "mean" | "unitDeviation"> {
  const rows = values.length / units;
  const [mean, unitDeviation] = [new Float64Array(units), new Float64Array(units)];
  values.forEach((value, at) => (mean[at % units]! += value / rows));
  values.forEach((value, at) => (unitDeviation[at % units]! += (value - mean[at % units]!) ** 2 / rows));
  return { mean, unitDeviation: unitDeviation.map(Math.sqrt) };
}
