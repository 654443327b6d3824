import { describe, expect, test } from "vitest";
import { decodeModel, encodeModel } from "../../src/formats/model-file.js";
import type { Cell } from "../../src/table/cell.js";
import { onCurve } from "../../src/table/curve.js";
import { fitCurve } from "../../src/table/fit-curve.js";
import { normalQuantile } from "../../src/table/normal-quantile.js";
import { encodeTable, prepareTable } from "../../src/table/prepare.js";
import type { RawRow } from "../../src/table/source.js";
import { predict, predictAll } from "../../src/training/predict.js";
import { train } from "../../src/training/train.js";
import { rejected, said } from "../training/caught.js";

const TOWNS = ["Bern", "Genf", "Zug"];

/** Rents: of numbers, categories, truth, days; some of them missing. */
function flats(count: number): RawRow[] {
  return Array.from({ length: count }, (_, i) => {
    const size = 30 + ((i * 37) % 120);
    const town = TOWNS[(i * 7) % 3]!;
    const lift = i % 4 === 0;
    return {
      size: i % 11 === 3 ? null : size,
      town: i % 13 === 5 ? "?" : town,
      lift,
      built: `${1950 + (i % 60)}-0${1 + (i % 9)}-15`,
      rent: 300 + 12 * size + (town === "Genf" ? 400 : 0) + (lift ? 100 : 0),
    };
  });
}

