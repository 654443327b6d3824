// The few operations that every kernel is made of.

/** sum + x * w: two roundings, or in the relaxed build one where the processor has such an instruction. */
// @ts-ignore: decorators of functions are AssemblyScript's
@inline
export function madd(sum: v128, x: v128, w: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(x, w, sum);
  return f32x4.add(sum, f32x4.mul(x, w));
}

// @ts-ignore: decorator
@inline
export function zero(): v128 {
  return i32x4.splat(0);
}

/** (lane 0 + lane 1) + (lane 2 + lane 3) of four vectors, side by side. */
// @ts-ignore: decorator
@inline
export function sumLanes(a: v128, b: v128, c: v128, d: v128): v128 {
  // a0 b0 a1 b1, a2 b2 a3 b3, ...
  const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  const lane0 = v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5);
  const lane1 = v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7);
  const lane2 = v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5);
  const lane3 = v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7);
  return f32x4.add(f32x4.add(lane0, lane1), f32x4.add(lane2, lane3));
}

/** The first `count` of four lanes all ones, the rest 0; count 1..4. */
// @ts-ignore: decorator
@inline
export function lanesBelow(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}
