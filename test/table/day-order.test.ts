import { describe, expect, test } from "vitest";
import { decodeModel, encodeModel } from "../../src/formats/model-file.js";
import { momentOf } from "../../src/table/cell.js";
import type { ColumnType } from "../../src/table/column-types.js";
import { prepareTable } from "../../src/table/prepare.js";
import type { RawRow } from "../../src/table/source.js";
import { rememberedSplit } from "../../src/training/align.js";
import { predict } from "../../src/training/predict.js";
import { modelRows } from "../../src/training/rows-for-model.js";
import { train } from "../../src/training/train.js";
import { compilerFaults, importModel, expectSame } from "../export/run.js";
import { exportModule } from "../../src/export.js";
import { caught, rejected, said } from "../training/caught.js";

const parts = (at: number): readonly [day: number, month: number] => [1 + ((at * 11) % 28), 1 + ((at * 5) % 12)];
const dmy = (at: number, mark = "/"): string => [...parts(at), 2024].join(mark);
const mdy = (at: number, mark = "/"): string => [parts(at)[1], parts(at)[0], 2024].join(mark);
const iso = (at: number): string => `2024-${String(parts(at)[1]).padStart(2, "0")}-${String(parts(at)[0]).padStart(2, "0")}`;

const table = (when: (at: number) => string | null): RawRow[] =>
  Array.from({ length: 120 }, (_, at) => ({ when: at % 10 === 9 ? null : when(at), size: (at * 37) % 101, y: (at * 13) % 7 }));
const prepared = (rows: readonly RawRow[], type?: ColumnType) =>
  prepareTable(rows, { target: "y", task: "regression", ...(type === undefined ? {} : { types: { when: type } }) });

test("a day is read in the order that is said, and not where no month has it", () => {
  const may31 = momentOf("2024-05-31");
  for (const [text, order] of [
    ["31/5/2024", "dmy"],
    ["31/05/2024", "dmy"],
    ["31.5.2024", "dmy"],
    ["5/31/2024", "mdy"],
    ["5.31.2024", "mdy"],
    ["2024-05-31", "mdy"],
    ["31.5.2024", undefined],
  ] as const)
    expect(momentOf(text, order)).toBe(may31);
  for (const [text, order] of [
    ["5/31/2024", "dmy"],
    ["31/5/2024", "mdy"],
    ["31/5/2024", undefined],
    ["5/31.2024", "mdy"],
    ["2/30/2024", "mdy"],
    ["5/31/24", "mdy"],
    ["31-05-2024", undefined],
    ["5/31/2024 24:00", "mdy"],
    ["5/31/2024 13:00 PM", "mdy"],
    ["5/31/2024 0:30 AM", "mdy"],
    ["5/31/2024 2:60", "mdy"],
  ] as const)
    expect(momentOf(text, order)).toBeNaN();
});

test("a day has a time of 24 hours or of twice 12", () => {
  for (const [text, order, same] of [
    ["5/31/2024 14:30", "mdy", "2024-05-31 14:30"],
    ["5/31/2024 2:30 PM", "mdy", "2024-05-31 14:30"],
    ["5/31/2024 2:30:15pm", "mdy", "2024-05-31 14:30:15"],
    ["5/31/2024 12:05 am", "mdy", "2024-05-31 00:05"],
    ["5/31/2024 12:05 PM", "mdy", "2024-05-31 12:05"],
    ["31-05-2024 9:07", "dmy", "2024-05-31 09:07"],
    ["31-05-2024", "dmy", "2024-05-31"],
    ["31.5.2024 09:07:30.25", undefined, "2024-05-31 09:07:30"],
  ] as const)
    expect(momentOf(text, order)).toBe(momentOf(same));
});

