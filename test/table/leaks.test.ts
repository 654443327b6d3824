import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import type { Cell } from "../../src/table/cell.js";
import { type PrepareOptions, prepareTable } from "../../src/table/prepare.js";
import type { RawRow } from "../../src/table/source.js";

/** Flats with a rent that their size says a good part of, and a class that goes by it. */
function flats(more: (rent: number, at: number, dear: boolean) => Record<string, Cell>, count = 400): RawRow[] {
  const random = createRandom(5, 504);
  return Array.from({ length: count }, (_, at) => {
    const size = Math.round(300 + 900 * random.uniform()) / 10;
    const rent = Math.round(300 + 12 * size + 300 * random.normal() + 900 * random.uniform());
    const dear = rent > 1800;
    return { size, town: ["Bern", "Genève", "Zug"][random.below(3)]!, ...more(rent, at, dear), rent, dear: dear ? "dear" : "cheap" };
  });
}

type More = Parameters<typeof flats>[0];

async function notesOf(target: "rent" | "dear", more: More, options: Partial<PrepareOptions> = {}): Promise<readonly string[]> {
  const ignore = [target === "rent" ? "dear" : "rent", ...(options.ignore ?? [])];
  return (await prepareTable(flats(more), { target, test: 0.2, validation: 0, seed: 1, ...options, ignore })).notes.filter((note) =>
    note.includes(" alone: "),
  );
}

const said = (column: string, target: string, how: string, rows = 320): string =>
  `column "${column}" says "${target}" alone: ${how} in all ${rows} training rows. It is kept; leave it out (ignore: ["${column}"]) unless it is known before "${target}" is`;

describe("a column that says a number alone is pointed out", () => {
  test.each<[string, More, string, number?]>([
    ["the target itself", (rent) => ({ copy: rent }), "it is the same number"],
    ["the target with gaps", (rent, at) => ({ copy: at % 4 === 0 ? null : rent }), "it is the same number", -1],
    ["in another currency, rounded", (rent) => ({ copy: Math.round(0.95 * rent) }), "it is the same number on another scale"],
    ["turned round", (rent) => ({ copy: 5000 - 2 * rent }), "it is the same number on another scale (times -0.5, plus 2500)"],
    ["its logarithm", (rent) => ({ copy: Math.log(rent) }), "it rises with it, value by value,"],
    ["its inverse", (rent) => ({ copy: 1 / rent }), "it falls with it, value by value,"],
  ])("%s", async (_title, more, how, rows = 320) => {
    const notes = await notesOf("rent", more);
    expect(notes).toHaveLength(1);
    const [before] = said("copy", "rent", how).split(" in all");
    expect(notes[0]).toContain(before);
    if (rows > 0) expect(notes[0]).toContain(`in all ${rows} training rows`);
    else expect(notes[0]).not.toContain("in all 320 training rows");
  });

  test("and is kept", async () => {
    const { dataset } = await prepareTable(
      flats((rent) => ({ copy: 2 * rent })),
      { target: "rent", ignore: ["dear"] },
    );
    expect(dataset.preparation.columns.map(({ name }) => name)).toEqual(["size", "town", "copy"]);
  });

  test("whole numbers of stars by their names", async () => {
    const rows = flats((rent) => ({ stars: Math.min(5, Math.ceil(rent / 800)) })).map(({ rent: _, dear: __, ...row }) => ({
      ...row,
      words: ["none", "one", "two", "three", "four", "five"][row["stars"] as number]!,
    }));
    const { notes } = await prepareTable(rows, { target: "stars", task: "regression", test: 0.2, validation: 0, seed: 1 });
    expect(notes.filter((note) => note.includes(" alone: "))).toEqual([said("words", "stars", "it is the same under other names")]);
  });
});

describe("a column that says a class alone is pointed out", () => {
  test.each<[string, More, string]>([
    ["under another name", (_rent, _at, dear) => ({ copy: dear ? "A" : "B" }), "it is the same under other names"],
    ["as truth", (_rent, _at, dear) => ({ copy: dear }), "it is the same under other names"],
    ["as 0 and 1", (_rent, _at, dear) => ({ copy: Number(dear) }), "it is the same under other names"],
    ["by one of its values", (_rent, at, dear) => ({ copy: `${dear ? "high" : "low"} ${at % 3}` }), "each of its 6 values has one answer"],
    ["by a number", (_rent, at, dear) => ({ copy: (dear ? 10 : 0) + (at % 5) }), "each of its 10 values has one answer"],
    [
      "by its gaps",
      (rent, _at, dear) => ({ copy: dear ? rent : null }),
      "it is missing where the answer is one and filled where it is the other,",
    ],
  ])("%s", async (_title, more, how) => {
    expect(await notesOf("dear", more)).toEqual([said("copy", "dear", how)]);
  });

  test("only training rows count, so that an exception in the test part changes nothing", async () => {
    const more: More = (_rent, _at, dear) => ({ copy: dear ? "A" : "B" });
    const whole = flats(more);
    const options = { target: "dear", ignore: ["rent"], time: "at", test: 0.2, validation: 0 } as const;
    const timed = (except: number): RawRow[] => whole.map((row, at) => ({ ...row, at, copy: at === except ? "A" : (row["copy"] ?? null) }));
    const cheap = (from: number): number => whole.findIndex((row, at) => at >= from && row["dear"] === "cheap");
    const leaks = async (rows: RawRow[]): Promise<string[]> =>
      (await prepareTable(rows, options)).notes.filter((note) => note.includes("alone"));
    expect(await leaks(timed(cheap(330)))).toEqual([said("copy", "dear", "it is the same under other names")]);
    expect(await leaks(timed(cheap(30)))).toEqual([]);
  });
});

describe("nothing is pointed out", () => {
  test.each<[string, "rent" | "dear", More]>([
    ["of columns that say a part", "rent", (rent, at) => ({ near: rent + (at % 9) * 40, town2: at % 7 })],
    ["of a column that has one exception", "rent", (rent, at) => ({ near: at % 100 === 50 ? 1 : 2 * rent })],
    ["of a class that has one exception", "dear", (_rent, at, dear) => ({ near: dear === (at % 100 !== 7) ? "A" : "B" })],
    [
      "of a column with another value in every third row",
      "dear",
      (_rent, at, dear) => ({ near: `${dear ? "A" : "B"}${Math.floor(at / 3)}` }),
    ],
    ["of a column that is always the same but for the most frequent class", "dear", (_rent, at) => ({ near: at % 2 === 0 ? "x" : "y" })],
  ])("%s", async (_title, target, more) => {
    expect(await notesOf(target, more, { types: _title.includes("every third") ? { near: "categorical" } : {} })).toEqual([]);
  });

  test("of pure categories where one class is all but alone: they are pure by chance", async () => {
    const rows = Array.from({ length: 400 }, (_, at) => ({
      size: (at * 37) % 101,
      shop: `s${at % 20}`,
      fraud: at % 80 === 3 ? "yes" : "no",
    }));
    const { notes } = await prepareTable(rows, { target: "fraud", test: 0, validation: 0 });
    expect(notes.filter((note) => note.includes("alone"))).toEqual([]);
  });

  test("of a dozen rows, which prove nothing", async () => {
    const rows = flats((rent) => ({ copy: rent }), 12);
    const { notes } = await prepareTable(rows, { target: "rent", ignore: ["dear"], test: 0, validation: 0 });
    expect(notes.filter((note) => note.includes("alone"))).toEqual([]);
  });
});
