import { describe, expect, test } from "vitest";
import {
  type Cell,
  ChainruleError,
  encodeTable,
  type Model,
  predict,
  predictAll,
  prepareTable,
  type PrepareOptions,
  train,
} from "chainrule";
import { csvTable } from "chainrule/tables";

// Tables as they should not be: each gives a result that docs/tables.md names, or an error that names line and column.

const rows = (count: number, row: (at: number) => string): string => Array.from({ length: count }, (_, at) => row(at)).join("\n");
/** Two inputs and a class, row by row. */
const plain = (at: number): string => `${(at * 37) % 101},${["p", "q", "r"][((at * 7) % 5) % 3]!},${at % 2 === 0 ? "yes" : "no"}`;

async function prepared(content: string | Uint8Array, options: Partial<PrepareOptions> = {}) {
  const { source, dialect } = await csvTable(() => content, { name: "t.csv" });
  const how = { target: "y", mark: dialect.mark, test: 0.2, validation: 0, seed: 1, ...options };
  return { ...(await prepareTable(source, how)), source, how };
}

/** Trains for a moment on a file, and predicts its rows. */
async function learned(content: string | Uint8Array, options: Partial<PrepareOptions> = {}) {
  const { source, how, ...rest } = await prepared(content, options);
  const { model } = await train(source, { ...how, epochs: 1 }).result;
  const answers = predictAll(model as Model, await encodeTable(model.preparation!, source));
  for (const answer of answers) {
    const numbers = answer.kind === "regression" ? answer.values : answer.outputs;
    expect(numbers.every(Number.isFinite)).toBe(true);
  }
  return { ...rest, model: model as Model, answers };
}

async function fault(content: string | Uint8Array, options: Partial<PrepareOptions> = {}): Promise<string> {
  try {
    await prepared(content, options);
  } catch (error) {
    if (error instanceof ChainruleError && error.code === "E_DATA") return error.message;
    throw error;
  }
  throw new Error("nothing went wrong");
}

describe("predictions stay the same, bit for bit", async () => {
  const header = "size,town,lift,built,rent";
  const cells = (at: number): string[] => [
    at % 9 === 4 ? "" : String(30 + ((at * 37) % 101) / 2),
    ["Bern", "Genève", "Zug", "?"][((at * 7) % 11) % 4]!,
    at % 3 === 0 ? "yes" : "no",
    `20${10 + (at % 14)}-0${1 + (at % 9)}-11`,
    String(900 + ((at * 7919) % 1009)),
  ];
  const table = Array.from({ length: 90 }, (_, at) => cells(at));
  const file = (names: string, list: readonly (readonly string[])[]): string => [names, ...list.map((row) => row.join(","))].join("\n");
  const { source } = await csvTable(() => file(header, table));
  const { model } = await train(source, { target: "rent", seed: 1, epochs: 2 }).result;
  const answersOf = async (content: string) => {
    const opened = await csvTable(() => content, { header: true });
    return predictAll(model as Model, await encodeTable(model.preparation!, opened.source));
  };
  const expected = await answersOf(file(header, table));

  test("with columns shuffled, and others among them", async () => {
    const shuffled = table.map(([size, town, lift, built, rent]) => [built!, "x", lift!, rent!, size!, "7", town!]);
    expect(await answersOf(file("built,more,lift,rent,size,number,town", shuffled))).toStrictEqual(expected);
  });

  test("without the target", async () => {
    expect(
      await answersOf(
        file(
          "size,town,lift,built",
          table.map((row) => row.slice(0, 4)),
        ),
      ),
    ).toStrictEqual(expected);
  });

  test("with rows in another order", async () => {
    expect((await answersOf(file(header, table.toReversed()))).reverse()).toStrictEqual(expected);
  });

  test.each([1, 7, 89])("in files of %d rows, and row by row", async (size) => {
    const parts = Array.from({ length: Math.ceil(90 / size) }, (_, part) => table.slice(part * size, (part + 1) * size));
    expect((await Promise.all(parts.map((part) => answersOf(file(header, part))))).flat()).toStrictEqual(expected);
    table.forEach(([size, town, lift, built], at) =>
      expect(predict(model as Model, { size, town, lift, built })).toStrictEqual(expected[at]),
    );
  });

  test("a column that is missing is named, and so is the nearest one", async () => {
    const content = file(
      "size,twon,lift,built",
      table.map((row) => row.slice(0, 4)),
    );
    const { source: other } = await csvTable(() => content, { name: "later.csv" });
    await expect(encodeTable(model.preparation!, other)).rejects.toThrow(
      'the columns of "later.csv": expected "town", got 4 others. Is "twon" meant for "town"?',
    );
    expect(() => predict(model as Model, { size: 40, lift: "no", built: null })).toThrow(
      'input "town": expected a cell, null where there is none, got no column of that name.',
    );
  });
});

