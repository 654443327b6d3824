/** Between float32's rounding, or six digits on paper, and a mistake of one percent. */
const RELATIVE = 1e-4;
/** Of the largest number of the tensor: a small sum of large terms is no more exact than they are. */
const OF_TENSOR = 1e-6;
/** Of the largest number of all tensors: what a sum that comes to nothing may be off in float64. */
const OF_ALL = 1e-12;

/**
 * How far from `expected` a number may be and still agree. Compare as `!(error <= bound)`, so that a NaN deviates.
 *
 * @param largest the largest magnitude of the tensor
 * @param largestOfAll the largest magnitude of all tensors
 */
export function boundOf(expected: number, largest: number, largestOfAll: number): number {
  return RELATIVE * Math.abs(expected) + Math.max(OF_TENSOR * largest, OF_ALL * largestOfAll);
}

/** The largest magnitude; a NaN is left out. */
export function largestOf(values: Float64Array): number {
  return values.reduce((largest, value) => (Math.abs(value) > largest ? Math.abs(value) : largest), 0);
}
