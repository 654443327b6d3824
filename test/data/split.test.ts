import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import type { ClassTarget, Dataset } from "../../src/data/dataset.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { partRows, type Split, split, type SplitOptions } from "../../src/data/split.js";

/** Rows of classes whose sizes are given. */
function classesOf(...sizes: number[]): Dataset<ClassTarget<number>> {
  const labels = sizes.flatMap((size, label) => new Array<number>(size).fill(label));
  return createDataset({ inputs: labels.map((_, row) => [row]), labels });
}

function valuesOf(rows: number): Dataset {
  return createDataset({ inputs: Array.from({ length: rows }, (_, row) => [row]), targets: new Array<number>(rows).fill(0) });
}

function counts({ target }: Dataset<ClassTarget>, rows: Uint32Array): number[] {
  const found = target.classes.map(() => 0);
  for (const row of rows) found[target.indices[row]!]! += 1;
  return found;
}

/** Each row stands in exactly one part, and each part is in ascending order. */
function expectPartition(parts: Split, rowCount: number): void {
  const all = [...parts.train, ...parts.validation, ...parts.test];
  expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: rowCount }, (_, row) => row));
  for (const part of Object.values(parts) as Uint32Array[]) expect(part).toEqual(part.slice().sort());
}

describe("each row stands in exactly one part", () => {
  const sets: readonly (readonly [string, Dataset])[] = [
    ["digits", digits()],
    ["iris", iris()],
    ["two classes of 1 and 99", classesOf(1, 99)],
    ["seven classes of 1", classesOf(1, 1, 1, 1, 1, 1, 1)],
    ["65 values", valuesOf(65)],
    ["one row", valuesOf(1)],
  ];
  const options: readonly SplitOptions[] = [
    {},
    { test: 0.2 },
    { validation: 0.1 },
    { test: 0.2, validation: 0.1 },
    { test: 1 / 3, validation: 1 / 7, seed: 5 },
    { test: 0.4, validation: 0.4, seed: 2 },
  ];
  test.each(sets.flatMap(([title, data]) => options.map((option) => [title, option, data] as const)))("%s, %j", (_title, option, data) => {
    const parts = split(data, option);
    expectPartition(parts, data.rowCount);
    const held = Math.round((option.test ?? 0) * data.rowCount);
    expect(parts.test).toHaveLength(held);
    expect(parts.validation).toHaveLength(Math.round((option.validation ?? 0) * (data.rowCount - held)));
  });
});

describe("each part has each class's share to within a row", () => {
  test.each([
    ["digits", digits()],
    ["iris", iris()],
    ["1, 10, 100", classesOf(1, 10, 100)],
    ["3, 3, 3, 3, 3", classesOf(3, 3, 3, 3, 3)],
    [
      "33, 0, 65",
      createDataset({
        inputs: Array.from({ length: 98 }, () => [0]),
        labels: [...new Array<number>(33).fill(0), ...new Array<number>(65).fill(2)],
        classes: [0, 1, 2],
      }),
    ],
  ] as const)("%s", (_title, data: Dataset<ClassTarget>) => {
    const sizes = counts(data, partRows(data, split(data), "all"));
    for (const fraction of [0.1, 0.2, 0.25, 1 / 3, 0.5, 0.9]) {
      const parts = split(data, { test: fraction, validation: fraction / 2 });
      const expectShare = (part: Uint32Array, of: readonly number[]): void => {
        const rows = of.reduce((sum, size) => sum + size, 0);
        counts(data, part).forEach((count, label) => expect(Math.abs(count - (part.length * of[label]!) / rows)).toBeLessThan(1));
      };
      expectShare(parts.test, sizes);
      expectShare(
        parts.validation,
        counts(data, parts.test).map((held, label) => sizes[label]! - held),
      );
    }
  });

  test("digits and iris, a fifth", () => {
    expect(counts(iris(), split(iris(), { test: 0.2 }).test)).toEqual([10, 10, 10]);
    // A fifth of 178, 182, 177, 183, 181, 182, 181, 179, 174, 180.
    expect(counts(digits(), split(digits(), { test: 0.2 }).test)).toEqual([36, 36, 35, 37, 36, 36, 36, 36, 35, 36]);
  });
});

