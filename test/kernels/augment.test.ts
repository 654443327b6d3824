import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type AugmentationSettings, prepareAugmentation } from "../../src/kernels/augmentation.js";
import { createAugment } from "../../src/kernels/portable/augment.js";

type Copy = (image: Float32Array, row: number, pass: number) => Float32Array;

function copier(settings: AugmentationSettings, height: number, width: number, seed = 1, background = 0): Copy {
  const augment = createAugment(prepareAugmentation(settings, { height, width }, seed, background));
  return (image, row, pass) => {
    const copy = new Float32Array(height * width).fill(NaN);
    augment(image, 0, copy, 0, row, pass);
    return copy;
  };
}

const pixels = (height: number, width: number, value: (x: number, y: number) => number): Float32Array =>
  Float32Array.from({ length: height * width }, (_, at) => value(at % width, Math.floor(at / width)));
const noisy = (height: number, width: number): Float32Array => pixels(height, width, (x, y) => Math.sin(1 + 31 * x + 17 * y * y));

const ALL = {
  shift: 1.5,
  rotation: 15,
  scale: 0.2,
  shear: 12,
  elastic: { alpha: 34, sigma: 4 },
  noise: 0.1,
  cutout: 3,
} as const satisfies AugmentationSettings;
const EACH = Object.entries(ALL).map(([name, value]): [string, AugmentationSettings] => [name, { [name]: value }]);

// By an independent program in float64: test/golden/make_augmentation.py says what each field is.
interface GoldenCopy {
  readonly settings: AugmentationSettings;
  readonly height: number;
  readonly width: number;
  readonly seed: number;
  readonly row: number;
  readonly pass: number;
  readonly background: number;
  readonly image: readonly number[];
  readonly copy: readonly number[];
}
const { cases } = JSON.parse(readFileSync(new URL("../golden/augmentation.json", import.meta.url), "utf8")) as {
  readonly cases: readonly GoldenCopy[];
};

describe("copies are those of an independent program in float64", () => {
  test.each(cases.map((golden) => [`${JSON.stringify(golden.settings)}, ${golden.height} x ${golden.width}`, golden] as const))(
    "%s",
    (_title, { settings, height, width, seed, row, pass, background, image, copy }) => {
      const own = copier(
        settings,
        height,
        width,
        seed,
        background,
      )(
        Float32Array.from(image, (value) => value / 256),
        row,
        pass,
      );
      const far = copy.filter((expected, at) => !(Math.abs(own[at]! - expected) <= 1e-5));
      expect(far).toEqual([]);
      // A copy that is the image would prove nothing.
      expect(copy.some((value, at) => Math.abs(value - image[at]! / 256) > 0.01)).toBe(true);
    },
  );
});

