import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { ClassTarget, Dataset } from "../../src/data/dataset.js";
import { inputRow } from "../../src/data/read-rows.js";
import { type Digit, digits } from "../../src/data/digits.js";
import { iris, type Species } from "../../src/data/iris.js";
import { tables, tablesPath } from "../support/shared.js";

function table(name: string): string[][] {
  const bytes = readFileSync(join(tablesPath, name));
  const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  return text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe("digits", () => {
  const data = digits();

  test("1,797 pictures of 8x8, one byte a pixel", () => {
    expect(data).toMatchObject({ name: "digits", rowCount: 1797, image: { height: 8, width: 8, maximum: 16 } });
    expect(data.columns).toHaveLength(64);
    expect([data.columns[0], data.columns[63]]).toEqual(["pixel0", "pixel63"]);
    expect(data.inputs).toBeInstanceOf(Uint8Array);
    expect(data.inputs).toHaveLength(1797 * 64);
    expect(Math.max(...data.inputs)).toBe(16);
    expectTypeOf(data).toEqualTypeOf<Dataset<ClassTarget<Digit>>>();
  });

  test("the first is a 0", () => {
    expect(Array.from(inputRow(data, 0)).join(",")).toBe(
      "0,0,5,13,9,1,0,0,0,0,13,15,10,15,5,0,0,3,15,2,0,11,8,0,0,4,12,0,0,8,8,0,0,5,8,0,0,9,8,0,0,4,11,0,1,12,7,0,0,2,14,5,10,12,0,0,0,0,6,13,10,0,0,0",
    );
    expect(data.target.classes[data.target.indices[0]!]).toBe(0);
  });

  test("holds as many of each as its source says", () => {
    const counts = data.target.classes.map((_, index) => data.target.indices.filter((i) => i === index).length);
    expect(data.target.classes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  });

  test("byte for byte the source's pixels and labels", () => {
    expect(sha256(data.inputs as Uint8Array)).toBe("8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3");
    expect(sha256(Uint8Array.from(data.target.indices))).toBe("8ba4f891220f5e4c9c819638d1602d74b83618f167043c6da52a2a247841ddf0");
  });

  test("is made once", () => {
    expect(digits()).toBe(data);
  });

  tables.test("every value as in the source's table", () => {
    const rows = table("digits.csv.gz").map((row) => row.map(Number));
    expect(Array.from(data.inputs)).toEqual(rows.flatMap((row) => row.slice(0, 64)));
    expect(Array.from(data.target.indices)).toEqual(rows.map((row) => row[64]));
  });
});

describe("iris", () => {
  const data = iris();

  test("150 flowers of three species, four lengths each", () => {
    expect(data).toMatchObject({ name: "iris", rowCount: 150, columns: ["sepal_length", "sepal_width", "petal_length", "petal_width"] });
    expect(data.target).toMatchObject({ kind: "classes", name: "species", classes: ["setosa", "versicolor", "virginica"] });
    expect(data.image).toBeUndefined();
    expectTypeOf(data).toEqualTypeOf<Dataset<ClassTarget<Species>>>();
    expectTypeOf<Species>().toEqualTypeOf<"setosa" | "versicolor" | "virginica">();
  });

  test("its first rows, and the two that other copies get wrong (0-based 34 and 37)", () => {
    expect(Array.from(inputRow(data, 0))).toEqual([5.1, 3.5, 1.4, 0.2]);
    expect(Array.from(inputRow(data, 34))).toEqual([4.9, 3.1, 1.5, 0.2]);
    expect(Array.from(inputRow(data, 37))).toEqual([4.9, 3.6, 1.4, 0.1]);
  });

  test("the means of Fisher's paper, by species", () => {
    const means = [0, 1, 2].map((species) =>
      [0, 1, 2, 3].map((k) => {
        let sum = 0;
        for (let row = 50 * species; row < 50 * (species + 1); row++) sum += data.inputs[row * 4 + k]!;
        return Math.round((sum / 50) * 1000) / 1000;
      }),
    );
    expect(means).toEqual([
      [5.006, 3.428, 1.462, 0.246],
      [5.936, 2.77, 4.26, 1.326],
      [6.588, 2.974, 5.552, 2.026],
    ]);
    expect(Array.from(data.target.indices)).toEqual(Array.from({ length: 150 }, (_, row) => Math.floor(row / 50)));
  });

  tables.test("every value as in the source's table", () => {
    const rows = table("iris.csv").slice(1);
    expect(Array.from(data.inputs)).toEqual(rows.flatMap((row) => row.slice(0, 4).map(Number)));
    expect(Array.from(data.target.indices, (index) => data.target.classes[index])).toEqual(rows.map((row) => row[4]));
  });
});
