// Columns that enter the first layer encoded: the same numbers as src/kernels/portable/encode.ts. Each encoding has a record, those of
// columns that enter as they are too; the rows stand dense where the data does.

import {
  BYTE_VALUES,
  C_AT,
  C_COLUMN,
  C_KIND,
  C_ROWS,
  C_TABLE,
  C_WIDTH,
  DENSE_BYTES,
  EMBEDDED,
  ENCODING_BYTES,
  L_ACTIVATIONS,
  L_AVERAGE,
  L_DERIVATIVES,
  L_GRADIENT,
  PERIODIC,
  P_COLUMNS,
  P_ENCODINGS,
  P_ENCODING_COUNT,
  P_PANEL,
  P_ROWS,
  P_ROWS_KIND,
} from "./addresses";
import { cos, sin } from "./functions";
import { address, orderAt, place, rowFrom, word } from "./records";

const TWO_PI: f32 = 6.2831854820251465;
/** The input layer's record stands in front of the others. */
const INPUT: i32 = -1;

// @ts-ignore: decorator
@inline
function part(encoding: i32, offset: usize): i32 {
  return load<i32>(address(P_ENCODINGS) + encoding * ENCODING_BYTES + offset);
}

/** The value of a column in row `row` of the batch. */
function columnOf(position: i32, row: i32, column: i32): f32 {
  const at = <usize>load<u32>(orderAt(position) + (<usize>row << 2)) * address(P_COLUMNS) + <usize>column;
  const rows = address(P_ROWS);
  return word(P_ROWS_KIND) == DENSE_BYTES ? load<f32>(<usize>load<u8>(rows + at) << 2, BYTE_VALUES) : load<f32>(rows + (at << 2));
}

/** The place of value j of a row of the input layer, or of its derivatives. */
// @ts-ignore: decorator
@inline
function at(base: usize, row: i32, j: i32): usize {
  return base + (j >> 4) * address(P_PANEL) + (<usize>row << 6) + (<usize>(j & 15) << 2);
}

/** Four frequencies' angles; those behind the last are 0. */
// @ts-ignore: decorator
@inline
function angles(table: usize, i: i32, x: f32): v128 {
  return f32x4.mul(f32x4.mul(f32x4.splat(TWO_PI), v128.load(table + (<usize>i << 2))), f32x4.splat(x));
}

/** a^(1) of the thread's rows. */
export function encodeRows(position: i32, rows: i32, thread: i32): void {
  const a = place(INPUT, L_ACTIVATIONS);
  const count = word(P_ENCODING_COUNT);
  for (let row = rowFrom(rows, thread), to = rowFrom(rows, thread + 1); row < to; row++) {
    for (let e = 0; e < count; e++) {
      const x = columnOf(position, row, part(e, C_COLUMN));
      const first = part(e, C_AT);
      const kind = part(e, C_KIND);
      const table = <usize>part(e, C_TABLE);
      if (kind == EMBEDDED) {
        const width = part(e, C_WIDTH);
        const known = x >= 0 && x < <f32>part(e, C_ROWS) && floor(x) == x;
        const from = known ? table + (<usize>(<i32>x * width) << 2) : 0;
        for (let i = 0; i < width; i++) store<f32>(at(a, row, first + i), known ? load<f32>(from + (<usize>i << 2)) : NaN);
      } else if (kind == PERIODIC) {
        const n = part(e, C_ROWS);
        for (let i = 0; i < n; i += 4) {
          const angle = angles(table, i, x);
          let s = sin(angle);
          let c = cos(angle);
          for (let j = i, last = min(i + 4, n); j < last; j++) {
            store<f32>(at(a, row, first + j), f32x4.extract_lane(s, 0));
            store<f32>(at(a, row, first + n + j), f32x4.extract_lane(c, 0));
            s = v128.shuffle<f32>(s, s, 1, 2, 3, 0);
            c = v128.shuffle<f32>(c, c, 1, 2, 3, 0);
          }
        }
      } else store<f32>(at(a, row, first), x);
    }
  }
}

/** Bytes of what encodes a column; whole vectors. */
export function encodingBytes(encoding: i32): usize {
  const floats = part(encoding, C_KIND) == EMBEDDED ? part(encoding, C_ROWS) * part(encoding, C_WIDTH) : part(encoding, C_ROWS);
  return <usize>((floats + 3) & ~3) << 2;
}

export function encodingTable(encoding: i32): usize {
  return <usize>part(encoding, C_TABLE);
}

/** Derivatives of what encodes a column, kept with those of parameters. */
export function encodingDerivatives(encoding: i32, position: i32, rows: i32): void {
  const kind = part(encoding, C_KIND);
  const column = part(encoding, C_COLUMN);
  const first = part(encoding, C_AT);
  const n = part(encoding, C_ROWS);
  const gradient = encodingTable(encoding) + place(INPUT, L_GRADIENT);
  const a = place(INPUT, L_ACTIVATIONS);
  const d = place(INPUT, L_DERIVATIVES);
  memory.fill(gradient, 0, encodingBytes(encoding));
  for (let row = 0; row < rows; row++) {
    const x = columnOf(position, row, column);
    if (kind == EMBEDDED) {
      if (!(x >= 0 && x < <f32>n && floor(x) == x)) continue;
      const width = part(encoding, C_WIDTH);
      const to = gradient + (<usize>(<i32>x * width) << 2);
      for (let i = 0; i < width; i++) {
        const own = to + (<usize>i << 2);
        store<f32>(own, load<f32>(own) + load<f32>(at(d, row, first + i)));
      }
    } else {
      const factor = TWO_PI * x;
      for (let i = 0; i < n; i++) {
        const sine = load<f32>(at(d, row, first + i)) * load<f32>(at(a, row, first + n + i));
        const cosine = load<f32>(at(d, row, first + n + i)) * load<f32>(at(a, row, first + i));
        const own = gradient + (<usize>i << 2);
        store<f32>(own, load<f32>(own) + factor * (sine - cosine));
      }
    }
  }
}

/** The sum of the squares of all derivatives of encodings, in order. */
export function encodingSquares(limit: f32): f64 {
  let total: f64 = 0;
  for (let e = 0, count = word(P_ENCODING_COUNT); e < count; e++) {
    const kind = part(e, C_KIND);
    if (kind != EMBEDDED && kind != PERIODIC) continue;
    let from = encodingTable(e) + place(INPUT, L_GRADIENT);
    for (const end = from + encodingBytes(e); from < end; from += 4) {
      const g = <f64>max(min(load<f32>(from), limit), -limit);
      total += g * g;
    }
  }
  return total;
}

export { INPUT };
