import type { Label } from "../data/dataset.js";
import type { PartName } from "../data/split.js";
import type { FoldScore } from "../training/fold-score.js";
import type { EpochRecord } from "../training/history.js";
import type { Averages } from "../training/metrics/shares.js";
import type { ClassReport } from "../training/metrics/classification.js";
import type { CalibrationBin } from "../training/metrics/probabilities.js";
import type { ColumnType } from "../table/column-types.js";

// What a report holds. Plain data that JSON keeps: null stands for what is not known or not defined. docs/report.md names every field.

/** A cell as JSON has it: days as text, nothing as null. */
export type ReportCell = string | number | boolean | null;

/** How well a model does on rows, what that is to be compared with, and what it goes by. */
export interface Report {
  readonly format: "chainrule-report";
  readonly version: 1;
  readonly headline: Headline;
  /** What the numbers of `scores` are compared with. */
  readonly baselines: Baselines;
  /** One a target of numbers; of classes and labels one. */
  readonly sections: readonly Section[];
  /** Rows that went most wrong. */
  readonly mistakes: MistakeList;
  /** One record an epoch; null where the history of the training is not at hand. */
  readonly history: readonly EpochRecord[] | null;
  /** Of the model's raw columns; null where it was not made of a table. */
  readonly columns: readonly ReportColumn[] | null;
  /** What is worth knowing, in sentences. */
  readonly notes: readonly string[];
}

export interface Headline {
  readonly task: "classification" | "regression" | "multi-label";
  readonly targets: readonly string[];
  /** The name of the data. */
  readonly data: string;
  /** The rows that are measured, and how many they are. */
  readonly part: PartName;
  readonly rows: number;
  /** Whether this is the data that the model was trained on, so that its parts are known. */
  readonly trainedOn: boolean;
  /** Rows of each part; null where they are not known. */
  readonly parts: { readonly train: number; readonly validation: number; readonly test: number } | null;
  /** Of a cross-validation: how many models there are, each of which answers the rows that it was not trained on. */
  readonly folds: number | null;
  /** How the rows were divided, in a sentence. */
  readonly divided: string;
  /** Of inputs that are pictures. */
  readonly image: { readonly height: number; readonly width: number } | null;
  readonly recipe: string | null;
  readonly seed: number | null;
  /** Epochs that were asked for. */
  readonly epochs: number | null;
  /** The epoch whose parameters the model has, where the best were kept. */
  readonly bestEpoch: number | null;
  /** "8-128-128-1" */
  readonly network: string;
  /** Numbers that were learned. */
  readonly parameters: number;
  readonly parametersHash: string;
}

export interface Baselines {
  /** The majority class, the mean, or each label as often as it is there, and the rows that say so. */
  readonly constant: string;
  /** How the linear model was trained; null where there is none. */
  readonly linear: string | null;
  /** Why there is no linear model. */
  readonly withoutLinear: string | null;
}

/** One number of the model, and of what it is compared with. */
export interface ReportScore {
  /** As the library calls it: `accuracy`, `rmse`. */
  readonly name: string;
  readonly title: string;
  /** "share" is shown as a percentage, "target" is in the units of the target, "number" is neither. */
  readonly unit: "share" | "target" | "number";
  readonly better: "higher" | "lower";
  readonly model: number | null;
  readonly constant: number | null;
  readonly linear: number | null;
  /** Of a cross-validation: of the model on the rows of each fold; null where a fold has none. */
  readonly folds: FoldScore | null;
}

export type Section = ClassSection | ValueSection | LabelSection;

interface CommonSection {
  /** The name of the target, or of the labels together. */
  readonly target: string;
  readonly scores: readonly ReportScore[];
  readonly importance: Importance;
}

export interface ClassSection extends CommonSection {
  readonly kind: "classification";
  readonly classes: readonly Label[];
  readonly perClass: readonly ClassReport[];
  readonly averages: Averages;
  /** Rows by true class (row) and predicted class (column), shape (classes x classes). */
  readonly confusion: readonly (readonly number[])[];
  /** Null where outputs are no probabilities. */
  readonly calibration: Calibration | null;
  /** Of two classes whose outputs say how sure the model is. */
  readonly thresholds: ThresholdTable | null;
}

