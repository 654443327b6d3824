import type { Curve, CurveName } from "./curve.js";
import { normalQuantile } from "./normal-quantile.js";

/** Knots at most; fewer rows than this have one each. */
const KNOTS = 256;

/** The curve of a column's numbers, those of the training rows; where they have none, what turns up later becomes 0. */
export function fitCurve(numbers: Float64Array, kind: CurveName): Curve {
  if (kind === "none") return { kind: "linear", center: 0, spread: 1 };
  if (numbers.length === 0) return { kind: "normal", x: [0], score: [0] };
  const sorted = numbers.slice().sort();
  if (kind === "normal") return normalCurve(sorted);
  if (kind === "robust") {
    const range = quantile(sorted, 0.75) - quantile(sorted, 0.25);
    const whole = sorted.at(-1)! - sorted[0]!;
    return { kind: "linear", center: quantile(sorted, 0.5), spread: range > 0 ? range : whole > 0 ? whole / 2 : 1 };
  }
  // From the first number, so that a constant column has a deviation of exactly 0.
  const [first = 0] = sorted;
  const center = sorted.reduce((sum, x) => sum + (x - first) / sorted.length, first);
  const deviation = Math.sqrt(sorted.reduce((sum, x) => sum + (x - center) * (x - center), 0) / sorted.length);
  return { kind: "linear", center, spread: deviation > 0 ? deviation : 1 };
}

function normalCurve(sorted: Float64Array): Curve {
  const count = Math.min(KNOTS, sorted.length);
  const x: number[] = [];
  const score: number[] = [];
  // Equal numbers share the mean of their scores.
  let [sum, equal] = [0, 0];
  for (let i = 0; i < count; i++) {
    const share = (i + 0.5) / count;
    const at = quantile(sorted, count === 1 ? 0.5 : i / (count - 1));
    if (at !== x.at(-1)) {
      x.push(at);
      score.push(0);
      [sum, equal] = [0, 0];
    }
    sum += normalQuantile(share);
    equal += 1;
    score[score.length - 1] = sum / equal;
  }
  return { kind: "normal", x, score };
}

/** Straight between the two numbers around it. */
export function quantile(sorted: Float64Array, share: number): number {
  const exact = share * (sorted.length - 1);
  // A place that is off a number by rounding alone is the number's: two knots that far apart would make a wall of the curve.
  const nearest = Math.round(exact);
  const at = Math.abs(exact - nearest) <= 1e-12 * sorted.length ? nearest : exact;
  const low = Math.floor(at);
  const [a, b] = [sorted[low]!, sorted[Math.min(low + 1, sorted.length - 1)]!];
  return a + (at - low) * (b - a);
}
