import { type Augmentation, isWarped } from "../augmentation.js";
import * as at from "./generated/addresses.js";

// The record that assembly/augment.ts reads. It is written once; any number of threads read it.

/** Zeros on either side of the weights, so that vectors of them may begin outside. */
const BEYOND = 7;

/** Bytes of the record. */
export function augmentationBytes({ weights }: Augmentation): number {
  return at.A_TABLE + 4 * (2 * (reachOf(weights) + BEYOND) + 1);
}

/** The largest distance that has a weight. */
function reachOf(weights: Float32Array): number {
  return Math.max(0, weights.length - 1);
}

/** Bytes that each thread needs beside it, as assembly/augment.ts lays them out. */
export function augmentationScratch({ height, width }: Augmentation): number {
  const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;
  return roundUp(784 + 8 * roundUp(width, 4) + 4 * (height + 4) * (width + 4) + 16, 64) + 16 * roundUp(height, 4) * roundUp(width, 8);
}

/** @param place byte from the start of the memory, a multiple of 16 */
export function writeAugmentation(words: Uint32Array, floats: Float32Array, place: number, augmentation: Augmentation): void {
  const { height, width, key, weights, cutout, background, shift, rotation, scale, shear, alpha, noise } = augmentation;
  const reach = reachOf(weights);
  const whole: [number, number][] = [
    [at.A_HEIGHT, height],
    [at.A_WIDTH, width],
    [at.A_KEY, key[0]],
    [at.A_KEY + 4, key[1]],
    [at.A_REACH, reach],
    [at.A_CUTOUT, cutout],
    [at.A_WARPED, Number(isWarped(augmentation))],
  ];
  const numbers: [number, number][] = [
    [at.A_BACKGROUND, background],
    [at.A_SHIFT, shift],
    [at.A_ROTATION, rotation],
    [at.A_SCALE, scale],
    [at.A_SHEAR, shear],
    [at.A_ALPHA, alpha],
    [at.A_NOISE, noise],
  ];
  for (const [offset, value] of whole) words[(place + offset) >>> 2] = value;
  for (const [offset, value] of numbers) floats[(place + offset) >>> 2] = value;
  const middle = ((place + at.A_TABLE) >>> 2) + reach + BEYOND;
  floats.fill(0, middle - reach - BEYOND, middle + reach + BEYOND + 1);
  weights.forEach((weight, t) => {
    floats[middle - t] = weight;
    floats[middle + t] = weight;
  });
}
