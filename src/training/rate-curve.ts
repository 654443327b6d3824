// The cost while the rate rises. Computed with exact operations alone, so that every runtime reads the same off it.

/** A rate, and the mean cost of the steps that were done with it. */
export interface RatePoint {
  readonly rate: number;
  readonly cost: number;
}

/** What a curve tells; undefined where it does not. */
export interface CurveReading {
  /** Smoothed, up to where it diverged. */
  readonly curve: readonly RatePoint[];
  /** Where the smoothed cost falls fastest from one rate to the next. */
  readonly steepest?: number;
  /** Where it is lowest. */
  readonly lowest?: number;
  readonly diverged?: number;
}

/** Points to each side that have a part in a smoothed one. */
const REACH = 10;
/** Of the running mean by which a rise is told from noise. */
const KEPT = 0.8;
/** Diverged: so many times the lowest cost so far. */
const RISE = 4;
/** Share of the first cost by which the lowest is below it, where anything was learned. */
const LEAST_FALL = 0.01;

/**
 * Index of the first point at which the running mean of the costs is not finite, or above 4 times its lowest; a cost below 0, which a
 * likelihood may have, by as much of its size.
 */
export function divergedAt(costs: readonly number[]): number | undefined {
  let [sum, weight, lowest] = [0, 0, Infinity];
  for (const [index, cost] of costs.entries()) {
    sum = KEPT * sum + (1 - KEPT) * cost;
    weight = KEPT * weight + (1 - KEPT);
    const mean = sum / weight;
    lowest = Math.min(lowest, mean);
    if (!Number.isFinite(mean) || mean > lowest + (RISE - 1) * Math.abs(lowest)) return index;
  }
  return undefined;
}

export function readCurve(points: readonly RatePoint[]): CurveReading {
  const end = divergedAt(points.map(({ cost }) => cost));
  const used = points.slice(0, end);
  const curve = used.map(({ rate }, index) => ({ rate, cost: smoothed(used, index) }));
  const diverged = end === undefined ? {} : { diverged: points[end]!.rate };
  const costs = curve.map(({ cost }) => cost);
  const bottom = costs.indexOf(Math.min(...costs));
  // Until there the rates are too small for anything.
  const first = costs[0];
  if (first === undefined || !(costs[bottom]! < first - LEAST_FALL * Math.abs(first))) return { curve, ...diverged };
  const slopes = costs.slice(1, bottom + 1).map((cost, index) => cost - costs[index]!);
  const steepest = slopes.indexOf(Math.min(...slopes)) + 1;
  return { curve, steepest: curve[steepest]!.rate, lowest: curve[bottom]!.rate, ...diverged };
}

/** A mean with weights that fall evenly to both sides. */
function smoothed(points: readonly RatePoint[], at: number): number {
  let [sum, weight] = [0, 0];
  for (let i = Math.max(0, at - REACH + 1); i < Math.min(points.length, at + REACH); i++) {
    const share = REACH - Math.abs(i - at);
    sum += share * points[i]!.cost;
    weight += share;
  }
  return sum / weight;
}
