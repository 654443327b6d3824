import { scoreTable } from "./scores.js";
import { ratio, sum } from "./weights.js";

/** How well scores put rows of a class before the others; NaN where a number is not defined. */
export interface RankingReport {
  /**
   * Area under the ROC curve: of two classes that of the second, of several the mean of each against the rest. NaN where a
   * class has no rows or all of them.
   */
  readonly rocAuc: number;
  /** The same, each class counting as much as it has rows, so that those without rows are left out. */
  readonly rocAucWeighted: number;
  /** Mean precision over the steps of recall: of two classes that of the second, of several the mean; of a class without rows 0. */
  readonly averagePrecision: number;
}

/**
 * ROC-AUC and average precision. Rows with equal scores count as one step.
 *
 * @param actual positions in the list of classes, shape (rows)
 * @param scores shape (rows x classes), row-major, or (rows): of two classes those of the second
 * @param weights of the rows, shape (rows)
 * @throws ChainruleError `E_USAGE` where lengths do not fit
 * @example
 * ```ts
 * import { rankingReport } from "chainrule";
 *
 * console.log(rankingReport([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])); // rocAuc 0.75, averagePrecision 0.833
 * ```
 */
export function rankingReport(actual: ArrayLike<number>, scores: ArrayLike<number>, weights?: ArrayLike<number>): RankingReport {
  const { classes, table, weight } = scoreTable(actual, "scores", scores, weights);
  const several = classes > 2;
  const ranked = Array.from({ length: several ? classes : 1 }, (_, j) => {
    const c = several ? j : 1;
    const column = new Float64Array(actual.length);
    for (let row = 0; row < column.length; row++) column[row] = table[row * classes + c]!;
    return rankOne(actual, c, column, weight);
  });
  const mean = (of: (ranked: Ranked) => number): number => sum(ranked.map(of)) / ranked.length;
  return {
    rocAuc: mean(({ area }) => area),
    // The area of a class without rows is NaN.
    rocAucWeighted: mean(({ area, support }) => support && area * support) / mean(({ support }) => support),
    averagePrecision: mean(({ precision }) => precision),
  };
}

interface Ranked {
  readonly area: number;
  readonly precision: number;
  readonly support: number;
}

/** One class against the rest, by its scores, shape (rows). */
function rankOne(actual: ArrayLike<number>, c: number, scores: Float64Array, weight: ArrayLike<number>): Ranked {
  // Ascending. Only the class's own scores are sorted, so that all classes together sort each row once.
  const steps = scores.filter((_, row) => actual[row] === c).sort();
  const hits = new Float64Array(steps.length + 1);
  const misses = new Float64Array(2 * steps.length + 2);
  for (let row = 0; row < scores.length; row++) tally(scores[row]!, weight[row]!, actual[row] === c, steps, hits, misses);
  return walk(hits, misses);
}

/** Adds a row of the class at the first step that its score reaches, i; another one at 2i where it stays below it, at 2i + 1 where it is equal. */
function tally(score: number, weight: number, hit: boolean, steps: Float64Array, hits: Float64Array, misses: Float64Array): void {
  // How many steps are below the score: of most rows none. Without a branch in the loop, which would be guessed wrong half the time.
  let low = 0;
  for (let left = score > steps[0]! ? steps.length : 0; left > 0;) {
    const half = (left + 1) >> 1;
    low += half * Number(steps[low + half - 1]! < score);
    left -= half;
  }
  // A score that is not finite makes NaN of the result.
  const mass = weight + 0 * score;
  if (hit) hits[low]! += mass;
  else misses[2 * low + Number(steps[low] === score)]! += mass;
}

/** Takes the steps from the highest score to the lowest. */
function walk(hits: Float64Array, misses: Float64Array): Ranked {
  let area = 0;
  let precision = 0;
  let positives = 0;
  let negatives = 0;
  for (let i = hits.length - 1; i >= 0; i--) {
    const hit = hits[i]!;
    const equal = misses[2 * i + 1]!;
    const below = misses[2 * i]!;
    area += equal * (positives + hit / 2);
    positives += hit;
    negatives += equal;
    precision += hit * ratio(positives, positives + negatives);
    area += below * positives;
    negatives += below;
  }
  return { area: area / (positives * negatives), precision: ratio(precision, positives) + 0 * negatives, support: positives };
}

/**
 * The share of rows whose class is among the k with the highest scores. Among equals the later class goes first, as in
 * scikit-learn; of a single column the first class does.
 *
 * @param actual positions in the list of classes, shape (rows)
 * @param scores shape (rows x classes), row-major, or (rows): of two classes those of the second, s against 1 - s of the first
 * @param weights of the rows, shape (rows)
 * @throws ChainruleError `E_USAGE` where lengths do not fit
 * @example
 * ```ts
 * import { topKAccuracy } from "chainrule";
 *
 * console.log(topKAccuracy([0, 2], [0.5, 0.3, 0.2, 0.5, 0.2, 0.3], 2)); // 1: both are among their two highest
 * ```
 */
export function topKAccuracy(actual: ArrayLike<number>, scores: ArrayLike<number>, k: number, weights?: ArrayLike<number>): number {
  return topShares(actual, scores, scores.length > actual.length, weights)[k - 1] ?? 1;
}

/** For k = 1 .. classes the share of rows whose class is among the k with the highest scores; `later`: which of equals goes first. */
export function topShares(actual: ArrayLike<number>, scores: ArrayLike<number>, later: boolean, weights?: ArrayLike<number>): number[] {
  const { classes, table, weight } = scoreTable(actual, "scores", scores, weights);
  const places = new Float64Array(classes);
  for (let row = 0; row < actual.length; row++) {
    const c = actual[row]!;
    const own = table[row * classes + c]!;
    let place = 0;
    for (let j = 0; j < classes; j++) {
      const other = table[row * classes + j]!;
      if (other > own || (other === own && (later ? j > c : j < c))) place++;
    }
    places[place]! += weight[row]!;
  }
  const total = sum(places);
  let within = 0;
  return Array.from(places, (mass) => (within += mass) / total);
}
