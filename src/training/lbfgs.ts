// L-BFGS (Nocedal 1980; Liu and Nocedal 1989) with a line search for the strong Wolfe conditions (Nocedal and Wright 2006, algorithms
// 3.5 and 3.6, by cubic interpolation), step by step as torch.optim.LBFGS with line_search_fn="strong_wolfe" goes. All in float64.

/** A function value and its derivatives. */
export interface Evaluated {
  readonly cost: number;
  readonly gradient: Float64Array;
}

/** Evaluates at x; may take its time. */
export type Evaluate = (x: Float64Array) => Promise<Evaluated>;

/** What the next step depends on beside x. */
export interface LbfgsState {
  /** Steps done. */
  readonly steps: number;
  /** Length along the last direction, that direction, and the derivatives where it began; empty before the first step. */
  readonly length: number;
  readonly direction: Float64Array;
  readonly gradient: Float64Array;
  /** What the inverse of the curvature begins as: this times the identity. */
  readonly scale: number;
  /** Moves s and changes of the derivatives y, oldest first. */
  readonly pairs: readonly { readonly s: Float64Array; readonly y: Float64Array }[];
}

export const LBFGS_START: LbfgsState = {
  steps: 0,
  length: 0,
  direction: new Float64Array(0),
  gradient: new Float64Array(0),
  scale: 1,
  pairs: [],
};

export interface LbfgsStep {
  readonly state: LbfgsState;
  readonly x: Float64Array;
  readonly at: Evaluated;
  /** No way down was found: the run is where it can get to. */
  readonly converged: boolean;
}

/** Armijo and curvature conditions; moves and slopes below this are none. */
const [C1, C2, TINY] = [1e-4, 0.9, 1e-9];
const MOST_SEARCHES = 25;

/**
 * One step from x, where the function was evaluated.
 *
 * @param rate what the first length that is tried is multiplied by, 1 as a rule
 * @param history pairs that are kept
 */
export async function lbfgsStep(
  before: LbfgsState,
  x: Float64Array,
  at: Evaluated,
  evaluate: Evaluate,
  rate: number,
  history: number,
): Promise<LbfgsStep> {
  const first = before.steps === 0;
  const remembered = first ? before : remember(before, at.gradient, history);
  const direction = first ? at.gradient.map((g) => -g) : directionOf(remembered, at.gradient);
  const slope = dot(at.gradient, direction);
  const state = { ...remembered, steps: before.steps + 1, direction, gradient: at.gradient };
  if (!(slope <= -TINY)) return { state: { ...state, length: 0 }, x, at, converged: true };
  const start = first ? Math.min(1, 1 / at.gradient.reduce((sum, g) => sum + Math.abs(g), 0)) * rate : rate;
  const point = (t: number): Float64Array => x.map((value, i) => value + t * direction[i]!);
  const look = async (t: number): Promise<Point> => {
    const found = await evaluate(point(t));
    return { ...found, t, slope: dot(found.gradient, direction) };
  };
  const found = await search(look, { ...at, t: 0, slope }, start, largest(direction));
  return { state: { ...state, length: found.t }, x: point(found.t), at: found, converged: found.t === 0 };
}

/** With the pair of the last step, where it tells something of the curvature. */
function remember(state: LbfgsState, gradient: Float64Array, history: number): LbfgsState {
  const y = gradient.map((g, i) => g - state.gradient[i]!);
  const s = state.direction.map((d) => d * state.length);
  const ys = dot(y, s);
  if (!(ys > 1e-10)) return state;
  return { ...state, pairs: [...state.pairs, { s, y }].slice(-history), scale: ys / dot(y, y) };
}

/** -H g by the two loops over the pairs. */
function directionOf({ pairs, scale }: LbfgsState, gradient: Float64Array): Float64Array {
  const q = gradient.map((g) => -g);
  const shares = pairs.map(({ s, y }) => 1 / dot(y, s));
  const alphas = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    alphas[i] = dot(pairs[i]!.s, q) * shares[i]!;
    addTo(q, -alphas[i]!, pairs[i]!.y);
  }
  for (let i = 0; i < q.length; i++) q[i]! *= scale;
  pairs.forEach(({ s, y }, i) => addTo(q, alphas[i]! - dot(y, q) * shares[i]!, s));
  return q;
}

/** A place on the line: how far along, and the derivative by that. */
interface Point extends Evaluated {
  readonly t: number;
  readonly slope: number;
}

/** A length that fulfils the strong Wolfe conditions, or the best that was found. `reach`: the largest move of a number at length 1. */
async function search(look: (t: number) => Promise<Point>, start: Point, first: number, reach: number): Promise<Point> {
  const isTooHigh = (point: Point): boolean => point.cost > start.cost + C1 * point.t * start.slope;
  const isFlat = (point: Point): boolean => Math.abs(point.slope) <= -C2 * start.slope;
  let previous = start;
  let now = await look(first);
  let searches = 0;
  let bracket: [Point, Point] | undefined;
  // Ahead, until a minimum lies between two points.
  for (; searches < MOST_SEARCHES; searches++) {
    if (isTooHigh(now) || (searches > 1 && now.cost >= previous.cost)) bracket = [previous, now];
    else if (isFlat(now)) return now;
    else if (now.slope >= 0) bracket = [previous, now];
    if (bracket !== undefined) break;
    const t = interpolate(previous, now, now.t + 0.01 * (now.t - previous.t), now.t * 10);
    previous = now;
    now = await look(t);
  }
  bracket ??= [start, now];
  // Between the two, until one is good.
  let [low, high] = ordered(bracket);
  let stalled = false;
  for (; searches < MOST_SEARCHES && Math.abs(high.t - low.t) * reach >= TINY; searches++) {
    const [least, most] = [Math.min(bracket[0].t, bracket[1].t), Math.max(bracket[0].t, bracket[1].t)];
    let t = interpolate(bracket[0], bracket[1], least, most);
    // Too near to an end twice in a row: a tenth away from it.
    const margin = 0.1 * (most - least);
    if (Math.min(most - t, t - least) < margin) {
      if (stalled || t >= most || t <= least) {
        t = Math.abs(t - most) < Math.abs(t - least) ? most - margin : least + margin;
        stalled = false;
      } else stalled = true;
    } else stalled = false;
    const found = await look(t);
    const isHighFirst: boolean = bracket[0] === high;
    if (isTooHigh(found) || found.cost >= low.cost) {
      bracket = isHighFirst ? [found, low] : [low, found];
      [low, high] = ordered(bracket);
      continue;
    }
    if (isFlat(found)) return found;
    if (found.slope * (high.t - low.t) >= 0) high = low;
    low = found;
    bracket = isHighFirst ? [high, low] : [low, high];
  }
  return low;
}

/** The lower of two first; the first of equals. */
function ordered([a, b]: readonly [Point, Point]): [low: Point, high: Point] {
  return a.cost <= b.cost ? [a, b] : [b, a];
}

/** Where the cubic through two points and their slopes is lowest, within least..most; the middle where it has no lowest place. */
function interpolate(a: Point, b: Point, least: number, most: number): number {
  const d1 = a.slope + b.slope - (3 * (a.cost - b.cost)) / (a.t - b.t);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (least + most) / 2;
  const d2 = Math.sqrt(square);
  const at =
    a.t <= b.t
      ? b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
      : a.t - (a.t - b.t) * ((a.slope + d2 - d1) / (a.slope - b.slope + 2 * d2));
  return Math.min(Math.max(at, least), most);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addTo(out: Float64Array, factor: number, of: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i]! += factor * of[i]!;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
