import { isOfDifferences } from "../../network/costs.js";
import { outputRuleOf } from "../../reference/backward.js";
import { layerParameters } from "../../reference/forward.js";
import { type Derivation, productNode, sumNode, valueNode } from "./derivation.js";
import { lettersOf, outputsOf } from "./equations.js";
import { bind, call, COST, type Expression, fraction, plus, product, valueOf, withNumbers } from "./expression.js";
import { addition } from "./nodes.js";
import { type ExamplePass, lookUpIn, weightOf } from "./pass.js";
import { sigmaNote, writtenActivations } from "./written.js";

// The forward pass and the cost, taken apart as the derivatives are: each value is a sum or comes from a function.

/** z_j^(l) = sum_k ( w_jk^(l) * a_k^(l-1) ) + b_j^(l): one term an input, and the bias as the last. */
export function weightedSum(pass: ExamplePass, layer: number, j: number): Derivation {
  const { notation, network, a, z } = pass;
  const [to, from] = lettersOf(notation, "w", layer) as [string, string];
  const size = notation.layout.sizes[layer - 1]!;
  const bias = layerParameters(network, layer).b[j]!;
  const inside = product(valueOf("w", layer, to, from), valueOf("a", layer - 1, from));
  const b = valueOf("b", layer, to);
  const indices = { [to]: j };
  const values = Float64Array.from({ length: size + 1 }, (_, k) => (k < size ? weightOf(pass, layer, j, k) * a[layer - 1]![k]! : bias));
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
        () => [
          factor(valueOf("w", layer, to, from), k, weightOf(pass, layer, j, k)),
          factor(valueOf("a", layer - 1, from), k, a[layer - 1]![k]!),
        ],
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

/** a_j^(l) = sigma(z_j^(l)), or p_i = exp(z_i) / sum_j exp(z_j) of a softmax. */
export function activationNode(pass: ExamplePass, layer: number, j: number): Derivation {
  const { notation, a } = pass;
  const name = notation.activation(layer);
  const [to] = lettersOf(notation, "z", layer) as [string];
  const z = valueOf("z", layer, to);
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