describe("columns", () => {
  test("without a value are left out; asked for all the same, they say nothing", async () => {
    const content = `a,e,y\n${rows(60, (at) => `${(at * 37) % 101},${["", "?", "NA", "#N/A", "<NA>"][at % 5]!},${at % 2}`)}`;
    const { notes } = await learned(content);
    expect(notes).toContain('column "e": left out: no cell of it is filled');
    for (const type of ["numeric", "boolean", "date", "categorical"] as const) {
      const { dataset, model } = await learned(content, { types: { e: type }, periodic: false });
      expect(dataset.columns[0]).toBe("a");
      // What turns up later is answered, and finite.
      const later = { numeric: 1e9, boolean: "yes", date: "2024-05-31", categorical: "new" }[type];
      const answer = predict(model, { a: 5, e: later });
      expect(answer.kind === "classification" && answer.outputs.every(Number.isFinite)).toBe(true);
    }
  });

  test("that are empty in all training rows are filled in others", async () => {
    const content = `a,e,y\n${rows(60, (at) => `${at},${at < 48 ? "" : String(1e6 + at)},${at % 7}.5`)}`;
    const { dataset } = await learned(content, { time: "a" });
    expect(dataset.inputs.every(Number.isFinite)).toBe(true);
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "length"])(
    "may be called %s, as inputs and as target",
    async (name) => {
      const { model } = await learned(`${name},b,y\n${rows(60, plain)}`);
      expect(model.preparation!.columns.map((column) => column.name)).toEqual([name, "b"]);
      const row = JSON.parse(`{"${name}": 5, "b": "p"}`) as Record<string, Cell>;
      expect(predict(model, row).kind).toBe("classification");
      expect(() => predict(model, { b: "p" })).toThrow(`input "${name}": expected a cell`);
      const { model: other } = await learned(`a,b,${name}\n${rows(60, plain)}`, { target: name });
      expect(other.task).toMatchObject({ kind: "classification", target: name, classes: ["no", "yes"] });
      expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    },
  );

  test("may hold categories of such names", async () => {
    const names = ["__proto__", "constructor", "toString"];
    const { model, answers } = await learned(
      `a,b,y\n${rows(60, (at) => `${(at * 37) % 101},${names[at % 3]!},${names[((at * 7) % 5) % 2]!}`)}`,
    );
    expect(model.preparation!.columns[1]).toMatchObject({ categories: expect.arrayContaining(names) as unknown });
    expect(answers.every((answer) => answer.kind === "classification" && names.includes(String(answer.label)))).toBe(true);
  });

  test("of one name are refused", async () => {
    expect(await fault(`a,a,y\n${rows(60, plain)}`)).toContain(
      't.csv, line 1: expected each column name once, got "a" in columns 1 and 2.',
    );
  });

  test("may be ten thousand, of twenty rows", async () => {
    const wide = (at: number): string => Array.from({ length: 10_000 }, (_, k) => ((at + 3) * (k + 7)) % 23).join(",");
    const names = Array.from({ length: 10_000 }, (_, k) => `c${k}`).join(",");
    const { dataset, answers } = await learned(`${names},y\n${rows(20, (at) => `${wide(at)},${at % 2}`)}`);
    expect(dataset.columns.length).toBeGreaterThan(9000);
    expect(answers).toHaveLength(20);
  });

  test("mostly of numbers, with text among them, are refused, with both ways to say what they are", async () => {
    const content = `a,b,y\n${rows(60, (at) => `${(at * 37) % 101},${at % 3 === 2 ? `tall${at % 2}` : at % 4},${at % 2}`)}`;
    expect(await fault(content)).toBe(
      't.csv, line 4, column "b": expected a number, as in 40 of the column\'s 60 cells, got "tall0". Mend the cell, leave it empty, ' +
        'or say that the column holds categories: --type b=categorical (types: { "b": "categorical" }).',
    );
    const { schema } = await learned(content, { types: { b: "categorical" } });
    expect(schema[1]).toMatchObject({ name: "b", type: "categorical", distinct: 6 });
  });
});

