import { ratio, sum } from "./weights.js";

/** Where a ratio has nothing below its line, it is 0. */
export interface Shares {
  /** Of the rows predicted as this class, the share that are of it. */
  readonly precision: number;
  /** Of the rows of this class, the share predicted as it. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
}

/** Precision, recall and F1 of several classes in one number each. */
export interface Averages {
  /** Mean of the classes, each counting the same. */
  readonly macro: Shares;
  /** Of the counts of all classes together. */
  readonly micro: Shares;
  /** Mean of the classes, each counting as much as its support. */
  readonly weighted: Shares;
}

/** Rows of a class that were predicted as it, rows predicted as it, rows of it. */
export type Counts = readonly [hits: number, predicted: number, support: number];

export function sharesOf([hits, predicted, support]: Counts): Shares {
  return { precision: ratio(hits, predicted), recall: ratio(hits, support), f1: ratio(2 * hits, predicted + support) };
}

export function meanShares(list: readonly Shares[], weights: ArrayLike<number>): Shares {
  const mean = (name: keyof Shares): number => ratio(sum(list.map((shares, i) => shares[name] * weights[i]!)), sum(weights));
  return { precision: mean("precision"), recall: mean("recall"), f1: mean("f1") };
}

export function averagesOf(counts: readonly Counts[]): Averages {
  const list = counts.map(sharesOf);
  const column = (i: 0 | 1 | 2): number[] => counts.map((count) => count[i]);
  return {
    macro: meanShares(
      list,
      list.map(() => 1),
    ),
    micro: sharesOf([sum(column(0)), sum(column(1)), sum(column(2))]),
    weighted: meanShares(list, column(2)),
  };
}
