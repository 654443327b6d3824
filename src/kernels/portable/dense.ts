import type { Entries } from "./entries.js";

// One dense layer over a batch, float32. Weights are kept input-major, shape (n_(l-1) x n_l): one input's weights are
// neighbours in memory, and an input that is 0 is skipped whole. Eight outputs at a time stay in registers. The orders of
// sums are those of kernels/contract.ts.

const f = Math.fround;
const BLOCK = 256;

/** z = W a + b. Shapes: a (rows x nIn) by its entries, w (nIn x nOut), b (nOut), z (rows x nOut). */
export function denseForward(a: Entries, w: Float32Array, b: Float32Array, z: Float32Array, rows: number, nOut: number): void {
  const { start, column, value } = a;
  for (let row = 0, zRow = 0; row < rows; row++, zRow += nOut) {
    const first = start[row]!;
    const end = start[row + 1]!;
    let j = 0;
    for (; j + 8 <= nOut; j += 8) {
      let z0 = b[j]!;
      let z1 = b[j + 1]!;
      let z2 = b[j + 2]!;
      let z3 = b[j + 3]!;
      let z4 = b[j + 4]!;
      let z5 = b[j + 5]!;
      let z6 = b[j + 6]!;
      let z7 = b[j + 7]!;
      for (let i = first; i < end; i++) {
        const x = value[i]!;
        const at = column[i]! * nOut + j;
        z0 = f(z0 + f(x * w[at]!));
        z1 = f(z1 + f(x * w[at + 1]!));
        z2 = f(z2 + f(x * w[at + 2]!));
        z3 = f(z3 + f(x * w[at + 3]!));
        z4 = f(z4 + f(x * w[at + 4]!));
        z5 = f(z5 + f(x * w[at + 5]!));
        z6 = f(z6 + f(x * w[at + 6]!));
        z7 = f(z7 + f(x * w[at + 7]!));
      }
      z[zRow + j] = z0;
      z[zRow + j + 1] = z1;
      z[zRow + j + 2] = z2;
      z[zRow + j + 3] = z3;
      z[zRow + j + 4] = z4;
      z[zRow + j + 5] = z5;
      z[zRow + j + 6] = z6;
      z[zRow + j + 7] = z7;
    }
    for (; j < nOut; j++) {
      let sum = b[j]!;
      for (let i = first; i < end; i++) sum = f(sum + f(value[i]! * w[column[i]! * nOut + j]!));
      z[zRow + j] = sum;
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
 * Shapes: a (rows x nIn) by its entries, dz (rows x nOut), dw (nIn x nOut), db (nOut); dw and db are overwritten.
 */
export function denseGradient(a: Entries, dz: Float32Array, dw: Float32Array, db: Float32Array, rows: number, nOut: number): void {
  const { start, column, value } = a;
  dw.fill(0);
  db.fill(0);
  for (let row = 0, dzRow = 0; row < rows; row++, dzRow += nOut) {
    const first = start[row]!;
    const end = start[row + 1]!;
    for (let j = 0; j < nOut; j++) db[j] = f(db[j]! + dz[dzRow + j]!);
    let j = 0;
    for (; j + 8 <= nOut; j += 8) {
      const d0 = dz[dzRow + j]!;
      const d1 = dz[dzRow + j + 1]!;
      const d2 = dz[dzRow + j + 2]!;
      const d3 = dz[dzRow + j + 3]!;
      const d4 = dz[dzRow + j + 4]!;
      const d5 = dz[dzRow + j + 5]!;
      const d6 = dz[dzRow + j + 6]!;
      const d7 = dz[dzRow + j + 7]!;
      for (let i = first; i < end; i++) {
        const x = value[i]!;
        const at = column[i]! * nOut + j;
        dw[at] = f(dw[at]! + f(x * d0));
        dw[at + 1] = f(dw[at + 1]! + f(x * d1));
        dw[at + 2] = f(dw[at + 2]! + f(x * d2));
        dw[at + 3] = f(dw[at + 3]! + f(x * d3));
        dw[at + 4] = f(dw[at + 4]! + f(x * d4));
        dw[at + 5] = f(dw[at + 5]! + f(x * d5));
        dw[at + 6] = f(dw[at + 6]! + f(x * d6));
        dw[at + 7] = f(dw[at + 7]! + f(x * d7));
      }
    }
    for (; j < nOut; j++) {
      const d = dz[dzRow + j]!;
      for (let i = first; i < end; i++) {
        const at = column[i]! * nOut + j;
        dw[at] = f(dw[at]! + f(value[i]! * d));
      }
    }
  }
}
