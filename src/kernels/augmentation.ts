import { ChainruleError, type Problem, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import { exp } from "./portable/float32.js";

// What becomes of an image before a network sees it in training. Settings are checked here and turned into the numbers that
// the kernels work with; portable/augment.ts says what the kernels do with them.

/** An elastic distortion (Simard, Steinkraus, Platt 2003). */
export interface ElasticSettings {
  /**
   * Pixels by which the smoothed fields are multiplied, from 0. The weights of the Gaussian sum to 1 and the fields are not
   * normalised after it, so that a pixel far from the edges moves in x and in y by a normal amount with deviation
   * alpha / (2 sqrt(3 pi) sigma) = 0.163 alpha / sigma pixels, while sigma is at least about 1.
   */
  readonly alpha: number;
  /** Deviation of the Gaussian that smooths the fields, in pixels, from 0.01 to 100; it ends at 3 sigma. */
  readonly sigma: number;
}

/** How training images are changed, drawn anew for each row of each pass. What is left out, or 0, changes nothing. */
export interface AugmentationSettings {
  /** Pixels: moves by as much in x, and in y, uniform in ±shift. */
  readonly shift?: number;
  /** Degrees: turns about the centre, uniform in ±rotation, at most 180. */
  readonly rotation?: number;
  /** Grows, or shrinks as often, by a factor uniform in 1..1 + scale; at most 9. */
  readonly scale?: number;
  /** Degrees: slants upright strokes, uniform in ±shear, at most 80. */
  readonly shear?: number;
  readonly elastic?: ElasticSettings;
  /** Deviation of the normal noise added to every pixel, in units of the scaled inputs. */
  readonly noise?: number;
  /**
   * Pixels: side of a square that is set to the background (DeVries and Taylor 2017). Its centre is uniform over the image, so
   * that it may stand out over an edge.
   */
  readonly cutout?: number;
}

export interface ImageShape {
  readonly height: number;
  readonly width: number;
}

/** Numbers ready for the kernels; every one that is no whole number is a float32. */
export interface Augmentation extends ImageShape {
  /** The key of Philox: the lower and the upper 32 bits of the seed. */
  readonly key: readonly [number, number];
  /** What stands outside of the image. */
  readonly background: number;
  /** Pixels. */
  readonly shift: number;
  /** Radians. */
  readonly rotation: number;
  /** The largest factor, less 1. */
  readonly scale: number;
  /** Radians. */
  readonly shear: number;
  /** Pixels; 0 where nothing is elastic. */
  readonly alpha: number;
  /** Of the Gaussian, for distances 0, 1, ... up to its end or that of the longer side. */
  readonly weights: Float32Array;
  readonly noise: number;
  /** Pixels. */
  readonly cutout: number;
}

/** Beyond this many pixels the kernels could not number them in float32. */
export const MOST_PIXELS = 2 ** 20;
/** Deviations at which the Gaussian ends. */
const REACH = 3;
/** Smaller weights are 0; subnormal numbers would be slow. */
const LEAST_WEIGHT = 2 ** -40;

const KEYS: Readonly<Record<keyof AugmentationSettings, true>> = {
  shift: true,
  rotation: true,
  scale: true,
  shear: true,
  elastic: true,
  noise: true,
  cutout: true,
};

/**
 * Checks settings, which programs without types write too, and collects what is wrong.
 *
 * @param where the name of the option that holds them
 * @throws ChainruleError `E_USAGE`, naming each field
 */
export function checkAugmentation(settings: AugmentationSettings, { height, width }: ImageShape, where = "augment"): void {
  const problems: Problem[] = [];
  const report = (field: string, expected: string, value: unknown, hint: { hint?: string } = {}): void => {
    problems.push({ where: field, expected, got: show(value), ...hint });
  };
  const range = (field: string, value: unknown, least: number, most: number): void => {
    if (typeof value === "number" && value >= least && value <= most) return;
    report(`${where}.${field}`, `a number from ${least} to ${most}`, value);
  };
  const longer = Math.max(height, width);
  const isSide = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1;
  if (!isSide(height) || !isSide(width) || height * width > MOST_PIXELS) {
    report(where, `images of at least 1 x 1 and at most ${MOST_PIXELS.toLocaleString("en-US")} pixels`, `${height} x ${width}`);
  }
  if (!isObject(settings)) report(where, "settings such as { shift: 2, rotation: 10 }", settings);
  else {
    const { shift, rotation, scale, shear, elastic, noise, cutout }: Readonly<Record<string, unknown>> = settings;
    for (const key of Object.keys(settings)) {
      if (key in KEYS) continue;
      report(`${where}.${key}`, `one of ${Object.keys(KEYS).join(", ")}`, settings[key], suggestion(key, Object.keys(KEYS)));
    }
    if (shift !== undefined) range("shift", shift, 0, longer);
    if (rotation !== undefined) range("rotation", rotation, 0, 180);
    if (scale !== undefined) range("scale", scale, 0, 9);
    if (shear !== undefined) range("shear", shear, 0, 80);
    if (noise !== undefined) range("noise", noise, 0, 1e6);
    if (cutout !== undefined && !(Number.isInteger(cutout) && (cutout as number) >= 0 && (cutout as number) <= longer)) {
      report(`${where}.cutout`, `a whole number from 0 to ${longer}`, cutout);
    }
    if (elastic !== undefined && !isObject(elastic)) report(`${where}.elastic`, "settings such as { alpha: 34, sigma: 4 }", elastic);
    else if (elastic !== undefined) {
      for (const key of Object.keys(elastic)) {
        if (key !== "alpha" && key !== "sigma") report(`${where}.elastic.${key}`, "alpha and sigma alone", elastic[key]);
      }
      range("elastic.alpha", elastic["alpha"], 0, 1e6);
      range("elastic.sigma", elastic["sigma"], 0.01, 100);
    }
  }
  if (problems.length > 0) throw new ChainruleError("E_USAGE", problems);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Settings, checked, as the kernels need them.
 *
 * @param seed a whole number in 0..2^53; with the pass and the row it decides what is drawn
 * @param background the scaled value of an empty pixel
 * @throws ChainruleError `E_USAGE`, naming each field
 */
export function prepareAugmentation(settings: AugmentationSettings, shape: ImageShape, seed: number, background = 0): Augmentation {
  checkAugmentation(settings, shape);
  const { shift = 0, rotation = 0, scale = 0, shear = 0, elastic, noise = 0, cutout = 0 } = settings;
  const { height, width } = shape;
  const f = Math.fround;
  return {
    height,
    width,
    key: [seed >>> 0, Math.floor(seed / 0x100000000) >>> 0],
    background: f(background),
    shift: f(shift),
    rotation: f((rotation * Math.PI) / 180),
    scale: f(scale),
    shear: f((shear * Math.PI) / 180),
    alpha: f(elastic?.alpha ?? 0),
    weights: elastic === undefined ? new Float32Array(0) : gaussian(elastic.sigma, Math.max(height, width)),
    noise: f(noise),
    cutout,
  };
}

/** exp(-t^2 / (2 sigma^2)) for t = 0, 1, ... below `length` and up to 3 sigma, divided by the sum over all |t| up to 3 sigma. */
function gaussian(sigma: number, length: number): Float32Array {
  const radius = Math.ceil(REACH * sigma);
  const values = Array.from({ length: radius + 1 }, (_, t) => exp(Math.fround((-t * t) / (2 * sigma * sigma))));
  const sum = values.reduce((total, value, t) => total + (t === 0 ? value : 2 * value), 0);
  return Float32Array.from(values.slice(0, length), (value) => (value / sum < LEAST_WEIGHT ? 0 : value / sum));
}

/** Whether pixels move; otherwise each keeps its own bits. */
export function isWarped({ shift, rotation, scale, shear, alpha }: Augmentation): boolean {
  return shift > 0 || rotation > 0 || scale > 0 || shear > 0 || alpha > 0;
}
