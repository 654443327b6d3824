import { describe, expect, test } from "vitest";
import { prepareTable, type PrepareOptions, prepareWithin, type Within } from "../../src/table/prepare.js";
import type { RawRow } from "../../src/table/source.js";
import { mixedTable } from "./mixed-table.js";

/** Everything is streamed, and so many training rows are looked at. */
const within = (sample: number): Within => ({
  memory: 0,
  isTooLarge: () => true,
  bounds: () => ({ blockRows: 50, windowBlocks: 2, sample }),
});

/** Leaks of each kind, rows that come again and rows that contradict each other. */
function awkward(count: number): RawRow[] {
  const rows = mixedTable(count).map((row, at): RawRow => {
    const y = row["y"] as number | null;
    return {
      ...row,
      francs: y === null ? null : Math.round(1e4 * (3 * y - 2)),
      copy: at % 4 === 0 ? null : y,
      curve: y === null ? 1 : Math.exp(y),
      code2: { low: "l", middle: "m", high: "h" }[row["kind"] as string]!,
      stars: { low: 1, middle: 2, high: 3 }[row["kind"] as string]!,
      gap: row["kind"] === "low" ? null : at,
      id: at,
    };
  });
  return [...rows, ...rows.slice(0, 60), ...rows.slice(100, 120).map((row) => ({ ...row, y: 77, kind: "odd" }))];
}

const notesOf = async (rows: readonly RawRow[], options: PrepareOptions, how?: Within): Promise<readonly string[]> => {
  const { notes, release } = how === undefined ? await prepareTable(rows, options) : await prepareWithin(rows, options, how);
  release();
  return notes.filter((note) => !/is streamed|^medians and curves/.test(note));
};

describe("what is pointed out in a table that is streamed is what is in one in memory", () => {
  const rows = awkward(1200);
  const unclear = ["kind", "code2", "stars", "gap", "house"];
  const test1 = [...rows.slice(10, 30), ...awkward(1300).slice(1200, 1290)].filter(({ y, kind }) => y !== null && kind !== "odd");
  const cases: Readonly<Record<string, { options: PrepareOptions; leaks: readonly string[]; all?: readonly RawRow[] }>> = {
    "a number": { options: { target: "y", ignore: unclear }, leaks: [] },
    "a number without contradictions": {
      options: { target: "y", ignore: [...unclear, "id"] },
      leaks: ["francs", "copy", "curve"],
      all: rows.slice(0, 1260),
    },
    classes: { options: { target: "kind", ignore: ["y", "house"] }, leaks: ["code2", "stars"], all: rows.slice(0, 1260) },
    "two classes and a gap": {
      options: { target: "low", ignore: ["y", "kind", "house", "code2", "stars"] },
      leaks: ["gap"],
      all: rows.slice(0, 1260).map((row) => ({ ...row, low: row["kind"] === "low" ? "yes" : "no" })),
    },
    "several numbers": {
      options: { target: ["y", "weight"], ignore: unclear },
      leaks: ["francs", "copy", "curve"],
      all: rows.slice(0, 1260),
    },
    labels: { options: { target: ["member", "old"], ignore: [...unclear, "y"] }, leaks: [] },
    "an order in time": {
      options: { target: "y", time: "weight", ignore: [...unclear, "id"] },
      leaks: ["francs", "copy", "curve"],
      all: rows.slice(0, 1260),
    },
    "a table of its own for the test": {
      options: { target: "kind", ignore: ["y", "house"], testTable: test1 },
      leaks: ["code2", "stars"],
      all: rows.slice(0, 1260),
    },
  };
  for (const [name, { options, leaks, all = rows }] of Object.entries(cases)) {
    test(name, async () => {
      const whole = await notesOf(all, options);
      expect(whole.filter((note) => note.includes(" alone: ")).map((note) => /^column "(\w+)"/.exec(note)?.[1])).toEqual(leaks);
      expect(whole.some((note) => note.includes("of an earlier row"))).toBe(true);
      expect(await notesOf(all, options, within(1e6))).toEqual(whole);
      // Most columns are ruled out by few rows; what is said is counted in all of them.
      expect(await notesOf(all, options, within(250))).toEqual(whole);
    });
  }

  test("contradictions and rows of the test part that are known are among them", async () => {
    const { options, all } = cases["a table of its own for the test"]!;
    const known = await notesOf(all!, options, within(250));
    expect(known.some((note) => /^\d+ of \d+ test rows .*have the inputs and the target of a training row/.test(note))).toBe(true);
    const contradicted = await notesOf(rows, cases["a number"]!.options, within(250));
    expect(contradicted.some((note) => note.includes("have the inputs of a row with another"))).toBe(true);
  });
});

test("a column that one row of many does not follow is no leak, whatever the sample has", async () => {
  const rows: RawRow[] = Array.from({ length: 3000 }, (_, at) => ({
    size: (at * 7919) % 3001,
    town: ["Bern", "Zug"][at % 2]!,
    answer: at === 1234 ? "yes" : ["no", "yes"][at % 2]!,
  }));
  const options: PrepareOptions = { target: "answer", test: 0, validation: 0 };
  expect(await notesOf(rows, options, within(30))).toEqual([]);
  const clean = rows.map((row, at) => (at === 1234 ? { ...row, answer: "no" } : row));
  expect(await notesOf(clean, options, within(30))).toEqual(await notesOf(clean, options));
  expect(await notesOf(clean, options, within(30))).toHaveLength(1);
});
