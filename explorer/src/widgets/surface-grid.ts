import { type Dataset, type Label, type Model, predictor, type ValueTarget } from "chainrule";
import type { ShownData, ShownModel } from "../state/task.js";

/** Cells from side to side. */
export const SIDE = 50;

/** What a network answers everywhere in a part of the plane, row by row from the top. */
export interface Grid {
  /** Position of the class of each cell; the number of each, in the units of the (first) target. */
  readonly answers: Float64Array;
  /** How sure it is of a class, from 0 (as sure of another) to 1. */
  readonly confidence: Float64Array;
}

/** Numbers as colours: the middle has that of the page, `half` below and above it are the ends. */
export interface Scale {
  readonly middle: number;
  readonly half: number;
}

const scales = new WeakMap<ValueTarget, Scale>();

/** Of all rows, so that it stays the same while a network trains; around 0 where both signs occur. */
export function scaleOf(target: ValueTarget): Scale {
  let scale = scales.get(target);
  if (scale === undefined) {
    const width = target.names.length;
    let [least, most] = [Infinity, -Infinity];
    for (let at = 0; at < target.values.length; at += width) {
      least = Math.min(least, target.values[at]!);
      most = Math.max(most, target.values[at]!);
    }
    const middle = least < 0 && most > 0 ? 0 : (least + most) / 2;
    scale = { middle, half: Math.max(most - middle, middle - least) || 1 };
    scales.set(target, scale);
  }
  return scale;
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

/** Class and confidence, or number, at the middle of each cell; undefined where a network answers numbers that are not finite. */
export function predictGrid(model: ShownModel, extent: Extent, side = SIDE): Grid | undefined {
  const work = gridByRows(model, extent, side);
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** The same, with a rest after each row. */
export function* gridByRows(model: ShownModel, [x1, x2]: Extent, side = SIDE): Generator<undefined, Grid | undefined> {
  const labels = model.task.kind === "classification" ? model.task.classes : undefined;
  const answer = predictor(model as Model);
  const [answers, confidence] = [new Float64Array(side * side), new Float64Array(side * side)];
  const place = new Float64Array(2);
  for (let line = 0; line < side; line++) {
    place[1] = x2[1] - ((x2[1] - x2[0]) * (line + 0.5)) / side;
    for (let column = 0; column < side; column++) {
      place[0] = x1[0] + ((x1[1] - x1[0]) * (column + 0.5)) / side;
      const at = line * side + column;
      try {
        const said = answer(place) as Label;
        answers[at] = labels === undefined ? Number(said) : labels.indexOf(said);
      } catch {
        return undefined;
      }
      if (labels !== undefined) confidence[at] = lead(answer.outputs);
    }
    yield;
  }
  return { answers, confidence };
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

/** Rows whose class is right, as a share of the first thousand of a part; of numbers the root of their mean squared error. */
export function scoreOf(model: ShownModel, { target, inputs }: ShownData, rows: Uint32Array): number | undefined {
  const looked = rows.subarray(0, 1000);
  if (looked.length === 0) return undefined;
  const answer = predictor(model as Model);
  try {
    if (target.kind === "values") {
      const error = (row: number): number =>
        Number(answer(inputs.subarray(2 * row, 2 * row + 2))) - target.values[row * target.names.length]!;
      return Math.sqrt(looked.reduce((sum, row) => sum + error(row) ** 2, 0) / looked.length);
    }
    const right = looked.reduce(
      (sum, row) => sum + Number(answer(inputs.subarray(2 * row, 2 * row + 2)) === target.classes[target.indices[row]!]),
      0,
    );
    return right / looked.length;
  } catch {
    return undefined;
  }
}