describe("cells", () => {
  const among = (cell: string): string => `a,y\n${rows(60, (at) => `${at === 12 ? cell : at * 1.5},${(at * 7) % 11}.5`)}`;
  test.each(["Infinity", "-inf", "1e", "0x10", "1,5.5", "١٢", "12 m"])("%s is no number, and is named", async (cell) => {
    const quoted = JSON.stringify(cell);
    expect(await fault(among(quoted))).toContain(
      `t.csv, line 14, column "a": expected a number, as in 59 of the column's 60 cells, got ${quoted}.`,
    );
    const target = `a,y\n${rows(60, (at) => `${(at * 7) % 11},${at === 12 ? quoted : at * 1.5}`)}`;
    expect(await fault(target)).toContain(`t.csv, line 14, column "y": expected a number, got ${quoted}.`);
  });

  test("1e400 is too large for a number, and is named", async () => {
    expect(await fault(among("1e400"))).toBe('t.csv, line 14, column "a": expected a finite number, or nothing, got "1e400".');
  });

  test("numbers at the ends of float64 are answered with something finite", async () => {
    const ends = ["1e308", "-1e308", "5e-324", "0"];
    await learned(`a,b,y\n${rows(60, (at) => `${ends[at % 4]!},${at},${at % 7}.5`)}`);
  });

  test("whole numbers beyond 2^53 lose digits as inputs, which is said, and none as classes", async () => {
    const large = (at: number): string => String(9_007_199_254_740_993n + BigInt(at));
    const { notes } = await learned(`id,a,y\n${rows(60, (at) => `${large(at * at)},${(at * 37) % 101},${at % 7}.5`)}`);
    expect(notes).toContain(
      'column "id": 60 whole numbers beyond 2^53 lose their last digits; where they are names, leave it out (ignore: ["id"])',
    );
    const { model } = await learned(`a,y\n${rows(60, (at) => `${(at * 37) % 101},${large(at % 2)}`)}`);
    expect(model.task).toMatchObject({ classes: ["9007199254740993", "9007199254740994"] });
  });

  test("a category that was never seen is answered", async () => {
    const { model } = await learned(`a,b,y\n${rows(60, plain)}`);
    expect(predict(model, { a: 5, b: "new" }).kind).toBe("classification");
  });
});

describe("targets", () => {
  test("of one class are refused", async () => {
    const content = `a,b,y\n${rows(60, (at) => `${at % 7},${at % 3},x`)}`;
    expect(await fault(content)).toBe(
      't.csv, column "y": expected at least two classes, got "x" in every row. There is nothing to tell apart.',
    );
  });

  test("that are missing in some rows leave those out, and say so; that are missing in all are refused", async () => {
    const { dataset, notes } = await learned(`a,b,y\n${rows(60, (at) => `${(at * 37) % 101},${at % 3},${at % 5 === 0 ? "?" : at % 2}`)}`);
    expect(dataset.rowCount).toBe(48);
    expect(notes).toContain('12 rows have no "y" and are left out');
    expect(await fault(`a,y\n${rows(60, (at) => `${at % 7},`)}`)).toBe('t.csv, column "y": expected a target with values, got none.');
  });

  test("alone are refused", async () => {
    expect(await fault(`y\n${rows(60, (at) => String(at % 2))}`)).toBe('t.csv: expected a column to learn from, got the target "y" alone.');
  });
});

describe("few rows", () => {
  test("one row has one class, and teaches one number", async () => {
    expect(await fault("a,b,y\n1,2,3\n")).toContain("expected at least two classes");
    const { model } = await learned("a,b,y\n1,2,3.5\n", { test: 0, task: "regression", types: { a: "numeric", b: "numeric" } });
    expect(model.task).toMatchObject({ kind: "regression", mean: [3.5] });
    // By themselves its columns have the same value in every row.
    expect(await fault("a,b,y\n1,2,3.5\n", { task: "regression" })).toContain('"a": left out: "1" in every row');
  });

  test.each([2, 3, 4])("%d rows are trained on", async (count) => {
    await learned(`a,b,y\n${rows(count, plain)}`, { test: 0 });
  });

  test.each([
    ["a header alone", "a,b,y\n", "t.csv: expected rows, got none."],
    ["nothing", "", "t.csv: expected rows, got an empty file."],
    ["empty lines", "\n\r\n\n", "t.csv: expected rows, got an empty file."],
  ])("%s has none", async (_title, content, message) => {
    expect(await fault(content)).toContain(message);
  });
});

