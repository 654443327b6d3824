import { describe, expect, expectTypeOf, test } from "vitest";
import { createDataset, sortLabels } from "../../src/data/create-dataset.js";
import type { ClassTarget, Dataset, LabelTarget, NoTarget, ValueTarget } from "../../src/data/dataset.js";
import { inputRow } from "../../src/data/read-rows.js";

function refused(where: string, expected: string, got: string, hint?: string): unknown {
  return expect.objectContaining({ code: "E_DATA", problems: [{ where, expected, got, ...(hint === undefined ? {} : { hint }) }] });
}

describe("from arrays of arrays", () => {
  test("with labels: classes in ascending order, each row's place among them", () => {
    const data = createDataset({
      inputs: [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ],
      labels: ["same", "different", "different", "same"],
    });
    expect(data).toEqual({
      name: "data",
      rowCount: 4,
      columns: ["x0", "x1"],
      inputs: Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1),
      target: { kind: "classes", name: "label", classes: ["different", "same"], indices: Int32Array.of(1, 0, 0, 1) },
    });
    expectTypeOf(data).toEqualTypeOf<Dataset<ClassTarget<"same" | "different">>>();
    expect(inputRow(data, 2)).toEqual(Float64Array.of(1, 0));
  });

  test("with numbers as labels: by value, not by text", () => {
    const data = createDataset({ inputs: [[1], [2], [3]], labels: [10, 9, -1] });
    expect(data.target.classes).toEqual([-1, 9, 10]);
    expect(data.target.indices).toEqual(Int32Array.of(2, 1, 0));
    expectTypeOf(data.target.classes).toEqualTypeOf<readonly (10 | 9 | -1)[]>();
  });

  test("with classes of which some do not occur, in the order given", () => {
    const data = createDataset({ inputs: [[1], [2]], labels: ["b", "a"], classes: ["c", "b", "a"], targetName: "letter" });
    expect(data.target).toEqual({ kind: "classes", name: "letter", classes: ["c", "b", "a"], indices: Int32Array.of(1, 2) });
    expectTypeOf(data.target.classes).toEqualTypeOf<readonly ("a" | "b" | "c")[]>();
  });

  test("with one value each, or several", () => {
    const one = createDataset({ inputs: [[1], [2]], targets: [0.5, -3] });
    expect(one.target).toEqual({ kind: "values", names: ["y"], values: Float64Array.of(0.5, -3) });
    expectTypeOf(one).toEqualTypeOf<Dataset<ValueTarget>>();
    const two = createDataset({
      inputs: [[1], [2]],
      targets: [
        [1, 2],
        [3, 4],
      ],
    });
    expect(two.target).toEqual({ kind: "values", names: ["y0", "y1"], values: Float64Array.of(1, 2, 3, 4) });
    expect(createDataset({ inputs: [[1]], targets: [[1, 2]], targetNames: ["up", "right"] }).target.names).toEqual(["up", "right"]);
  });

  test("with nothing to be predicted", () => {
    const data = createDataset({ inputs: [[1, 2]], name: "new", columns: ["a", "b"], testFrom: 1 });
    expect(data).toEqual({
      name: "new",
      rowCount: 1,
      columns: ["a", "b"],
      inputs: Float64Array.of(1, 2),
      target: { kind: "none" },
      testFrom: 1,
    });
    expectTypeOf(data).toEqualTypeOf<Dataset<NoTarget>>();
  });

  test("with no rows", () => {
    expect(createDataset({ inputs: [], labels: [] })).toMatchObject({ rowCount: 0, columns: [], target: { classes: [] } });
  });
});

describe("from typed arrays with a shape", () => {
  test("keeps the array as it is: one byte per pixel", () => {
    const values = Uint8Array.of(0, 255, 3, 4, 5, 6, 7, 8);
    const image = { height: 2, width: 2, maximum: 255 };
    const data = createDataset({ inputs: { values, shape: [2, 4] }, labels: [0, 1], image });
    expect(data.inputs).toBe(values);
    expect(data).toMatchObject({ rowCount: 2, columns: ["x0", "x1", "x2", "x3"], image });
    expect(inputRow(data, 1)).toEqual(Uint8Array.of(5, 6, 7, 8));
  });

  test.each([new Float32Array(6), new Float64Array(6)])("%# of any kind", (values) => {
    expect(createDataset({ inputs: { values, shape: [3, 2] } }).rowCount).toBe(3);
  });
});

