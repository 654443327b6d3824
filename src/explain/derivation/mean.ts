import type { Quantity } from "../../network/names.js";
import type { ExampleList } from "../../reference/batch.js";
import type { ReferenceNetwork } from "../../reference/forward.js";
import { type Derivation, type Parts, productNode, type SumDerivation, sumNode, valueNode } from "./derivation.js";
import { encodingLeft } from "./encoding-nodes.js";
import { equationOf } from "./equations.js";
import { type DerivativeExpression, fraction, number, product } from "./expression.js";
import { costDerivative } from "./nodes.js";
import { lettersOf, type Notation } from "./notation.js";
import { type ExamplePass, passOf } from "./pass.js";
import { derivativeOf } from "./values.js";
import { addition } from "./writing.js";

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

  const { kind, layer, indices } = quantity;
  const equation =
    kind === "e" || kind === "f" ? { left: encodingLeft(notation, quantity), number: undefined } : equationOf(notation, kind, layer);
  const bindings = Object.fromEntries(lettersOf(notation, kind, layer).map((letter, at) => [letter, indices[at]!]));
  const ofExample = (example: string | number): DerivativeExpression => ({ ...equation.left, of: { kind: "cost", example } });
  const share = fraction(number(1), number(count));
  const shareInGeneral = fraction(number(1), { kind: "letter", name: "n" });
  const parts = (): Parts => ({
    left: equation.left,
    indices: bindings,
    note: `the mean over ${count} examples${equation.number === undefined ? "" : `, each of them by ${equation.number}`}`,
    general: [product(shareInGeneral, { kind: "sum", index: "e", size: count, body: ofExample("e") })],
    numbers: () => [addition({ length: count, values })],
  });
  const term = (index: number): Derivation => {
    const row = examples.at(index)!.row ?? index;
    return productNode(
      values[index]!,
      () => ({
        left: product(share, ofExample(row)),
        indices: { ...bindings, e: row },
        general: [],
        numbers: () => [product(share, number(values[index]! * count))],
      }),
      () => [valueNode(1 / count, () => ({ left: shareInGeneral, indices: {}, general: [], numbers: () => [share] })), own(index)],
    );
  };
  const derivation = sumNode(
    values.reduce((sum, value) => sum + value, 0),
    parts,
    () => ({ length: count, values, at: term }),
  );
  return { derivation, cost: cost / count };
}
