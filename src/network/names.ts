import { ChainruleError } from "../base/errors.js";
import type { Layout, TensorLayout } from "./layout.js";

/** What has a name in a network: a weight, a bias, a weighted sum, an activation. */
export type QuantityKind = "w" | "b" | "z" | "a";

/** A quantity by its name: `w4[3,7]`, `b4[3]`, `z3[1]`, `a1[5]`. */
export interface Quantity {
  readonly kind: QuantityKind;
  /** The layer l: from 2, for activations from 1. */
  readonly layer: number;
  /** [j, k] of a weight, otherwise [j]. */
  readonly indices: readonly number[];
  /** As the project writes it: `w4[3,7]`, also where it was given as `w4.3.7`. */
  readonly name: string;
}

/** A parameter by its name: its tensor, its indices there, and its place in the flat vector. */
export interface ParameterPlace {
  readonly tensor: TensorLayout;
  /** [j, k] of a weight, [j] of a bias. */
  readonly indices: readonly number[];
  readonly index: number;
}

/**
 * Finds a parameter by its name, `w4[3,7]` or `b4[3]`; `w4.3.7` and `b4.3` are accepted as other spellings, since shells
 * read brackets. The way back is `parameterName`.
 *
 * @throws ChainruleError `E_USAGE` for a name or an index that the network does not have, with the valid range and the
 * nearest valid name
 * @example
 * ```ts
 * import { createNetwork, findParameter } from "chainrule";
 *
 * const { layout, parameters } = createNetwork({ inputs: 2, layers: [{ units: 3 }, { units: 1 }] });
 * const { index, tensor } = findParameter(layout, "w2[2,1]");
 * console.log(index, tensor.layer, parameters[index]); // 5, 2, its value
 * ```
 */
export function findParameter(layout: Layout, name: string): ParameterPlace {
  return parameterPlace(layout, find(layout, name, "parameter", parameterTables(layout)));
}

/** Where a weight or a bias stands. */
export function parameterPlace(layout: Layout, { kind, layer, indices }: Quantity): ParameterPlace {
  const tensor = layout.tensors[2 * (layer - 2) + (kind === "w" ? 0 : 1)]!;
  const [j, k = 0] = indices as [number, number?];
  return { tensor, indices, index: tensor.offset + j * tensor.columns + k };
}

/**
 * Finds a parameter, a weighted sum or an activation by its name; spellings and errors as in `findParameter`.
 *
 * @throws ChainruleError `E_USAGE`
 * @example
 * ```ts
 * import { createNetwork, findQuantity } from "chainrule";
 *
 * const { layout } = createNetwork({ inputs: 2, layers: [{ units: 3 }, { units: 1 }] });
 * const { kind, layer, indices, name } = findQuantity(layout, "a2.1");
 * console.log(kind, layer, indices, name); // a 2 [1] a2[1]
 * ```
 */
export function findQuantity(layout: Layout, name: string): Quantity {
  const wide = (kind: "z" | "a", first: number): Table[] =>
    layout.sizes.slice(first).map((size, at) => ({ kind, layer: first + at, shape: [size] }));
  return find(layout, name, "quantity", [...parameterTables(layout), ...wide("z", 2), ...wide("a", 1)]);
}

/** All names of one tensor or one layer: `w4` with [j, k], `a1` with [j]. */
interface Table {
  readonly kind: QuantityKind;
  readonly layer: number;
  readonly shape: readonly number[];
}

function parameterTables({ tensors }: Layout): Table[] {
  return tensors.map(({ kind, layer, shape }) => ({ kind: kind === "weight" ? "w" : "b", layer, shape }));
}

function find(layout: Layout, text: string, where: string, tables: readonly Table[]): Quantity {
  const match = /^([a-z]+)(\d+)(?:\[(-?\d+(?:,-?\d+)*)\]|\.(\d+(?:\.\d+)*))$/.exec(text.replaceAll(" ", ""));
  const table = tables.find(({ kind, layer }) => `${kind}${layer}` === `${match?.[1] ?? ""}${match?.[2] ?? ""}`);
  if (match === null || table === undefined) {
    const names = tables.map(({ kind, layer }) => `${kind}${layer}`);
    const hint = suggested(text, tables);
    throw new ChainruleError("E_USAGE", {
      where,
      expected: `a name such as ${nameOf(tables[0]!, [])} of one of ${names.join(", ")} (this network has ${layout.depth} layers)`,
      got: text,
      ...(hint === undefined ? {} : { hint: `Did you mean "${hint}"?` }),
    });
  }
  const indices = (match[3]?.split(",") ?? match[4]!.split(".")).map(Number);
  const { kind, layer, shape } = table;
  if (indices.length !== shape.length || indices.some((value, axis) => !(value >= 0 && value < shape[axis]!))) {
    throw new ChainruleError("E_USAGE", {
      where: text,
      expected: `${kind}${layer}[${shape.map((size) => `0..${size}`).join(",")}] (ranges are half-open)`,
      got: `[${indices.join(",")}]`,
      hint: `Did you mean "${nameOf(table, indices)}"?`,
    });
  }
  return { kind, layer, indices, name: nameOf(table, indices) };
}

/** The nearest valid name: indices moved into their range, missing ones 0. */
function nameOf({ kind, layer, shape }: Table, indices: readonly number[]): string {
  const inside = shape.map((size, axis) => Math.min(Math.max(indices[axis] ?? 0, 0), size - 1));
  return `${kind}${layer}[${inside.join(",")}]`;
}

/** The valid name that is meant, as far as its first letter and its numbers tell: `weight_4[3,7]` is w4[3,7]. */
function suggested(text: string, tables: readonly Table[]): string | undefined {
  const [, word = "", digits = "", rest = ""] = /^\s*([a-z]*)[^\d[(.]*(\d*)(.*)$/is.exec(text) ?? [];
  const candidates = tables.filter(({ kind }) => word.toLowerCase().startsWith(kind));
  if (candidates.length === 0) return undefined;
  const layer = Math.min(Math.max(digits === "" ? Infinity : Number(digits), candidates[0]!.layer), candidates.at(-1)!.layer);
  return nameOf(
    candidates.find((table) => table.layer === layer)!,
    (rest.match(/\d+/g) ?? []).map(Number),
  );
}
