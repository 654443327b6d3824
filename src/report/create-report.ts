import { checkSeed } from "../base/random.js";
import { checkDataset } from "../data/check-dataset.js";
import type { Dataset } from "../data/dataset.js";
import { rowNumbers } from "../data/rows.js";
import type { PartName, Split } from "../data/split.js";
import { type Answers, answersOf } from "../diagnose/answers.js";
import type { ColumnSchema } from "../table/schema.js";
import type { RawTable } from "../table/source.js";
import { alignColumns, choosePart, rememberedSplit } from "../training/align.js";
import { checkModel } from "../training/check-model.js";
import type { EpochRecord } from "../training/history.js";
import { measureAnswers } from "../training/measure.js";
import type { Model } from "../training/model.js";
import { reportColumns } from "./columns.js";
import { type Constant, constantOf, measureConstant, rememberedConstant } from "./constant.js";
import { headlineOf } from "./headline.js";
import { drawRows, permutationImportance } from "./importance.js";
import { rowsInMemory } from "./in-memory.js";
import { type LinearModel, measureLinear, trainLinear } from "./linear.js";
import { mistakeList, worstMistakes } from "./mistakes.js";
import { rawRows } from "./raw-rows.js";
import type { Report } from "./report.js";
import type { Compared } from "./scores.js";
import { sectionsOf } from "./sections.js";
import { checkCount, checkFinite, importanceRows, TOP, usualRepeats } from "./settings.js";

export interface ReportOptions {
  /** Which rows are measured, as in `evaluate`: the held-out test part of the data that the model was trained on, of other data every row. */
  readonly part?: PartName;
  /** The table that the data set was made of, for the raw cells of the worst mistakes; and the one with its test rows where there were two. */
  readonly table?: RawTable;
  readonly testTable?: RawTable;
  /** Rows of the table that the rows of the data set are, as `prepareTable` and `modelRows` tell; all in order where left out. */
  readonly tableRows?: Uint32Array;
  /** Of the table, as `prepareTable` tells. */
  readonly schema?: readonly ColumnSchema[];
  /** What is known of the data or the training, in sentences. */
  readonly notes?: readonly string[];
  /** What `train` tells of each epoch, and which one's parameters the model has. */
  readonly history?: readonly EpochRecord[];
  readonly bestEpoch?: number;
  /** The name of the recipe that was used. */
  readonly recipe?: string;
  /** Draws the rows and the permutations of the importance, and begins the linear model (1). */
  readonly seed?: number;
  /** How often each column is shuffled (5; of more than 200 columns less often, so that there are 1,000 passes over the rows). */
  readonly repeats?: number;
  /** Mistakes that are shown (10). */
  readonly mistakes?: number;
  /** False: without the linear model, which has to be trained. */
  readonly linear?: boolean;
}

/**
 * Measures a model as a report tells it: against baselines, with its calibration, thresholds, classes or residuals, the importance of the raw columns,
 * and its worst mistakes with what pushed each. Nothing of it changes the model: test rows choose nothing. The same seed gives the same report.
 *
 * @throws ChainruleError `E_DATA` for data of another width or with unknown labels, `E_USAGE` for options that cannot be
 * @example
 * ```ts
 * import { train } from "chainrule";
 * import { iris } from "chainrule/iris";
 * import { createReport, reportText } from "chainrule/report";
 *
 * const { model, history } = await train(iris(), { epochs: 50, seed: 1 }).result;
 * const report = await createReport(model, iris(), { history });
 * for (const { title, model, constant, linear } of report.sections[0]!.scores) console.log(title, model, constant, linear);
 * console.log(reportText(report));
 * ```
 */
export async function createReport(model: Model, dataset: Dataset, options: ReportOptions = {}): Promise<Report> {
  checkModel(model);
  const { seed = 1, repeats = usualRepeats(model), mistakes = 10 } = options;
  checkDataset(dataset);
  checkSeed(seed);
  checkCount("repeats", repeats, 1);
  checkCount("mistakes", mistakes, 0);
  const { rows, part, known } = choosePart(model, dataset, options.part);
  const parts = rememberedSplit(model, dataset);
  const aligned = alignColumns(model, dataset);
  const measuredRows = rowsInMemory(aligned, rows);
  const answers = answersOf(model, measuredRows);
  checkFinite(answers);
  const constant = constantFor(model, aligned, parts, rows);
  const linear = parts !== undefined && options.linear !== false ? await trainLinear(model, aligned, parts.train, seed) : undefined;
  const measured: Compared = {
    model: measureAnswers(model, measuredRows, { outputs: answers.outputs, costSum: answers.costs.reduce((sum, cost) => sum + cost, 0) }),
    constant: measureConstant(model.task, measuredRows, constant),
    linear: linear === undefined ? undefined : measureLinear(linear.model, model, aligned, rows),
  };
  const sample = rowsInMemory(measuredRows, drawRows(rowNumbers(0, rows.length), importanceRows(model, repeats), seed));
  const importance = permutationImportance(model, sample, { repeats, seed });
  return {
    format: "chainrule-report",
    version: 1,
    headline: headlineOf(model, dataset, { part, known, rows: rows.length, parts, ...options }),
    baselines: { constant: constant.words, ...linearWords(linear, parts, options.linear) },
    sections: sectionsOf(model, measuredRows, answers, measured, importance),
    mistakes: await findMistakes(model, measuredRows, answers, rows, mistakes, options),
    history: options.history ?? null,
    columns: reportColumns(model, options.schema),
    notes: options.notes ?? [],
  };
}

function constantFor({ task }: Model, dataset: Dataset, parts: Split | undefined, rows: Uint32Array): Constant {
  if (parts !== undefined) return constantOf(task, dataset, parts.train, `the ${count(parts.train.length)} training rows`);
  if (task.kind === "regression") return rememberedConstant(task);
  return constantOf(task, dataset, rows, "the rows that are measured, which is kind to it: the training rows are not at hand");
}

function linearWords(
  linear: LinearModel | undefined,
  parts: Split | undefined,
  asked = true,
): Pick<Report["baselines"], "linear" | "withoutLinear"> {
  if (linear !== undefined) return { linear: linear.words, withoutLinear: null };
  const why =
    parts !== undefined || !asked
      ? "it was not asked for"
      : "the training rows are not among these data, and a linear model has to be trained on the same rows";
  return { linear: null, withoutLinear: why };
}

async function findMistakes(
  model: Model,
  dataset: Dataset,
  answers: Answers,
  rows: Uint32Array,
  most: number,
  { table, testTable, tableRows }: ReportOptions,
): Promise<Report["mistakes"]> {
  const found = worstMistakes(model, dataset, answers, most);
  const numberOf = (at: number): number => tableRows?.[rows[at]!] ?? rows[at]!;
  const tables = [table, testTable].filter((one) => one !== undefined);
  const raw = await rawRows(
    tables,
    found.worst.map(({ at }) => numberOf(at)),
  );
  return mistakeList(model, dataset, answers, found, (at) => ({ row: numberOf(at), raw: raw.get(numberOf(at)) }), TOP);
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
