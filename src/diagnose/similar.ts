import { createRandom, STREAM } from "../base/random.js";

/** Fewer values say nothing of a correlation. */
const FEWEST_VALUES = 10;
/** Values that have to share in a vector's length: two units that are on in one row only are not the same. */
const FEWEST_SHARING = 10;
/** Vectors whose projections are further apart than so many deviations are not compared. */
const WINDOW = 5;

/**
 * Groups of vectors that are one up to offset, factor and sign: |correlation| at least `least`. Vectors that do not change are in none.
 * Only those are compared whose projections on one drawn direction lie together: that of similar ones differs by
 * about sqrt(2 (1 - correlation)) times their length.
 *
 * @param values shape (rows x n)
 * @returns lists of at least two indices, ascending
 */
export function similarGroups(values: ArrayLike<number>, n: number, least: number): number[][] {
  const rows = values.length / n;
  if (!(rows >= FEWEST_VALUES)) return [];
  const random = createRandom(1, STREAM.sample, 1);
  const direction = Float64Array.from({ length: rows }, () => random.normal());
  const candidates = Array.from({ length: n }, (_, k) => unitVector(values, n, k, rows))
    .map((vector, index) => ({ vector, index, projection: vector === undefined ? 0 : Math.abs(dot(vector, direction)) }))
    .filter((candidate): candidate is { vector: Float64Array; index: number; projection: number } => candidate.vector !== undefined)
    .sort((p, q) => p.projection - q.projection);
  const window = WINDOW * Math.sqrt(2 * (1 - least));
  const leader = new Map<number, number>();
  const leaderOf = (index: number): number => {
    const above = leader.get(index);
    return above === undefined ? index : leaderOf(above);
  };
  candidates.forEach((one, at) => {
    for (let next = at + 1; next < candidates.length; next++) {
      const other = candidates[next]!;
      if (other.projection - one.projection > window) break;
      const [p, q] = [leaderOf(one.index), leaderOf(other.index)];
      if (p !== q && Math.abs(dot(one.vector, other.vector)) >= least) leader.set(Math.max(p, q), Math.min(p, q));
    }
  });
  return groupsBy(
    candidates.map(({ index }) => index).sort((p, q) => p - q),
    leaderOf,
  );
}

/** Those that have a key in common, of at least two. */
export function groupsBy(items: readonly number[], keyOf: (item: number) => string | number): number[][] {
  const groups = new Map<string | number, number[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** Column k around its mean, of length 1; undefined where it does not change, or in hardly any row. */
function unitVector(values: ArrayLike<number>, n: number, k: number, rows: number): Float64Array | undefined {
  const vector = Float64Array.from({ length: rows }, (_, row) => values[row * n + k]!);
  const mean = vector.reduce((sum, value) => sum + value, 0) / rows;
  const length = Math.sqrt(vector.reduce((sum, value) => sum + (value - mean) * (value - mean), 0));
  if (!(length > 1e-6 * Math.abs(mean) * Math.sqrt(rows)) || !(length > 0)) return undefined;
  const unit = vector.map((value) => (value - mean) / length);
  // 1 / sum v^4 is 1 where one row has all of the length, and the number of rows where they share it.
  const sharing = 1 / unit.reduce((sum, value) => sum + value * value * value * value, 0);
  return sharing >= Math.min(FEWEST_SHARING, rows / 4) ? unit : undefined;
}

function dot(p: Float64Array, q: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += p[i]! * q[i]!;
  return sum;
}
