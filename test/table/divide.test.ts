import { describe, expect, test } from "vitest";
import { iris } from "../../src/data/iris.js";
import { split } from "../../src/data/split.js";
import { divideByGroup, divideByTime, drawFolds } from "../../src/table/divide.js";
import { prepareTable } from "../../src/table/prepare.js";
import type { RawRow } from "../../src/table/source.js";
import { decodeModel, encodeModel } from "../../src/formats/model-file.js";
import { rememberedSplit } from "../../src/training/align.js";
import { crossValidate } from "../../src/training/cross-validate.js";
import { evaluate } from "../../src/training/evaluate.js";
import { modelRows } from "../../src/training/rows-for-model.js";
import { train } from "../../src/training/train.js";
import { rejected, said } from "../training/caught.js";

/** 300 visits of 40 customers over 300 days. */
function visits(): RawRow[] {
  return Array.from({ length: 300 }, (_, i) => ({
    customer: `c${(i * 17) % 40}`,
    day: new Date(Date.UTC(2024, 0, 1 + ((i * 7) % 300))),
    spent: 10 + ((i * 13) % 50),
    back: (i * 13) % 50 > 20 ? "yes" : "no",
  }));
}

describe("parts by group", () => {
  test("never divide a group, and have their shares", () => {
    const groups = Int32Array.from({ length: 1000 }, (_, i) => (i * 31) % 83);
    const { order, validationFrom, testFrom } = divideByGroup(groups, { test: 0.2, validation: 0.1, seed: 5 });
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    const parts = [order.subarray(0, validationFrom), order.subarray(validationFrom, testFrom), order.subarray(testFrom)];
    const named = parts.map((rows) => new Set(Array.from(rows, (row) => groups[row]!)));
    for (const a of named) for (const b of named) if (a !== b) expect([...a].some((group) => b.has(group))).toBe(false);
    expect(Math.abs(parts[2]!.length - 200)).toBeLessThanOrEqual(12);
    expect(Math.abs(parts[1]!.length - 80)).toBeLessThanOrEqual(12);
    const other = divideByGroup(groups, { test: 0.2, validation: 0.1, seed: 6 });
    expect(other.order).not.toEqual(order);
  });

  test("of a table: no customer is in two of them, and the column is no input", async () => {
    const rows = visits();
    const { dataset, rows: order } = await prepareTable(rows, { target: "back", group: "customer", test: 0.25, validation: 0.2, seed: 1 });
    const parts = split(dataset, {});
    const customers = [parts.train, parts.validation, parts.test].map(
      (part) => new Set(Array.from(part, (at) => rows[order[at]!]!["customer"])),
    );
    expect(customers.map(({ size }) => size).reduce((sum, size) => sum + size)).toBe(40);
    expect(dataset.columns.some((name) => name.startsWith("customer"))).toBe(false);
    for (let at = 0; at < 300; at++) {
      const { target } = dataset;
      expect(target.kind === "classes" && target.classes[target.indices[at]!]).toBe(rows[order[at]!]!["back"]);
    }
  });
});

describe("parts by time", () => {
  test("put the latest rows last", () => {
    const moments = Float64Array.from({ length: 100 }, (_, i) => (i * 37) % 50);
    const { order, validationFrom, testFrom } = divideByTime(moments, { test: 0.2, validation: 0.25 });
    expect([validationFrom, testFrom]).toEqual([60, 80]);
    const sorted = Array.from(order, (row) => moments[row]!);
    expect(sorted).toEqual(sorted.toSorted((a, b) => a - b));
  });

  test("of a table, where each row has one", async () => {
    const rows = visits();
    const { dataset, rows: order } = await prepareTable(rows, { target: "back", time: "day", test: 0.2, validation: 0.1 });
    const day = (at: number): number => (rows[order[at]!]!["day"] as Date).getTime();
    expect(dataset.testFrom).toBe(240);
    expect(Math.min(...Array.from({ length: 60 }, (_, i) => day(240 + i)))).toBeGreaterThan(
      Math.max(...Array.from({ length: 240 }, (_, i) => day(i))),
    );
    const gap = rows.map((row, at) => (at === 9 ? { ...row, day: null } : row));
    expect(said(await rejected(prepareTable(gap, { target: "back", time: "day" })))).toMatchObject({ where: 'row 9, column "day"' });
    expect(said(await rejected(prepareTable(rows, { target: "back", time: "days" })))).toMatchObject({
      where: "time",
      hint: 'Did you mean "day"?',
    });
  });
});