describe("files", () => {
  test("with a row of a million cells are refused", async () => {
    const row = new Array<string>(1e6).fill("1").join(",");
    expect(await fault(`${row}\n${row}`)).toContain("t.csv, line 1: expected at most 100000 cells in a row, got more.");
  });

  test("with an open quote are refused where it opens", async () => {
    expect(await fault(`a,b,y\n${rows(9, plain)}\n1,"2,3\n${rows(60, plain)}`)).toContain(
      't.csv, line 11, column "b": expected a closing quote for every opening one, got the end of the file.',
    );
  });

  test("with zero bytes are refused where they are", async () => {
    expect(await fault(`a,b,y\n${rows(20, plain)}\n${"\0".repeat(99)}\n`)).toContain("t.csv, line 22: expected text, got a zero byte.");
  });

  test("with a row of other length are refused", async () => {
    expect(await fault(`a,b,y\n${rows(20, plain)}\n1,2\n`)).toContain("t.csv, line 22: expected 3 cells, as in the header, got 2.");
  });

  test("with mixed line ends, in UTF-16 and with a mark at the beginning are the same table", async () => {
    const content = `größe,b,y\n${rows(60, plain)}\n`;
    const mixed = content.split("\n").reduce((text, line, at) => text + line + ["\n", "\r\n", "\r"][at % 3]!, "");
    const utf16 = (littleEndian: boolean): Uint8Array => {
      const view = new DataView(new ArrayBuffer(2 * content.length + 2));
      Array.from(`\ufeff${content}`).forEach((letter, at) => view.setUint16(2 * at, letter.charCodeAt(0), littleEndian));
      return new Uint8Array(view.buffer);
    };
    const { dataset } = await learned(content);
    for (const form of [mixed, utf16(true), utf16(false), `\ufeff${content}`]) expect((await learned(form)).dataset).toEqual(dataset);
  });

  test("with rows that lie on both sides of the split say so", async () => {
    const twice = rows(60, (at) => `${at % 30},${(at % 30) * 1.5},${((at % 30) * 7919) % 1009}.5`);
    const { notes } = await learned(`a,b,y\n${twice}`);
    expect(notes.filter((note) => note.includes("earlier row"))).toEqual([
      '30 rows have the inputs and the "y" of an earlier row: copies, or alike by chance',
    ]);
    expect(notes.some((note) => /^\d+ of 12 test rows have the inputs and the target of a training row/.test(note))).toBe(true);
  });

  test("whose target is called y have a header", async () => {
    for (const row of [(at: number) => `${at},${at % 2}`, (at: number) => `${at},${at}.5`, (at: number) => `p${at},2024-05-${10 + at}`]) {
      const { dialect, source } = await csvTable(() => `x,y\n${rows(9, row)}`);
      expect(dialect.header).toBe(true);
      expect(source.columns).toEqual(["x", "y"]);
    }
    const { dialect } = await csvTable(() => rows(9, (at) => `${at % 2 === 0 ? "y" : "n"},${at % 3 === 0 ? "n" : "y"}`));
    expect(dialect.header).toBe(false);
  });
});

