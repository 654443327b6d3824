import { describe, expect, test } from "vitest";
import type { RawRow } from "../../src/table/source.js";
import { predict } from "../../src/training/predict.js";
import { type PredictedRows, predictTable } from "../../src/training/predict-table.js";
import { train } from "../../src/training/train.js";
import { mixedTable } from "../table/mixed-table.js";
import { rejected, said } from "./caught.js";

const rows = mixedTable(300);
const { model } = await train(rows, { target: "kind", ignore: ["y", "house"], epochs: 1, seed: 1 }).result;

async function all(parts: AsyncIterable<PredictedRows>): Promise<PredictedRows[]> {
  const list: PredictedRows[] = [];
  for await (const part of parts) list.push(part);
  return list;
}

describe("the rows of a table, predicted part by part", () => {
  test("have the predictions of single rows in every bit, however many come together", async () => {
    const expected = rows.map((row) => predict(model, row));
    for (const size of [1, 7, 4096]) {
      const stream = async function* (): AsyncGenerator<readonly RawRow[]> {
        for (let at = 0; at < rows.length; at += size) yield await Promise.resolve(rows.slice(at, at + size));
      };
      const parts = await all(predictTable(model, stream));
      expect(parts.flatMap(({ predictions }) => predictions)).toEqual(expected);
      expect(parts[0]).toMatchObject({ first: 0, unused: ["house", "y"], columns: Object.keys(rows[0]!) });
      expect(parts.flatMap((part) => part.rows)).toEqual(rows.map((row) => Object.values(row)));
    }
  });

  test("come in parts of a bounded number of rows", async () => {
    const stream = function* (): Generator<RawRow> {
      for (let at = 0; at < 10_000; at++) yield rows[at % 300]!;
    };
    const parts = await all(predictTable(model, stream));
    expect(parts.map(({ first }) => first)).toEqual([0, 4096, 8192]);
    expect(parts.at(-1)!.predictions).toHaveLength(10_000 - 8192);
  });

  test("are refused with their places in the whole", async () => {
    const wrong = (at: number): RawRow[] =>
      Array.from({ length: 5000 }, (_, row) => ({ ...rows[row % 300]!, ...(row === at ? { size: "large" } : {}) }));
    expect(said(await rejected(all(predictTable(model, wrong(4711)))))).toMatchObject({ code: "E_DATA", where: 'row 4711, column "size"' });
    const { town: _, ...without } = rows[0]!;
    expect(said(await rejected(all(predictTable(model, [without], { name: "flats" }))))).toMatchObject({
      where: 'the columns of "flats"',
      expected: '"town"',
    });
    const none = { ...Object.fromEntries(Object.keys(rows[0]!).map((name) => [name, []])) };
    expect(said(await rejected(all(predictTable(model, none))))).toMatchObject({ where: "rows", expected: "rows", got: "none" });
  });
});
