import { ChainruleError } from "../base/errors.js";
import { findQuantity, type Quantity } from "../network/names.js";
import type { Example, ExampleList } from "../reference/batch.js";
import type { Model } from "../training/model.js";
import { checkQuantity, INFERENCE, openList } from "./conditions.js";
import type { Rest } from "./derivation/derivation.js";
import { refuseKind } from "./refuse.js";
import { notationOf } from "./derivation/notation.js";
import { carryOf, type ExamplePass, passOf, slopeOf, stretchOf, weightOf } from "./derivation/pass.js";
import { isOneFactor } from "./derivation/values.js";

/** One way from a quantity to the cost, and the product along it. */
export interface Path {
  /** Number of its example, where the mean over several was asked for. */
  readonly row?: number;
  /**
   * The neurons that it runs through by name, from the cost back: `a4[2]`, `a3[0]`, `a2[5]`; `h3[0]` of a layer that something is added
   * to, and `z3[1]` where a way leads to another unit of a layer that is normalised over its units.
   */
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
 * dCost/dz is the first factor. A connection around layers is a way past them, and a layer that is normalised over its units has a way from
 * each z to each u. A network with dropout or batch normalisation is looked at as it predicts.
 *
 * @param example one example, or several: then their mean, where each path of each example counts as one, divided by their number
 * @param options `top`: how many to list (all, at most 2,000, where left out)
 * @throws ChainruleError `E_USAGE` for a quantity that the network does not have, no example, or a `top` that is not a whole number of at
 * least 0; for one of the other parts of a network
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
  const found = findQuantity(network.layout, quantity, network.description);
  checkQuantity(network, found, INFERENCE);
  refuseKind(found, "the list of all paths", ["w", "b", "z", "u", "a", "h"]);
  const notation = notationOf(network.description);
  const list = openList(network, example, INFERENCE);
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
  /** At most `top`, largest magnitude first; each the places from the output down to this one. */
  readonly largest: readonly Trail[];
}

/** A path under way, from the output down. */
interface Trail {
  readonly places: readonly Place[];
  readonly value: number;
}

/** A neuron on a path, and by what it leads to the one above it: a weight, a connection around layers, the normalisation over units. */
interface Place {
  readonly layer: number;
  readonly neuron: number;
  readonly via: "weight" | "connection" | "units";
}

/** A path of one of the examples. */
interface Found extends Trail {
  readonly pass: ExamplePass;
}

const NONE: Bundle = { sum: 0, magnitude: 0, up: 0, down: 0, zero: 0, largest: [] };

/** The paths of one example; the last factors of the quantity are multiplied in. */
function pathsOf(pass: ExamplePass, { kind, layer, indices }: Quantity, top: number, share: number): Bundle {
  const neuron = indices[0]!;
  const ways = waysOf(pass, top);
  // A path to a weight, a bias or a z goes through da/dz of its own neuron; one to an activation ends before that.
  const bundle =
    kind === "a" || kind === "h" ? ways.intoHanded(layer, neuron) : kind === "u" ? ways.intoU(layer, neuron) : ways.intoZ(layer, neuron);
  const last = kind === "w" ? pass.h[layer - 1]![indices[1]!]! : 1;
  return scaled(bundle, last * share);
}

/** All paths to the cost from a place, layer by layer from the output down, each layer once. */
function waysOf(pass: ExamplePass, top: number) {
  const { layout, parts } = pass.notation;
  const L = layout.depth;
  const known: { readonly z: Bundle[][]; readonly handed: Bundle[][] } = { z: [], handed: [] };
  const every = (layer: number, into: (layer: number, neuron: number) => Bundle): Bundle[] =>
    Array.from({ length: layout.sizes[layer]! }, (_, neuron) => into(layer, neuron));
  const allZ = (layer: number): Bundle[] => (known.z[layer] ??= every(layer, intoZ));
  const allHanded = (layer: number): Bundle[] => (known.handed[layer] ??= every(layer, intoHanded));

  /** From what a layer hands on: h_k, or a_k where that is the same. In prediction nothing is dropped, so that dh/da is 1. */
  const intoHanded = (layer: number, k: number): Bundle => {
    if (layer === L) return single(pass.dCost_da[L]![k]!, { layer, neuron: k, via: "weight" });
    const weighted = allZ(layer + 1).map((bundle, j) => scaled(bundle, weightOf(pass, layer + 1, j, k)));
    const through = extended(merge(weighted, top), { layer, neuron: k, via: "weight" });
    const { addedTo } = parts[layer]!;
    if (addedTo.length === 0) return through;
    const past = addedTo.map((above) => extended(allHanded(above)[k]!, { layer, neuron: k, via: "connection" }));
    return merge([through, ...past], top);
  };
  const intoU = (layer: number, j: number): Bundle => scaled(intoHanded(layer, j), slopeOf(pass, layer, j));
  const intoZ = (layer: number, j: number): Bundle => {
    if (layer === L) return single(pass.dCost_dz[L]![j]!, { layer, neuron: j, via: "weight" });
    switch (parts[layer]!.normalisation) {
      case undefined:
        return intoU(layer, j);
      case "units": {
        const units = allHanded(layer).map((bundle, i) => scaled(bundle, slopeOf(pass, layer, i) * carryOf(pass, pass, layer, i, j)));
        return extended(merge(units, top), { layer, neuron: j, via: "units" });
      }
      default:
        return scaled(intoU(layer, j), stretchOf(pass, layer, j));
    }
  };
  return { intoHanded, intoU, intoZ };
}

