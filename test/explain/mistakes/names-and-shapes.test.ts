import { describe, expect, test } from "vitest";
import { ChainruleError } from "../../../src/base/errors.js";
import { compareGradients } from "../../../src/explain/mistakes/compare-gradients.js";
import { type GivenGradients, readGradients } from "../../../src/explain/mistakes/read-gradients.js";
import { problem, PROBLEMS } from "./networks.js";
import { parametersOf, type Slips, work } from "./student.js";

const { network, examples } = PROBLEMS["4-5-5-3 sigmoid"]!;

function given(slips: Slips = {}): Record<string, number[] | number[][]> {
  return parametersOf(work(network, examples, slips));
}

function renamed(tensors: Readonly<Record<string, unknown>>, step: number): GivenGradients {
  return readGradients(
    Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name.replace(/\d+/, (l) => String(Number(l) + step)), value])),
  );
}

function transposed(matrix: readonly (readonly number[])[]): number[][] {
  return matrix[0]!.map((_, k) => matrix.map((row) => row[k]!));
}

function allTransposed(tensors: Readonly<Record<string, number[] | number[][]>>): GivenGradients {
  const entries = Object.entries(tensors).map(([name, value]) => [name, name.startsWith("w") ? transposed(value as number[][]) : value]);
  return readGradients(Object.fromEntries(entries));
}

function refusal(tensors: GivenGradients): ChainruleError {
  try {
    compareGradients(network, examples, tensors);
  } catch (error) {
    if (error instanceof ChainruleError) return error;
  }
  throw new Error("it was not refused");
}

describe("names of a neighbouring layer", () => {
  test.each([-1, 1])("counted from %i layer beside", (step) => {
    const { agrees, first, mistakes, tensors, missing } = compareGradients(network, examples, renamed(given(), step));
    expect(agrees).toBe(false);
    expect(first).toEqual({ equation: "(1)", tensor: "w4", layer: 4, worst: undefined, ratio: undefined });
    expect(mistakes).toMatchObject([{ name: "off-by-one-layer", layers: [4, 3, 2], equation: "(1)", complete: true, beside: [] }]);
    expect(mistakes[0]!.sentence).toContain(`w${4 + step} holds the derivatives by w4`);
    expect(tensors[0]).toMatchObject({ name: "w4", given: true, agrees: false, note: `given as w${4 + step}` });
    expect(missing).toEqual([]);
  });

  test("and a mistake in the numbers", () => {
    const { mistakes } = compareGradients(network, examples, renamed(given({ "no slope": [4] }), -1));
    expect(mistakes.map(({ name, beside }) => [name, ...beside])).toEqual([
      ["missing-slope", "off-by-one-layer"],
      ["off-by-one-layer", "missing-slope"],
    ]);
  });

  test("are told by their numbers where all layers look alike", () => {
    const square = PROBLEMS["5-5-5-5 sigmoid"]!;
    const { w, b } = work(square.network, square.examples);
    const { mistakes, first } = compareGradients(
      square.network,
      square.examples,
      readGradients({ w2: w[3], b2: b[3], w3: w[4], b3: b[4] }),
    );
    expect(mistakes).toMatchObject([{ name: "off-by-one-layer", layers: [4, 3], complete: true }]);
    expect(first!.equation).toBe("(1)");
  });

  test("two layers beside are refused, with the names of this network", () => {
    const { code, message } = refusal(renamed(given(), -2));
    expect(code).toBe("E_DATA");
    expect(message).toContain(
      'w0: expected one of w2, b2, w3, b3, w4, b4 (or a1 to a4, z2 to z4), got "w0". Layer 1 is the input: the first weights are w2.',
    );
  });
});

