import { type Layout, parameterName } from "../network/layout.js";
import type { Verdict } from "./verdict.js";
import { count, listed, plural } from "./words.js";

/** Weights and biases that are NaN or infinite: nothing can be computed with them. */
export function parameterVerdict(layout: Layout, parameters: Float32Array, top: number): Verdict[] {
  const names: string[] = [];
  const layers = new Set<number>();
  let found = 0;
  for (const { offset, rows, columns, layer } of layout.tensors) {
    for (let at = offset; at < offset + rows * columns; at++) {
      if (Number.isFinite(parameters[at])) continue;
      found += 1;
      layers.add(layer);
      if (names.length < top) names.push(parameterName(layout, at));
    }
  }
  if (found === 0) return [];
  return [
    {
      kind: "non-finite",
      severity: "bad",
      where: { layers: [...layers], parameters: names },
      value: found,
      threshold: 0,
      message: `${count(found)} of ${plural(layout.length, "parameter")} ${found === 1 ? "is" : "are"} NaN or infinite${names.length > 0 ? `: ${listed(names)}` : ""}; only the data are diagnosed.`,
      advice: "Train again at a lower learning rate, or with clipped derivatives (clipNorm).",
    },
  ];
}

/** Rows whose outputs are NaN or infinite. */
export function outputVerdict(rows: readonly number[], all: number, top: number): Verdict[] {
  if (rows.length === 0) return [];
  return [
    {
      kind: "non-finite",
      severity: "bad",
      where: { rows: rows.slice(0, top) },
      value: rows.length,
      threshold: 0,
      message: `The outputs of ${count(rows.length)} of ${plural(all, "row")} are NaN or infinite: ${listed(rows)}; labels and fit are not diagnosed.`,
      advice: "Hand over inputs in the units of the training, or train again with scaled inputs at a lower learning rate.",
    },
  ];
}
