import { readdirSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { createRandom, shuffle, STREAM } from "../../src/base/random.js";
import { openScratch, readScratch, releaseScratch } from "../../src/base/scratch.js";
import { bytesOf } from "../../src/base/sha256.js";
import type { Dataset } from "../../src/data/dataset.js";
import { fingerprint } from "../../src/data/fingerprint.js";
import { rowNumbers, takeRows } from "../../src/data/rows.js";
import { inputRow, openStored } from "../../src/data/read-rows.js";
import { boundsOf } from "../../src/table/bounds.js";
import { prepareTable, prepareWithin, type PrepareOptions, type Within } from "../../src/table/prepare.js";
import { shuffleBlocks } from "../../src/training/loop/order.js";
import { caught, rejected, said } from "../training/caught.js";
import { mixedTable } from "./mixed-table.js";

/** Everything is streamed, in blocks of 7 rows, all of them in one window, and everything is looked at. */
const WHOLE: Within = { memory: 0, isTooLarge: () => true, bounds: () => ({ blockRows: 7, windowBlocks: 1e6, sample: 1e6 }) };

/** All inputs of a data set of stored rows. */
function inputsOf({ stored, rowCount, columns }: Dataset): Float32Array | Float64Array {
  return openStored(stored!, columns.length)(rowNumbers(0, rowCount)).slice();
}

const opened = (): string[] =>
  readdirSync("/proc/self/fd").flatMap((file) => {
    try {
      return /chainrule-.*\.rows/.exec(readlinkSync(`/proc/self/fd/${file}`))?.[0] ?? [];
    } catch {
      return [];
    }
  });

describe("a table that is streamed", () => {
  const rows = mixedTable(900);
  const test1 = mixedTable(80, 8).filter(({ y }) => y !== null);
  const cases: Readonly<Record<string, PrepareOptions>> = {
    "drawn rows": { target: "y", ignore: ["house", "kind"] },
    classes: { target: "kind", ignore: ["y"], validation: 0.2, seed: 3 },
    "several numbers": { target: ["y", "weight"], ignore: ["house", "kind"], validation: 0.2 },
    labels: { target: ["member", "old"], ignore: ["house", "kind", "y"] },
    groups: { target: "y", group: "house", ignore: ["kind"], validation: 0.2 },
    "an order in time": { target: "kind", time: "weight", ignore: ["house"] },
    "a table of its own for the test": { target: "y", ignore: ["kind", "house"], testTable: test1 },
    "an input for each category": { target: "y", ignore: ["house", "kind"], embedFrom: Infinity, periodic: false, curve: "standard" },
  };
  for (const [name, options] of Object.entries(cases)) {
    test(`has every bit of one in memory: ${name}`, async () => {
      const whole = await prepareTable(rows, options);
      const streamed = await prepareWithin(rows, options, WHOLE);
      const { dataset } = streamed;
      expect(whole.dataset.stored).toBeUndefined();
      expect(dataset.stored).toMatchObject({ blockRows: 7, rowCount: dataset.rowCount });
      expect(dataset.preparation).toEqual(whole.dataset.preparation);
      expect(dataset.target).toEqual(whole.dataset.target);
      expect(dataset).toMatchObject({ columns: whole.dataset.columns, drawn: whole.dataset.drawn, rowCount: whole.dataset.rowCount });
      expect([dataset.testFrom, dataset.validationFrom]).toEqual([whole.dataset.testFrom, whole.dataset.validationFrom]);
      expect(inputsOf(dataset)).toEqual(whole.dataset.inputs);
      expect(fingerprint(dataset)).toBe(fingerprint(whole.dataset));
      expect(streamed.rows).toEqual(whole.rows);
      expect(streamed.schema).toEqual(whole.schema);
      expect(streamed.notes.slice(0, -1)).toEqual(whole.notes);
      streamed.release();
    });
  }

  test("goes by its size, and says so", async () => {
    // 900 rows of 6 columns: 5 numbers of 8 bytes or categories of 4, and what becomes of them.
    const options = { target: "kind", ignore: ["y", "house"] };
    const whole = await prepareTable(rows, { ...options, memory: 2 ** 20 });
    expect(whole.dataset.stored).toBeUndefined();
    const { dataset, notes, release } = await prepareTable(rows, { ...options, memory: 2 ** 16 });
    expect(dataset.stored).toMatchObject(boundsIn(2 ** 16, dataset.columns.length));
    expect(notes).toEqual([
      ...whole.notes,
      `"rows" is streamed: 900 rows of ${dataset.columns.length} inputs take more than the 66 kB allowed (memory); rows are shuffled within ` +
        `4 windows of ${dataset.stored!.windowBlocks} blocks of ${dataset.stored!.blockRows} rows, drawn anew in each epoch`,
    ]);
    release();
    expect(said(await rejected(prepareTable(rows, { ...options, memory: 1000 })))).toMatchObject({ code: "E_USAGE", where: "memory" });
  });

  test("fits medians and curves on a sample of the training rows, and counts everything else", async () => {
    const options: PrepareOptions = { target: "y", ignore: ["house", "kind"], seed: 4 };
    const bounds: Within["bounds"] = () => ({ blockRows: 50, windowBlocks: 2, sample: 200 });
    const prepare = async (table = rows): Promise<string> => {
      const { dataset, notes, release } = await prepareWithin(table, options, { ...WHOLE, bounds });
      release();
      expect(notes.at(-1)).toMatch(/^medians and curves are those of 200 of the \d+ training rows$/);
      return JSON.stringify(dataset.preparation);
    };
    const sampled = JSON.parse(await prepare()) as { columns: { name: string; fill?: number }[] };
    expect(await prepare()).toBe(JSON.stringify(sampled));
    const { columns } = (await prepareTable(rows, options)).dataset.preparation;
    const at = (name: string): number => columns.findIndex((column) => column.name === name);
    for (const name of ["town", "code", "member"]) expect(sampled.columns[at(name)]).toEqual(columns[at(name)]);
    const size = sampled.columns[at("size")]!;
    expect(size).toMatchObject({ indicator: true });
    expect(size.fill).not.toBe((columns[at("size")] as { fill: number }).fill);
    // The median of 200 normal numbers with a deviation of 100 has one of 100 * 1.2533 / sqrt(200) = 8.9.
    expect(Math.abs(size.fill! - (columns[at("size")] as { fill: number }).fill)).toBeLessThan(45);
    // What is held out is not looked at.
    const { dataset } = await prepareTable(rows, options);
    const { split } = await import("../../src/data/split.js");
    const held = split(dataset, dataset.drawn).test;
    const filled = rows.flatMap(({ y }, row) => (y === null ? [] : [row]));
    const changed = rows.slice();
    for (const row of held) changed[filled[row]!] = { ...rows[filled[row]!]!, size: 1e6, weight: -1e6 };
    expect(await prepare(changed)).toBe(JSON.stringify(sampled));
  });

  test.runIf(process.platform === "linux")("leaves no file behind: neither a name, nor after release or an error", async () => {
    const options = { target: "y", ignore: ["house", "kind"] };
    const { release, dataset } = await prepareWithin(rows, options, WHOLE);
    expect(opened()).toHaveLength(1);
    expect(readdirSync(tmpdir()).filter((name) => /^chainrule-.*\.rows$/.test(name))).toEqual([]);
    release();
    release();
    expect(opened()).toEqual([]);
    expect(said(caught(() => inputsOf(dataset)))).toMatchObject({ code: "E_USAGE", got: "rows that have been released" });
    await expect(prepareWithin(() => failing(rows), options, WHOLE)).rejects.toThrow("the second reading fails");
    expect(opened()).toEqual([]);
    const badTest = [{ ...test1[0]!, size: "tall" }];
    expect(said(await rejected(prepareWithin(rows, { ...options, testTable: badTest }, WHOLE)))).toMatchObject({
      code: "E_DATA",
      got: '"tall"',
    });
    expect(said(await rejected(prepareWithin(rows, { ...options, time: "day" }, WHOLE)))).toMatchObject({ code: "E_DATA" });
    expect(opened()).toEqual([]);
  });
});

let readings = 0;
async function* failing<R>(rows: readonly R[]): AsyncGenerator<R> {
  readings += 1;
  for (const [at, row] of rows.entries()) {
    await Promise.resolve();
    // The first row is read on its own, then all are twice.
    if (readings === 3 && at === rows.length - 1) throw new Error("the second reading fails");
    yield row;
  }
}

function boundsIn(memory: number, inputs: number): { blockRows: number; windowBlocks: number } {
  const blockRows = Math.floor(memory / 4 / 16 / (4 * inputs));
  return { blockRows, windowBlocks: Math.floor(memory / 4 / (4 * inputs * blockRows)) };
}

describe("rows that are stored", () => {
  const [n, count] = [3, 101];
  const values = Float32Array.from({ length: n * count }, (_, i) => i);
  const store = (blockRows: number, windowBlocks: number) => {
    const writer = openScratch();
    writer.append(bytesOf(values.subarray(0, 100)));
    writer.append(bytesOf(values.subarray(100)));
    return { place: writer.end(), numbers: "float32" as const, rowCount: count, blockRows, windowBlocks, fingerprint: "" };
  };
  const rowsOf = (list: ArrayLike<number>): number[] => Array.from(list).flatMap((row) => [n * row, n * row + 1, n * row + 2]);

  test("are read in any order, whatever the blocks are and however few of them stay", () => {
    const list = shuffle(rowNumbers(0, count), createRandom(1, STREAM.order));
    for (const [blockRows, windowBlocks] of [
      [1, 1],
      [7, 1],
      [7, 3],
      [10, 11],
      [101, 1],
      [1000, 5],
    ] as const) {
      const stored = store(blockRows, windowBlocks);
      const read = openStored(stored, n);
      expect(Array.from(read(list))).toEqual(rowsOf(list));
      expect(Array.from(read(list.subarray(50, 53)))).toEqual(rowsOf(list.subarray(50, 53)));
      expect(Array.from(read(Uint32Array.of(100, 100, 0)))).toEqual(rowsOf([100, 100, 0]));
      const some = openStored({ ...stored, rows: Uint32Array.of(90, 4, 5) }, n);
      expect(Array.from(some(Uint32Array.of(2, 0)))).toEqual(rowsOf([5, 90]));
      releaseScratch(stored.place);
    }
  });

  test("end where they end", () => {
    const { place } = store(1, 1);
    expect(said(caught(() => readScratch(place, 4 * n * count - 4, new Uint8Array(8))))).toMatchObject({ code: "E_CORRUPT" });
    releaseScratch(place);
  });

  test("are taken by their numbers, and refuse to be taken for an array", async () => {
    const { dataset, release } = await prepareWithin(mixedTable(60), { target: "kind", ignore: ["y", "house"] }, WHOLE);
    const all = inputsOf(dataset);
    const taken = takeRows(takeRows(dataset, Uint32Array.of(40, 3, 7)), Uint32Array.of(2, 0));
    const width = dataset.columns.length;
    const own = openStored(taken.stored!, width)(rowNumbers(0, 2));
    expect([...own]).toEqual([...all.subarray(7 * width, 8 * width), ...all.subarray(40 * width, 41 * width)]);
    expect(Array.from(inputRow(taken, 1))).toEqual(Array.from(own.subarray(width)));
    expect(said(caught(() => dataset.inputs))).toMatchObject({ code: "E_USAGE", where: 'the rows of "rows"' });
    expect(said(caught(() => ({ ...taken })))).toMatchObject({ code: "E_USAGE" });
    release();
  });
});

describe("the order of stored rows", () => {
  const rows = rowNumbers(0, 1000).filter((row) => row % 5 !== 0 && Math.floor(row / 20) !== 3);
  const draw = (blockRows: number, windowBlocks: number, epoch = 1): Uint32Array =>
    shuffleBlocks(rows, { blockRows, windowBlocks }, createRandom(1, STREAM.order, epoch));

  test("has each row once, and in each window those of so many blocks", () => {
    const order = draw(20, 4);
    expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from(rows));
    // 49 blocks of 16 rows.
    for (let from = 0; from < order.length; from += 64) {
      const blocks = new Set(Array.from(order.subarray(from, from + 64), (row) => Math.floor(row / 20)));
      expect(blocks.size).toBe(Math.min(4, (order.length - from) / 16));
    }
    expect(draw(20, 4)).toEqual(order);
    expect(draw(20, 4, 2)).not.toEqual(order);
    const first = Array.from(order.subarray(0, 64));
    expect(first).not.toEqual(first.slice().sort((a, b) => a - b));
  });

  test("is that of rows in memory where one window has all of them", () => {
    const whole = shuffle(rows.slice(), createRandom(1, STREAM.order, 1));
    expect(draw(20, 49)).toEqual(whole);
    expect(draw(2000, 1)).toEqual(whole);
    expect(draw(20, 48)).not.toEqual(whole);
  });
});

test("a window takes a quarter of the memory, whatever a row has", () => {
  for (const memory of [2 ** 16, 2 ** 24, 2 ** 29, 2 ** 33]) {
    for (const inputs of [1, 43, 2000]) {
      const { blockRows, windowBlocks, sample } = boundsOf(memory, 4 * inputs, inputs);
      const bytes = 4 * inputs * blockRows * windowBlocks;
      expect(bytes).toBeLessThanOrEqual(memory / 4);
      expect(bytes).toBeGreaterThan(memory / 4 / 2);
      expect(sample).toBeGreaterThanOrEqual(1000);
      expect(Number.isInteger(blockRows) && Number.isInteger(windowBlocks)).toBe(true);
    }
  }
});