describe("a prepared table", () => {
  test("has the inputs that its columns come to, and says what it took them for", async () => {
    const { dataset, task, schema } = await prepareTable(flats(300), { target: "rent", periodic: false, test: 0 });
    expect(task).toBe("regression");
    expect(schema.map(({ name, type, missing }) => [name, type, missing])).toEqual([
      ["size", "numeric", 27],
      ["town", "categorical", 23],
      ["lift", "boolean", 0],
      ["built", "date", 0],
    ]);
    expect(dataset.columns).toEqual([
      "size",
      "size is missing",
      "town=Genf",
      "town=Bern",
      "town=Zug",
      "town is missing",
      "lift",
      "built day",
      "built month",
      "built weekday",
    ]);
    // Row 3 has no size; the median of the others is near the middle.
    const row = Array.from(dataset.inputs.subarray(3 * 10, 4 * 10));
    expect(row[1]).toBe(1);
    expect(Math.abs(row[0]!)).toBeLessThan(0.05);
    // Row 5 has no town.
    expect(Array.from(dataset.inputs.subarray(5 * 10 + 2, 5 * 10 + 6))).toEqual([0, 0, 0, 1]);
    expect(dataset.inputs[6]).toBe(1);
  });

  test("is fitted on the training rows only", async () => {
    const rows = flats(300);
    const options = { target: "rent", test: 0.2, validation: 0.1, seed: 4 };
    const { dataset, rows: used } = await prepareTable(rows, options);
    expect(used).toHaveLength(300);
    const { split } = await import("../../src/data/split.js");
    const parts = split(dataset, options);
    // Whatever stands in the other rows changes nothing of what was fitted.
    const wild = rows.map((row, at) => (parts.train.includes(at) ? row : { ...row, size: 1e9 + at, town: "Chur" }));
    const other = await prepareTable(wild, options);
    expect(other.dataset.preparation).toEqual(dataset.preparation);
    for (const at of parts.train) {
      const width = dataset.columns.length;
      expect(other.dataset.inputs.subarray(at * width, (at + 1) * width)).toEqual(dataset.inputs.subarray(at * width, (at + 1) * width));
    }
  });

  test("learns, keeps its columns in the model file, and predicts rows one by one as it does together, in any order of columns", async () => {
    const rows = flats(600);
    const { dataset } = await prepareTable(rows, { target: "rent", test: 0.2, validation: 0.1, seed: 1 });
    const { model, test: held } = await train(dataset, { recipe: "tabular", test: 0.2, seed: 1, epochs: 40 }).result;
    // The size says most of it, and 9 % of the rows have none.
    expect(held?.kind === "regression" && held.r2).toBeGreaterThan(0.75);
    const again = decodeModel(encodeModel(model));
    expect(again.preparation).toEqual(model.preparation);
    const all = predictAll(again, await encodeTable(again.preparation!, rows));
    const shuffled = (row: RawRow): RawRow =>
      Object.fromEntries([["more", "x"] as [string, Cell], ...Object.entries(row).filter(([name]) => name !== "rent")].reverse());
    const odd = await encodeTable(again.preparation!, rows.map(shuffled).reverse());
    const backwards = predictAll(again, odd).reverse();
    for (let at = 0; at < rows.length; at += 17) {
      expect(predict(again, shuffled(rows[at]!))).toEqual(all[at]);
      expect(backwards[at]).toEqual(all[at]);
    }
  });

  test("gives a category that it never saw the place that was learned from rare ones, and none where there were none", async () => {
    const unseen = [{ size: 50, town: "Chur", lift: false, built: "1990-01-01" }];
    const inputs = async (rows: RawRow[], embedFrom?: number): Promise<Record<string, number>> => {
      const { dataset } = await prepareTable(rows, { target: "rent", test: 0, ...(embedFrom === undefined ? {} : { embedFrom }) });
      const row = await encodeTable(dataset.preparation, unseen);
      const named = row.columns.map((name, k): [string, number] => [name, row.inputs[k]!]);
      return Object.fromEntries(named.filter(([name]) => name.startsWith("town")));
    };
    expect(await inputs(flats(300))).toEqual({ "town=Genf": 0, "town=Bern": 0, "town=Zug": 0, "town is missing": 0 });
    const rare = flats(300).map((row, at) => (at < 3 ? { ...row, town: "Visp" } : row));
    expect(await inputs(rare)).toMatchObject({ "town=Genf": 0, "town=other": 1 });
    // Of an embedding the rarest category teaches it.
    expect(await inputs(flats(300), 3)).toEqual({ town: 0 });
    const { dataset } = await prepareTable(flats(300), { target: "rent", test: 0, embedFrom: 3 });
    const at = dataset.columns.indexOf("town");
    const used = new Set(Array.from({ length: 300 }, (_, row) => dataset.inputs[row * dataset.columns.length + at]!));
    expect([...used].sort()).toEqual([0, 1, 2, 3]);
  });

  test("says what it leaves out, and why", async () => {
    const rows = flats(60).map((row, at) => ({ id: `flat-${at}`, number: at + 1, country: "CH", empty: null, ...row }));
    const { notes, dataset } = await prepareTable(rows, { target: "rent", ignore: ["built"] });
    expect(notes).toEqual([
      'column "id": left out: another text in every row: it names the rows',
      'column "number": left out: it counts the rows',
      'column "country": left out: "CH" in every row',
      'column "empty": left out: no cell of it is filled',
      'column "built": left out, as asked',
      '4 rows have the inputs of a row with another "rent": no model can be right on all of them',
    ]);
    expect(dataset.preparation.columns.map(({ name }) => name)).toEqual(["size", "town", "lift"]);
  });

  test("leaves rows without a target out", async () => {
    const rows = flats(100).map((row, at) => (at % 10 === 2 ? { ...row, rent: null } : row));
    const { dataset, notes, rows: used } = await prepareTable(rows, { target: "rent" });
    expect(dataset.rowCount).toBe(90);
    expect(Array.from(used.subarray(0, 4))).toEqual([0, 1, 3, 4]);
    expect(notes).toContain('10 rows have no "rent" and are left out');
  });
});

