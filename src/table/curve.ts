export const CURVE_NAMES = ["normal", "standard", "robust", "none"] as const;
export type CurveName = (typeof CURVE_NAMES)[number];

/** How the numbers of a column become inputs of about -3 to 3. */
export type Curve =
  /**
   * Each number gets the place that its rank would have in a normal distribution: straight lines between knots (x, score), in ascending order of
   * x; beyond the first and the last the score is theirs.
   */
  | { readonly kind: "normal"; readonly x: readonly number[]; readonly score: readonly number[] }
  /** (x - center) / spread: mean and deviation (standard), or median and the distance between the quartiles (robust). */
  | { readonly kind: "linear"; readonly center: number; readonly spread: number };

/** Whether numbers go through as they are. */
export function isStraight(curve: Curve): boolean {
  return curve.kind === "linear" && curve.center === 0 && curve.spread === 1;
}

/** What a number becomes. */
export function onCurve(curve: Curve, value: number): number {
  if (curve.kind === "linear") return (value - curve.center) / curve.spread;
  const { x, score } = curve;
  const last = x.length - 1;
  if (value <= x[0]!) return score[0]!;
  if (value >= x[last]!) return score[last]!;
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= value) low = middle;
    else high = middle;
  }
  return score[low]! + ((value - x[low]!) / (x[high]! - x[low]!)) * (score[high]! - score[low]!);
}

/** How fast what it becomes moves with the number: 0 beyond the knots. */
export function slopeOnCurve(curve: Curve, value: number): number {
  if (curve.kind === "linear") return 1 / curve.spread;
  const { x, score } = curve;
  const above = x.findIndex((knot) => knot > value);
  if (above <= 0) return 0;
  return (score[above]! - score[above - 1]!) / (x[above]! - x[above - 1]!);
}
