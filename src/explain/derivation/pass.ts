import { ChainruleError } from "../../base/errors.js";
import { activations, softmaxDerivative } from "../../network/activations.js";
import { activationOf } from "../../network/description.js";
import { carryBack } from "../../reference/backward.js";
import type { Example, ExampleList } from "../../reference/batch.js";
import { forward, layerParameters, type ReferenceNetwork } from "../../reference/forward.js";
import { type Notation, notationOf } from "./equations.js";
import type { LookUp } from "./expression.js";

/**
 * All numbers of one example that derivations are made of, by the equations in float64: every z, a, dCost/da and dCost/dz.
 * The index is the layer. A derivative of any parameter is then one multiplication away.
 */
export interface ExamplePass {
  readonly network: ReferenceNetwork;
  readonly notation: Notation;
  readonly z: readonly Float64Array[];
  readonly a: readonly Float64Array[];
  readonly dCost_da: readonly Float64Array[];
  readonly dCost_dz: readonly Float64Array[];
  readonly cost: number;
  readonly y: Float64Array;
  /** Of several examples, the number of this one, which its cost then carries: Cost_12. */
  readonly number: number | undefined;
}

export function passOf(
  network: ReferenceNetwork,
  example: Example,
  notation = notationOf(network.description),
  number?: number,
): ExamplePass {
  const pass = forward(network, example.x);
  return { network, notation, ...pass, ...carryBack(network, pass, example.y), y: Float64Array.from(example.y), number };
}

/**
 * One example or several as a list, each looked at when it is asked for.
 *
 * @throws ChainruleError `E_USAGE` for no example; at an example whose inputs or targets are not as many as the network's
 */
export function listOf({ layout }: ReferenceNetwork, example: Example | ExampleList): ExampleList {
  const list: ExampleList = "x" in example ? [example] : example;
  if (list.length === 0) throw new ChainruleError("E_USAGE", { where: "example", expected: "at least one example", got: "none" });
  const check = (where: string, values: ArrayLike<number>, width: number, what: string): void => {
    if (values.length === width) return;
    throw new ChainruleError("E_USAGE", { where, expected: `${width} numbers, ${what} of the network`, got: String(values.length) });
  };
  return {
    length: list.length,
    at: (index) => {
      const found = list.at(index)!;
      check("example.x", found.x, layout.sizes[1]!, "the inputs");
      check("example.y", found.y, layout.sizes[layout.depth]!, "the outputs");
      return found;
    },
  };
}

/** da_j/dz_i of layer l; i = j unless the outputs depend on each other. */
export function slopeOf({ network, z, a }: Pick<ExamplePass, "network" | "z" | "a">, layer: number, j: number, i = j): number {
  const name = activationOf(network.description, layer);
  if (name === "softmax") return softmaxDerivative(a[layer]!, j, i);
  return activations[name].derivative(z[layer]![j]!, a[layer]![j]!);
}

/** w_jk^(l), straight from the parameter vector. */
export function weightOf({ network }: ExamplePass, layer: number, j: number, k: number): number {
  const { layout, parameters } = network;
  const { offset, columns } = layout.layers[layer]!.w;
  return parameters[offset + j * columns + k]!;
}

/** What the names of bound expressions stand for in this example. */
export function lookUpIn(pass: ExamplePass): LookUp {
  const { network, z, a, y, dCost_da, dCost_dz } = pass;
  return (name) => {
    const [first, second = first] = (name.kind === "value" ? name.indices : name.by.indices) as [number, number?];
    if (name.kind === "value") {
      const { layer } = name;
      switch (name.of) {
        case "w":
          return weightOf(pass, layer, first, second);
        case "b":
          return layerParameters(network, layer).b[first]!;
        case "z":
          return z[layer]![first]!;
        case "a":
        case "p":
          return a[layer]![first]!;
        case "y":
          return y[first]!;
      }
    }
    const { of, by } = name;
    if (of.kind === "cost") {
      if (by.of === "a") return dCost_da[by.layer]![first]!;
      return dCost_dz[by.layer]![first]! * (by.of === "w" ? a[by.layer - 1]![second]! : 1);
    }
    if (of.of === "a") return slopeOf(pass, of.layer, of.indices[0] as number, first);
    if (by.of === "a") return weightOf(pass, of.layer, of.indices[0] as number, first);
    return by.of === "w" ? a[by.layer - 1]![second]! : 1;
  };
}
