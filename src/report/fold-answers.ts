import type { Dataset } from "../data/dataset.js";
import { rowNumbers, takeTarget } from "../data/rows.js";
import { type Answers, answersOf } from "../diagnose/answers.js";
import { alignColumns, rememberedSplit } from "../training/align.js";
import type { Fold } from "../training/cross-validate.js";
import { type Measured, measureAnswers } from "../training/measure.js";
import type { Model } from "../training/model.js";
import type { Task } from "../training/task.js";
import { type Constant, constantOf } from "./constant.js";
import { drawRows, permutationImportance } from "./importance.js";
import { rowsInMemory } from "./in-memory.js";
import { answerLinear, trainLinear } from "./linear.js";
import type { Importance } from "./report.js";
import { checkFinite } from "./settings.js";

// What the model of a fold says to the rows that it was not trained on, and the answers of all folds put together.

/** A fold whose model has answered. */
export interface FoldAnswers {
  readonly model: Model;
  /** Where its rows stand among all, shape (rows of the fold). */
  readonly rows: Uint32Array;
  /** Its rows, in memory, and what was said of them. */
  readonly own: Dataset;
  readonly answers: Answers;
  readonly measured: Measured;
  /** Fitted on the fold's training rows, as the linear model is. */
  readonly constant: Constant;
  readonly linear: { readonly words: string; readonly model: Model; readonly answers: Answers } | undefined;
  readonly importance: readonly Importance[];
}

export interface FoldSettings {
  readonly seed: number;
  readonly repeats: number;
  /** Rows of the fold on which importance is measured, at most. */
  readonly sample: number;
  readonly linear: boolean;
}

/** @param data the fold's own, made once */
export async function answerFold({ model, rows }: Fold, data: Dataset, settings: FoldSettings): Promise<FoldAnswers> {
  const { seed, repeats, sample } = settings;
  const aligned = alignColumns(model, data);
  const { train, test } = rememberedSplit(model, data)!;
  const own = rowsInMemory(aligned, test);
  const answers = answersOf(model, own);
  checkFinite(answers);
  const linear = settings.linear ? await trainLinear(model, aligned, train, seed) : undefined;
  return {
    model,
    rows,
    own,
    answers,
    measured: measureAnswers(model, own, { outputs: answers.outputs, costSum: answers.costs.reduce((sum, cost) => sum + cost, 0) }),
    constant: constantOf(model.task, aligned, train, "the training rows"),
    linear: linear === undefined ? undefined : { ...linear, answers: answerLinear(linear.model, model, own) },
    importance: permutationImportance(model, rowsInMemory(own, drawRows(rowNumbers(0, own.rowCount), sample, seed)), { repeats, seed }),
  };
}

/** What every row was answered to by the model of its fold, in the order of the rows; numbers as the first model's outputs are. */
export function poolAnswers(folds: readonly FoldAnswers[]): Answers {
  const [first] = folds as [FoldAnswers];
  const rows = folds.reduce((sum, fold) => sum + fold.rows.length, 0);
  const { width, limit } = first.answers;
  const costs = new Float64Array(rows);
  const classes = first.answers.classes && { given: new Int32Array(rows), predicted: new Int32Array(rows) };
  for (const { rows: places, answers } of folds) {
    places.forEach((place, at) => {
      costs[place] = answers.costs[at]!;
      if (classes === undefined) return;
      classes.given[place] = answers.classes!.given[at]!;
      classes.predicted[place] = answers.classes!.predicted[at]!;
    });
  }
  const outputs = poolOutputs(
    folds.map(({ model, rows: places, answers }) => ({ task: model.task, rows: places, outputs: answers.outputs })),
    width,
  );
  return { rows, width, outputs, costs, classes, targets: undefined, limit, nonFinite: [] };
}

interface Said {
  readonly task: Task;
  readonly rows: Uint32Array;
  /** Shape (rows x n_L). */
  readonly outputs: ArrayLike<number>;
}

/** Outputs in the order of the rows: of numbers standardised as the first task has them, in float64, so that no digit is lost twice. */
export function poolOutputs(said: readonly Said[], width: number): Float32Array {
  const { task: to } = said[0]!;
  const pooled = new Float64Array(width * said.reduce((sum, { rows }) => sum + rows.length, 0));
  for (const { task, rows, outputs } of said) {
    rows.forEach((place, at) => {
      for (let j = 0; j < width; j++) {
        const value = outputs[at * width + j]!;
        pooled[place * width + j] =
          task.kind === "regression" && to.kind === "regression"
            ? (value * task.deviation[j]! + task.mean[j]! - to.mean[j]!) / to.deviation[j]!
            : value;
      }
    });
  }
  return pooled as unknown as Float32Array;
}

/** The rows of all folds in their order, with their targets and without inputs. @param data the first fold's */
export function pooledDataset(data: Dataset, { rows: own }: Fold): Dataset {
  const isOwn = new Uint8Array(data.rowCount);
  for (const row of own) isOwn[row] = 1;
  // The others stand first, then the fold's own.
  let [other, mine] = [0, data.rowCount - own.length];
  const places = Uint32Array.from(isOwn, (flag) => (flag === 1 ? mine++ : other++));
  const { name, rowCount, columns, target, image } = data;
  const about = { name, rowCount, columns, inputs: new Float32Array(0), target: takeTarget(target, places) };
  return image === undefined ? about : { ...about, image };
}

/** Means over the folds; of each column the folds' means are its values. */
export function pooledImportance(folds: readonly FoldAnswers[]): Importance[] {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return folds[0]!.importance.map((first, target) => {
    const all = folds.map(({ importance }) => importance[target]!);
    const columns = first.columns.map(({ column, index }) => {
      const values = all.map((one) => one.columns.find((other) => other.index === index)!.mean);
      const center = mean(values);
      return { column, index, mean: center, deviation: Math.sqrt(mean(values.map((value) => (value - center) ** 2))), values };
    });
    return {
      ...first,
      rows: all.reduce((sum, { rows }) => sum + rows, 0),
      baseline: mean(all.map(({ baseline }) => baseline)),
      columns: columns.sort((a, b) => b.mean - a.mean),
    };
  });
}
