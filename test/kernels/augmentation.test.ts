import { describe, expect, test } from "vitest";
import { ChainruleError } from "../../src/base/errors.js";
import { type AugmentationSettings, checkAugmentation, isWarped, prepareAugmentation } from "../../src/kernels/augmentation.js";

const SHAPE = { height: 28, width: 20 };

/** What is said to be wrong with settings; programs without types may write any. */
function wrong(settings: unknown, shape = SHAPE): string[] {
  try {
    checkAugmentation(settings as AugmentationSettings, shape);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ChainruleError);
    expect((error as ChainruleError).code).toBe("E_USAGE");
    return (error as ChainruleError).problems.map(({ where }) => where);
  }
}

describe("settings", () => {
  test.each<AugmentationSettings>([
    {},
    { shift: 0, rotation: 0, scale: 0, shear: 0, elastic: { alpha: 0, sigma: 0.01 }, noise: 0, cutout: 0 },
    { shift: 28, rotation: 180, scale: 9, shear: 80, elastic: { alpha: 1e6, sigma: 100 }, noise: 1e6, cutout: 28 },
    { shift: 0.5, elastic: { alpha: 34, sigma: 4 } },
  ])("may be %j", (settings) => {
    expect(wrong(settings)).toEqual([]);
  });

  test.each<[unknown, string]>([
    [{ shift: -1 }, "augment.shift"],
    [{ shift: 28.5 }, "augment.shift"],
    [{ shift: NaN }, "augment.shift"],
    [{ shift: "2" }, "augment.shift"],
    [{ rotation: 181 }, "augment.rotation"],
    [{ rotation: Infinity }, "augment.rotation"],
    [{ scale: -0.1 }, "augment.scale"],
    [{ scale: 10 }, "augment.scale"],
    [{ shear: 90 }, "augment.shear"],
    [{ elastic: 34 }, "augment.elastic"],
    [{ elastic: null }, "augment.elastic"],
    [{ elastic: { alpha: 34 } }, "augment.elastic.sigma"],
    [{ elastic: { sigma: 4 } }, "augment.elastic.alpha"],
    [{ elastic: { alpha: 34, sigma: 0 } }, "augment.elastic.sigma"],
    [{ elastic: { alpha: 34, sigma: 101 } }, "augment.elastic.sigma"],
    [{ elastic: { alpha: 34, sigma: 4, beta: 1 } }, "augment.elastic.beta"],
    [{ noise: -1 }, "augment.noise"],
    [{ cutout: 3.5 }, "augment.cutout"],
    [{ cutout: 29 }, "augment.cutout"],
    [{ shifts: 2 }, "augment.shifts"],
    [null, "augment"],
    ["strong", "augment"],
    [[], "augment"],
  ])("may not be %j", (settings, where) => {
    expect(wrong(settings)).toEqual([where]);
  });

  test("that are wrong are all named, with the slip of the fingers", () => {
    expect(wrong({ shift: -1, rotation: "10", elastic: { alpha: NaN, sigma: 0 } })).toEqual([
      "augment.shift",
      "augment.rotation",
      "augment.elastic.alpha",
      "augment.elastic.sigma",
    ]);
    expect(() => checkAugmentation({ rotations: 3 } as AugmentationSettings, SHAPE)).toThrow(/"rotation"/);
    expect(() => checkAugmentation({ shift: -1 }, SHAPE, "train.augment")).toThrow(/^train\.augment\.shift: expected/);
  });

  test.each([
    [0, 5],
    [5, 0],
    [1.5, 4],
    [2 ** 11, 2 ** 10],
    [NaN, 3],
  ])("need an image, not one of %d x %d", (height, width) => {
    expect(wrong({}, { height, width })).toEqual(["augment"]);
  });
});

describe("what the kernels are given", () => {
  test("is float32, with angles in radians and the seed in two words", () => {
    const ready = prepareAugmentation({ rotation: 90, shear: 45, shift: 0.1, noise: 0.2 }, SHAPE, 3 * 2 ** 32 + 7, 0.3);
    expect(ready).toMatchObject({ height: 28, width: 20, key: [7, 3], scale: 0, alpha: 0, cutout: 0 });
    const { rotation, shear, shift, noise, background } = ready;
    expect([rotation, shear, shift, noise, background]).toEqual([Math.PI / 2, Math.PI / 4, 0.1, 0.2, 0.3].map(Math.fround));
  });

  test.each([0.01, 0.3, 1, 4, 8, 100])("weights of a Gaussian of deviation %d: they fall, sum to 1, and end at 3 deviations", (sigma) => {
    const { weights } = prepareAugmentation({ elastic: { alpha: 1, sigma } }, { height: 1, width: 1000 }, 1);
    expect(weights.length).toBe(Math.ceil(3 * sigma) + 1);
    const sum = weights.reduce((total, weight, t) => total + (t === 0 ? weight : 2 * weight), 0);
    expect(Math.abs(sum - 1)).toBeLessThan(1e-6);
    for (let t = 1; t < weights.length; t++) {
      const ratio = Math.exp(-(t * t) / (2 * sigma * sigma));
      expect(Math.abs(weights[t]! / weights[0]! - ratio)).toBeLessThan(1e-6);
    }
  });

  test("weights beyond the longer side are left out", () => {
    const { weights } = prepareAugmentation({ elastic: { alpha: 1, sigma: 8 } }, { height: 5, width: 7 }, 1);
    const { weights: all } = prepareAugmentation({ elastic: { alpha: 1, sigma: 8 } }, { height: 28, width: 28 }, 1);
    expect(Array.from(weights)).toEqual(Array.from(all.subarray(0, 7)));
  });

  test("says whether pixels move", () => {
    const moves = (settings: AugmentationSettings): boolean => isWarped(prepareAugmentation(settings, SHAPE, 1));
    expect([{}, { noise: 1, cutout: 3 }, { shift: 0, elastic: { alpha: 0, sigma: 4 } }].map(moves)).toEqual([false, false, false]);
    const each: AugmentationSettings[] = [{ shift: 1 }, { rotation: 1 }, { scale: 1 }, { shear: 1 }, { elastic: { alpha: 1, sigma: 1 } }];
    expect(each.map(moves)).toEqual([true, true, true, true, true]);
  });
});
