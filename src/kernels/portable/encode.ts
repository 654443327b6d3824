import { cos, sin } from "./float32.js";

// Columns that enter the first layer encoded, and the derivatives of what encodes them, float32. `x` is (rows x inputs), `a` and its
// derivatives `d` are (rows x n_1); a column of x goes to `width` places of a from `at` on.

const f = Math.fround;
const TWO_PI = f(2 * Math.PI);

/** Row `category` of the table (categories x width); NaN for what is no category. */
export function embed(x: number, table: Float32Array, width: number, a: Float32Array, at: number): void {
  const from = x >= 0 && Number.isInteger(x) ? x * width : table.length;
  for (let i = 0; i < width; i++) a[at + i] = from < table.length ? table[from + i]! : NaN;
}

/** sin(2 pi f_i x), and cos(2 pi f_i x) behind them: the angle is ((2 pi f_i) x), each product rounded. */
export function wave(x: number, frequencies: Float32Array, a: Float32Array, at: number): void {
  const n = frequencies.length;
  for (let i = 0; i < n; i++) {
    const angle = f(f(TWO_PI * frequencies[i]!) * x);
    a[at + i] = sin(angle);
    a[at + n + i] = cos(angle);
  }
}

/** Adds a row's derivatives to those of its category. */
export function embedBack(x: number, dTable: Float32Array, width: number, d: Float32Array, at: number): void {
  const from = x * width;
  for (let i = 0; i < width; i++) dTable[from + i] = f(dTable[from + i]! + d[at + i]!);
}

/** Adds (2 pi x) * (dCost/dsin cos - dCost/dcos sin) to the derivative of each frequency. */
export function waveBack(x: number, dFrequencies: Float32Array, a: Float32Array, d: Float32Array, at: number): void {
  const n = dFrequencies.length;
  const factor = f(TWO_PI * x);
  for (let i = 0; i < n; i++) {
    const turn = f(f(d[at + i]! * a[at + n + i]!) - f(d[at + n + i]! * a[at + i]!));
    dFrequencies[i] = f(dFrequencies[i]! + f(factor * turn));
  }
}
