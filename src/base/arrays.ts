/** Arrays of numbers that data and engines are made of. */
export type NumberArray = Uint8Array | Int32Array | Float32Array | Float64Array;

const TYPES = [Uint8Array, Int32Array, Float32Array, Float64Array];

type Constructor<A> = new (from: number | ArrayLike<number>) => A;

/** The plain type of an array: of Node's Buffer Uint8Array, since `new Buffer` is deprecated and its slices share memory. */
function typeOf<A extends NumberArray>(values: A): Constructor<A> {
  return TYPES.find((type) => values instanceof type) as unknown as Constructor<A>;
}

/** Zeros, as many as said, in an array of the same type. */
export function emptyLike<A extends NumberArray>(values: A, length: number): A {
  return new (typeOf(values))(length);
}

/** The same numbers in memory of their own. */
export function copyOf<A extends NumberArray>(values: A): A {
  return new (typeOf(values))(values);
}

/** The listed rows of an array of shape (rows x width). */
export function takeRowsOf<A extends NumberArray>(values: A, width: number, list: Uint32Array): A {
  const taken = emptyLike(values, list.length * width);
  list.forEach((row, i) => {
    taken.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return taken;
}
