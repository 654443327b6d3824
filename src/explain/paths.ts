import { ChainruleError } from "../base/errors.js";
import { findQuantity, type Quantity } from "../network/names.js";
import type { Example, ExampleList } from "../reference/batch.js";
import type { Model } from "../training/model.js";
import type { Rest } from "./derivation/derivation.js";
import { notationOf } from "./derivation/equations.js";
import { isOneFactor } from "./derivation/nodes.js";
import { type ExamplePass, listOf, passOf, slopeOf, weightOf } from "./derivation/pass.js";

/** One way from a quantity to the cost, and the product along it. */
export interface Path {
  /** Number of its example, where the mean over several was asked for. */
  readonly row?: number;
  /** The neurons that it runs through by name, from the cost back: `a4[2]`, `a3[0]`, `a2[5]`. */
  readonly neurons: readonly string[];
  /** Its factors in the order of the equations, from the cost back: dCost/da, da/dz, dz/da, ..., dz/dw. */
  readonly factors: readonly PathFactor[];
  /** Their product. */
  readonly value: number;
}

export interface PathFactor {
  /** `dCost/da4[2]` */
  readonly name: string;
  readonly value: number;
}

/** The flat view of a derivative: every path to the cost at once, where the equations nest them. */
export interface PathList {
  /** `w2[3,45]` */
  readonly quantity: string;
  /** The derivative: the sum of all paths. */
  readonly value: number;
  /** How many paths there are, and how many of them push the derivative up, push it down, or are exactly 0. */
  readonly count: number;
  readonly up: number;
  readonly down: number;
  readonly zero: number;
  /** 1 - |sum| / sum of |path|: 0 where all pull one way, 1 where they cancel to nothing; 0 where every path is 0. */
  readonly cancelled: number;
  /** The largest paths by magnitude, largest first. */
  readonly paths: readonly Path[];
  /** The others as one, so that what is shown adds up. */
  readonly rest: Rest;
}

/** As many as are listed where nothing is said. */
const MOST_PATHS = 2000;

/**
 * All paths from a quantity to the cost. They are never walked one by one, since their number is the product of the layers'
 * widths: counts and sums are carried from layer to layer, and so are the largest `top`. A softmax counts as one step: its
 * dCost/dz is the first factor.
 *
 * @param example one example, or several: then their mean, where each path of each example counts as one, divided by their number
 * @param options `top`: how many to list (all, at most 2,000, where left out)
 * @throws ChainruleError `E_USAGE` for a quantity that the network does not have, no example, or a `top` that is not a whole number of at
 * least 0
 * @example
 * ```ts
 * import { examples, train } from "chainrule";
 * import { allPaths } from "chainrule/explain";
 * import { digits } from "chainrule/digits";
 *
 * const { model } = await train(digits(), { recipe: "equations", epochs: 1 }).result;
 * const [example] = examples(model, digits(), { rows: [12, 13] });
 * if (example !== undefined) {
 *   const { count, up, down, paths, rest, value } = allPaths(model, example, "w2[3,45]", { top: 5 });
 *   console.log(count, up, down); // 160 paths: 16 neurons of layer 3 times 10 outputs
 *   console.log(paths.reduce((sum, path) => sum + path.value, rest.value) - value); // 0, or its rounding
 * }
 * ```
 */
export function allPaths(
  { network }: Pick<Model, "network">,
  example: Example | ExampleList,
  quantity: string,
  options: { readonly top?: number } = {},
): PathList {
  const { top = MOST_PATHS } = options;
  if (!(Number.isInteger(top) && top >= 0)) {
    throw new ChainruleError("E_USAGE", { where: "top", expected: "a whole number of at least 0", got: String(top) });
  }
  const found = findQuantity(network.layout, quantity);
  const notation = notationOf(network.description);
  const list = listOf(network, example);
  const count = list.length;
  let whole: Bundle = NONE;
  let largest: Found[] = [];
  for (let index = 0; index < count; index++) {
    const own = list.at(index)!;
    const pass = passOf(network, own, notation, "x" in example ? undefined : (own.row ?? index));
    const bundle = pathsOf(pass, found, top, 1 / count);
    whole = merge([whole, { ...bundle, largest: [] }], 0);
    // Only examples with a path among the largest are kept.
    largest = [...largest, ...bundle.largest.map((trail) => ({ ...trail, pass }))].sort(byMagnitude).slice(0, top);
  }
  const paths = largest.map((trail) => pathOf(trail, found, 1 / count));
  const { sum, magnitude, up, down, zero } = whole;
  const all = up + down + zero;
  return {
    quantity: found.name,
    value: sum,
    count: all,
    up,
    down,
    zero,
    cancelled: magnitude === 0 ? 0 : 1 - Math.abs(sum) / magnitude,
    paths,
    rest: { count: all - paths.length, value: all === paths.length ? 0 : paths.reduce((rest, path) => rest - path.value, sum) },
  };
}

/** What is carried from a neuron to those below it: all paths from it to the cost, summed up, and the largest of them. */
interface Bundle {
  readonly sum: number;
  readonly magnitude: number;
  readonly up: number;
  readonly down: number;
  readonly zero: number;
  /** At most `top`, largest magnitude first; each the neurons from the output down to this one. */
  readonly largest: readonly Trail[];
}

/** A path under way: one neuron a layer, from the output down. */
interface Trail {
  readonly neurons: readonly number[];
  readonly value: number;
}

/** A path of one of the examples. */
interface Found extends Trail {
  readonly pass: ExamplePass;
}

const NONE: Bundle = { sum: 0, magnitude: 0, up: 0, down: 0, zero: 0, largest: [] };