describe("a copy", () => {
  const [height, width] = [13, 18];
  const image = noisy(height, width);

  test.each([[{}], [{ shift: 0, rotation: 0, scale: 0, shear: 0, elastic: { alpha: 0, sigma: 4 }, noise: 0, cutout: 0 }]] satisfies [
    AugmentationSettings,
  ][])("with nothing to change has the bits of the image: %j", (settings) => {
    const odd = image.slice();
    odd.set([NaN, -0, Infinity, -Infinity, 2 ** -149], 20);
    expect(copier(settings, height, width)(odd, 3, 4)).toEqual(odd);
  });

  test.each([["all", ALL] as const, ...EACH])("depends on seed, pass and row alone: %s", (_name, settings) => {
    const copy = copier(settings, height, width, 5);
    const once = copy(image, 7, 9);
    copy(noisy(height, width).reverse(), 8, 9);
    expect(copy(image, 7, 9)).toEqual(once);
    expect(copier(settings, height, width, 5)(image, 7, 9)).toEqual(once);
    const others = [copy(image, 8, 9), copy(image, 7, 10), copy(image, 9, 7), copier(settings, height, width, 6)(image, 7, 9)];
    const far = copier(settings, height, width, 5 + 2 ** 32)(image, 7, 9);
    expect(new Set([once, ...others, far].map(String)).size).toBe(6);
  });

  test("is written where it is asked for and nowhere else, from where the image stands", () => {
    const augment = createAugment(prepareAugmentation(ALL, { height, width }, 5));
    const source = new Float32Array(image.length + 30).fill(1e9);
    source.set(image, 10);
    const target = new Float32Array(image.length + 30).fill(7);
    augment(source, 10, target, 20, 7, 9);
    expect(target.subarray(20, 20 + image.length)).toEqual(copier(ALL, height, width, 5)(image, 7, 9));
    expect([...target.subarray(0, 20), ...target.subarray(20 + image.length)].every((value) => value === 7)).toBe(true);
  });

  test("of background alone is background, to the last bit", () => {
    const { noise: _, ...still } = ALL;
    for (const background of [0, 0.1, -3]) {
      const empty = new Float32Array(height * width).fill(background);
      for (let row = 0; row < 20; row++) expect(copier(still, height, width, 2, background)(empty, row, 1)).toEqual(empty);
    }
  });

  test("shows the background where it leaves the image", () => {
    const copy = copier({ shift: 28 }, 28, 28, 3, 0.25);
    const copies = Array.from({ length: 50 }, (_, row) => copy(new Float32Array(784).fill(0.75), row, 0));
    for (const values of copies) expect(values.every((value) => value >= 0.25 && value <= 0.75)).toBe(true);
    expect(copies.some((values) => values[0] === 0.25 && values[783] === 0.75)).toBe(true);
    expect(copies.some((values) => values[0] === 0.75 && values[783] === 0.25)).toBe(true);
  });

  test.each([["noise", 1] as const, ["shift", 4] as const, ["elastic", 12] as const])("keeps a NaN: %s", (name, most) => {
    const spoilt = image.slice();
    spoilt[6 * width + 9] = NaN;
    for (let row = 0; row < 20; row++) {
      const holes = Array.from(copier({ [name]: ALL[name] }, height, width)(spoilt, row, 1), Number.isNaN);
      const count = holes.filter(Boolean).length;
      if (name !== "noise") expect(count).toBeLessThanOrEqual(most);
      else expect(holes.flatMap((hole, at) => (hole ? [at] : []))).toEqual([6 * width + 9]);
    }
    // A copy may squeeze a single pixel away, but not all of them.
    const all = copier({ [name]: ALL[name] }, height, width)(new Float32Array(height * width).fill(NaN), 1, 1);
    expect(Number.isNaN(all[6 * width + 9])).toBe(true);
  });

  test("what one setting draws does not depend on the others", () => {
    // On a ramp a pixel tells which place it shows.
    const ramp = pixels(33, 33, (x) => x);
    const moved = (settings: AugmentationSettings): number => copier(settings, 33, 33)(ramp, 4, 2)[16 * 33 + 16]! - 16;
    const [shift, elastic] = [{ shift: 3 }, { elastic: { alpha: 20, sigma: 3 } }];
    expect(Math.abs(moved({ ...shift, ...elastic }) - moved(shift) - moved(elastic))).toBeLessThan(1e-5);
    expect(moved({ ...shift, noise: 1e-30 })).toBe(moved(shift));
    const { noise: _, ...still } = ALL;
    const { cutout: __, ...whole } = still;
    const [cut, uncut] = [still, whole].map((settings) => copier(settings, 33, 33)(noisy(33, 33), 4, 2));
    const differ = cut!.filter((value, at) => value !== uncut![at]).length;
    expect(differ).toBeGreaterThan(0);
    expect(differ).toBeLessThanOrEqual(9);
  });
});

