import { expect, test } from "vitest";
import { exportModule } from "../../src/export.js";
import type { Cell } from "../../src/table/cell.js";
import type { RawRow } from "../../src/table/source.js";
import type { TableTrainOptions } from "../../src/training/train-table.js";
import { train } from "../../src/training/train.js";
import { predict, type Prediction } from "../../src/training/predict.js";
import { mixedTable } from "../table/mixed-table.js";
import { compilerFaults, expectSame, importModel, importSource, inBareContext } from "./run.js";

const rows: RawRow[] = mixedTable(400).map((row, at) => ({
  ...row,
  // Names that a careless program would take for something else.
  ["__proto__x"]: at % 13,
  constructor: ["x", "y", "z"][at % 3]!,
  'quote " and \\ line\n': at / 7,
}));
const settings = { epochs: 2, seed: 4 } as const;
const VARIANTS: readonly (readonly [string, TableTrainOptions])[] = [
  ["classes, embedded categories, periodic numbers", { ...settings, target: "kind", ignore: ["y"], embedFrom: 3 }],
  ["numbers, an input for each category", { ...settings, target: "y", ignore: ["kind"], embedFrom: Infinity, periodic: false }],
  ["robust curves", { ...settings, target: "y", ignore: ["kind"], curve: "robust" }],
  ["a network of one's own with its scaling", { ...settings, target: "kind", ignore: ["y"], hidden: [6] }],
  ["two numbers", { ...settings, target: ["y", "weight"], ignore: ["kind"] }],
  ["labels", { ...settings, target: ["old", "member"], task: "multi-label", ignore: ["kind", "y"] }],
];

/** What a column may hold in a row that was never seen. */
const ODD: Readonly<Record<string, readonly Cell[]>> = {
  size: [null, "", " 12.5 ", "1e3", "?", -1e9, 1e9, 0, -0],
  weight: [null, "7", 7.25, 1e300],
  town: [null, "", "Paris", " Bern ", "bern", "__proto__", "toString", 5, true],
  code: ["k0", "k999", null, "constructor"],
  old: [true, false, "yes", "NO", null, "true", 1, 0],
  member: [null, "", "no"],
  day: [null, "2031-12-31", "1999-01-01T23:59:59Z", new Date(0), "2024-02-29"],
  house: ["h0", "h99", null],
  constructor: ["x", "w", null],
};

function oddRows(): RawRow[] {
  const odd = Object.entries(ODD).flatMap(([name, cells]) => cells.map((cell, at) => ({ ...rows[at * 7]!, [name]: cell })));
  const empty = Object.fromEntries(Object.keys(rows[0]!).map((name) => [name, null]));
  return [...rows.slice(0, 20), ...odd, empty];
}

/** A prediction, or the column that is refused and what it has. */
function outcome(work: () => Prediction): Prediction | string {
  try {
    return work();
  } catch (error) {
    const message = String((error as Error).message);
    return (
      /"[^"]*": expected .*, got .*/.exec(message.replace(/\. Is .*/, ""))?.[0].replace(/: expected .*?, got/, " got") ??
      message.replace(" of row 0", "")
    );
  }
}

test.each(VARIANTS)("a module says of raw rows what predict says: %s", { timeout: 240_000 }, async (_title, options) => {
  const { model } = await train(rows, options).result;
  const exported = await importModel(model);
  let refused = 0;
  for (const row of oddRows()) {
    const expected = outcome(() => predict(model, row));
    const actual = outcome(() => exported(row));
    // What one refuses the other does, for the same column.
    if (typeof expected === "string") {
      refused += 1;
      expect(actual).toBe(expected);
    } else expectSame(actual as Prediction, expected);
  }
  expect(refused).toBeLessThan(20);
  // Columns beside those of the model, and in another order.
  const [row] = rows as [RawRow];
  const turned = Object.fromEntries([["more", 1], ...Object.entries(row).toReversed()]) as RawRow;
  expect((await importModel(model))(turned)).toEqual((await importModel(model))(row));
  const source = exportModule(model, { language: "typescript", name: "answer" });
  expect(compilerFaults({ "/model.ts": source })).toEqual([]);
  const [said] = inBareContext(exportModule(model, { language: "javascript" }))([
    JSON.parse(JSON.stringify(rows[3])) as Record<string, Cell>,
  ]);
  expect(said!.kind).toBe(predict(model, rows[3]!).kind);
});

test("a missing column and a cell of another type are refused with their names", async () => {
  const { model } = await train(rows, { ...settings, target: "kind", ignore: ["y"], epochs: 0 }).result;
  const answer = await importSource(exportModule(model, { language: "javascript", name: "answer" }), "answer");
  const { size: _, ...without } = rows[0]!;
  expect(() => answer(without)).toThrow(/"size"/);
  expect(() => answer({ ...rows[0], size: "large" })).toThrow(/"size".*"large"/);
  expect(() => answer({ ...rows[0], day: "soon" })).toThrow(/"day".*"soon"/);
  expect(() => answer(null)).toThrow(TypeError);
});