describe("columns of the world", () => {
  const column = async (cell: (at: number) => string, count = 60, delimiter = ";") => {
    const { source, dialect } = await csvTable(
      () => `a${delimiter}b${delimiter}y\n${rows(count, (at) => [cell(at), (at * 37) % 101, at % 2].join(delimiter))}`,
    );
    const { schema, notes } = await prepareTable(source, { target: "y", mark: dialect.mark });
    return { ...schema[0]!, notes };
  };
  const signed = (count: number): string => `"%" or the sign of a currency stands at ${count} of its 60 numbers and is passed over`;

  test.each<[string, (at: number) => string, readonly [number, number]]>([
    ["percent", (at) => `${(at * 7) % 50}%`, [0, 49]],
    ["percent behind a blank", (at) => `${(at * 7) % 50},5 %`, [0.5, 49.5]],
    ["dollars", (at) => `$${1000 + ((at * 7) % 61)}.50`, [1000.5, 1060.5]],
    ["dollars with thousands", (at) => `-$1,${100 + ((at * 7) % 61)}.25`, [-1160.25, -1100.25]],
    ["euros behind", (at) => `1.${200 + ((at * 7) % 61)},50 €`, [1200.5, 1260.5]],
  ])("%s are numbers, and the sign is noted", async (_title, cell, range) => {
    expect(await column(cell)).toMatchObject({ type: "numeric", range, note: signed(60) });
  });

  test("postal codes keep their zeros", async () => {
    const { type, note } = await column((at) => `0${1000 + (at % 6)}`);
    expect(type).toBe("categorical");
    expect(note).toBe('digits that begin with 0, taken as categories (types: { "a": "numeric" } for numbers)');
    expect(await column((at) => String(8000 + (at % 6)))).toMatchObject({ type: "numeric" });
    const many = await column((at) => String((at * 7919) % 99_991).padStart(5, "0"), 400);
    expect(many).toMatchObject({
      type: "numeric",
      note: 'digits that begin with 0, taken as numbers (types: { "a": "categorical" } for categories)',
    });
    // Numbers that are only written with zeros are of different lengths.
    expect(await column((at) => ["0", "00", "007", "12"][at % 4]!)).toMatchObject({ type: "numeric" });
  });

  test("classes keep their zeros", async () => {
    const { model } = await learned(`a,b,y\n${rows(60, (at) => `${(at * 37) % 101},${at % 3},0${1 + (at % 2)}`)}`);
    expect(model.task).toMatchObject({ classes: ["01", "02"] });
  });

  test("telephone numbers are categories, or names", async () => {
    expect(await column((at) => `+41 79 ${100 + at} 22 ${10 + at}`)).toMatchObject({ type: "categorical" });
    expect(await column((at) => `079/${100 + at}-22-${10 + at}`)).toMatchObject({ type: undefined });
  });

  test.each<[string, (at: number) => string]>([
    ["2024-05-31", (at) => `2024-0${1 + (at % 9)}-${10 + (at % 18)}`],
    ["2024/05/31", (at) => `2024/0${1 + (at % 9)}/${10 + (at % 18)}`],
    ["2024-05-31T10:00:00Z", (at) => `2024-0${1 + (at % 9)}-${10 + (at % 18)}T10:00:00Z`],
    ["2024-05-31 10:00:00.25+02:00", (at) => `2024-0${1 + (at % 9)}-${10 + (at % 18)} 10:00:00.25+02:00`],
    ["31.5.2024", (at) => `${1 + (at % 28)}.${1 + (at % 9)}.2024`],
    ["both", (at) => (at % 2 === 0 ? `2024-05-${10 + (at % 18)}` : `${1 + (at % 28)}.5.2024`)],
  ])("days such as %s are read", async (_title, cell) => {
    expect(await column(cell)).toMatchObject({ type: "date" });
  });

  test("days with slashes are read in the order that the column has, and otherwise told how to be", async () => {
    expect(await column((at) => `${1 + (at % 12)}/${1 + (at % 28)}/2024`)).toMatchObject({ type: "date:mdy" });
    expect(await column((at) => `${1 + (at % 28)}/${1 + (at % 12)}/2024`)).toMatchObject({ type: "date:dmy" });
    const note =
      "in every row the day or the month may come first, so that its days are not read: say which: --type a=date:dmy, or date:mdy " +
      '(types: { "a": "date:dmy" })';
    const unclear = (at: number): string => `${1 + (at % 12)}/${1 + ((at * 5) % 12)}/${1950 + at}`;
    expect(await column(unclear)).toMatchObject({ type: undefined, note: `left out: ${note}` });
    expect(await column((at) => `${1 + (at % 12)}/1/2024`)).toMatchObject({ type: "categorical", note });
  });

  test("days that are not in the calendar are no days", async () => {
    expect(await column((at) => `2023-02-${10 + (at % 20)}`)).toMatchObject({ type: "categorical" });
  });
});
