import { readFileSync } from "node:fs";
import type { NetworkInput } from "../../src/network/description.js";
import type { Layout, TensorLayout } from "../../src/network/layout.js";
import { tensorValues } from "../../src/network/layout.js";
import { compare } from "./compare.js";

type Values = readonly number[] | readonly (readonly number[])[];
type Tensors = Readonly<Record<string, Values>>;
type Rows = readonly (readonly number[])[];

/** A network with parts by float64 PyTorch, an independent program: test/golden/make_parts.py says what each field is. */
export interface GoldenParts {
  readonly title: string;
  readonly network: NetworkInput;
  readonly x: Rows;
  readonly y: Rows;
  readonly training: { readonly cost: number; readonly gradient: Tensors; readonly running: Tensors };
  readonly prediction: {
    readonly outputs: Rows;
    readonly cost: number;
    readonly row: number;
    readonly gradient: Tensors;
    readonly inputs: readonly number[];
  };
  readonly sgd: Tensors;
  readonly adam: Tensors;
}

export const goldenParts = (
  JSON.parse(readFileSync(new URL("../golden/parts.json", import.meta.url), "utf8")) as { readonly cases: readonly GoldenParts[] }
).cases;

export const titledParts = goldenParts.map((golden) => [golden.title, golden] as const);

/** One tensor beside PyTorch's. */
export interface Compared {
  readonly name: string;
  readonly actual: Float32Array | Float64Array;
  readonly expected: readonly number[];
}

/** Every tensor of a vector; what PyTorch has no number of (derivatives of running statistics) is expected to be 0. */
export function byTensor(layout: Layout, vector: Float32Array | Float64Array, expected: Tensors): Compared[] {
  const zeros = ({ rows, columns }: TensorLayout): number[] => new Array<number>(rows * columns).fill(0);
  return layout.tensors.map((tensor) => ({
    name: tensor.name,
    actual: tensorValues(vector, tensor),
    expected: expected[tensor.name]?.flat() ?? zeros(tensor),
  }));
}

/** The tensors that are further from PyTorch's than the tolerance, relative to their largest number; so written that a NaN is. */
export function apart(tensors: readonly Compared[], tolerance: number): string[] {
  return tensors.flatMap(({ name, actual, expected }) => {
    const { agrees, error, bound } = compare(actual, expected, tolerance);
    return agrees ? [] : [`${name}: ${error} above ${bound}, ${actual.join(" ")} where PyTorch has ${expected.join(" ")}`];
  });
}
