// One dense layer over a batch, float32. Weights are kept input-major, shape (n_(l-1) x n_l): the innermost loop then runs
// over neighbouring memory in every direction, and an input that is 0 is skipped whole. The orders of sums are those of
// kernels/contract.ts.

const f = Math.fround;
const BLOCK = 256;

/** z = W x + b. Shapes: a (rows x nIn), w (nIn x nOut), b (nOut), z (rows x nOut). */
export function denseForward(a: Float32Array, w: Float32Array, b: Float32Array, z: Float32Array, rows: number, nIn: number, nOut: number): void {
  for (let row = 0; row < rows; row++) {
    const zRow = row * nOut;
    z.set(b, zRow);
    for (let k = 0, at = 0; k < nIn; k++, at += nOut) {
      const x = a[row * nIn + k]!;
      if (x === 0) continue;
      for (let j = 0; j < nOut; j++) z[zRow + j] = f(z[zRow + j]! + f(x * w[at + j]!));
    }
  }
}

/** dCost/da_k = sum_j dCost/dz_j * w_jk; (3), (6). Shapes: dz (rows x nOut), w (nIn x nOut), da (rows x nIn). */
export function denseBackward(dz: Float32Array, w: Float32Array, da: Float32Array, rows: number, nIn: number, nOut: number): void {
  for (let row = 0; row < rows; row++) {
    const dzRow = row * nOut;
    for (let k = 0; k < nIn; k++) {
      const at = k * nOut;
      let total = 0;
      for (let start = 0; start < nOut; start += BLOCK) {
        const end = Math.min(start + BLOCK, nOut);
        const whole = end - ((end - start) & 3);
        let lane0 = 0;
        let lane1 = 0;
        let lane2 = 0;
        let lane3 = 0;
        for (let j = start; j < whole; j += 4) {
          lane0 = f(lane0 + f(dz[dzRow + j]! * w[at + j]!));
          lane1 = f(lane1 + f(dz[dzRow + j + 1]! * w[at + j + 1]!));
          lane2 = f(lane2 + f(dz[dzRow + j + 2]! * w[at + j + 2]!));
          lane3 = f(lane3 + f(dz[dzRow + j + 3]! * w[at + j + 3]!));
        }
        if (whole < end) lane0 = f(lane0 + f(dz[dzRow + whole]! * w[at + whole]!));
        if (whole + 1 < end) lane1 = f(lane1 + f(dz[dzRow + whole + 1]! * w[at + whole + 1]!));
        if (whole + 2 < end) lane2 = f(lane2 + f(dz[dzRow + whole + 2]! * w[at + whole + 2]!));
        const block = f(f(lane0 + lane1) + f(lane2 + lane3));
        total = start === 0 ? block : f(total + block);
      }
      da[row * nIn + k] = total;
    }
  }
}

/**
 * dCost/dw_jk = sum over rows of dCost/dz_j * a_k, and dCost/db_j = sum over rows of dCost/dz_j; (1), (2), (4), (5), (7), (8).
 * Shapes: a (rows x nIn), dz (rows x nOut), dw (nIn x nOut), db (nOut); dw and db are overwritten.
 */
export function denseGradient(a: Float32Array, dz: Float32Array, dw: Float32Array, db: Float32Array, rows: number, nIn: number, nOut: number): void {
  dw.fill(0);
  db.fill(0);
  for (let row = 0; row < rows; row++) {
    const dzRow = row * nOut;
    for (let j = 0; j < nOut; j++) db[j] = f(db[j]! + dz[dzRow + j]!);
    for (let k = 0, at = 0; k < nIn; k++, at += nOut) {
      const x = a[row * nIn + k]!;
      if (x === 0) continue;
      for (let j = 0; j < nOut; j++) dw[at + j] = f(dw[at + j]! + f(x * dz[dzRow + j]!));
    }
  }
}
