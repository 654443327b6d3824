// Normalisation between z and the activation, over a batch of rows, float32; sums in float64. Shapes: z, u and d (rows x n), the others
// by unit (n), or by row where that is said. The orders of sums are those of kernels/contract.ts.

const f = Math.fround;

/** Of each unit over the rows of a batch: mean, 1 / sqrt(variance + epsilon), and the unbiased variance. */
export function batchStatistics(
  z: Float32Array,
  rows: number,
  n: number,
  epsilon: number,
  mean: Float32Array,
  scale: Float32Array,
  unbiased: Float32Array,
): void {
  for (let k = 0; k < n; k++) {
    let sum = 0;
    for (let at = k, row = 0; row < rows; row++, at += n) sum += z[at]!;
    const m = (mean[k] = f(sum / rows));
    let squares = 0;
    for (let at = k, row = 0; row < rows; row++, at += n) {
      const difference = f(z[at]! - m);
      squares += difference * difference;
    }
    scale[k] = f(1 / Math.sqrt(squares / rows + epsilon));
    unbiased[k] = f(squares / Math.max(rows - 1, 1));
  }
}

/** Of running statistics: 1 / sqrt(variance + epsilon). */
export function runningScale(variance: Float32Array, epsilon: number, scale: Float32Array): void {
  for (let k = 0; k < variance.length; k++) scale[k] = f(1 / Math.sqrt(variance[k]! + epsilon));
}

/** running = keep * running + share * of the batch */
export function moveRunning(running: Float32Array, batch: Float32Array, keep: number, share: number): void {
  for (let k = 0; k < running.length; k++) running[k] = f(f(keep * running[k]!) + f(share * batch[k]!));
}

/** u = gamma (z - mean) scale + beta, by unit. */
export function normaliseUnits(
  z: Float32Array,
  u: Float32Array,
  rows: number,
  mean: Float32Array,
  scale: Float32Array,
  gamma: Float32Array,
  beta: Float32Array,
): void {
  const n = gamma.length;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let k = 0; k < n; k++, at++) u[at] = f(f(f(f(z[at]! - mean[k]!) * scale[k]!) * gamma[k]!) + beta[k]!);
  }
}

/** Sums over four lanes of the units of a row, k modulo 4: (lane 0 + lane 1) + (lane 2 + lane 3). */
const lanes = new Float64Array(4);

function sumOfLanes(): number {
  return lanes[0]! + lanes[1]! + (lanes[2]! + lanes[3]!);
}

/** The same over the units of each row; mean and scale by row. */
export function normaliseRows(
  z: Float32Array,
  u: Float32Array,
  rows: number,
  epsilon: number,
  mean: Float32Array,
  scale: Float32Array,
  gamma: Float32Array,
  beta: Float32Array,
): void {
  const n = gamma.length;
  for (let row = 0; row < rows; row++) {
    const at = row * n;
    lanes.fill(0);
    for (let k = 0; k < n; k++) lanes[k & 3]! += z[at + k]!;
    const m = (mean[row] = f(sumOfLanes() / n));
    lanes.fill(0);
    for (let k = 0; k < n; k++) {
      const difference = f(z[at + k]! - m);
      lanes[k & 3]! += difference * difference;
    }
    const s = (scale[row] = f(1 / Math.sqrt(sumOfLanes() / n + epsilon)));
    for (let k = 0; k < n; k++) u[at + k] = f(f(f(f(z[at + k]! - m) * s) * gamma[k]!) + beta[k]!);
  }
}

/** dCost/dz in the place of dCost/du, and dCost/dgamma and dCost/dbeta, where mean and scale are those of the batch. */
export function backThroughBatch(
  d: Float32Array,
  z: Float32Array,
  rows: number,
  mean: Float32Array,
  scale: Float32Array,
  gamma: Float32Array,
  dgamma: Float32Array,
  dbeta: Float32Array,
): void {
  const n = gamma.length;
  for (let k = 0; k < n; k++) {
    const [m, s] = [mean[k]!, scale[k]!];
    let sum = 0;
    let along = 0;
    for (let at = k, row = 0; row < rows; row++, at += n) {
      sum += d[at]!;
      along += d[at]! * f(f(z[at]! - m) * s);
    }
    dgamma[k] = f(along);
    dbeta[k] = f(sum);
    const [meanOfD, meanAlong, factor] = [f(sum / rows), f(along / rows), f(gamma[k]! * s)];
    for (let at = k, row = 0; row < rows; row++, at += n) {
      d[at] = f(factor * f(f(d[at]! - meanOfD) - f(f(f(z[at]! - m) * s) * meanAlong)));
    }
  }
}

/** The same where they are those of each row. */
export function backThroughRows(
  d: Float32Array,
  z: Float32Array,
  rows: number,
  mean: Float32Array,
  scale: Float32Array,
  gamma: Float32Array,
  dgamma: Float32Array,
  dbeta: Float32Array,
): void {
  const n = gamma.length;
  for (let k = 0; k < n; k++) {
    let sum = 0;
    let along = 0;
    for (let at = k, row = 0; row < rows; row++, at += n) {
      sum += d[at]!;
      along += d[at]! * f(f(z[at]! - mean[row]!) * scale[row]!);
    }
    dgamma[k] = f(along);
    dbeta[k] = f(sum);
  }
  for (let row = 0; row < rows; row++) {
    const at = row * n;
    const [m, s] = [mean[row]!, scale[row]!];
    lanes.fill(0);
    for (let k = 0; k < n; k++) lanes[k & 3]! += f(d[at + k]! * gamma[k]!);
    const meanOfG = f(sumOfLanes() / n);
    lanes.fill(0);
    for (let k = 0; k < n; k++) lanes[k & 3]! += f(d[at + k]! * gamma[k]!) * f(f(z[at + k]! - m) * s);
    const meanAlong = f(sumOfLanes() / n);
    for (let k = 0; k < n; k++) {
      const g = f(d[at + k]! * gamma[k]!);
      d[at + k] = f(s * f(f(g - meanOfG) - f(f(f(z[at + k]! - m) * s) * meanAlong)));
    }
  }
}
