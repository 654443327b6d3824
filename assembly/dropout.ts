// Dropout behind an activation: the same words and factors as src/kernels/portable/dropout.ts.

import { GELU, L_ACTIVATION, L_ACTIVATIONS, L_DROPOUT, L_DROPOUT_SCALE, L_OUTPUTS, L_SLOPES, P_EPOCH, P_NUMBERS, P_PANEL, P_SEED } from "./addresses";
import { slopeOf } from "./activations";
import { drawWords, DROPOUT, KEY_BYTES, writeKey } from "./philox";
import { address, field, place, scratchOf, word } from "./records";

/**
 * Multiplies activations of panels [first, end) and rows [from, to) by their factors, and writes da/dz times the factor to where slopes
 * are kept.
 */
export function dropUnits(layer: i32, position: i32, first: i32, end: i32, from: i32, to: i32, thread: i32): void {
  const key = scratchOf(thread);
  const words = key + KEY_BYTES;
  writeKey(word(P_SEED), word(P_SEED + 4), key);
  const threshold = i32x4.splat(field(layer, L_DROPOUT));
  const scale = f32x4.splat(reinterpret<f32>(field(layer, L_DROPOUT_SCALE)));
  const slopes = place(layer, L_SLOPES);
  const activation = field(layer, L_ACTIVATION);
  const panel = address(P_PANEL);
  const n = field(layer, L_OUTPUTS);
  for (let row = from; row < to; row++) {
    const number = load<u32>(address(P_NUMBERS) + (<usize>(position + row) << 2));
    for (let p = first; p < end; p++) {
      // Layers are numbered from 2; a group of words is for 64 units.
      if (p == first || (p & 3) == 0) drawWords(key, ((layer + 2) << 20) + (p >> 2), number, word(P_EPOCH), DROPOUT, words);
      const at = place(layer, L_ACTIVATIONS) + p * panel + (<usize>row << 6);
      const units = min(16, n - (p << 4));
      for (let v = 0; v << 2 < units; v++) {
        const here = at + (<usize>v << 4);
        const halves = i32x4.extend_low_i16x8_u(v128.load64_zero(words + (<usize>((p & 3) << 4) << 1) + (<usize>v << 3)));
        const factor = v128.and(scale, i32x4.ge_u(halves, threshold));
        const a = v128.load(here);
        const slope = slopeOf(activation, activation >= GELU ? v128.load(here + slopes) : a);
        v128.store(here + slopes, f32x4.mul(slope, factor));
        v128.store(here, f32x4.mul(a, factor));
      }
    }
  }
}