describe("from rows of objects", () => {
  test("a numeric target gives values; the other columns are inputs", () => {
    const data = createDataset(
      [
        { rooms: 3, price: 210, age: 7 },
        { rooms: 5, price: 340, age: 1 },
      ],
      { target: "price" },
    );
    expect(data).toEqual({
      name: "data",
      rowCount: 2,
      columns: ["rooms", "age"],
      inputs: Float64Array.of(3, 7, 5, 1),
      target: { kind: "values", names: ["price"], values: Float64Array.of(210, 340) },
    });
    expectTypeOf(data).toEqualTypeOf<Dataset<ValueTarget>>();
  });

  test("a text target gives classes, as literal types where they are known", () => {
    const rows: readonly { readonly size: number; readonly animal: "cat" | "dog" }[] = [
      { size: 2, animal: "dog" },
      { size: 1, animal: "cat" },
    ];
    const data = createDataset(rows, { target: "animal", name: "animals" });
    expect(data).toMatchObject({ name: "animals", columns: ["size"] });
    expect(data.target).toEqual({ kind: "classes", name: "animal", classes: ["cat", "dog"], indices: Int32Array.of(1, 0) });
    expectTypeOf(data).toEqualTypeOf<Dataset<ClassTarget<"cat" | "dog">>>();
  });

  test("a list of names gives several values a row, in the order of the list", () => {
    const rows = [
      { rent: 1, size: 2, price: 3 },
      { rent: 4, size: 5, price: 6 },
    ];
    const data = createDataset(rows, { target: ["price", "rent"], name: "flats" });
    expect(data).toEqual({
      name: "flats",
      rowCount: 2,
      columns: ["size"],
      inputs: Float64Array.of(2, 5),
      target: { kind: "values", names: ["price", "rent"], values: Float64Array.of(3, 1, 6, 4) },
    });
    expectTypeOf(data).toEqualTypeOf<Dataset<ValueTarget>>();
    expect(createDataset(rows, { target: ["price"] })).toEqual(createDataset(rows, { target: "price" }));
  });

  test("lists of labels give rows with any number of labels", () => {
    const rows = [
      { length: 90, tags: ["war", "drama"] },
      { length: 120, tags: [] },
      { length: 100, tags: ["comedy"] },
    ];
    const data = createDataset(rows, { target: "tags" });
    expect(data).toEqual(
      createDataset({ columns: ["length"], inputs: [[90], [120], [100]], labelSets: [["war", "drama"], [], ["comedy"]] }),
    );
    expect(data.target.names).toEqual(["comedy", "drama", "war"]);
    expectTypeOf(data).toEqualTypeOf<Dataset<LabelTarget>>();
  });

  test("the order of a row's keys does not matter", () => {
    const rows = [
      { a: 1, b: 2, y: 3 },
      { y: 6, b: 5, a: 4 },
    ];
    expect(createDataset(rows, { target: "y" }).inputs).toEqual(Float64Array.of(1, 2, 4, 5));
  });
});