describe("the parts that a column made", () => {
  for (const [name, beside] of [
    ["group", { group: "customer" }],
    ["time", { time: "day" }],
  ] as const) {
    test(`by ${name} are found again by the model, read back from its file too, in the table it was trained on`, async () => {
      const rows = visits().map((row, at) => (at % 50 === 0 ? { ...row, back: null } : row));
      const run = await train(rows, { target: "back", epochs: 2, seed: 3, ...beside }).result;
      const model = decodeModel(encodeModel(run.model));
      const { dataset, rows: places } = await modelRows(model, rows, { target: true });
      expect(rememberedSplit(model, dataset)?.test.length).toBe(run.test!.rows);
      expect(evaluate(model, dataset)).toEqual(run.test);
      // The rows stand as they do in the table, whatever the order was in which they were trained on.
      expect([...places]).toEqual(rows.flatMap(({ back }, at) => (back === null ? [] : [at])));
    });

    test(`by ${name} are none of another table`, async () => {
      const { model } = await train(visits(), { target: "back", epochs: 1, ...beside }).result;
      for (const other of [
        visits().slice(1),
        visits().map((row) => ({ ...row, spent: 1 })),
        visits().map((row) => ({ ...row, day: null, customer: null })),
      ]) {
        const { dataset, rows } = await modelRows(model, other, { target: true });
        expect(evaluate(model, dataset)).toMatchObject({ part: "all", trainedOn: false, rows: other.length });
        expect([...rows]).toEqual(other.map((_, at) => at));
      }
    });
  }
});

describe("a test table", () => {
  test("is the test part, and what it holds changes nothing of the model", async () => {
    const [rows, more] = [visits().slice(0, 200), visits().slice(200)];
    const options = { target: "back", epochs: 3, seed: 1, ignore: ["customer"] };
    const first = await train(rows, { ...options, testTable: more }).result;
    expect(first.test?.rows).toBe(100);
    const shuffled = more.map((row, at) => ({ ...row, spent: 1e6, back: more[(at * 7 + 3) % 100]!["back"]! }));
    const second = await train(rows, { ...options, testTable: shuffled }).result;
    expect(second.model.parametersHash).toBe(first.model.parametersHash);
    expect(second.test).not.toEqual(first.test);
  });

  test("may end its labels with a stray dot, but has no class of its own", async () => {
    const [rows, more] = [visits().slice(0, 200), visits().slice(200)];
    const dotted = more.map((row) => ({ ...row, back: `${String(row["back"])}.` }));
    const { dataset } = await prepareTable(rows, { target: "back", testTable: dotted });
    expect(dataset.rowCount).toBe(300);
    expect(dataset.target.kind === "classes" && dataset.target.classes).toEqual(["no", "yes"]);
    const odd = more.map((row, at) => (at === 4 ? { ...row, back: "perhaps" } : row));
    expect(said(await rejected(prepareTable(rows, { target: "back", testTable: odd })))).toMatchObject({
      code: "E_DATA",
      where: 'row 4, column "back"',
      got: '"perhaps"',
    });
  });
});

describe("folds", () => {
  test("hold every row once, with each class's share", () => {
    const { target, rowCount } = iris();
    const folds = drawFolds(target, rowCount, 7, 3);
    expect(folds.flatMap((rows) => [...rows]).sort((a, b) => a - b)).toEqual(Array.from({ length: 150 }, (_, i) => i));
    for (const fold of folds) {
      for (const j of [0, 1, 2]) {
        const count = fold.filter((row) => target.indices[row] === j).length;
        expect(Math.abs(count - 50 / 7)).toBeLessThan(1);
      }
    }
    expect(drawFolds(target, rowCount, 7, 4)).not.toEqual(folds);
  });

  test("of groups never divide one", () => {
    const groups = Int32Array.from({ length: 300 }, (_, i) => (i * 17) % 40);
    const folds = drawFolds({ kind: "values", names: ["y"], values: new Float64Array(300) }, 300, 5, 1, groups);
    const named = folds.map((fold) => new Set(Array.from(fold, (row) => groups[row]!)));
    expect(named.reduce((sum, { size }) => sum + size, 0)).toBe(40);
  });

  test("measure each part by a model that never saw it", async () => {
    const seen: number[] = [];
    const { scores, evaluations } = await crossValidate(iris(), {
      folds: 5,
      recipe: "tabular",
      epochs: 25,
      seed: 1,
      onFold: (_, fold) => seen.push(fold),
    });
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    expect(evaluations.map(({ rows }) => rows)).toEqual([30, 30, 30, 30, 30]);
    const { mean, deviation, folds } = scores["accuracy"]!;
    expect(mean).toBeCloseTo(folds.reduce((sum, value) => sum + value, 0) / 5, 12);
    expect(deviation).toBeCloseTo(Math.sqrt(folds.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4), 12);
    expect(mean).toBeGreaterThan(0.9);
  });

  test("of a table fit its preparation each on its own rows", async () => {
    const results: unknown[] = [];
    const { scores, notes } = await crossValidate(visits(), {
      target: "back",
      group: "customer",
      folds: 3,
      epochs: 3,
      onFold: ({ model }) => results.push(model.preparation),
    });
    expect(results).toHaveLength(3);
    expect(results[0]).not.toEqual(results[1]);
    expect(scores["accuracy"]!.folds).toHaveLength(3);
    expect(notes).toEqual(['column "customer": left out, as asked']);
  });

  test("are at least two, and not more than there are rows or groups", async () => {
    expect(said(await rejected(crossValidate(iris(), { folds: 1 })))).toMatchObject({ code: "E_USAGE", where: "folds", got: "1" });
    expect(said(await rejected(crossValidate(iris(), { folds: 151 })))).toMatchObject({ where: "folds" });
    const error = await rejected(crossValidate(visits(), { target: "back", group: "back", folds: 3 }));
    expect(said(error)).toMatchObject({ where: "folds", expected: "at most as many as there are groups, 2" });
  });
});
