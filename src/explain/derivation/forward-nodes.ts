import { isOfDifferences } from "../../network/costs.js";
import { outputRuleOf } from "../../network/description.js";
import { layerParameters } from "../../reference/forward.js";
import { type Derivation, productNode, sumNode, valueNode } from "./derivation.js";
import { beside, bind, call, COST, type Expression, fraction, plus, product, valueOf, withNumbers } from "./expression.js";
import { lookUpIn } from "./look-up.js";
import { handedBy, lettersOf, outputsOf } from "./notation.js";
import { type ExamplePass, weightOf } from "./pass.js";
import { shifted, standardised } from "./written-normalisation.js";
import { addition } from "./writing.js";
import { sigmaNote, writtenActivations } from "./written.js";

// The forward pass and the cost, taken apart as the derivatives are: each value is a sum or comes from a function.

/** z_j^(l) = sum_k ( w_jk^(l) * a_k^(l-1) ) + b_j^(l), of h_k where the layer below hands on something else: one term an input, and the bias as the last. */
export function weightedSum(pass: ExamplePass, layer: number, j: number): Derivation {
  const { notation, network, h, z } = pass;
  const [to, from] = lettersOf(notation, "w", layer) as [string, string];
  const size = notation.layout.sizes[layer - 1]!;
  const bias = layerParameters(network, layer).b[j]!;
  const below = handedBy(notation, layer - 1);
  const inside = product(valueOf("w", layer, to, from), below);
  const b = valueOf("b", layer, to);
  const indices = { [to]: j };
  const values = Float64Array.from({ length: size + 1 }, (_, k) => (k < size ? weightOf(pass, layer, j, k) * h[layer - 1]![k]! : bias));
  const nothing = { general: [], numbers: () => [] };
  const factor = (left: Expression, k: number, value: number): Derivation =>
    valueNode(value, () => ({ left, indices: { ...indices, [from]: k }, ...nothing }));
  const terms = {
    length: values.length,
    values,
    at: (k: number): Derivation => {
      if (k === size) return valueNode(bias, () => ({ left: b, indices, ...nothing }));
      return productNode(
        values[k]!,
        () => ({ left: inside, indices: { ...indices, [from]: k }, ...nothing }),
        () => [factor(valueOf("w", layer, to, from), k, weightOf(pass, layer, j, k)), factor(below, k, h[layer - 1]![k]!)],
      );
    },
  };
  const general: readonly Expression[] = [plus({ kind: "sum", index: from, layer: layer - 1, size, body: inside }, b)];
  return sumNode(
    z[layer]![j]!,
    () => ({ left: valueOf("z", layer, to), indices, general, numbers: () => [addition(terms)] }),
    () => terms,
  );
}

/** zhat_j = (z_j - mean_j) / sqrt(var_j + epsilon) */
export function standardisedNode(pass: ExamplePass, layer: number, j: number): Derivation {
  const [to] = lettersOf(pass.notation, "z", layer) as [string];
  const step = standardised(pass.notation, layer, to);
  return written(pass, valueOf("zhat", layer, to), { [to]: j }, [step], pass.zhat[layer]![j]!, undefined);
}

/** u_j = gamma_j zhat_j + beta_j */
export function shiftedNode(pass: ExamplePass, layer: number, j: number): Derivation {
  const [to] = lettersOf(pass.notation, "z", layer) as [string];
  return written(pass, valueOf("u", layer, to), { [to]: j }, [shifted(layer, to)], pass.u[layer]![j]!, undefined);
}

/** h_j = a_j mask_j + h_j of the layer that is added, each where there is one. */
export function handedNode(pass: ExamplePass, layer: number, j: number): Derivation {
  const { notation } = pass;
  const { masked, skip } = notation.parts[layer]!;
  const [to] = lettersOf(notation, "z", layer) as [string];
  const a = valueOf("a", layer, to);
  const kept = masked ? beside(a, valueOf("mask", layer, to)) : a;
  const step = skip === undefined ? kept : plus(kept, valueOf(notation.parts[skip]!.handed, skip, to));
  return written(pass, valueOf("h", layer, to), { [to]: j }, [step], pass.h[layer]![j]!, undefined);
}

/** a_j^(l) = sigma(z_j^(l)), of u_j where z is normalised, or p_i = exp(z_i) / sum_j exp(z_j) of a softmax. */
export function activationNode(pass: ExamplePass, layer: number, j: number): Derivation {
  const { notation, a } = pass;
  const name = notation.activation(layer);
  const [to] = lettersOf(notation, "z", layer) as [string];
  const z = valueOf(notation.parts[layer]!.given, layer, to);
  const steps = name === "softmax" ? [softmaxShare(pass, layer, to)] : [call("sigma", z), writtenActivations[name].value(z)];
  return written(pass, valueOf("a", layer, to), { [to]: j }, steps, a[layer]![j]!, sigmaNote(name));
}

function softmaxShare({ notation }: ExamplePass, layer: number, to: string): Expression {
  const size = notation.layout.sizes[layer]!;
  const sum: Expression = { kind: "sum", index: "j", layer, size, body: call("exp", valueOf("z", layer, "j")) };
  return fraction(call("exp", valueOf("z", layer, to)), sum);
}

/** The part of the cost that one output has: (a_j - y_j)^2. */
export function costTerm(pass: ExamplePass, j: number): Derivation {
  const part = pass.notation.cost.term(...outputsOf(pass.notation, "j"));
  return valueNode(costOfOutput(pass, j), () => ({
    left: part,
    indices: { j },
    general: [],
    numbers: () => [withNumbers(bind(part, { j }), lookUpIn(pass))],
  }));
}

/** Cost = sum_j (a_j - y_j)^2 */
export function wholeCost(pass: ExamplePass): Derivation {
  const { notation } = pass;
  const L = notation.layout.depth;
  const size = notation.layout.sizes[L]!;
  const values = Float64Array.from({ length: size }, (_, j) => costOfOutput(pass, j));
  const terms = { length: size, values, at: (j: number) => costTerm(pass, j) };
  const sum: Expression = { kind: "sum", index: "j", layer: L, size, body: notation.cost.term(...outputsOf(notation, "j")) };
  return sumNode(
    pass.cost,
    () => ({ left: COST, indices: {}, general: [sum], numbers: () => [addition(terms)] }),
    () => terms,
  );
}

/** The cost with all other outputs left out. */
function costOfOutput({ network, z, a, y, notation }: ExamplePass, j: number): number {
  const L = notation.layout.depth;
  const { cost } = outputRuleOf(network.description);
  const others = (target: (i: number) => number): number =>
    cost(
      z[L]!,
      a[L]!,
      y.map((own, i) => (i === j ? own : target(i))),
    );
  if (isOfDifferences(network.description.cost)) return others((i) => a[L]![i]!);
  // ln p_j needs every z; with the other targets 0 only the part of this output is left.
  if (notation.coupled) return others(() => 0);
  const only = (values: Float64Array): Float64Array => Float64Array.of(values[j]!);
  return cost(only(z[L]!), only(a[L]!), only(y));
}

function written(
  pass: ExamplePass,
  left: Expression,
  indices: Readonly<Record<string, number>>,
  steps: readonly Expression[],
  value: number,
  note: string | undefined,
): Derivation {
  const functions = { exp: Math.exp };
  const numbers = (): readonly Expression[] => steps.map((step) => withNumbers(bind(step, indices), lookUpIn(pass), functions));
  return valueNode(value, () => ({ left, indices, note, general: steps, numbers }));
}
