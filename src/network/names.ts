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
  /** [j, k] of a weight, [j] of a bias, [row, dim] of an embedding, ... */
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
  const tables = layout.tensors.map((tensor) => ({ name: tensor.name, shape: tensor.shape, tensor }));
  const { table, indices } = find(layout, name, "parameter", tables);
  return placeIn(table.tensor, indices);
}

/** Where a weight or a bias stands. */
export function parameterPlace(layout: Layout, { kind, layer, indices }: Quantity): ParameterPlace {
  return placeIn(layout.layers[layer]![kind === "w" ? "w" : "b"], indices);
}

function placeIn(tensor: TensorLayout, indices: readonly number[]): ParameterPlace {
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
  const table = (kind: QuantityKind, layer: number, shape: readonly number[]) => ({ name: `${kind}${layer}`, kind, layer, shape });
  const parameters = layout.layers.slice(2).flatMap(({ w, b }) => [table("w", w.layer, w.shape), table("b", b.layer, b.shape)]);
  const wide = (kind: "z" | "a", first: number) => layout.sizes.slice(first).map((size, at) => table(kind, first + at, [size]));
  const found = find(layout, name, "quantity", [...parameters, ...wide("z", 2), ...wide("a", 1)]);
  const { kind, layer } = found.table;
  return { kind, layer, indices: found.indices, name: nameOf(found.table, found.indices) };
}

/** All names of one tensor or one layer: `w4` with [j, k], `a1` with [j]. */
interface Table {
  readonly name: string;
  readonly shape: readonly number[];
}

function find<T extends Table>(
  layout: Layout,
  text: string,
  where: string,
  tables: readonly T[],
): { readonly table: T; readonly indices: readonly number[] } {
  const given = text.replaceAll(" ", "");
  // The longest name first: that of a column may itself be a number.
  const candidates = tables.filter(({ name }) => given.startsWith(name)).sort((p, q) => q.name.length - p.name.length);
  for (const table of candidates) {
    const match = /^(?:\[(-?\d+(?:,-?\d+)*)\]|\.(\d+(?:\.\d+)*))$/.exec(given.slice(table.name.length));
    if (match === null) continue;
    const { name, shape } = table;
    const indices = (match[1]?.split(",") ?? match[2]!.split(".")).map(Number);
    if (indices.length === shape.length && indices.every((value, axis) => value >= 0 && value < shape[axis]!)) return { table, indices };
    throw new ChainruleError("E_USAGE", {
      where: text,
      expected: `${name}[${shape.map((size) => `0..${size}`).join(",")}] (ranges are half-open)`,
      got: `[${indices.join(",")}]`,
      hint: `Did you mean "${nameOf(table, indices)}"?`,
    });
  }
  const hint = suggested(text, tables);
  throw new ChainruleError("E_USAGE", {
    where,
    expected: `a name such as ${nameOf(tables[0]!, [])} of one of ${tables.map(({ name }) => name).join(", ")} (this network has ${layout.depth} layers)`,
    got: text,
    ...(hint === undefined ? {} : { hint: `Did you mean "${hint}"?` }),
  });
}

/** The nearest valid name: indices moved into their range, missing ones 0. */
function nameOf({ name, shape }: Table, indices: readonly number[]): string {
  const inside = shape.map((size, axis) => Math.min(Math.max(indices[axis] ?? 0, 0), size - 1));
  return `${name}[${inside.join(",")}]`;
}

/** The valid name that is meant, as far as its first letter and its numbers tell: `weight_4[3,7]` is w4[3,7]. */
function suggested(text: string, tables: readonly Table[]): string | undefined {
  const [, word = "", digits = "", rest = ""] = /^\s*([a-z]*)[^\d[(.]*(\d*)(.*)$/is.exec(text) ?? [];
  const parsed = tables.flatMap((table) => {
    const [, kind = "", layer = ""] = /^([a-z]+)(\d+)$/.exec(table.name) ?? [];
    return kind !== "" && word.toLowerCase().startsWith(kind) ? [{ table, kind, layer: Number(layer) }] : [];
  });
  // Of "beta" and "b" the longer word is meant.
  const longest = Math.max(0, ...parsed.map(({ kind }) => kind.length));
  const candidates = parsed.filter(({ kind }) => kind.length === longest);
  if (candidates.length === 0) return undefined;
  const layer = Math.min(Math.max(digits === "" ? Infinity : Number(digits), candidates[0]!.layer), candidates.at(-1)!.layer);
  const nearest = candidates.reduce((best, each) => (Math.abs(each.layer - layer) < Math.abs(best.layer - layer) ? each : best));
  return nameOf(nearest.table, (rest.match(/\d+/g) ?? []).map(Number));
}