/** Of samples: mean, variance and fourth moment about 0. */
function moments(values: ArrayLike<number>): { readonly mean: number; readonly square: number; readonly fourth: number } {
  let [mean, square, fourth] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    mean += value / values.length;
    square += value ** 2 / values.length;
    fourth += value ** 4 / values.length;
  }
  return { mean, square, fourth };
}

/** Asserts that samples have the first two moments of the uniform distribution on ±limit, within four of their deviations. */
function expectUniform(values: readonly number[], limit: number): void {
  const { mean, square } = moments(values);
  const slack = 1e-4 * limit;
  expect(values.every((value) => Math.abs(value) <= limit + slack)).toBe(true);
  expect(Math.max(...values)).toBeGreaterThan(0.95 * limit);
  expect(Math.min(...values)).toBeLessThan(-0.95 * limit);
  expect(Math.abs(mean)).toBeLessThan(4 * limit * Math.sqrt(1 / 3 / values.length));
  expect(Math.abs(square - limit ** 2 / 3)).toBeLessThan(4 * limit ** 2 * Math.sqrt((1 / 5 - 1 / 9) / values.length));
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const product = moments(a.map((value, i) => value * b[i]!)).mean;
  return product / Math.sqrt(moments(a).square * moments(b).square);
}

describe("draws have the distribution that they should have", () => {
  test("shift, rotation, scale and shear, read from ramps", () => {
    const settings = { shift: 3, rotation: 20, scale: 0.3, shear: 15 };
    const [size, centre, step, count] = [65, 32, 8, 2000];
    const copy = copier(settings, size, size, 11);
    const ramps = [pixels(size, size, (x) => x - centre), pixels(size, size, (_x, y) => y - centre)];
    const drawn = Array.from({ length: count }, (_, row) => {
      const [sx, sy] = ramps.map((ramp) => copy(ramp, row, 3));
      const at = (values: Float32Array, x: number, y: number): number => values[(centre + y) * size + centre + x]!;
      // The derivatives of a place by x and by y.
      const byX = (values: Float32Array): number => (at(values, step, 0) - at(values, -step, 0)) / (2 * step);
      const byY = (values: Float32Array): number => (at(values, 0, step) - at(values, 0, -step)) / (2 * step);
      const [xx, xy, yx, yy] = [byX(sx!), byY(sx!), byX(sy!), byY(sy!)];
      const determinant = xx * yy - xy * yx;
      const factor = 1 / Math.sqrt(determinant);
      const angle = Math.atan2(-yx, yy);
      const slant = (xy * Math.cos(angle) - xx * Math.sin(angle)) * factor;
      // The place that comes to the centre is -A t.
      const [px, py] = [at(sx!, 0, 0), at(sy!, 0, 0)];
      return {
        x: -(yy * px - xy * py) / determinant,
        y: -(xx * py - yx * px) / determinant,
        growth: factor > 1 ? factor - 1 : 1 - 1 / factor,
        angle: (angle * 180) / Math.PI,
        slant: (Math.atan(slant) * 180) / Math.PI,
      };
    });
    const values = (["x", "y", "growth", "angle", "slant"] as const).map((key) => drawn.map((draw) => draw[key]));
    [3, 3, 0.3, 20, 15].forEach((limit, i) => expectUniform(values[i]!, limit));
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < i; j++) expect(Math.abs(correlation(values[i]!, values[j]!))).toBeLessThan(4 / Math.sqrt(count));
    }
  });

  test("elastic displacements: deviation 0.163 alpha / sigma, alike nearby, x apart from y", () => {
    const [size, centre, sigma, alpha, count] = [41, 20, 4, 20, 1500];
    const copy = copier({ elastic: { alpha, sigma } }, size, size, 12);
    const ramps = [pixels(size, size, (x) => x - centre), pixels(size, size, (_x, y) => y - centre)];
    const drawn = Array.from({ length: count }, (_, row) => {
      const [sx, sy] = ramps.map((ramp) => copy(ramp, row, 0));
      const middle = centre * size + centre;
      return { x: sx![middle]!, y: sy![middle]!, right: sx![middle + 4]! - 4, below: sx![middle + 4 * size]! };
    });
    const of = (key: "x" | "y" | "right" | "below"): number[] => drawn.map((draw) => draw[key]);
    const variance = (alpha / sigma) ** 2 / (12 * Math.PI);
    for (const key of ["x", "y"] as const) {
      const { mean, square, fourth } = moments(of(key));
      expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(variance / count));
      // 1.5 % of the variance for the ends that the Gaussian lacks.
      expect(Math.abs(square / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / count) + 0.015);
      expect(Math.abs(fourth / square ** 2 - 3)).toBeLessThan(4 * Math.sqrt(24 / count));
    }
    expect(Math.abs(correlation(of("x"), of("y")))).toBeLessThan(4 / Math.sqrt(count));
    // Two Gaussians t apart overlap by exp(-t^2 / (4 sigma^2)).
    const alike = Math.exp(-1 / 4);
    const spread = (4 * (1 - alike ** 2)) / Math.sqrt(count) + 0.01;
    expect(Math.abs(correlation(of("x"), of("right")) - alike)).toBeLessThan(spread);
    expect(Math.abs(correlation(of("x"), of("below")) - alike)).toBeLessThan(spread);
  });

  test("noise is normal, and each pixel has its own", () => {
    const copy = copier({ noise: 0.5 }, 28, 28, 13);
    const rows = Array.from({ length: 200 }, (_, row) => copy(new Float32Array(784), row, 1));
    const values = rows.flatMap((row) => Array.from(row));
    const { mean, square, fourth } = moments(values);
    const count = values.length;
    expect(Math.abs(mean)).toBeLessThan((4 * 0.5) / Math.sqrt(count));
    expect(Math.abs(square / 0.25 - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    expect(Math.abs(fourth / square ** 2 - 3)).toBeLessThan(4 * Math.sqrt(96 / count));
    // Shares within 1, 2 and 3 deviations.
    for (const [deviations, share] of [
      [1, 0.682689],
      [2, 0.9545],
      [3, 0.9973],
    ] as const) {
      const within = values.filter((value) => Math.abs(value) < 0.5 * deviations).length / count;
      expect(Math.abs(within - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / count));
    }
    for (const lag of [1, 2, 3, 4, 8, 16, 28, 32]) {
      expect(Math.abs(correlation(values.slice(lag), values.slice(0, -lag)))).toBeLessThan(4 / Math.sqrt(count - lag));
    }
  });

  test("the centre of the square that is cut out is uniform over the image", () => {
    const [height, width, draws] = [5, 7, 7000];
    const copy = copier({ cutout: 1 }, height, width, 14);
    const image = new Float32Array(height * width).fill(1);
    const counts = new Array<number>(height * width).fill(0);
    for (let row = 0; row < draws; row++) {
      const cut = Array.from(copy(image, row, 0)).flatMap((value, at) => (value === 0 ? [at] : []));
      expect(cut.length).toBe(1);
      counts[cut[0]!]! += 1;
    }
    const expected = draws / counts.length;
    const chiSquare = counts.reduce((sum, found) => sum + (found - expected) ** 2 / expected, 0);
    // Chi-squared with 34 degrees of freedom: four deviations above its mean.
    expect(chiSquare).toBeLessThan(34 + 4 * Math.sqrt(2 * 34));
  });

  test("the square has its side, but for what stands out over an edge", () => {
    const copy = copier({ cutout: 4 }, 12, 9, 15);
    const areas = Array.from(
      { length: 500 },
      (_, row) => copy(new Float32Array(108).fill(1), row, 0).filter((value) => value === 0).length,
    );
    expect(new Set(areas)).toEqual(new Set([2, 3, 4].flatMap((a) => [2, 3, 4].map((b) => a * b))));
  });
});