describe("the order of days is found in the column", () => {
  test.each<[string, (at: number) => string, ColumnType]>([
    ["31/5/2024", dmy, "date:dmy"],
    ["5/31/2024", mdy, "date:mdy"],
    ["31-5-2024", (at) => dmy(at, "-"), "date:dmy"],
    ["31.12.2024", (at) => dmy(at, "."), "date"],
    ["5/31/2024 12:00 AM", (at) => `${mdy(at)} 12:00 AM`, "date:mdy"],
    ["12.31.2024", (at) => mdy(at, "."), "date:mdy"],
    ["with those of ISO 8601 among them", (at) => (at % 2 === 0 ? mdy(at) : iso(at)), "date:mdy"],
  ])("%s", async (_title, when, type) => {
    const { schema, dataset, notes } = await prepared(table(when));
    expect(schema[0]).toMatchObject({ name: "when", type });
    expect(notes).toEqual([]);
    const known = await prepared(table(iso));
    expect(dataset.inputs).toEqual(known.dataset.inputs);
  });

  test("where it is not decided it is asked for, and said", async () => {
    const unclear = table((at) => `${1 + ((at * 5) % 12)}/${1 + ((at * 7) % 12)}/${2000 + (at % 20)}`);
    const { schema, notes } = await prepared(unclear);
    expect(schema[0]!.type).not.toMatch(/^date/);
    expect(notes[0]).toContain('--type when=date:dmy, or date:mdy (types: { "when": "date:dmy" })');
    const [first, second] = [await prepared(unclear, "date:dmy"), await prepared(unclear, "date:mdy")];
    expect(first.schema[0]!.type).toBe("date:dmy");
    expect(first.notes).toEqual([]);
    expect(first.dataset.inputs).not.toEqual(second.dataset.inputs);
    expect(said(await rejected(prepared(table(dmy), "date:mdy")))).toMatchObject({
      expected: expect.stringContaining("5/31/2024") as string,
    });
    const both = await prepared(table((at) => (at % 2 === 0 ? dmy(at) : mdy(at))));
    expect(both.notes[0]).toContain("neither day/month/year nor month/day/year are throughout");
  });
});

describe("a model of days with slashes", () => {
  const options = { target: "y", task: "regression", epochs: 2, seed: 2 } as const;

  test("keeps their order in its file, and in a module of its own", async () => {
    for (const when of [dmy, mdy]) {
      const { model } = await train(table(when), options).result;
      const read = decodeModel(encodeModel(model));
      expect(read.preparation).toEqual(model.preparation);
      expect(encodeModel(read)).toEqual(encodeModel(model));
      expect(read.preparation!.columns[0]).toMatchObject({ kind: "date", order: when === dmy ? "dmy" : "mdy" });
      const exported = await importModel(read);
      const other = await train(table(iso), options).result;
      for (let at = 0; at < 60; at++) {
        const row = { when: when(at), size: 3 };
        expectSame(exported(row), predict(read, row));
        expect(predict(read, row)).toEqual(predict(other.model, { ...row, when: iso(at) }));
        expectSame(exported({ ...row, when: iso(at) }), predict(read, row));
      }
      const odd = { when: when === dmy ? "1/31/2024" : "31/1/2024", size: 3 };
      const expected = said(caught(() => predict(read, odd)));
      expect(expected).toMatchObject({ code: "E_DATA", where: 'input "when"' });
      expect(() => exported(odd)).toThrow(String(expected.expected));
      expect(compilerFaults({ "model.ts": exportModule(read, { language: "typescript" }) })).toEqual([]);
    }
  });

  test("reads their time of day in a module of its own too", async () => {
    const clock = (at: number): string => `${1 + (at % 12)}:${10 + (at % 50)} ${at % 3 === 0 ? "am" : "PM"}`;
    const { model } = await train(
      table((at) => `${mdy(at)} ${clock(at)}`),
      options,
    ).result;
    const exported = await importModel(model);
    for (let at = 0; at < 40; at++) {
      const texts = [`${mdy(at)} ${clock(at)}`, `${mdy(at, "-")} ${at % 24}:05`, mdy(at, "."), `${iso(at)}T13:45:09.5Z`];
      for (const when of texts) expectSame(exported({ when, size: 3 }), predict(model, { when, size: 3 }));
    }
    const odd = { when: "5/31/2024 13:05 PM", size: 3 };
    expect(() => exported(odd)).toThrow(String(said(caught(() => predict(model, odd))).expected));
  });

  test("finds its parts again where they were divided by such days", async () => {
    for (const when of [dmy, mdy]) {
      const rows = table(when).map((row, at) => ({ ...row, when: when(at) }));
      const { model, test: measured } = await train(rows, { ...options, time: "when" }).result;
      const read = decodeModel(encodeModel(model));
      const { dataset } = await modelRows(read, rows, { target: true });
      expect(rememberedSplit(read, dataset)?.test.length).toBe(measured!.rows);
    }
  });
});
