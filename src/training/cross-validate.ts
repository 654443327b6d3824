import { ChainruleError, show } from "../base/errors.js";
import type { Dataset } from "../data/dataset.js";
import { rowNumbers, takeRows } from "../data/rows.js";
import { drawFolds } from "../table/divide.js";
import { fitTable } from "../table/fit.js";
import { type LearnedTable, learnTable } from "../table/learn-table.js";
import { rowNotes } from "../table/row-notes.js";
import { defaultShares } from "../table/shares.js";
import type { ColumnSchema } from "../table/schema.js";
import type { RawTable } from "../table/source.js";
import type { TableTarget } from "../table/target.js";
import { type FoldScore, scoreOf } from "./fold-score.js";
import type { Evaluation } from "./measure.js";
import type { Model } from "./model.js";
import type { TrainOptions } from "./options.js";
import { tableDefaults } from "./tabular.js";
import { isDataset } from "./train.js";
import { trainDataset, type TrainResult } from "./train-dataset.js";
import type { TableTrainOptions } from "./train-table.js";

/** One of the trainings: its model, and what it was trained on and measured on. */
export interface Fold {
  readonly model: Model;
  /** Rows of the data that the model was not trained on, ascending; of a table counted among those with a target. */
  readonly rows: Uint32Array;
  /** Makes what the model was trained on again; the fold's own rows stand last, from `testFrom` on. */
  readonly data: () => Dataset<TableTarget>;
}

export interface CrossValidation {
  /** Of each fold's rows, by the model that was trained on the others. */
  readonly evaluations: readonly Evaluation[];
  /** Each number of the evaluations that all folds have: `accuracy`, `rmse`, `cost` and so on. */
  readonly scores: Readonly<Record<string, FoldScore>>;
  /** What is worth knowing of the table. */
  readonly notes: readonly string[];
  /** Each row is in one of them. A table stays in memory as long as these do. */
  readonly folds: readonly Fold[];
  /** Of a table: its columns but the target, its rows that have a target, and the column whose groups stayed together. */
  readonly table: { readonly schema: readonly ColumnSchema[]; readonly rows: Uint32Array; readonly group: string | null } | null;
}

export type FoldOptions = Omit<TrainOptions, "test" | "checkpoint" | "paused"> & {
  /** How many parts, 5 where left out; each is the test part once. */
  readonly folds?: number;
  /** Called with each fold's result, from 0. */
  readonly onFold?: (result: TrainResult, fold: number) => void;
};

export type TableFoldOptions = Omit<TableTrainOptions, keyof TrainOptions | "testTable" | "time"> & FoldOptions;

/** `crossValidate`: on-demand.ts. */
export async function crossValidate(
  data: Dataset<TableTarget> | RawTable,
  options: TableFoldOptions | FoldOptions = {},
): Promise<CrossValidation> {
  const { folds: k = 5, onFold = () => undefined, ...rest } = options;
  const { folding, partOf, notes, training, table } = isDataset(data)
    ? ofDataset(data, rest)
    : await ofTable(data, rest as TableTrainOptions);
  const drawn = folding(k);
  const evaluations: Evaluation[] = [];
  const folds: Fold[] = [];
  for (const [fold, rows] of drawn.entries()) {
    const part = (): Dataset<TableTarget> => partOf(orderOf(drawn, fold));
    const result = await trainDataset(part(), { ...training, test: 0 }).result;
    evaluations.push(result.test!);
    folds.push({ model: result.model, rows, data: part });
    onFold(result, fold);
  }
  return { evaluations, scores: scoresOf(evaluations), notes, folds, table };
}

/** How rows are drawn and the data set of a fold is made, its own rows as the last, and how it is trained on. */
interface Folding extends Pick<CrossValidation, "notes" | "table"> {
  readonly folding: (folds: number) => readonly Uint32Array[];
  readonly partOf: (order: FoldOrder) => Dataset<TableTarget>;
  readonly training: TrainOptions;
}

interface FoldOrder {
  readonly order: Uint32Array;
  readonly testFrom: number;
}

function ofDataset(dataset: Dataset<TableTarget>, training: TrainOptions): Folding {
  return {
    folding: (k) => foldsOf(dataset.target, dataset.rowCount, k, training.seed),
    partOf: ({ order, testFrom }) => ({ ...(takeRows(dataset, order) as Dataset<TableTarget>), testFrom }),
    notes: [],
    training,
    table: null,
  };
}

async function ofTable(table: RawTable, options: TableTrainOptions): Promise<Folding> {
  const { target, task, types, ignore, name, group, time: _, testTable: __, curve, embedFrom, periodic, mark, ...training } = options;
  const learned: LearnedTable = await learnTable(table, given({ target, task, types, ignore, name, group, mark }) as typeof options);
  const validation = training.validation ?? defaultShares(learned.rows.length).validation;
  const { inputs, ...recipe } = tableDefaults(training);
  const fitting = { ...inputs, ...given({ curve, embedFrom, periodic }), validation, seed: training.seed ?? 1 };
  // Each row is trained on in all folds but one.
  const [all, none] = [rowNumbers(0, learned.rows.length), new Uint32Array(0)];
  return {
    folding: (k) => foldsOf(learned.target, learned.rows.length, k, training.seed, learned.groups),
    partOf: (order) => fitTable(learned, order, fitting),
    notes: [...learned.notes, ...(await rowNotes(learned, learned, learned.rows, { train: all, validation: none, test: none }))],
    training: { ...recipe, ...training, validation },
    table: { schema: learned.schema, rows: learned.rows, group: group ?? null },
  };
}

function given<O extends object>(options: O): Partial<O> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<O>;
}

function foldsOf(target: TableTarget, rows: number, k: number, seed = 1, groups?: Int32Array): Uint32Array[] {
  if (!Number.isInteger(k) || k < 2 || k > rows) {
    throw new ChainruleError("E_USAGE", { where: "folds", expected: `a whole number from 2 to ${rows}, the rows`, got: show(k) });
  }
  const folds = drawFolds(target, rows, k, seed, groups);
  if (folds.every((fold) => fold.length > 0)) return folds;
  throw new ChainruleError("E_USAGE", {
    where: "folds",
    expected: `at most as many as there are groups, ${new Set(groups).size}`,
    got: show(k),
  });
}

function orderOf(folds: readonly Uint32Array[], fold: number): FoldOrder {
  const others = folds.flatMap((rows, index) => (index === fold ? [] : Array.from(rows))).sort((a, b) => a - b);
  return { order: Uint32Array.from([...others, ...folds[fold]!]), testFrom: others.length };
}

function scoresOf(evaluations: readonly Evaluation[]): Record<string, FoldScore> {
  const numbers = evaluations.map((evaluation) => new Map(Object.entries(evaluation).filter(([, value]) => typeof value === "number")));
  const names = [...numbers[0]!.keys()].filter((name) => name !== "rows" && numbers.every((fold) => fold.has(name)));
  return Object.fromEntries(names.map((name) => [name, scoreOf(numbers.map((fold) => fold.get(name) as number))]));
}
