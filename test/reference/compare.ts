/** The largest |actual - expected| of a tensor and what it may be: `tolerance` times the largest |expected|. */
export interface Comparison {
  readonly error: number;
  readonly bound: number;
  readonly agrees: boolean;
}

/** A tensor that is expected to be zero must be exactly zero, since its bound is 0; a NaN or another length never agrees. */
export function compare(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): Comparison {
  let error = actual.length === expected.length ? 0 : NaN;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    // Math.max hands a NaN on.
    error = Math.max(error, Math.abs(actual[i]! - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  const bound = tolerance * largest;
  return { error, bound, agrees: error <= bound };
}

/** Where the largest magnitude of a tensor stands. */
export function largestIndex(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (Math.abs(values[i]!) > Math.abs(values[best]!)) best = i;
  return best;
}
