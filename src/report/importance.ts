import { createRandom, shuffle, STREAM } from "../base/random.js";
import type { Dataset } from "../data/dataset.js";
import { rowNumbers } from "../data/rows.js";
import { runForward } from "../training/evaluate.js";
import { predictedClass } from "../training/measure.js";
import { saidLabels } from "../training/measure-labels.js";
import type { Model } from "../training/model.js";
import { classIndices, labelBits } from "../training/task.js";
import { rawColumnsOf } from "./prepared-columns.js";
import type { Importance } from "./report.js";

/** Where the cells of a column go in a repeat, shape (rows): row i gets those of row order[i]. */
export type Permutation = (column: number, repeat: number, rows: number) => Uint32Array;

export interface ImportanceSettings {
  readonly repeats: number;
  readonly seed: number;
  /** Drawn by the seed where left out. */
  readonly permutation?: Permutation;
}

/** A metric of the rows, by what the network has answered; one of each target of numbers, otherwise one. */
interface Metric {
  readonly name: Importance["metric"];
  /** Whether more is better. */
  readonly rises: boolean;
  readonly of: (outputs: Float32Array) => readonly number[];
}

/**
 * Permutation importance (Breiman 2001; Fisher, Rudin and Dominici 2019) of the raw columns: how much worse a metric of the rows gets where the
 * cells of a column are handed to other rows. All inputs of a raw column move together, so that no row has two categories.
 *
 * @param dataset in the model's columns, in memory
 * @returns one a target of numbers, otherwise one
 */
export function permutationImportance(model: Model, dataset: Dataset, settings: ImportanceSettings): Importance[] {
  const { repeats, seed, permutation = drawnBy(seed) } = settings;
  const { rowCount, columns } = dataset;
  const metric = metricOf(model, dataset);
  const width = columns.length;
  const inputs = dataset.inputs.slice();
  const moved: Dataset = { ...dataset, inputs };
  // Costs are not asked for.
  const targets = new Float64Array(rowCount * model.network.layout.sizes.at(-1)!);
  const measured = (): readonly number[] => metric.of(runForward(model, moved, targets).outputs);
  const before = measured();
  const worse = rawColumnsOf(model).map(({ column, inputs: own }, k) => {
    const values: number[][] = before.map(() => []);
    for (let repeat = 0; repeat < repeats; repeat++) {
      const order = permutation(k, repeat, rowCount);
      for (let row = 0; row < rowCount; row++) {
        for (const input of own) inputs[row * width + input] = dataset.inputs[order[row]! * width + input]!;
      }
      measured().forEach((value, j) => values[j]!.push(metric.rises ? before[j]! - value : value - before[j]!));
    }
    for (let row = 0; row < rowCount; row++) {
      for (const input of own) inputs[row * width + input] = dataset.inputs[row * width + input]!;
    }
    return { column, index: k, values };
  });
  return before.map((baseline, j) => ({
    metric: metric.name,
    rows: rowCount,
    repeats,
    seed,
    baseline,
    columns: worse
      .map(({ column, index, values }) => ({ column, index, ...spreadOf(values[j]!), values: values[j]! }))
      .sort((a, b) => b.mean - a.mean),
  }));
}

function drawnBy(seed: number): Permutation {
  return (column, repeat, rows) => shuffle(rowNumbers(0, rows), createRandom(seed, STREAM.permutation, column * 0x10000 + repeat));
}

function spreadOf(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length) };
}

function metricOf({ task, network }: Model, { target, rowCount, name }: Dataset): Metric {
  const width = network.layout.sizes.at(-1)!;
  if (task.kind === "classification") {
    const actual = classIndices(task, target, name);
    const isRight = (outputs: Float32Array, row: number): boolean => predictedClass({ task, network }, outputs, row) === actual[row];
    return {
      name: "accuracy",
      rises: true,
      of: (outputs) => [actual.reduce((right, _, row) => right + Number(isRight(outputs, row)), 0) / rowCount],
    };
  }
  if (task.kind === "multi-label") {
    const bits = labelBits(task, target, name);
    return {
      name: "hammingLoss",
      rises: false,
      of: (outputs) => [saidLabels(task, outputs).reduce((wrong, said, at) => wrong + Number(said !== bits[at]), 0) / bits.length],
    };
  }
  const { values } = target as Extract<typeof target, { kind: "values" }>;
  return {
    name: "rmse",
    rises: false,
    of: (outputs) =>
      task.targets.map((_, j) => {
        let squares = 0;
        for (let row = 0; row < rowCount; row++) {
          const error = values[row * width + j]! - (outputs[row * width + j]! * task.deviation[j]! + task.mean[j]!);
          squares += error * error;
        }
        return Math.sqrt(squares / rowCount);
      }),
  };
}

/** So many rows of a list, drawn by the seed, ascending. */
export function drawRows(rows: Uint32Array, most: number, seed: number): Uint32Array {
  if (rows.length <= most) return rows;
  const drawn = shuffle(rowNumbers(0, rows.length), createRandom(seed, STREAM.sample));
  return drawn
    .slice(0, most)
    .sort()
    .map((at) => rows[at]!);
}
