import { describe, expect, test } from "vitest";
import { iris } from "../../src/data/iris.js";
import { createReport } from "../../src/report/create-report.js";
import { trainLinear } from "../../src/report/linear.js";
import { reasons } from "../../src/explain/reasons.js";
import { evaluate } from "../../src/training/evaluate.js";
import { prepareTable } from "../../src/table/prepare.js";
import { rememberedSplit } from "../../src/training/align.js";
import { train } from "../../src/training/train.js";
import { rejected, said } from "../training/caught.js";
import { HOSTILE, hostileRows, REPORTS } from "./reports.js";

describe("a report", () => {
  test("is the same for the same seed, and its numbers are those of evaluate", async () => {
    const { model } = await train(iris(), { epochs: 5 }).result;
    const [first, second] = [await createReport(model, iris()), await createReport(model, iris())];
    expect(second).toEqual(first);
    const { accuracy, logLoss } = evaluate(model, iris());
    const scores = new Map(first.sections[0]!.scores.map(({ name, model: own }) => [name, own]));
    expect(scores.get("accuracy")).toBe(accuracy);
    expect(scores.get("logLoss")).toBe(logLoss);
    expect(first.headline.parts).toEqual({ train: 108, validation: 12, test: 30 });
  });

  test("says whose rows the constant goes by, and why there is no linear model", async () => {
    const { baselines, headline } = await REPORTS.numbers();
    expect(headline.parts).toBeNull();
    expect(baselines).toMatchObject({ linear: null, withoutLinear: expect.stringContaining("training rows are not") as string });
    expect(baselines.constant).toBe("always the mean of the training rows, which the model keeps");
  });

  test("has the raw cells of each mistake, and its reasons are those of the row", async () => {
    const rows = hostileRows();
    const { dataset, rows: tableRows } = await prepareTable(rows, { target: HOSTILE.target, test: 0.3, validation: 0.1 });
    const { model } = await train(dataset, { recipe: "tabular", epochs: 2 }).result;
    const { mistakes } = await createReport(model, dataset, { table: rows, tableRows, mistakes: 4 });
    expect(mistakes.rows.length).toBeGreaterThan(0);
    for (const { row, cells, actual, predicted, reasons: found } of mistakes.rows) {
      expect(cells).toEqual(rows[row]);
      expect(actual).toBe(rows[row]![HOSTILE.target]);
      expect(predicted).not.toBe(actual);
      const exact = reasons(model, rows[row]!, String(predicted));
      const pushes = new Map(exact.reasons.map(({ column, push }) => [column, push]));
      const moved = Math.abs(exact.value - exact.typical);
      for (const { column, push } of found!.columns) expect(Math.abs(push - pushes.get(column)!)).toBeLessThan(0.02 * Math.max(0.1, moved));
    }
  });
});

test("no answer outside of the training rows reaches the linear model", async () => {
  const dataset = iris();
  const { model } = await train(dataset, { epochs: 1 }).result;
  const { train: rows } = rememberedSplit(model, dataset)!;
  const trained = new Set(rows);
  const indices = dataset.target.indices.map((c, row) => (trained.has(row) ? c : (c + 1) % 3));
  const other = { ...dataset, target: { ...dataset.target, indices } };
  const hashes = [dataset, other].map(async (each) => (await trainLinear(model, each, rows, 1)).model.parametersHash);
  const [first, second] = await Promise.all(hashes);
  expect(second).toBe(first);
});

test.each([
  [{ repeats: 0 }, "repeats"],
  [{ mistakes: -1 }, "mistakes"],
  [{ seed: 0.5 }, "seed"],
  [{ part: "tset" as "test" }, "part"],
])("%j is refused", async (options, where) => {
  const { model } = await train(iris(), { epochs: 0 }).result;
  expect(said(await rejected(createReport(model, iris(), options)))).toMatchObject({ code: "E_USAGE", where });
});
