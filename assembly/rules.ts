// What is done around a step where a rule asks for it, and needs whole units or all derivatives: the norm of the gradient, the
// norms of units, and the running mean of the parameters. Always by panels, so that a thread owns whole units.

import {
  BATCH_NORM,
  KEEP,
  L_AVERAGE,
  L_BETA,
  L_BIASES,
  L_GAMMA,
  L_GRADIENT,
  L_INPUTS,
  L_MEAN,
  L_NORM,
  L_OUTPUTS,
  L_SUMS,
  L_VAR,
  L_WEIGHTS,
  L_WEIGHT_PANEL,
  OPTIMIZER,
  O_AVERAGE,
  O_AVERAGE_REST,
  O_CLIP_NORM,
  O_CLIP_SCALE,
  O_CLIP_VALUE,
  O_MAX_NORM,
  P_MODE,
  P_THREADS,
  RULE_CLIP_VALUE,
} from "./addresses";
import { encodingBytes, encodingSquares, encodingTable, INPUT } from "./encode";
import { field, panelFrom, place, vectorsOf, word } from "./records";
import { clipped, rules } from "./update";

/**
 * Adds squares to the two float64 vectors of 4 units at `sums`: of `count` vectors of float32 that stand 64 bytes apart, each kept
 * within -limit..limit before.
 */
function addSquaresOf(at: usize, count: i32, limit: v128, sums: usize): void {
  let low = v128.load(sums);
  let high = v128.load(sums, 16);
  for (const end = at + (<usize>count << 6); at < end; at += 64) {
    const x = clipped(v128.load(at), limit);
    const first = f64x2.promote_low_f32x4(x);
    const second = f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  v128.store(sums, low);
  v128.store(sums, high, 16);
}

/** Of the derivatives that lead to each unit of the thread's panels, its bias last. */
export function squaresLayer(layer: i32, thread: i32): void {
  const limit = rules() & RULE_CLIP_VALUE ? v128.load32_splat(OPTIMIZER + O_CLIP_VALUE) : f32x4.splat(Infinity);
  const gradient = place(layer, L_GRADIENT);
  for (let p = panelFrom(layer, thread), end = panelFrom(layer, thread + 1); p < end; p++) {
    const sums = place(layer, L_SUMS) + (<usize>p << 7);
    memory.fill(sums, 0, 128);
    for (let v = 0; v < vectorsOf(layer, p); v++) {
      const lanes = <usize>v << 4;
      const units = sums + (<usize>v << 5);
      addSquaresOf(place(layer, L_WEIGHTS) + p * place(layer, L_WEIGHT_PANEL) + gradient + lanes, field(layer, L_INPUTS), limit, units);
      const offset = (<usize>p << 6) + gradient + lanes;
      addSquaresOf(place(layer, L_BIASES) + offset, 1, limit, units);
      if (field(layer, L_NORM) == 0) continue;
      addSquaresOf(place(layer, L_GAMMA) + offset, 1, limit, units);
      addSquaresOf(place(layer, L_BETA) + offset, 1, limit, units);
    }
  }
}

/** What all derivatives are multiplied by; by the first thread alone. */
export function clipAll(layers: i32): void {
  const limit: f32 = rules() & RULE_CLIP_VALUE ? load<f32>(OPTIMIZER + O_CLIP_VALUE) : Infinity;
  let total = encodingSquares(limit);
  for (let layer = 0; layer < layers; layer++) {
    const sums = place(layer, L_SUMS);
    for (let j = 0, n = field(layer, L_OUTPUTS); j < n; j++) total += load<f64>(sums + (<usize>j << 3));
  }
  const share = load<f64>(OPTIMIZER + O_CLIP_NORM) / (sqrt(total) + 1e-6);
  store<f32>(OPTIMIZER + O_CLIP_SCALE, <f32>(share > 1 ? 1 : share));
}

/** Weights of units that are longer than the largest norm become that long. */
export function limitLayer(layer: i32, thread: i32): void {
  if (word(P_MODE) == KEEP) return;
  const most = load<f64>(OPTIMIZER + O_MAX_NORM);
  const n = field(layer, L_INPUTS);
  for (let p = panelFrom(layer, thread), end = panelFrom(layer, thread + 1); p < end; p++) {
    const sums = place(layer, L_SUMS) + (<usize>p << 7);
    memory.fill(sums, 0, 128);
    const w = place(layer, L_WEIGHTS) + p * place(layer, L_WEIGHT_PANEL);
    for (let v = 0; v < vectorsOf(layer, p); v++) {
      const start = w + (<usize>v << 4);
      addSquaresOf(start, n, f32x4.splat(Infinity), sums + (<usize>v << 5));
      for (let lane = 0; lane < 4; lane++) {
        const norm = sqrt(load<f64>(sums + (<usize>((v << 2) + lane) << 3)));
        if (!(norm > most)) continue;
        const factor = <f32>(most / norm);
        for (let at = start + (<usize>lane << 2), last = at + (<usize>n << 6); at < last; at += 64) store<f32>(at, load<f32>(at) * factor);
      }
    }
  }
}

/** e = keep * e + rest * w */
export function averageLayer(layer: i32, thread: i32): void {
  if (word(P_MODE) == KEEP) return;
  for (let p = panelFrom(layer, thread), end = panelFrom(layer, thread + 1); p < end; p++) {
    follow(place(layer, L_WEIGHTS) + p * place(layer, L_WEIGHT_PANEL), place(layer, L_AVERAGE), <usize>field(layer, L_INPUTS) << 6);
    const offset = <usize>p << 6;
    follow(place(layer, L_BIASES) + offset, place(layer, L_AVERAGE), 64);
    const norm = field(layer, L_NORM);
    if (norm == 0) continue;
    follow(place(layer, L_GAMMA) + offset, place(layer, L_AVERAGE), 64);
    follow(place(layer, L_BETA) + offset, place(layer, L_AVERAGE), 64);
    if (norm != BATCH_NORM) continue;
    follow(place(layer, L_MEAN) + offset, place(layer, L_AVERAGE), 64);
    follow(place(layer, L_VAR) + offset, place(layer, L_AVERAGE), 64);
  }
}

/** The same of what encodes a column. */
export function averageEncoding(encoding: i32, thread: i32): void {
  if (word(P_MODE) == KEEP || encoding % word(P_THREADS) != thread) return;
  follow(encodingTable(encoding), place(INPUT, L_AVERAGE), encodingBytes(encoding));
}

function follow(w: usize, average: usize, bytes: usize): void {
  const keep = v128.load32_splat(OPTIMIZER + O_AVERAGE);
  const rest = v128.load32_splat(OPTIMIZER + O_AVERAGE_REST);
  for (const end = w + bytes; w < end; w += 16) {
    v128.store(w + average, f32x4.add(f32x4.mul(keep, v128.load(w + average)), f32x4.mul(rest, v128.load(w))));
  }
}