describe("a table that cannot be read", () => {
  const rows = flats(60);
  test.each([
    [
      "text among numbers",
      rows.map((row, at) => (at === 12 ? { ...row, size: "big" } : row)),
      { where: 'row 12, column "size"', got: '"big"' },
    ],
    [
      "free text",
      rows
        .map((row, at) => ({ ...row, words: `some words ${at} of ${at * 7}` }))
        .concat(rows.map((row, at) => ({ ...row, words: `others ${at}` }))),
      { where: 'row 0, column "words"' },
    ],
    ["another column in a later row", [...rows, { ...rows[0], more: 1 }], { where: "row 60", got: 'another one, "more"' }],
    [
      "a list in a cell",
      rows.map((row, at) => (at === 7 ? { ...row, size: [1] as unknown as Cell } : row)),
      { where: 'row 7, column "size"' },
    ],
    ["no rows", [], { where: "rows", got: "no row" }],
  ])("names the place: %s", async (_, table, expected) => {
    expect(said(await rejected(prepareTable(table as RawRow[], { target: "rent" })))).toMatchObject({ code: "E_DATA", ...expected });
  });

  test("a target that is not there, or one class", async () => {
    expect(said(await rejected(prepareTable(rows, { target: "rents" })))).toMatchObject({
      code: "E_USAGE",
      where: "target",
      hint: 'Did you mean "rent"?',
    });
    const one = rows.map((row) => ({ ...row, kind: "flat" }));
    expect(said(await rejected(prepareTable(one, { target: "kind" })))).toMatchObject({
      code: "E_DATA",
      where: 'rows, column "kind"',
      expected: "at least two classes",
    });
  });

  test("a cell of another type, and a missing column, when it predicts", async () => {
    const { dataset } = await prepareTable(rows, { target: "rent" });
    const { preparation } = dataset;
    const row = { size: 50, town: "Zug", lift: true, built: "1990-01-01" };
    expect(said(await rejected(encodeTable(preparation, [row, { ...row, size: "big" }])))).toMatchObject({
      where: 'row 1, column "size"',
      got: '"big"',
    });
    const { size: _, ...rest } = row;
    expect(said(await rejected(encodeTable(preparation, [{ sizes: 3, ...rest }])))).toMatchObject({
      expected: '"size"',
      hint: 'Is "sizes" meant for "size"?',
    });
  });
});

test("columns, a stream and rows are the same table; a column may have any name", async () => {
  const rows = JSON.parse(JSON.stringify(flats(200)).replaceAll('"size"', '"__proto__"')) as RawRow[];
  const names = Object.keys(rows[0]!);
  expect(names).toContain("__proto__");
  const columns = JSON.parse(
    `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(rows.map((row) => row[name]))}`).join(",")}}`,
  ) as Record<string, Cell[]>;
  async function* stream(): AsyncGenerator<RawRow> {
    for (const row of rows) yield await Promise.resolve(row);
  }
  const [one, two, three] = await Promise.all([rows, columns, stream].map((table) => prepareTable(table, { target: "rent" })));
  expect(one!.dataset.columns).toContain("__proto__");
  expect(two!.dataset).toEqual(one!.dataset);
  expect(three!.dataset).toEqual(one!.dataset);
});

describe("a curve", () => {
  // scipy.stats.norm.ppf
  test.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.01, -2.3263478740408408],
    [0.9999, 3.719016485455709],
    [0.2, -0.8416212335729142],
  ])("normalQuantile(%d)", (p, z) => expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(1e-8));

  test("gives numbers of any distribution the scores of a normal one", () => {
    const numbers = Float64Array.from({ length: 5000 }, (_, i) => Math.exp((i - 2500) / 400));
    const curve = fitCurve(numbers, "normal");
    const scores = Array.from(numbers, (x) => onCurve(curve, x));
    const mean = scores.reduce((sum, z) => sum + z) / 5000;
    const deviation = Math.sqrt(scores.reduce((sum, z) => sum + (z - mean) ** 2, 0) / 5000);
    expect(Math.abs(mean)).toBeLessThan(0.001);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.02);
    expect(scores.every((z, i) => i === 0 || z >= scores[i - 1]!)).toBe(true);
    expect(onCurve(curve, -1)).toBe(scores[0]);
    expect(onCurve(curve, 1e300)).toBe(scores.at(-1));
  });

  test("of equal numbers is flat", () => {
    for (const kind of ["normal", "standard", "robust"] as const) {
      expect(Math.abs(onCurve(fitCurve(new Float64Array(9).fill(7), kind), 7))).toBeLessThan(1e-12);
    }
  });
});