describe("rows and columns exchanged", () => {
  test("in all weights, square ones too", () => {
    const { agrees, first, mistakes, tensors } = compareGradients(network, examples, allTransposed(given()));
    expect(agrees).toBe(false);
    expect(first).toMatchObject({ equation: "(1)", tensor: "w4", worst: undefined });
    expect(mistakes).toMatchObject([{ name: "transposed-weights", layers: [4, 3, 2], equation: "(1)", complete: true }]);
    expect(mistakes[0]!.right).toBe("w4 is n_4 x n_3 = 3 x 5");
    expect(tensors.map(({ name, agrees }) => [name, agrees])).toEqual([
      ["w4", false],
      ["b4", true],
      ["w3", false],
      ["b3", true],
      ["w2", false],
      ["b2", true],
    ]);
  });

  test("in one of them", () => {
    const right = given();
    const { first, mistakes } = compareGradients(network, examples, readGradients({ ...right, w2: transposed(right["w2"] as number[][]) }));
    expect(first).toMatchObject({ equation: "(7)", tensor: "w2" });
    expect(mistakes).toMatchObject([{ name: "transposed-weights", layers: [2], equation: "(7)", complete: true }]);
  });

  test("and a mistake in the numbers", () => {
    const { mistakes, first } = compareGradients(network, examples, allTransposed(given({ "last term": [4, 3] })));
    expect(mistakes.map(({ name, equation }) => [name, equation])).toEqual([
      ["transposed-weights", "(1)"],
      ["forgotten-sum", "(3)"],
    ]);
    expect(first!.equation).toBe("(1)");
  });

  test("and numbers that no mistake is known for", () => {
    const noisy = Object.entries(given()).map(([name, value]) => [
      name,
      (value as number[][]).flat().map((number, place) => number + 0.01 * place),
    ]);
    const flat = Object.fromEntries(noisy) as Record<string, number[]>;
    const turned = { shape: [5, 3], values: Float64Array.from(flat["w4"]!) };
    const { agrees, mistakes } = compareGradients(network, examples, {
      w4: turned,
      b4: { shape: [3], values: Float64Array.from(flat["b4"]!) },
    });
    expect(agrees).toBe(false);
    expect(mistakes.map(({ name, complete }) => [name, complete])).toEqual([["transposed-weights", false]]);
  });

  test("columns and rows of biases, and flat weights of one neuron, are lists", () => {
    const tiny = PROBLEMS["2-2-1 sigmoid"]!;
    const { w, b } = work(tiny.network, tiny.examples);
    const lists = readGradients({ w2: w[2], b2: b[2]!.map((value) => [value]), w3: w[3]![0], b3: b[3]![0] });
    expect(compareGradients(tiny.network, tiny.examples, lists).agrees).toBe(true);
  });
});

test("names and shapes that fit in no way are listed together", () => {
  const { w2, b2, ...others } = readGradients(given());
  const { message } = refusal({ ...others, w2: b2!, b3: w2!, weights: b2! });
  expect(message.split("\n")).toEqual([
    "b3: expected the shape 5, got 5 x 4.",
    "w2: expected the shape 5 x 4, got 5.",
    'weights: expected one of w2, b2, w3, b3, w4, b4 (or a1 to a4, z2 to z4), got "weights".',
  ]);
});

test("as many values as the shape says", () => {
  const short = { shape: [3], values: Float64Array.of(1, 2) };
  expect(refusal({ b4: short }).message).toBe("b4: expected the shape 3, got 3 with 2 values.");
});

test("nothing to compare, and nothing to compare with", () => {
  expect(() => compareGradients(network, examples, {})).toThrow("gradients: expected at least one tensor, got none");
  expect(() => compareGradients(network, [], readGradients(given()))).toThrow("examples: expected at least one, got none");
  const broken = { ...network, parameters: network.parameters.map(() => Infinity) };
  expect(() => compareGradients(broken, examples, readGradients(given()))).toThrow(
    /expected a finite derivative by the equations, got NaN/,
  );
});

test("derivatives that are all zero may be off by what rounding leaves", () => {
  const { network: zero, examples: rows } = problem("3-4-2", "relu", "sigmoid");
  // Hidden neurons that are off pass nothing on.
  const off = { ...zero, parameters: zero.parameters.map((value, place) => (place < 12 ? 0 : place < 16 ? -1 : value)) };
  const right = readGradients(parametersOf(work(off, rows)));
  expect(right["w2"]!.values.every((value) => value === 0)).toBe(true);
  const noise = (size: number): GivenGradients => ({ ...right, w2: { shape: [4, 3], values: right["w2"]!.values.map(() => size) } });
  expect(compareGradients(off, rows, noise(1e-16)).agrees).toBe(true);
  expect(compareGradients(off, rows, noise(1e-9))).toMatchObject({ agrees: false, first: { tensor: "w2", ratio: undefined } });
});