export interface LabelSection extends CommonSection {
  readonly kind: "multi-label";
  readonly perLabel: readonly {
    readonly label: string;
    readonly threshold: number;
    readonly support: number;
    readonly precision: number;
    readonly recall: number;
    readonly f1: number;
    readonly rocAuc: number | null;
  }[];
  /** Of all answers to all labels together. */
  readonly calibration: Calibration | null;
}

export interface ValueSection extends CommonSection {
  readonly kind: "regression";
  /** Error = true - predicted, in the units of the target. */
  readonly residuals: {
    readonly mean: number;
    readonly deviation: number;
    /** The 5th, 25th, 50th, 75th and 95th of a hundred, from below. */
    readonly quantiles: readonly number[];
    /** Bins of equal width: rows with an error from `from` up to `to`; the last has `to` too. */
    readonly bins: readonly { readonly from: number; readonly to: number; readonly rows: number }[];
  };
  /** True and predicted value of at most 1,000 rows, spread evenly over those that were measured. */
  readonly points: readonly (readonly [actual: number, predicted: number])[];
}

export interface Calibration {
  /** Expected calibration error: mean over rows of |accuracy - confidence| of their bin. */
  readonly error: number;
  readonly bins: readonly CalibrationBin[];
}

/** What would be said from each threshold on; "yes" is the second class. */
export interface ThresholdTable {
  readonly yes: Label;
  readonly rows: readonly ThresholdRow[];
}

export interface ThresholdRow {
  /** A row is said to be of the second class where its share is at least this. */
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** How much worse the model does where the cells of a raw column are shuffled among the rows. */
export interface Importance {
  /** What is measured: `accuracy`, `rmse`, or `hammingLoss`, which is the share of labels that are wrong. */
  readonly metric: "accuracy" | "rmse" | "hammingLoss";
  /** Rows that it was measured on, drawn by the seed. */
  readonly rows: number;
  readonly repeats: number;
  readonly seed: number;
  /** The metric of those rows before. */
  readonly baseline: number;
  /** The most important first; all inputs that a column becomes are shuffled together. */
  readonly columns: readonly {
    readonly column: string;
    /** The position of the raw column in the model, from 0. */
    readonly index: number;
    /** Mean of `values` and their standard deviation (divided by the repeats). */
    readonly mean: number;
    readonly deviation: number;
    /** By how much the metric got worse in each repeat; below 0 where it got better. */
    readonly values: readonly number[];
  }[];
}

export interface MistakeList {
  /** What they are ordered by. */
  readonly by: "cost" | "error";
  /** Rows that went wrong at all; of numbers null. */
  readonly wrong: number | null;
  readonly rows: readonly Mistake[];
}

export interface Mistake {
  /** The row of the data, from 0; of a table that of the table. */
  readonly row: number;
  /** The target that went wrong, of numbers. */
  readonly target: string | null;
  readonly actual: ReportCell | readonly string[];
  readonly predicted: ReportCell | readonly string[];
  /** How sure the model was of what it predicted; null where outputs are no shares. */
  readonly confidence: number | null;
  /** Cost of the row; of numbers |true - predicted|. */
  readonly size: number;
  /** The raw cells; null where the table is not at hand, and of a picture. */
  readonly cells: Readonly<Record<string, ReportCell>> | null;
  readonly image: { readonly height: number; readonly width: number; readonly maximum: number; readonly pixels: readonly number[] } | null;
  /** What pushed the output for what was predicted, the strongest first; null where the raw cells are not at hand. */
  readonly reasons: MistakeReasons | null;
}

export interface MistakeReasons {
  readonly output: Label;
  /** Of the row and of a typical one: a probability, or the target in its units. */
  readonly value: number;
  readonly typical: number;
  readonly columns: readonly {
    readonly column: string;
    readonly cell: ReportCell;
    readonly typical: ReportCell;
    readonly push: number;
  }[];
  /** What all other columns push together. */
  readonly others: number;
  /** What all pushes miss of `value - typical`: the error of the integral, a thousandth at most as a rule. */
  readonly rest: number;
}

/** A raw column, what was found in it and what becomes of it. */
export interface ReportColumn {
  readonly name: string;
  /** Null for a column that is left out. */
  readonly type: ColumnType | null;
  /** Of the table; null where only the model is at hand. */
  readonly missing: number | null;
  readonly distinct: number | null;
  /** What becomes of it, in words; why it is left out. */
  readonly preparation: string;
}
