import { ChainruleError, type Problem, show } from "../../base/errors.js";
import { suggestion } from "../../base/spelling.js";
import type { Layout } from "../../network/layout.js";
import type { DenseKind } from "../../network/names.js";
import type { GradientTensor } from "../../training/gradients.js";
import type { GivenGradients } from "./read-gradients.js";

/** A tensor as it was given, put where it belongs: `kind` and `layer` say by what the derivatives are taken. */
export interface ReadTensor {
  /** `w3` */
  readonly name: string;
  readonly kind: DenseKind;
  readonly layer: number;
  /** The name that it was given under, where that is another one. */
  readonly written: string;
  /** True where rows and columns were given the other way round. */
  readonly transposed: boolean;
  /** In the network's own shape, row-major. */
  readonly values: Float64Array;
}

/** One way to understand what was given; `optional` where it is understood without it as well. */
export interface Reading {
  /** From the output back, in the order of the equations. */
  readonly tensors: readonly ReadTensor[];
  readonly optional: boolean;
}

/** True where the tensor was not taken as it stands. */
export function isReread({ name, written, transposed }: ReadTensor): boolean {
  return transposed || written !== name;
}

/** The order in which a layer's derivatives are computed. */
export const KINDS: readonly DenseKind[] = ["a", "z", "w", "b"];

/**
 * Every way in which names and shapes fit the network: as they stand; counted from a neighbouring layer; with square weights the
 * other way round as well, where others are so by their shape.
 *
 * @throws ChainruleError `E_DATA`, listing names and shapes that fit in no way
 */
export function readingsOf(layout: Layout, given: GivenGradients): Reading[] {
  const plain = read(layout, given, 0);
  const shifted = [1, -1].map((shift) => read(layout, given, shift)).filter(({ problems }) => problems.length === 0);
  if (plain.problems.length > 0 && shifted.length === 0) throw new ChainruleError("E_DATA", plain.problems);
  const understood = plain.problems.length === 0;
  const readings = shifted.map(({ tensors }) => ({ tensors, optional: understood }));
  return [...(understood ? [{ tensors: plain.tensors, optional: false }] : []), ...readings].flatMap(withSquares(layout));
}

function withSquares({ sizes }: Layout): (reading: Reading) => Reading[] {
  const isSquare = ({ kind, layer }: ReadTensor): boolean => kind === "w" && sizes[layer] === sizes[layer - 1];
  return (reading) => {
    const { tensors } = reading;
    if (!tensors.some(({ transposed }) => transposed) || !tensors.some(isSquare)) return [reading];
    const all = tensors.map((tensor) => (isSquare(tensor) ? turned(tensor, sizes[tensor.layer]!, sizes[tensor.layer]!) : tensor));
    return [reading, { ...reading, tensors: all }];
  };
}

/** The same numbers with rows and columns exchanged: given as `rows` x `columns`. */
function turned(tensor: ReadTensor, rows: number, columns: number): ReadTensor {
  const values = tensor.values.map((_, place) => tensor.values[(place % rows) * columns + Math.floor(place / rows)]!);
  return { ...tensor, transposed: true, values };
}

/** Reads every name as that of the layer `shift` further on. */
function read(layout: Layout, given: GivenGradients, shift: number): { tensors: ReadTensor[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const tensors = Object.entries(given).flatMap(([written, tensor]) => {
    const match = /^([wbaz])(\d+)$/.exec(written);
    const layer = Number(match?.[2]) + shift;
    const name = `${match?.[1] ?? ""}${layer}`;
    if (match === null || !namesOf(layout).includes(name)) {
      problems.push(unknownName(layout, written));
      return [];
    }
    return place(layout, match[1] as DenseKind, layer, written, tensor, problems);
  });
  tensors.sort((left, right) => right.layer - left.layer || KINDS.indexOf(left.kind) - KINDS.indexOf(right.kind));
  return { tensors, problems };
}

function place(
  { sizes }: Layout,
  kind: DenseKind,
  layer: number,
  written: string,
  { shape, values }: GradientTensor,
  problems: Problem[],
): ReadTensor[] {
  const rows = sizes[layer]!;
  const expected = kind === "w" ? [rows, sizes[layer - 1]!] : [rows];
  const tensor = { name: `${kind}${layer}`, kind, layer, written, transposed: false, values };
  const size = expected.reduce((product, length) => product * length, 1);
  const isTurned = expected.length === 2 && same(shape, [...expected].reverse()) && !same(shape, expected);
  if (isTurned && values.length === size) return [turned(tensor, shape[0]!, shape[1]!)];
  // A row or a column of numbers is as good as a list of them.
  if (same(withoutOnes(shape), withoutOnes(expected)) && values.length === size) return [tensor];
  const got = shape.length === 0 ? "one number" : shape.join(" x ");
  const count = values.length === shape.reduce((product, length) => product * length, 1) ? "" : ` with ${values.length} values`;
  problems.push({ where: written, expected: `the shape ${expected.join(" x ")}`, got: got + count });
  return [];
}

function same(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((length, axis) => length === right[axis]);
}

function withoutOnes(shape: readonly number[]): number[] {
  return shape.filter((length) => length !== 1);
}

/** All that a derivative can be taken by: w4, b4, ..., then a1, ..., z2, ... */
function namesOf({ tensors, depth }: Layout): string[] {
  const layers = Array.from({ length: depth }, (_, index) => index + 1);
  return [...tensors.map(({ name }) => name), ...layers.map((l) => `a${l}`), ...layers.slice(1).map((l) => `z${l}`)];
}

function unknownName(layout: Layout, written: string): Problem {
  const names = layout.tensors.map(({ name }) => name);
  const first = /^[wbz][01]$/.test(written) ? { hint: "Layer 1 is the input: the first weights are w2." } : suggestion(written, names);
  return {
    where: written,
    expected: `one of ${names.join(", ")} (or a1 to a${layout.depth}, z2 to z${layout.depth})`,
    got: show(written),
    ...first,
  };
}