function single(value: number, place: Place): Bundle {
  const [up, down, zero] = [value > 0, value < 0, value === 0].map(Number) as [number, number, number];
  return { sum: value, magnitude: Math.abs(value), up, down, zero, largest: [{ places: [place], value }] };
}

function scaled({ sum, magnitude, up, down, zero, largest }: Bundle, factor: number): Bundle {
  const all = up + down + zero;
  return {
    sum: sum * factor,
    magnitude: magnitude * Math.abs(factor),
    up: factor === 0 ? 0 : factor > 0 ? up : down,
    down: factor === 0 ? 0 : factor > 0 ? down : up,
    zero: factor === 0 ? all : zero,
    largest: largest.map(({ places, value }) => ({ places, value: value * factor })),
  };
}

function extended(bundle: Bundle, place: Place): Bundle {
  return { ...bundle, largest: bundle.largest.map(({ places, value }) => ({ places: [...places, place], value })) };
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
function pathOf({ places, pass }: Found, { kind, layer, indices }: Quantity, share: number): Path {
  const { notation, number: row } = pass;
  const L = notation.layout.depth;
  const name = (of: string, l: number, ...at: readonly number[]): string => `${of}${l}[${at.join(",")}]`;
  const nameOf = ({ layer: l, neuron, via }: Place): string => name(via === "units" ? "z" : notation.parts[l]!.handed, l, neuron);
  const output = places[0]!.neuron;
  const factors: PathFactor[] = [];
  const add = (of: string, by: string, value: number): number => factors.push({ name: `d${of}/d${by}`, value });
  if (share !== 1) factors.push({ name: `1/${Math.round(1 / share)}`, value: share });
  // One factor for dCost/dz where the two that it is made of are a sum (softmax), or leave float64.
  const oneFactor = isOneFactor(pass, L, output) && !(kind === "a" && layer === L);
  if (oneFactor) add("Cost", name("z", L, output), pass.dCost_dz[L]![output]!);
  else add("Cost", name("a", L, output), pass.dCost_da[L]![output]!);
  places.forEach((place, at) => {
    const { layer: l, neuron, via } = place;
    const above = places[at - 1];
    const below = places[at + 1];
    if (above !== undefined && via === "weight") {
      add(name("z", l + 1, above.neuron), nameOf(place), weightOf(pass, l + 1, above.neuron, neuron));
    } else if (via === "connection") add(nameOf(above!), nameOf(place), 1);
    else if (via === "units") add(name("u", l, above!.neuron), nameOf(place), carryOf(pass, pass, l, above!.neuron, neuron));
    const { given, handed, normalisation } = notation.parts[l]!;
    // The way goes on past the layer, or has arrived there already.
    const ends = below === undefined && (kind === "a" || kind === "h");
    const arrives = below === undefined && kind === "h";
    if (via === "units" || below?.via === "connection" || (l === L && oneFactor)) return;
    if (handed === "h" && !arrives) add(name("h", l, neuron), name("a", l, neuron), 1);
    if (ends) return;
    add(name("a", l, neuron), name(given, l, neuron), slopeOf(pass, l, neuron));
    if (normalisation === "fixed" && (below !== undefined || kind !== "u")) {
      add(name("u", l, neuron), name("z", l, neuron), stretchOf(pass, l, neuron));
    }
  });
  const own = places.at(-1)!.neuron;
  if (kind === "w") add(name("z", layer, own), name("w", layer, ...indices), pass.h[layer - 1]![indices[1]!]!);
  if (kind === "b") add(name("z", layer, own), name("b", layer, own), 1);
  return {
    ...(row === undefined ? {} : { row }),
    neurons: places.map(nameOf),
    factors,
    value: factors.reduce((total, factor) => total * factor.value, 1),
  };
}