/** The paths of one example; the last factors of the quantity are multiplied in. */
function pathsOf(pass: ExamplePass, { kind, layer, indices }: Quantity, top: number, share: number): Bundle {
  const neuron = indices[0]!;
  // A path to a weight, a bias or a z goes through da/dz of its own neuron; one to an activation ends before that.
  const bundle = kind === "a" ? intoActivation(pass, layer, neuron, top) : throughNeuron(pass, layer, neuron, top);
  const last = kind === "w" ? pass.a[layer - 1]![indices[1]!]! : 1;
  return scaled(bundle, last * share);
}

/** All paths from z_j^(l) to the cost. */
function throughNeuron(pass: ExamplePass, layer: number, j: number, top: number): Bundle {
  const L = pass.notation.layout.depth;
  if (layer === L) return single(pass.dCost_dz[L]![j]!, j);
  return scaled(intoActivation(pass, layer, j, top), slopeOf(pass, layer, j));
}

/** All paths from a_k^(l) to the cost: layer by layer from the output down, each layer once. */
function intoActivation(pass: ExamplePass, layer: number, k: number, top: number): Bundle {
  const { depth: L, sizes } = pass.notation.layout;
  if (layer === L) return single(pass.dCost_da[L]![k]!, k);
  let above: Bundle[] = Array.from({ length: sizes[L]! }, (_, j) => single(pass.dCost_dz[L]![j]!, j));
  for (let l = L - 1; l > layer; l--) {
    const next = above;
    above = Array.from({ length: sizes[l]! }, (_, neuron) => {
      const merged = merge(
        next.map((bundle, j) => scaled(bundle, weightOf(pass, l + 1, j, neuron))),
        top,
      );
      return extended(scaled(merged, slopeOf(pass, l, neuron)), neuron);
    });
  }
  return extended(
    merge(
      above.map((bundle, j) => scaled(bundle, weightOf(pass, layer + 1, j, k))),
      top,
    ),
    k,
  );
}

function single(value: number, neuron: number): Bundle {
  const [up, down, zero] = [value > 0, value < 0, value === 0].map(Number) as [number, number, number];
  return { sum: value, magnitude: Math.abs(value), up, down, zero, largest: [{ neurons: [neuron], value }] };
}

function scaled({ sum, magnitude, up, down, zero, largest }: Bundle, factor: number): Bundle {
  const all = up + down + zero;
  return {
    sum: sum * factor,
    magnitude: magnitude * Math.abs(factor),
    up: factor === 0 ? 0 : factor > 0 ? up : down,
    down: factor === 0 ? 0 : factor > 0 ? down : up,
    zero: factor === 0 ? all : zero,
    largest: largest.map(({ neurons, value }) => ({ neurons, value: value * factor })),
  };
}

function extended(bundle: Bundle, neuron: number): Bundle {
  return { ...bundle, largest: bundle.largest.map(({ neurons, value }) => ({ neurons: [...neurons, neuron], value })) };
}

/** Several bundles as one; the largest of all are among the largest of each. */
function merge(bundles: readonly Bundle[], top: number): Bundle {
  const total = (part: (bundle: Bundle) => number): number => bundles.reduce((sum, bundle) => sum + part(bundle), 0);
  return {
    sum: total(({ sum }) => sum),
    magnitude: total(({ magnitude }) => magnitude),
    up: total(({ up }) => up),
    down: total(({ down }) => down),
    zero: total(({ zero }) => zero),
    largest: bundles
      .flatMap(({ largest }) => largest)
      .sort(byMagnitude)
      .slice(0, top),
  };
}

function byMagnitude(p: { readonly value: number }, q: { readonly value: number }): number {
  return Math.abs(q.value) - Math.abs(p.value);
}

/** A trail with its factors: those of the equations, one after the other from the cost back. */
function pathOf({ neurons, pass }: Found, { kind, layer, indices }: Quantity, share: number): Path {
  const { notation, number: row } = pass;
  const L = notation.layout.depth;
  const name = (of: string, l: number, ...at: readonly number[]): string => `${of}${l}[${at.join(",")}]`;
  const output = neurons[0]!;
  const factors: PathFactor[] = [];
  if (share !== 1) factors.push({ name: `1/${Math.round(1 / share)}`, value: share });
  // One factor for dCost/dz where the two that it is made of are a sum (softmax), or leave float64.
  const oneFactor = isOneFactor(pass, L, output) && !(kind === "a" && layer === L);
  if (oneFactor) {
    factors.push({ name: `dCost/d${name("z", L, output)}`, value: pass.dCost_dz[L]![output]! });
  } else {
    factors.push({ name: `dCost/d${name("a", L, output)}`, value: pass.dCost_da[L]![output]! });
  }
  neurons.forEach((neuron, at) => {
    const l = L - at;
    if (at > 0) {
      const above = neurons[at - 1]!;
      factors.push({ name: `d${name("z", l + 1, above)}/d${name("a", l, neuron)}`, value: weightOf(pass, l + 1, above, neuron) });
    }
    const passesSlope = l > layer || kind !== "a";
    if (passesSlope && !(l === L && oneFactor)) {
      factors.push({ name: `d${name("a", l, neuron)}/d${name("z", l, neuron)}`, value: slopeOf(pass, l, neuron) });
    }
  });
  const own = neurons.at(-1)!;
  if (kind === "w")
    factors.push({ name: `d${name("z", layer, own)}/d${name("w", layer, ...indices)}`, value: pass.a[layer - 1]![indices[1]!]! });
  if (kind === "b") factors.push({ name: `d${name("z", layer, own)}/d${name("b", layer, own)}`, value: 1 });
  return {
    ...(row === undefined ? {} : { row }),
    neurons: neurons.map((neuron, at) => name("a", L - at, neuron)),
    factors,
    value: factors.reduce((total, factor) => total * factor.value, 1),
  };
}
