import { describe, expect, test } from "vitest";
import { compareGradients } from "../../../src/explain/mistakes/compare-gradients.js";
import { readGradients } from "../../../src/explain/mistakes/read-gradients.js";
import { batchGradient } from "../../../src/reference/batch.js";
import { PROBLEMS } from "./networks.js";
import { mapped, parametersOf, work } from "./student.js";

describe.each(Object.entries(PROBLEMS))("%s", (_title, { network, examples }) => {
  const right = readGradients(parametersOf(work(network, examples)));
  const names = Object.keys(right);

  test("right derivatives are named right: float64, float32, six digits", () => {
    for (const change of [(value: number) => value, Math.fround, (value: number) => Number(value.toPrecision(6))]) {
      const comparison = compareGradients(network, examples, mapped(right, change));
      expect(comparison).toMatchObject({ agrees: true, first: undefined, mistakes: [], missing: [] });
      expect(comparison.tensors.every(({ given, agrees }) => given && agrees)).toBe(true);
    }
  });

  test("the student's loops and the reference agree in float64", () => {
    const { gradient } = batchGradient(network, examples);
    const given = names.flatMap((name) => Array.from(right[name]!.values));
    given.forEach((value, index) => expect(Math.abs(value - gradient[index]!)).toBeLessThan(1e-12));
  });

  test("any one tensor by itself is right, and the others are missing", () => {
    for (const name of names) {
      const comparison = compareGradients(network, examples, { [name]: right[name]! });
      expect(comparison.agrees).toBe(true);
      expect([...comparison.missing].sort()).toEqual(names.filter((other) => other !== name).sort());
    }
  });

  test("one element that is off by 1 %, and one that is NaN, are found in each tensor", () => {
    for (const name of names) {
      const { shape, values } = right[name]!;
      const place = values.reduce((best, value, at) => (Math.abs(value) > Math.abs(values[best]!) ? at : best), 0);
      const element = `${name}[${shape.length === 2 ? `${Math.floor(place / shape[1]!)},${place % shape[1]!}` : place}]`;
      for (const wrong of [1.01 * values[place]!, NaN]) {
        const changed = values.slice();
        changed[place] = wrong;
        const { agrees, first, tensors, mistakes } = compareGradients(network, examples, { ...right, [name]: { shape, values: changed } });
        expect(agrees).toBe(false);
        expect(first).toMatchObject({ tensor: name, worst: { name: element, given: wrong } });
        expect(first!.equation).toBe(tensors.find((tensor) => tensor.name === name)!.equation);
        expect(tensors.filter((tensor) => tensor.agrees !== true).map((tensor) => tensor.name)).toEqual([name]);
        expect(mistakes).toEqual([]);
      }
    }
  });
});

test("equations are numbered from the output back", () => {
  const { network, examples } = PROBLEMS["6-5-5-5-3 sigmoid"]!;
  const { tensors } = compareGradients(network, examples, readGradients(parametersOf(work(network, examples))));
  expect(tensors.map(({ name, equation }) => `${name} ${equation}`)).toEqual([
    "w5 (1)",
    "b5 (2)",
    "w4 (4)",
    "b4 (5)",
    "w3 (7)",
    "b3 (8)",
    "w2 (7)",
    "b2 (8)",
  ]);
});

test("derivatives by activations and weighted sums are compared too", () => {
  const { network, examples } = PROBLEMS["4-5-5-3 sigmoid"]!;
  const { a, z, w } = work(network, examples);
  const given = readGradients({ a1: a[1], a2: a[2], a3: a[3], a4: a[4], z2: z[2], z3: z[3], z4: z[4], w3: w[3] });
  const { agrees, tensors } = compareGradients(network, examples, given);
  expect(agrees).toBe(true);
  expect(tensors.filter((tensor) => tensor.given).map(({ name, equation }) => `${name} ${equation}`)).toEqual([
    "a4 (1)",
    "z4 (1)",
    "a3 (3)",
    "z3 (4)",
    "w3 (4)",
    "a2 (6)",
    "z2 (7)",
    "a1 (6)",
  ]);
});
