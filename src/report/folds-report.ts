import { ChainruleError, show } from "../base/errors.js";
import { encodeText } from "../base/platform.js";
import { checkSeed } from "../base/random.js";
import { createSha256 } from "../base/sha256.js";
import type { Dataset } from "../data/dataset.js";
import type { CrossValidation } from "../training/cross-validate.js";
import { type Measured, measureAnswers } from "../training/measure.js";
import type { Task } from "../training/task.js";
import { reportColumns } from "./columns.js";
import { measureSaid } from "./constant.js";
import type { ReportOptions } from "./create-report.js";
import { answerFold, type FoldAnswers, poolAnswers, pooledDataset, pooledImportance, poolOutputs } from "./fold-answers.js";
import { headlineOf } from "./headline.js";
import { mistakeList, worstMistakes } from "./mistakes.js";
import { rawRows } from "./raw-rows.js";
import type { Headline, Mistake, Report } from "./report.js";
import { sectionsOf } from "./sections.js";
import { checkCount, importanceRows, TOP, usualRepeats } from "./settings.js";

/** As of `createReport`; rows and columns of a table are known from the cross-validation. */
export type FoldsReportOptions = Pick<ReportOptions, "table" | "recipe" | "seed" | "repeats" | "mistakes" | "linear">;

/** Rows of a fold on which importance is measured, at least. */
const LEAST_ROWS = 200;

/**
 * The report of a cross-validation: every row is answered by the model that was not trained on it, and metrics, calibration, thresholds, classes,
 * residuals and the worst mistakes are those of these answers. Each metric has its mean and deviation over the folds beside it. Baselines are fitted
 * in each fold on its training rows; importance is the mean over the folds' models.
 *
 * @throws ChainruleError `E_USAGE` for options that cannot be
 * @example
 * ```ts
 * import { crossValidate } from "chainrule";
 * import { iris } from "chainrule/iris";
 * import { createFoldsReport, reportText } from "chainrule/report";
 *
 * const validation = await crossValidate(iris(), { folds: 3, epochs: 20, seed: 1 });
 * const report = await createFoldsReport(validation);
 * console.log(report.headline.rows, report.sections[0]!.scores[0]!.folds); // 150, { mean: ..., deviation: ..., folds: [...] }
 * console.log(reportText(report));
 * ```
 */
export async function createFoldsReport(validation: CrossValidation, options: FoldsReportOptions = {}): Promise<Report> {
  const { folds: trained, table, notes } = validation;
  if ((trained as unknown) === undefined) {
    throw new ChainruleError("E_USAGE", { where: "validation", expected: "what crossValidate gives", got: show(validation) });
  }
  const [{ model: first }] = trained as [CrossValidation["folds"][0]];
  const { seed = 1, repeats = usualRepeats(first), mistakes = 10, linear = true } = options;
  checkSeed(seed);
  checkCount("repeats", repeats, 1);
  checkCount("mistakes", mistakes, 0);
  const sample = Math.max(LEAST_ROWS, Math.floor(importanceRows(first, repeats) / trained.length));
  const folds: FoldAnswers[] = [];
  let pooled: Dataset | undefined;
  for (const fold of trained) {
    const data = fold.data();
    pooled ??= pooledDataset(data, fold);
    folds.push(await answerFold(fold, data, { seed, repeats, sample, linear }));
  }
  const rows = pooled!;
  const answers = poolAnswers(folds);
  const costSum = answers.costs.reduce((sum, cost) => sum + cost, 0);
  const compared = {
    model: measureAnswers(first, rows, { outputs: answers.outputs, costSum }),
    constant: measureSaid(first.task, rows, constantOutputs(folds)),
    linear: linearOf(folds, rows),
    folds: folds.map(({ measured }) => measured),
  };
  const found = worstMistakes(first, rows, answers, mistakes);
  return {
    format: "chainrule-report",
    version: 1,
    headline: headlineOfFolds(validation, folds, rows, options),
    baselines: {
      constant: constantWords(first.task),
      linear: folds[0]!.linear === undefined ? null : `${folds[0]!.linear.words}; one in each fold`,
      withoutLinear: folds[0]!.linear === undefined ? "it was not asked for" : null,
    },
    sections: sectionsOf(first, rows, answers, compared, pooledImportance(folds)),
    mistakes: {
      by: first.task.kind === "regression" ? "error" : "cost",
      wrong: found.wrong,
      rows: await mistakesOf(found, folds, validation, options),
    },
    history: null,
    columns: reportColumns(first, table?.schema),
    notes,
  };
}

function headlineOfFolds(
  { folds: all, table }: CrossValidation,
  folds: readonly FoldAnswers[],
  rows: Dataset,
  { recipe }: FoldsReportOptions,
): Headline {
  const [{ model }] = folds as [FoldAnswers];
  const about = { part: "test", known: true, rows: rows.rowCount, parts: undefined, ...(recipe === undefined ? {} : { recipe }) } as const;
  const sha = createSha256();
  for (const { model: each } of folds) sha.update(encodeText(each.parametersHash));
  const group = table?.group ?? undefined;
  const drawn = group === undefined ? "drawn at random" : `whole groups of ${show(group)} together, drawn`;
  return {
    ...headlineOf(model, rows, about),
    folds: all.length,
    divided: `${all.length} folds, ${drawn} by seed ${model.split?.seed ?? 1}: each row is answered by the model that was trained on the others`,
    parametersHash: sha.hex(),
  };
}

function constantWords({ kind }: Task): string {
  if (kind === "classification")
    return "always the most frequent class of the training rows, with the shares of the classes there, in each fold";
  if (kind === "multi-label")
    return "the labels that at least half of the training rows have, with the shares of the labels there, in each fold";
  return "always the mean of the training rows, in each fold";
}

function constantOutputs(folds: readonly FoldAnswers[]): Float64Array {
  const width = folds[0]!.constant.outputs.length;
  const all = new Float64Array(width * folds.reduce((sum, { rows }) => sum + rows.length, 0));
  for (const { rows, constant } of folds) for (const row of rows) all.set(constant.outputs, row * width);
  return all;
}

function linearOf(folds: readonly FoldAnswers[], pooled: Dataset): Measured | undefined {
  const said = folds.flatMap(({ rows, linear }) =>
    linear === undefined ? [] : [{ task: linear.model.task, rows, outputs: linear.answers.outputs }],
  );
  const first = folds[0]!.linear;
  if (first === undefined) return undefined;
  return measureAnswers(first.model, pooled, { outputs: poolOutputs(said, first.answers.width), costSum: 0 });
}

/** Each with what its own fold's model goes by. */
async function mistakesOf(
  { worst, wrong }: ReturnType<typeof worstMistakes>,
  folds: readonly FoldAnswers[],
  { table }: CrossValidation,
  options: FoldsReportOptions,
): Promise<Mistake[]> {
  const numberOf = (row: number): number => table?.rows[row] ?? row;
  const raw = await rawRows(
    options.table === undefined ? [] : [options.table],
    worst.map(({ at }) => numberOf(at)),
  );
  return worst.flatMap((one) => {
    const fold = folds.find(({ rows }) => rows.includes(one.at))!;
    const place = { row: numberOf(one.at), raw: raw.get(numberOf(one.at)) };
    const own = { wrong, worst: [{ ...one, at: fold.rows.indexOf(one.at) }] };
    return mistakeList(fold.model, fold.own, fold.answers, own, () => place, TOP).rows;
  });
}
