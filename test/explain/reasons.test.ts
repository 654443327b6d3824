import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import { iris } from "../../src/data/iris.js";
import { reasons } from "../../src/explain/reasons.js";
import { forward } from "../../src/reference/forward.js";
import { prepareRow } from "../../src/table/prepare-row.js";
import type { RawRow } from "../../src/table/source.js";
import type { Model } from "../../src/training/model.js";
import { train } from "../../src/training/train.js";
import { caught, said } from "../training/caught.js";

function flats(): RawRow[] {
  return Array.from({ length: 400 }, (_, i) => {
    const size = 30 + ((i * 37) % 120) + (i % 7) / 10;
    const town = ["Bern", "Genf", "Zug", "Chur", "Biel", "Thun", "Olten", "Visp", "Davos", "Aarau", "Basel"][(i * 7) % 11]!;
    const lift = i % 4 === 0;
    return {
      size: i % 11 === 3 ? null : size,
      town,
      lift,
      built: `${1950 + (i % 60)}-0${1 + (i % 9)}-15`,
      rent: 300 + 12 * size + (lift ? 300 : 0),
    };
  });
}

/** The target, in its units, by the reference. */
function answer({ network, preparation, columns, task }: Model, row: RawRow): number {
  const { a } = forward(network, prepareRow(preparation!, row, columns.length));
  const [value] = a.at(-1)!;
  return task.kind === "regression" ? value! * task.deviation[0]! + task.mean[0]! : value!;
}

describe("reasons", () => {
  test("of a linear model are its weights times the way from the mean", async () => {
    const inputs = Array.from({ length: 60 }, (_, i) => [i % 7, (i * i) % 11]);
    const targets = inputs.map(([a = 0, b = 0]) => 3 * a - 2 * b + 5);
    const data = createDataset({ columns: ["a", "b"], inputs, targets });
    const { model } = await train(data, {
      hidden: [],
      epochs: 400,
      test: 0,
      validation: 0,
      optimizer: { kind: "adam", learningRate: 0.05 },
    }).result;
    const { value, typical, reasons: found, rest, output } = reasons(model, { a: 6, b: 1 });
    const byName = Object.fromEntries(found.map((reason) => [reason.column, reason]));
    const means = [0, 1].map((k) => inputs.reduce((sum, row) => sum + row[k]!, 0) / 60);
    expect(output).toBe("y");
    expect(byName["a"]!.typical).toBeCloseTo(means[0]!, 10);
    expect(Math.abs(byName["a"]!.push - 3 * (6 - means[0]!))).toBeLessThan(0.01);
    expect(Math.abs(byName["b"]!.push + 2 * (1 - means[1]!))).toBeLessThan(0.01);
    expect(Math.abs(byName["a"]!.derivative! - 3)).toBeLessThan(0.01);
    expect(Math.abs(value - 21)).toBeLessThan(0.05);
    expect(Math.abs(rest)).toBeLessThan(1e-9);
    expect(Math.abs(typical + found[0]!.push + found[1]!.push + rest - value)).toBeLessThan(1e-9);
  });

  test("of a table add up to the way from the typical row, with categories, days and gaps in one line each", async () => {
    const { model } = await train(flats(), { target: "rent", seed: 1, epochs: 20 }).result;
    for (const row of [flats()[0]!, flats()[3]!, { size: 500, town: "Wien", lift: null, built: null }]) {
      const { value, typical, reasons: found, rest } = reasons(model, row);
      expect(found.map(({ column }) => column).sort()).toEqual(["built", "lift", "size", "town"]);
      expect(Math.abs(value - answer(model, row))).toBeLessThan(1e-9 * Math.abs(value));
      expect(Math.abs(found.reduce((sum, { push }) => sum + push, typical) + rest - value)).toBeLessThan(1e-9 * Math.abs(value));
      expect(Math.abs(rest)).toBeLessThan(1e-3 * Math.abs(value - typical));
      const pushes = found.map(({ push }) => Math.abs(push));
      expect(pushes).toEqual(pushes.toSorted((a, b) => b - a));
    }
    const nothing = reasons(model, { size: null, town: "Bern", lift: true, built: "1960-03-15" });
    expect(nothing.reasons.find(({ column }) => column === "size")).not.toHaveProperty("derivative");
  });

  test("have the derivative by the raw number, periodic part and all: a central difference says the same", async () => {
    const { model } = await train(flats(), { target: "rent", seed: 2, epochs: 10 }).result;
    const row = { ...flats()[8]!, size: 71.23 };
    const { derivative } = reasons(model, row).reasons.find(({ column }) => column === "size")!;
    const h = 1e-4;
    const difference = (answer(model, { ...row, size: 71.23 + h }) - answer(model, { ...row, size: 71.23 - h })) / (2 * h);
    expect(Math.abs(derivative! - difference)).toBeLessThan(1e-5 * Math.max(1, Math.abs(difference)));
  });

  test("of a class are those of its probability; of two classes they are each other's opposite", async () => {
    const rows = flats().map(({ rent, ...row }) => ({ ...row, dear: Number(rent) > 1200 ? "yes" : "no" }));
    const { model } = await train(rows, { target: "dear", seed: 1, epochs: 10 }).result;
    const [yes, no] = ["yes", "no"].map((label) => reasons(model, rows[0]!, label));
    expect(yes!.value + no!.value).toBeCloseTo(1, 9);
    for (const { column, push } of yes!.reasons) {
      expect(Math.abs(push + no!.reasons.find((reason) => reason.column === column)!.push)).toBeLessThan(1e-6);
    }
    expect(reasons(model, rows[0]!).output).toBe(yes!.value > 0.5 ? "yes" : "no");
  });

  test("work without a table, and refuse what the model has not", async () => {
    const { model } = await train(iris(), { epochs: 20, seed: 1 }).result;
    const row = { sepal_length: 6.3, sepal_width: 3.3, petal_length: 6, petal_width: 2.5 };
    const { output, reasons: found, rest, value, typical } = reasons(model, row);
    expect(output).toBe("virginica");
    expect(found[0]!.column).toMatch(/^petal/);
    expect(Math.abs(rest)).toBeLessThan(1e-3 * Math.abs(value - typical));
    expect(said(caught(() => reasons(model, row, "rose")))).toMatchObject({ code: "E_USAGE", where: "output", got: '"rose"' });
    expect(said(caught(() => reasons(model, { sepal_length: 6.3 })))).toMatchObject({ code: "E_DATA", where: 'input "sepal_width"' });
  });
});
