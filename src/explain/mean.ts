import type { ExampleList } from "../reference/batch.js";
import type { ReferenceNetwork } from "../reference/forward.js";
import { type Derivation, productNode, type SumDerivation, sumNode, valueNode } from "./derivation.js";
import { type Equation, equationOf, lettersOf, type Notation } from "./equations.js";
import { type DerivativeExpression, type Expression, fraction, number, product } from "./expression.js";
import { addition, costDerivative, derivativeOf } from "./nodes.js";
import { type ExamplePass, passOf } from "./pass.js";
import type { Quantity } from "../network/names.js";

/**
 * The derivative of the mean cost of several examples: 1/n sum_e dCost_e/dw, one term an example. Each term opens into 1/n
 * and the derivation of its own example, whose numbers are computed again then, since those of a whole data set fill gigabytes.
 *
 * @returns the derivation, and the mean cost
 */
export function meanDerivation(
  network: ReferenceNetwork,
  notation: Notation,
  examples: ExampleList,
  quantity: Quantity,
): { derivation: SumDerivation; cost: number } {
  const count = examples.length;
  const { kind, layer, indices } = quantity;
  const ownPass = (index: number): ExamplePass => {
    const example = examples.at(index)!;
    return passOf(network, example, notation, example.row ?? index);
  };
  const own = (index: number): Derivation => costDerivative(ownPass(index), quantity);
  const values = new Float64Array(count);
  let cost = 0;
  for (let index = 0; index < count; index++) {
    const pass = ownPass(index);
    values[index] = derivativeOf(pass, quantity) / count;
    cost += pass.cost;
  }

  const letters = lettersOf(notation, kind, layer);
  const bindings = Object.fromEntries(letters.map((letter, at) => [letter, indices[at]!]));
  const equation: Equation = equationOf(notation, kind, layer);
  const ofExample = (example: string | number): DerivativeExpression => ({ ...equation.left, of: { kind: "cost", example } });
  const share = fraction(number(1), number(count));
  const lines: readonly Expression[] = [
    product(fraction(number(1), { kind: "letter", name: "n" }), { kind: "sum", index: "e", size: count, body: ofExample("e") }),
  ];
  const shareNode = (): Derivation =>
    valueNode({
      left: fraction(number(1), { kind: "letter", name: "n" }),
      indices: {},
      value: 1 / count,
      general: () => [],
      numbers: () => [share],
    });

  const derivation = sumNode(
    {
      left: equation.left,
      indices: bindings,
      value: values.reduce((sum, value) => sum + value, 0),
      note: `the mean over ${count} examples${equation.number === undefined ? "" : `, each of them by ${equation.number}`}`,
      general: () => lines,
      numbers: () => [addition({ length: count, values })],
    },
    () => ({
      length: count,
      values,
      at: (index) => {
        const row = examples.at(index)!.row ?? index;
        return productNode(
          {
            left: product(share, ofExample(row)),
            indices: { ...bindings, e: row },
            value: values[index]!,
            general: () => [],
            numbers: () => [product(share, number(values[index]! * count))],
          },
          () => [shareNode(), own(index)],
        );
      },
    }),
  );
  return { derivation, cost: cost / count };
}