describe("is refused", () => {
  test.each([
    ["rows of different widths", [[1, 2], [3]], refused("inputs[1]", "2 numbers, as in row 0", "1")],
    [
      "NaN",
      [
        [1, 2],
        [3, NaN],
      ],
      refused('row 1, column "x1"', "a finite number", "NaN", "Leave the row out or fill the gap."),
    ],
    ["infinity", [[-Infinity]], refused('row 0, column "x0"', "a finite number", "-Infinity", "Leave the row out or fill the gap.")],
  ])("for %s", (_title, inputs, error) => {
    expect(() => createDataset({ inputs })).toThrow(error);
  });

  test("for text among the numbers", () => {
    const inputs = JSON.parse('[[1, 2], [3, "4"]]') as number[][];
    expect(() => createDataset({ inputs })).toThrow(refused("inputs[1][1]", "a number", '"4"'));
  });

  test("for a hole in a row", () => {
    const row = new Array<number>(2);
    row[1] = 2;
    expect(() => createDataset({ inputs: [row] })).toThrow(
      refused('row 0, column "x0"', "a finite number", "NaN", "Leave the row out or fill the gap."),
    );
  });

  test("for NaN in a typed array, naming row and column", () => {
    const values = Float32Array.of(1, 2, 3, 4, NaN, 6);
    expect(() => createDataset({ inputs: { values, shape: [2, 3] }, columns: ["a", "b", "c"] })).toThrow(
      refused('row 1, column "b"', "a finite number", "NaN", "Leave the row out or fill the gap."),
    );
  });

  test("for a shape that does not fit", () => {
    const values = new Uint8Array(5);
    expect(() => createDataset({ inputs: { values, shape: [2, 3] } })).toThrow(
      refused("inputs.values", "2 x 3 = 6 numbers, as the shape says", "5"),
    );
    for (const shape of [
      [2.5, 2],
      [-1, -5],
      [NaN, 5],
    ] as const) {
      expect(() => createDataset({ inputs: { values, shape } })).toThrow(
        refused("inputs.shape", "whole numbers of rows and columns", `[${shape.join(",")}]`),
      );
    }
  });

  test("for the wrong number of column names", () => {
    expect(() => createDataset({ inputs: [[1, 2]], columns: ["a"] })).toThrow(refused("columns", "2 names, one a column", "1"));
  });

  test("for the wrong number of labels or targets", () => {
    expect(() => createDataset({ inputs: [[1], [2]], labels: ["a"] })).toThrow(refused("labels", "2, one a row", "1"));
    expect(() => createDataset({ inputs: [[1], [2]], targets: [1, 2, 3] })).toThrow(refused("targets", "2, one a row", "3"));
  });

  test("for a label outside the classes, with the nearest", () => {
    expect(() => createDataset({ inputs: [[1], [2]], labels: ["cat", "dgo"], classes: ["cat", "dog"] })).toThrow(
      refused("labels[1]", 'one of the 2 classes ["cat","dog"]', '"dgo"', 'Did you mean "dog"?'),
    );
    expect(() => createDataset({ inputs: [[1]], labels: [10], classes: [0, 1] })).toThrow(
      refused("labels[0]", "one of the 2 classes [0,1]", "10"),
    );
  });

  test("for a number where the classes are text", () => {
    const labels: readonly (string | number)[] = [1];
    expect(() => createDataset({ inputs: [[1]], labels, classes: ["1"] })).toThrow(refused("labels[0]", 'one of the 1 classes ["1"]', "1"));
  });

  test.each([NaN, Infinity])("for the label %d", (label) => {
    expect(() => createDataset({ inputs: [[1], [2]], labels: [1, label] })).toThrow(
      refused("labels[1]", "text or a finite number", String(label)),
    );
  });

  test("for classes that files could not tell apart", () => {
    expect(() => createDataset({ inputs: [[1], [2]], labels: [1, "1"] })).toThrow(refused("classes", "each class once", '[1,"1"]'));
  });

  test("for a class given twice", () => {
    expect(() => createDataset({ inputs: [[1]], labels: ["a"], classes: ["a", "b", "a"] })).toThrow(
      refused("classes", "each class once", '["a","b","a"]'),
    );
  });

  test("for targets that are not finite, or not equally many", () => {
    expect(() => createDataset({ inputs: [[1], [2]], targets: [1, NaN] })).toThrow(refused("targets[1]", "a finite number", "NaN"));
    expect(() => createDataset({ inputs: [[1], [2]], targets: [[1, 2], [3]] })).toThrow(refused("targets[1]", "2 finite numbers", "[3]"));
    expect(() => createDataset({ inputs: [[1]], targets: [[1, 2]], targetNames: ["a"] })).toThrow(
      refused("targetNames", "2, one a target", "1"),
    );
  });

  test("for a picture of another size", () => {
    const inputs = [[1, 2, 3, 4]];
    for (const [height, width] of [
      [2, 3],
      [0.5, 8],
      [-2, -2],
    ] as const) {
      expect(() => createDataset({ inputs, image: { height, width, maximum: 16 } })).toThrow(
        refused("image", "height x width = 4, the number of columns", `${height} x ${width}`),
      );
    }
    for (const maximum of [0, -1, NaN, Infinity]) {
      expect(() => createDataset({ inputs, image: { height: 2, width: 2, maximum } })).toThrow(
        refused("image.maximum", "a finite number above 0", String(maximum)),
      );
    }
  });

  test.each([-1, 1.5, 3, NaN])("for a test part that starts at row %d of 2", (testFrom) => {
    expect(() => createDataset({ inputs: [[1], [2]], testFrom })).toThrow(refused("testFrom", "a row number, at most 2", String(testFrom)));
  });

  test("for rows of objects without the target, with the nearest name", () => {
    const rows = [{ rooms: 3, price: 210 }];
    const target = "prize";
    expect(() => createDataset(rows, { target: target as "price" })).toThrow(
      refused("target", 'one of the columns ["rooms","price"]', '"prize"', 'Did you mean "price"?'),
    );
    expect(() => createDataset([] as { y: number }[], { target: "y" })).toThrow(
      refused("row 0", "an object with a value for each column", "no row"),
    );
  });

  test.each<[unknown, string, string?]>([
    [[], "[]"],
    [["price", "price"], '["price","price"]'],
    [["price", "root"], '["price","root"]', 'Did you mean "rooms"?'],
    [["price", 3], '["price",3]'],
  ])("for the list of targets %j", (target, got, hint) => {
    const make = (): unknown => createDataset([{ rooms: 3, price: 210 }], { target: target as "price"[] });
    expect(make).toThrow(refused("target", 'some, each once, of the columns ["rooms","price"]', got, hint));
  });

  test("for a target in a list that is no number", () => {
    const rows = [{ x: 1, y: 2, z: "a" }];
    expect(() => createDataset(rows, { target: ["y", "z"] })).toThrow(
      refused('row 0, column "z"', "a finite number", '"a"', "Several targets are columns of numbers."),
    );
  });

  test.each<[unknown, string]>([
    ["war", '"war"'],
    [["war", 3], '["war",3]'],
    [undefined, "undefined"],
  ])("for %j where other rows have lists of labels", (tags, got) => {
    const rows = [
      { x: 1, tags: ["war"] },
      { x: 2, tags: tags as string[] },
    ];
    expect(() => createDataset(rows, { target: "tags" })).toThrow(
      refused('row 1, column "tags"', "a list of labels, as in other rows", got),
    );
    expect(() => createDataset(rows, { target: "x" })).toThrow(refused('row 0, column "tags"', "a finite number", '["war"]'));
  });

  test("for a missing or textual number in a row of objects", () => {
    const rows = [{ rooms: 3, price: 1 }, { price: 2 }] as { rooms: number; price: number }[];
    expect(() => createDataset(rows, { target: "price" })).toThrow(refused('row 1, column "rooms"', "a finite number", "undefined"));
    const texts: { rooms: number | string; price: number }[] = [{ rooms: "three", price: 1 }];
    expect(() => createDataset(texts, { target: "price" })).toThrow(refused('row 0, column "rooms"', "a finite number", '"three"'));
  });

  test("for a target that is text in some rows only", () => {
    const rows: { x: number; y: string | number }[] = [
      { x: 1, y: "a" },
      { x: 2, y: 3 },
    ];
    expect(() => createDataset(rows, { target: "y" })).toThrow(refused('row 1, column "y"', "text, as in other rows", "3"));
  });
});

test("sortLabels puts numbers by value before text by code unit", () => {
  expect(sortLabels(["b", 10, "B", 9, "a10", "a9", -2])).toEqual([-2, 9, 10, "B", "a10", "a9", "b"]);
});
