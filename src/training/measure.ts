import type { Dataset, Label } from "../data/dataset.js";
import type { PartName } from "../data/split.js";
import { largest } from "../engine/batches.js";
import { secondClassFrom } from "../network/costs.js";
import { type NetworkDescription, outputRuleOf } from "../network/description.js";
import type { Architecture } from "../network/network.js";
import type { Answers } from "./answers.js";
import {
  type ClassificationReport,
  type ClassReport,
  classificationReport,
  classReports,
  confusionMatrix,
} from "./metrics/classification.js";
import { type LabelMeasures, measureLabels } from "./measure-labels.js";
import { type ProbabilityReport, probabilityReport } from "./metrics/probabilities.js";
import { type RankingReport, rankingReport, topShares } from "./metrics/ranking.js";
import { type RegressionReport, regressionReport } from "./metrics/regression.js";
import { type Classification, classIndices, isSecondClass, isSingleOutput, labelBits, type MultiLabel, type Task } from "./task.js";

interface Evaluated {
  /** The part of the data that was used. */
  readonly part: PartName;
  /** True where this is the data that the model was trained on, so that the part is the one drawn then. */
  readonly trainedOn: boolean;
  readonly rows: number;
  /** Mean cost of a row, as in training. */
  readonly cost: number;
}

type OrNull<R> = { readonly [K in keyof R]: R[K] | null };

/**
 * `rocAuc` and `rocAucWeighted` are null where they are not defined; `logLoss`, `brier`, `calibrationError` and `calibration` where
 * the outputs are no probabilities: they are with cross-entropy, and of softmax.
 */
export interface ClassificationEvaluation<L extends Label = Label>
  extends
    Evaluated,
    ClassificationReport,
    Pick<RankingReport, "averagePrecision">,
    OrNull<Pick<RankingReport, "rocAuc" | "rocAucWeighted">>,
    OrNull<ProbabilityReport> {
  readonly kind: "classification";
  readonly classes: readonly L[];
  /** For k = 1, 2, .. (at most 5): the share of rows whose class is among the k largest outputs. The first is the accuracy. */
  readonly topK: readonly number[];
  /** Rows by true class (row) and predicted class (column), shape (classes x classes). */
  readonly confusion: readonly (readonly number[])[];
  readonly perClass: readonly ClassReport<L>[];
}

/** `r2` is null of one row. */
type TargetReport = Omit<RegressionReport, "r2"> & OrNull<Pick<RegressionReport, "r2">>;

/** Errors in the units of the source; for several targets the first is reported here, and each in `targets`. */
export interface RegressionEvaluation extends Evaluated, TargetReport {
  readonly kind: "regression";
  readonly targets: readonly (TargetReport & { readonly name: string })[];
}

/** Of rows that have any number of labels: a label is said to be there where its output is at least its threshold. */
export interface MultiLabelEvaluation extends Evaluated, LabelMeasures {
  readonly kind: "multi-label";
}

export type Evaluation<T extends Task = Task> =
  T extends Classification<infer L> ? ClassificationEvaluation<L> : T extends MultiLabel ? MultiLabelEvaluation : RegressionEvaluation;

/** So many largest outputs are looked among. */
const MOST_PLACES = 5;
const NO_PROBABILITIES = { logLoss: null, brier: null, calibrationError: null, calibration: null };

/** What answers mean. */
export interface Answering {
  readonly task: Task;
  readonly network: Architecture;
}

/** An evaluation without the part of the data that it is of. */
export type Measured = WithoutPart<ClassificationEvaluation> | WithoutPart<RegressionEvaluation> | WithoutPart<MultiLabelEvaluation>;

type WithoutPart<E> = Omit<E, "part" | "trainedOn">;

/** Measures what a network has answered to the rows of a data set. */
export function measureAnswers({ task, network }: Answering, dataset: Dataset, { outputs, costSum }: Answers): Measured {
  const width = network.layout.sizes.at(-1)!;
  const common = { rows: dataset.rowCount, cost: costSum / dataset.rowCount };
  if (task.kind === "classification") {
    const actual = classIndices(task, dataset.target, dataset.name);
    const predicted = actual.map((_, row) => predictedClass({ task, network }, outputs, row));
    const confusion = confusionMatrix(actual, predicted, task.classes.length);
    const ranking = rankingReport(actual, outputs);
    return {
      ...common,
      kind: "classification",
      classes: task.classes,
      ...classificationReport(confusion),
      // Equal outputs in the order of predictedClass: the first of several goes first, of a single one halfway the second class.
      topK: topShares(actual, centred(outputs, network.description), isSingleOutput(task, width)).slice(0, MOST_PLACES),
      ...ranking,
      rocAuc: defined(ranking.rocAuc),
      rocAucWeighted: defined(ranking.rocAucWeighted),
      ...(outputRuleOf(network.description).probabilities ? probabilityReport(actual, outputs) : NO_PROBABILITIES),
      confusion,
      perClass: classReports(confusion, task.classes),
    };
  }
  if (task.kind === "multi-label") {
    const bits = labelBits(task, dataset.target, dataset.name);
    return { ...common, kind: "multi-label", ...measureLabels(task, bits, outputs, outputRuleOf(network.description).probabilities) };
  }
  const values = dataset.target.kind === "values" ? dataset.target.values : new Float64Array(0);
  const reports = task.targets.map((name, j) => {
    const actual = values.filter((_, at) => at % width === j);
    const predicted = Float64Array.from(actual, (_, row) => outputs[row * width + j]! * task.deviation[j]! + task.mean[j]!);
    const report = regressionReport(actual, predicted);
    return { name, ...report, r2: defined(report.r2) };
  });
  const { name: _, ...first } = reports[0]!;
  return { ...common, kind: "regression", ...first, targets: reports };
}

/** JSON knows no NaN. */
function defined(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** Outputs whose halfway between two classes is 1/2, as metrics take single ones. */
function centred(outputs: Float32Array, { cost }: NetworkDescription): ArrayLike<number> {
  const shift = 0.5 - secondClassFrom(cost);
  return shift === 0 ? outputs : Float64Array.from(outputs, (output) => output + shift);
}

/** The position of the class that a row of the outputs speaks for. */
export function predictedClass({ task, network }: Answering, outputs: ArrayLike<number>, row: number): number {
  const width = network.layout.sizes.at(-1)!;
  if (isSingleOutput(task, width)) return Number(isSecondClass(outputs[row]!, network.description));
  return largest(outputs, row * width, width);
}
