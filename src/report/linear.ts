import type { Dataset } from "../data/dataset.js";
import { type Answers, answersOf } from "../diagnose/answers.js";
import { embedding } from "../network/parts.js";
import { dense, type WrittenLayer } from "../network/layers.js";
import { inputsOf } from "../table/preparation.js";
import { measure } from "../training/evaluate.js";
import type { Measured } from "../training/measure.js";
import type { Model } from "../training/model.js";
import { lbfgs } from "../training/optimizers.js";
import { outputNames } from "../training/task.js";
import { trainDataset } from "../training/train-dataset.js";
import { drawRows } from "./importance.js";
import { rowsInMemory } from "./in-memory.js";
import type { TableTarget } from "../table/target.js";

// A linear model to compare with: a network without a hidden layer on the same prepared training rows, so that what is better than it is what the
// hidden layers are good for.

/** Linear costs are convex: 100 steps with a line search bring them near enough to their minimum. */
const STEPS = 100;
/** A little of it, so that classes that a line divides have weights that end. */
const L2 = 1e-4;
/** So many numbers of the inputs are enough to learn a line from; the rows that do not fit are left out at random. */
const MOST_NUMBERS = 4_000_000;
const FEWEST_ROWS = 2_000;
/** Widths of embeddings above the number of outputs say nothing more. */
const WIDEST = 8;

export interface LinearModel {
  readonly words: string;
  readonly model: Model;
}

/**
 * Trains it. A column that stands there twice is taken once; a category of an embedded column has a place of its own for each output.
 *
 * @param rows that are trained on
 */
export async function trainLinear(model: Model, dataset: Dataset, rows: Uint32Array, seed: number): Promise<LinearModel> {
  const { task, preparation } = model;
  const outputs = outputNames(task).length;
  const inputs = preparation === undefined ? undefined : inputsOf(preparation);
  const kept = keptColumns(model);
  const drawn = drawRows(rows, Math.max(FEWEST_ROWS, Math.floor(MOST_NUMBERS / kept.length)), seed);
  const columns = kept.map((k) => model.columns[k]!);
  const training = withColumns(rowsInMemory(dataset, drawn), columns, kept);
  const encodings = kept.flatMap((k, column): WrittenLayer[] => {
    const part = inputs?.[k]?.part;
    if (part?.kind !== "embedding") return [];
    return [embedding({ column, categories: part.categories, width: Math.min(WIDEST, outputs, part.categories) })];
  });
  const output = task.kind === "regression" ? "identity" : task.kind === "multi-label" ? "sigmoid" : "softmax";
  const cost = task.kind === "regression" ? "squared-error" : "cross-entropy";
  const { result } = trainDataset(training as Dataset<TableTarget>, {
    network: { inputs: columns.length, layers: [...encodings, dense(outputs, output)], cost },
    optimizer: lbfgs(),
    l2: L2,
    epochs: STEPS,
    // The inputs of a table that was prepared have been scaled, and codes are no numbers.
    ...(preparation === undefined ? {} : { scale: "standard" as const }),
    test: 0,
    validation: 0,
    seed,
  });
  const share = drawn.length === rows.length ? "" : `, on ${drawn.length.toLocaleString("en-US")} of them, drawn at random`;
  return {
    words: `a network without a hidden layer (output ${output}, ${cost}) on the same prepared training rows${share}: L-BFGS, at most ${STEPS} steps, L2 ${L2}`,
    model: (await result).model,
  };
}

/** Measures it on rows with the columns of the first model. */
export function measureLinear(linear: Model, model: Model, dataset: Dataset, rows: Uint32Array): Measured {
  return measure(linear, withColumns(rowsInMemory(dataset, rows), linear.columns, keptColumns(model)));
}

/** What it answers to the rows of a data set with the columns of the first model. */
export function answerLinear(linear: Model, model: Model, dataset: Dataset): Answers {
  return answersOf(linear, withColumns(dataset, linear.columns, keptColumns(model)));
}

/** All but those that stand there a second time. */
function keptColumns({ preparation, columns }: Model): number[] {
  const inputs = preparation === undefined ? undefined : inputsOf(preparation);
  return columns.map((_, k) => k).filter((k) => inputs?.[k]?.part?.kind !== "periodic");
}

/** Taken by their positions: columns of a table may be called what the second of another one is called. */
function withColumns(dataset: Dataset, columns: readonly string[], kept: readonly number[]): Dataset {
  const { rowCount, inputs, columns: all } = dataset;
  if (kept.length === all.length) return dataset;
  const values = new Float64Array(rowCount * kept.length);
  for (let row = 0; row < rowCount; row++) {
    kept.forEach((k, at) => (values[row * kept.length + at] = inputs[row * all.length + k]!));
  }
  return { ...dataset, columns, inputs: values };
}
