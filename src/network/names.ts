import { ChainruleError } from "../base/errors.js";
import type { LayerDescription } from "./layers.js";
import type { Layout, LayerTensors, TensorLayout } from "./layout.js";

/** What every network has: a weight, a bias, a weighted sum, an activation. */
export type DenseKind = "w" | "b" | "z" | "a";

/**
 * What has a name in a network. Beside those of dense layers: what normalisation makes of z (`zhat`, `u`), its `gamma`, `beta` and running
 * `mean` and `var`; `h`, which a layer hands on where that is not a; `e` and `f`, by which columns are encoded.
 */
export type QuantityKind = DenseKind | "zhat" | "u" | "h" | "gamma" | "beta" | "mean" | "var" | "e" | "f";

/** A quantity by its name: `w4[3,7]`, `b4[3]`, `z3[1]`, `a1[5]`, `gamma3[1]`, `e1.weekday[2,0]`. */
export interface Quantity {
  readonly kind: QuantityKind;
  /** The layer l: from 2, for activations and what encodes columns from 1. */
  readonly layer: number;
  /** [j, k] of a weight, [row, dim] of an embedding, otherwise [j]. */
  readonly indices: readonly number[];
  /** Of `e` and `f`: what its table is called, `weekday`. */
  readonly part?: string;
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
 * import { createNetwork } from "chainrule";
 * import { findParameter } from "chainrule/explain";
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

/** The tensor of a layer that a kind of parameter stands in. */
const TENSOR_OF = { w: "w", b: "b", gamma: "gamma", beta: "beta", mean: "mean", var: "var" } as const satisfies Partial<
  Record<QuantityKind, keyof LayerTensors>
>;

/** True for what stands in the parameter vector. */
export function isParameter({ kind }: Pick<Quantity, "kind">): boolean {
  return kind in TENSOR_OF || kind === "e" || kind === "f";
}

/** Where a parameter stands. */
export function parameterPlace(layout: Layout, { kind, layer, indices, part }: Omit<Quantity, "name">): ParameterPlace {
  const tensor =
    part === undefined ? layout.layers[layer]![kind as keyof LayerTensors] : layout.tensors.find(({ name }) => name === `${kind}1.${part}`);
  return placeIn(tensor!, indices);
}

function placeIn(tensor: TensorLayout, indices: readonly number[]): ParameterPlace {
  const [j, k = 0] = indices as [number, number?];
  return { tensor, indices, index: tensor.offset + j * tensor.columns + k };
}

/** What a description says of what its layers hand on. */
type HandedOn = Pick<LayerDescription, "dropout" | "skip">;

/**
 * Finds a parameter, a weighted sum or an activation by its name; spellings and errors as in `findParameter`.
 *
 * @param description the network's: with it `h3[1]` is found too, which layer 3 hands on where it has dropout or a connection around it
 * @throws ChainruleError `E_USAGE`
 * @example
 * ```ts
 * import { createNetwork } from "chainrule";
 * import { findQuantity } from "chainrule/explain";
 *
 * const { layout } = createNetwork({ inputs: 2, layers: [{ units: 3 }, { units: 1 }] });
 * const { kind, layer, indices, name } = findQuantity(layout, "a2.1");
 * console.log(kind, layer, indices, name); // a 2 [1] a2[1]
 * ```
 */
export function findQuantity(layout: Layout, name: string, description?: { readonly layers: readonly HandedOn[] }): Quantity {
  const { table, indices } = find(layout, name, "quantity", quantityTables(layout, description?.layers ?? []));
  const { kind, layer, part } = table;
  return { kind, layer, indices, name: nameOf(table, indices), ...(part === undefined ? {} : { part }) };
}

interface QuantityTable extends Table, Pick<Quantity, "kind" | "layer" | "part"> {}

function quantityTables(layout: Layout, handedOn: readonly HandedOn[]): QuantityTable[] {
  const table = (kind: QuantityKind, layer: number, shape: readonly number[]) => ({ name: `${kind}${layer}`, kind, layer, shape });
  const tensors = (...kinds: readonly (keyof LayerTensors)[]): QuantityTable[] =>
    layout.layers.slice(2).flatMap((layer) =>
      kinds.flatMap((kind) => {
        const tensor = layer[kind];
        return tensor === undefined ? [] : [table(kind, tensor.layer, tensor.shape)];
      }),
    );
  const encodings = layout.tensors.flatMap(({ name, shape }): QuantityTable[] => {
    const [, kind, part] = /^([ef])1\.(.+)$/s.exec(name) ?? [];
    return part === undefined ? [] : [{ name, kind: kind as "e" | "f", layer: 1, shape, part }];
  });
  const wide = (kind: QuantityKind, first: number, has: (layer: number) => boolean = () => true): QuantityTable[] =>
    layout.sizes.slice(first).flatMap((size, at) => (has(first + at) ? [table(kind, first + at, [size])] : []));
  const isNormalised = (layer: number): boolean => layout.layers[layer]!.gamma !== undefined;
  const handsOn = (layer: number): boolean => {
    const { dropout = 0, skip } = handedOn[layer - 2] ?? {};
    return dropout > 0 || skip !== undefined;
  };
  return [
    ...tensors("w", "b", "gamma", "beta"),
    ...tensors("mean", "var"),
    ...encodings,
    ...wide("z", 2),
    ...wide("zhat", 2, isNormalised),
    ...wide("u", 2, isNormalised),
    ...wide("a", 1),
    ...wide("h", 2, handsOn),
  ];
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
