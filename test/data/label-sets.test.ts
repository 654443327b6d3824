import { describe, expect, expectTypeOf, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import type { Dataset, LabelTarget } from "../../src/data/dataset.js";
import { fingerprint } from "../../src/data/fingerprint.js";
import { takeRows } from "../../src/data/rows.js";
import { split } from "../../src/data/split.js";
import { createReceiver, type Piece, sendRows } from "../../src/training/worker/rows.js";
import { caught, said } from "../training/caught.js";

const inputs = [[1], [2], [3]];
const films = createDataset({ inputs, labelSets: [["war", "drama"], [], ["comedy", "war", "war"]] });

describe("rows with any number of labels", () => {
  test("by lists of names: labels in ascending order, 1 where a row has one", () => {
    expect(films.target).toEqual({
      kind: "labels",
      names: ["comedy", "drama", "war"],
      values: Uint8Array.of(0, 1, 1, 0, 0, 0, 1, 0, 1),
    });
    expectTypeOf(films).toEqualTypeOf<Dataset<LabelTarget>>();
  });

  test("with labels of which some do not occur, in the order given", () => {
    const { target } = createDataset({ inputs, labelSets: [["b"], [], ["a"]], labelNames: ["c", "b", "a"] });
    expect(target).toEqual({ kind: "labels", names: ["c", "b", "a"], values: Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0, 1) });
  });

  test("by a table of 0 and 1, or false and true", () => {
    const labelMatrix = [
      [0, 1, true],
      [0, 0, false],
      [1, 0, 1],
    ];
    const data = createDataset({ inputs, labelNames: ["comedy", "drama", "war"], labelMatrix });
    expect(data.target).toEqual(films.target);
    expect(fingerprint(data)).toBe(fingerprint(films));
  });

  test("one label that differs is another fingerprint, and so is one name", () => {
    const changed = createDataset({ inputs, labelSets: [["war", "drama"], ["war"], ["comedy", "war"]] });
    const named = createDataset({ inputs, labelSets: [["war", "drame"], [], ["comedy", "war"]] });
    expect(new Set([films, changed, named].map(fingerprint)).size).toBe(3);
  });

  test("rows are taken, and drawn for the parts without regard to labels", () => {
    expect(takeRows(films, Uint32Array.of(2, 0)).target).toMatchObject({ values: Uint8Array.of(1, 0, 1, 0, 1, 1) });
    const many = createDataset({ inputs: Array.from({ length: 50 }, (_, i) => [i]), labelSets: new Array<string[]>(50).fill(["a"]) });
    const plain = createDataset({ inputs: Array.from({ length: 50 }, (_, i) => [i]), targets: new Array<number>(50).fill(1) });
    const options = { test: 0.2, validation: 0.1, seed: 3 };
    expect(split(many, options)).toEqual(split(plain, options));
  });

  test("go to a worker whole", async () => {
    const receiver = createReceiver();
    const pieces: Piece[] = [];
    const rest = await sendRows(films, (piece) => pieces.push(piece));
    expect(rest.target).toMatchObject({ kind: "labels", values: new Uint8Array(0) });
    for (const piece of pieces.reverse()) receiver.take(piece);
    expect(receiver.complete(rest)).toEqual(films);
  });
});

describe("is refused", () => {
  test.each([
    ["too few lists", { labelSets: [["a"], ["b"]] }, { where: "labelSets", expected: "3 lists, one a row", got: "2" }],
    ["a label instead of a list", { labelSets: ["a", ["b"], []] }, { where: "labelSets[0]", expected: "a list", got: '"a"' }],
    ["no label at all", { labelSets: [[], [], []] }, { where: "labelNames", got: "[]" }],
    ["a number as a label", { labelSets: [[1], [], []] }, { where: "labelNames", got: "[1]" }],
    [
      "a label that is not listed",
      { labelSets: [["a"], [], ["wat"]], labelNames: ["a", "war"] },
      { where: "labelSets[2]", expected: 'labels among ["a","war"]', got: '"wat"', hint: 'Did you mean "war"?' },
    ],
    ["a label twice", { labelSets: [[], [], []], labelNames: ["a", "a"] }, { where: "labelNames", got: '["a","a"]' }],
    ["a table without names", { labelMatrix: [[0], [1], [0]] }, { where: "labelNames", got: "undefined" }],
    [
      "a table of other numbers",
      { labelMatrix: [[0], [2], [0]], labelNames: ["a"] },
      { where: "labelMatrix[1][0]", expected: "0 or 1", got: "2" },
    ],
    [
      "rows of another length",
      { labelMatrix: [[0], [1, 0], [0]], labelNames: ["a"] },
      { where: "labelMatrix[1]", expected: "1 numbers, one a label", got: "2" },
    ],
  ])("%s", (_title, source, problem) => {
    const error = caught(() => createDataset({ inputs, ...source } as never));
    expect(said(error)).toMatchObject({ code: "E_DATA", ...problem });
  });
});
