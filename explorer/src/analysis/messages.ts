import type { PartName } from "chainrule";
import type { Diagnosis } from "chainrule/diagnose";
import type { Report, ReportOptions } from "chainrule/report";
import type { RawRows } from "../state/raw-cells.js";
import type { ShownData, ShownModel } from "../state/task.js";

// What the page and its analysis worker say to each other: the data once, then questions about models, each with one answer.

/** The part of the training that a row stands in; undefined of data that the model was not trained on. */
export type RowPart = Exclude<PartName, "all">;

/** What the network says to every row; arrays have the shape (rows). */
export interface Answers {
  /** Positions in the classes of the model; of numbers these themselves, in the units of the targets, shape (rows x targets). */
  readonly given: Int32Array | Float64Array;
  readonly predicted: Int32Array | Float64Array;
  /** In float64, as the equations have it. */
  readonly costs: Float64Array;
  /** Probability of the predicted class; its output where the cost gives no probabilities; NaN where neither says how sure it is, and of numbers. */
  readonly sure: Float64Array;
  /** Index into PART_OF_ROW of each row; undefined of data that has no parts. */
  readonly parts: Uint8Array | undefined;
}

export const PART_OF_ROW = ["train", "validation", "test"] as const satisfies readonly RowPart[];

/** Shares of the values at or below each quantile of `Quantiles`. */
export const QUANTILE_SHARES = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1] as const;

/** The least, 5 %, a quarter, half, three quarters, 95 % and the most; NaN of no values. */
export type Quantiles = readonly number[];

export interface LayerSpread {
  readonly layer: number;
  readonly weights: Quantiles;
  readonly activations: Quantiles;
  /** Root of the variance of all activations of the layer. */
  readonly deviation: number;
  /** Of each unit's activation over the rows, shape (n_l). */
  readonly mean: Float64Array;
  readonly unitDeviation: Float64Array;
}

export interface Spread {
  /** Rows that activations were taken of. */
  readonly rows: number;
  /** From layer 2 on. */
  readonly layers: readonly LayerSpread[];
}

/** A report, and the files that `chainrule evaluate --report` writes of it. */
export interface MadeReport {
  readonly report: Report;
  readonly html: string;
  readonly json: string;
}

/** What a report is told beside the model and the data. */
export interface ReportDetails extends Pick<ReportOptions, "part" | "history" | "bestEpoch"> {
  readonly raw: RawRows | undefined;
}

/** Questions by their name, and what is answered. */
export interface Subjects {
  readonly diagnosis: Diagnosis;
  readonly answers: Answers;
  readonly spread: Spread;
  /** The same of a model that the page has gone on from. */
  readonly pastAnswers: Answers;
  readonly pastSpread: Spread;
  readonly report: MadeReport;
}
export type Subject = keyof Subjects;

/** What some questions say beside the model and the data. */
export type Details<S extends Subject> = S extends "report" ? ReportDetails : undefined;

/** What answers questions of some subjects. */
export type Lookers<S extends Subject> = {
  readonly [K in S]: (model: ShownModel, dataset: ShownData, details: Details<K>) => Subjects[K] | Promise<Subjects[K]>;
};

export type ToWorker =
  | { readonly kind: "data"; readonly dataset: ShownData }
  | { readonly kind: "ask"; readonly id: number; readonly subject: Subject; readonly model: ShownModel; readonly details: unknown };

export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly id: number; readonly value: Subjects[Subject]; readonly milliseconds: number }
  | { readonly kind: "problem"; readonly id: number; readonly message: string };
