import { type Derivation, type Expression } from "chainrule/explain";
import { derivativesOf } from "./target.js";

// Keys of the parts of the path graph. A neuron is "3[7]"; whether its z, its a or what it hands on is meant makes no difference there.

type ValueExpression = Extract<Expression, { kind: "value" }>;

export const COST_KEY = "cost";
export const neuronKey = (layer: number, neuron: number): string => `${layer}[${neuron}]`;
export const edgeKey = (from: string, to: string): string => `${from}>${to}`;
/** Everything behind a neuron, up to the cost. */
export const beyondKey = (from: string): string => `${from}>>`;

/** What a factor or a term is about in the graph. */
export function marksOf(derivation: Derivation): string[] {
  return derivativesOf(derivation).flatMap(({ of, by }) => {
    if (of.kind === "cost") return [...ofValue(by), ...ofValue(by).map(beyondKey)];
    const to = ofValue(of);
    switch (by.of) {
      case "w":
      case "a":
      case "h": {
        const from = by.of === "w" ? neuronKey(by.layer - 1, Number(by.indices[1])) : ofValue(by)[0]!;
        return from === to[0] ? to : to.map((key) => edgeKey(from, key));
      }
      case "b":
        return to.map((key) => edgeKey("b", key));
      default:
        return to;
    }
  });
}

function ofValue({ layer, indices, of }: ValueExpression): string[] {
  if (of === "w" || of === "b") return [neuronKey(layer, Number(indices[0]))];
  return indices.length === 1 ? [neuronKey(layer, Number(indices[0]))] : [];
}
