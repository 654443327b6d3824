import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import type { Split } from "../../src/data/split.js";
import { findDuplicates } from "../../src/table/duplicates.js";
import { prepareTable } from "../../src/table/prepare.js";
import type { RawRow } from "../../src/table/source.js";
import type { TypedColumn } from "../../src/table/typed.js";

const list = (...rows: number[]): Uint32Array => Uint32Array.from(rows);
const values = (numbers: readonly number[]) => ({ kind: "values", names: ["y"], values: Float64Array.from(numbers) }) as const;

describe("rows that come again", () => {
  const columns: TypedColumn[] = [
    { kind: "numbers", values: Float64Array.of(1, 2, 1, NaN, NaN, 0, -0, 1, 5) },
    { kind: "categories", codes: Int32Array.of(0, 1, 0, 2, 2, -1, -1, 0, 0), categories: ["a", "b", "c"] },
  ];
  const rows = list(0, 1, 2, 3, 4, 5, 6, 7, 8);

  test("are counted: copies, contradictions, and what lies in two parts", async () => {
    // Rows 0, 2 and 7 are alike, 3 and 4 by their gaps, 5 and 6 by their zeros; 7 and 4 have other targets.
    const target = values([10, 20, 10, 30, 31, 0, -0, 11, 10]);
    const parts: Split = { train: list(0, 1, 3, 5), validation: list(2, 4), test: list(6, 7, 8) };
    expect(await findDuplicates(columns, rows, target, parts)).toEqual({ copies: 2, contradictions: 5, test: 1, validation: 1 });
  });

  test("of the rows that are asked for, in their order", async () => {
    const target = { kind: "classes", name: "y", classes: ["n", "y"], indices: Int32Array.of(0, 0, 1) } as const;
    const parts: Split = { train: list(0), validation: list(), test: list(1, 2) };
    expect(await findDuplicates(columns, list(7, 0, 2), target, parts)).toEqual({ copies: 1, contradictions: 3, test: 1, validation: 0 });
  });

  test("are none among none", async () => {
    const parts: Split = { train: list(), validation: list(), test: list() };
    expect(await findDuplicates(columns, list(), values([]), parts)).toEqual({ copies: 0, contradictions: 0, test: 0, validation: 0 });
  });

  test("are those that comparing each row with each finds", async () => {
    const random = createRandom(8, 505);
    for (let trial = 0; trial < 20; trial++) {
      const count = 1 + random.below(200);
      const numbers = Float64Array.from({ length: count }, () => [NaN, 0, 1.5, -2, 1e300][random.below(5)]!);
      const codes = Int32Array.from({ length: count }, () => random.below(4) - 1);
      const target = values(Array.from({ length: count }, () => random.below(3)));
      const third = (k: number): Uint32Array => list(...Array.from({ length: count }, (_, row) => row).filter((row) => row % 3 === k));
      const parts: Split = { train: third(0), validation: third(1), test: third(2) };
      const input = (row: number): string => `${numbers[row]!} ${codes[row]!}`;
      const whole = (row: number): string => `${input(row)} ${target.values[row]!}`;
      const all = Array.from({ length: count }, (_, row) => row);
      const trained = new Set(Array.from(parts.train, whole));
      const expected = {
        copies: count - new Set(all.map(whole)).size,
        contradictions: all.filter((row) => all.some((other) => input(other) === input(row) && whole(other) !== whole(row))).length,
        test: parts.test.filter((row) => trained.has(whole(row))).length,
        validation: parts.validation.filter((row) => trained.has(whole(row))).length,
      };
      const found = await findDuplicates(
        [
          { kind: "numbers", values: numbers },
          { kind: "categories", codes, categories: ["a", "b", "c"] },
        ],
        list(...all),
        target,
        parts,
      );
      expect(found).toEqual(expected);
    }
  });
});

describe("a prepared table says", () => {
  const flat = (at: number): RawRow => ({ size: 30 + at / 7, town: ["Bern", "Zug"][at % 2]!, rent: 500 + ((at * 7919) % 1000) });
  const flats = Array.from({ length: 300 }, (_, at) => flat(at));
  const options = { target: "rent", test: 0.2, validation: 0.1, seed: 1 } as const;

  test("nothing where no row comes again", async () => {
    expect((await prepareTable(flats, options)).notes).toEqual([]);
  });

  test("how many rows come again, and how many of them lie on both sides", async () => {
    const { notes } = await prepareTable([...flats, ...flats.slice(0, 100)], options);
    expect(notes[0]).toBe('100 rows have the inputs and the "rent" of an earlier row: copies, or alike by chance');
    expect(notes[1]).toMatch(/^\d+ of 80 test rows and \d+ of 32 validation rows have the inputs and the target of a training row: /);
    expect(notes).toHaveLength(2);
  });

  test("that rows contradict each other", async () => {
    const { notes } = await prepareTable([...flats, ...flats.slice(0, 5).map((row) => ({ ...row, rent: 77 }))], options);
    expect(notes).toEqual(['10 rows have the inputs of a row with another "rent": no model can be right on all of them']);
  });

  test("which rows of a test table are known", async () => {
    const { notes } = await prepareTable(flats, {
      target: "rent",
      validation: 0,
      testTable: [...flats.slice(0, 7), flat(1000), flat(1003)],
    });
    expect(notes[0]).toBe('7 rows have the inputs and the "rent" of an earlier row: copies, or alike by chance');
    expect(notes[1]).toContain("7 of 9 test rows have the inputs and the target of a training row");
  });

  test("nothing of copies that a group keeps in one part", async () => {
    const grouped = [...flats, ...flats.slice(0, 100)].map((row, at) => ({ ...row, house: at % 300 }));
    const { notes } = await prepareTable(grouped, { ...options, group: "house" });
    expect(notes.some((note) => note.includes("of a training row"))).toBe(false);
    expect(notes).toContain('100 rows have the inputs and the "rent" of an earlier row: copies, or alike by chance');
  });
});