describe("the seed", () => {
  const data = digits();

  test("gives the same parts again, and 1 is the one that is left out", () => {
    expect(split(data, { test: 0.2, validation: 0.1, seed: 7 })).toEqual(split(data, { test: 0.2, validation: 0.1, seed: 7 }));
    expect(split(data, { test: 0.2 })).toEqual(split(data, { test: 0.2, seed: 1 }));
  });

  test("another one gives other parts, of which a fifth is common by chance", () => {
    const [one, two] = [1, 2].map((seed) => split(data, { test: 0.2, seed }).test);
    const both = one!.filter((row) => two!.includes(row)).length;
    // Hypergeometric: 359 * 359 / 1797 = 72 on average with a deviation of 7.
    expect(both).toBeGreaterThan(72 - 4 * 7);
    expect(both).toBeLessThan(72 + 4 * 7);
  });

  test("asking for validation rows leaves the test rows as they were", () => {
    expect(split(data, { test: 0.2, validation: 0.3 }).test).toEqual(split(data, { test: 0.2 }).test);
  });

  test("every row comes into the test part sooner or later", () => {
    const seen = new Set<number>();
    for (let seed = 0; seed < 60; seed++) for (const row of split(iris(), { test: 0.2, seed }).test) seen.add(row);
    // A row is missed by all 60 with a chance of 0.8^60 = 1.5e-6.
    expect(seen.size).toBe(150);
  });

  test.each([-1, 0.5, NaN])("is refused where it is %d", (seed) => {
    expect(() => split(data, { test: 0.2, seed })).toThrow(expect.objectContaining({ code: "E_USAGE" }));
  });
});

describe("a source that names its own test part", () => {
  const data = createDataset({
    name: "pictures",
    inputs: Array.from({ length: 10 }, (_, i) => [i]),
    labels: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
    testFrom: 6,
  });

  test("keeps it, whatever the seed", () => {
    for (const seed of [1, 2]) {
      expect(split(data, { seed })).toEqual({
        train: Uint32Array.of(0, 1, 2, 3, 4, 5),
        validation: new Uint32Array(0),
        test: Uint32Array.of(6, 7, 8, 9),
      });
    }
  });

  test("takes validation rows from the others, class by class", () => {
    const parts = split(data, { validation: 1 / 3 });
    expectPartition(parts, 10);
    expect(parts.test).toEqual(Uint32Array.of(6, 7, 8, 9));
    expect(counts(data, parts.validation)).toEqual([1, 1]);
  });

  test("refuses a fraction", () => {
    expect(() => split(data, { test: 0.2 })).toThrow(
      expect.objectContaining({
        code: "E_USAGE",
        message: 'test: expected no fraction, since "pictures" names its own test part (rows 6..10), got 0.2. Leave it out.',
      }),
    );
  });
});

describe("fractions are refused", () => {
  test.each([-0.1, 1, 1.5, NaN, Infinity])("where they are %d", (fraction) => {
    const message = `expected a fraction of at least 0 and below 1, got ${fraction}.`;
    expect(() => split(iris(), { test: fraction })).toThrow(expect.objectContaining({ code: "E_USAGE", message: `test: ${message}` }));
    expect(() => split(iris(), { validation: fraction })).toThrow(
      expect.objectContaining({ code: "E_USAGE", message: `validation: ${message}` }),
    );
  });

  test("where they leave nothing to train on", () => {
    expect(() => split(valuesOf(3), { test: 0.5, validation: 0.5 })).toThrow(
      expect.objectContaining({
        code: "E_DATA",
        message: "data: expected at least one row to train on, got 3 rows, 2 of them for the test and 1 for validation.",
      }),
    );
    expect(() => split(valuesOf(0))).toThrow(expect.objectContaining({ code: "E_DATA" }));
  });
});

test("partRows gives each part, and every row for all", () => {
  const data = classesOf(3, 4);
  const parts = split(data, { test: 0.3, validation: 0.3 });
  expect(partRows(data, parts, "train")).toBe(parts.train);
  expect(partRows(data, parts, "validation")).toBe(parts.validation);
  expect(partRows(data, parts, "test")).toBe(parts.test);
  expect(partRows(data, parts, "all")).toEqual(Uint32Array.of(0, 1, 2, 3, 4, 5, 6));
});
