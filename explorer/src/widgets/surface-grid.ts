import { type ClassificationModel, type Dataset, predictor } from "chainrule";

/** Cells from side to side. */
export const SIDE = 50;

/** What a network answers everywhere in a part of the plane. */
export interface Grid {
  /** Position of the class of each cell, row by row from the top. */
  readonly classes: Uint8Array;
  /** How sure it is of it, from 0 (as sure of another) to 1. */
  readonly confidence: Float64Array;
}

/** The part of the plane that is shown: the least and the largest of x1, and of x2. */
export type Extent = readonly [x1: readonly [number, number], x2: readonly [number, number]];

const extents = new WeakMap<Dataset, Extent>();

/** Around all rows, with a margin. */
export function extentOf(dataset: Dataset): Extent {
  let extent = extents.get(dataset);
  if (extent === undefined) {
    const of = (column: 0 | 1): readonly [number, number] => {
      let [least, most] = [Infinity, -Infinity];
      for (let at = column; at < dataset.inputs.length; at += 2) {
        least = Math.min(least, dataset.inputs[at]!);
        most = Math.max(most, dataset.inputs[at]!);
      }
      const margin = 0.06 * (most - least) || 1;
      return [least - margin, most + margin];
    };
    extent = [of(0), of(1)];
    extents.set(dataset, extent);
  }
  return extent;
}

/** Class and confidence at the middle of each cell; undefined where a network answers numbers that are not finite. */
export function predictGrid(model: ClassificationModel, extent: Extent, side = SIDE): Grid | undefined {
  const work = gridByRows(model, extent, side);
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** The same, with a rest after each row. */
export function* gridByRows(model: ClassificationModel, [x1, x2]: Extent, side = SIDE): Generator<undefined, Grid | undefined> {
  const { classes: labels } = model.task;
  const answer = predictor(model);
  const [classes, confidence] = [new Uint8Array(side * side), new Float64Array(side * side)];
  const place = new Float64Array(2);
  for (let line = 0; line < side; line++) {
    place[1] = x2[1] - ((x2[1] - x2[0]) * (line + 0.5)) / side;
    for (let column = 0; column < side; column++) {
      place[0] = x1[0] + ((x1[1] - x1[0]) * (column + 0.5)) / side;
      const at = line * side + column;
      try {
        classes[at] = labels.indexOf(answer(place));
      } catch {
        return undefined;
      }
      confidence[at] = lead(answer.outputs);
    }
    yield;
  }
  return { classes, confidence };
}

/** By how much the largest output leads the second; of a single one how far it is from the middle. */
function lead(outputs: Float64Array): number {
  if (outputs.length === 1) return Math.min(Math.abs(2 * outputs[0]! - 1), 1);
  let [first, second] = [-Infinity, -Infinity];
  for (const value of outputs) {
    if (value > first) [first, second] = [value, first];
    else if (value > second) second = value;
  }
  return Math.min(first - second, 1);
}

/** Rows whose class is right, among the first thousand of a part. */
export function accuracyOf(model: ClassificationModel, dataset: Dataset, rows: Uint32Array): number | undefined {
  const { target, inputs } = dataset;
  const looked = rows.subarray(0, 1000);
  if (target.kind !== "classes" || looked.length === 0) return undefined;
  const answer = predictor(model);
  try {
    const right = looked.reduce(
      (sum, row) => sum + Number(answer(inputs.subarray(2 * row, 2 * row + 2)) === target.classes[target.indices[row]!]),
      0,
    );
    return right / looked.length;
  } catch {
    return undefined;
  }
}
