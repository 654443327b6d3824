import type { Quantity } from "../../network/names.js";
import type { Example } from "../../reference/batch.js";
import type { ReferenceNetwork } from "../../reference/forward.js";
import { type Derivation, type Parts, productNode, type SumDerivation, sumNode } from "./derivation.js";
import { encodingValueOf } from "./encoding-nodes.js";
import { equationOf } from "./equations.js";
import { BATCH_COST, derivative, type Expression, ROW, valueOf } from "./expression.js";
import { costDerivative } from "./nodes.js";
import { lettersOf, type Notation } from "./notation.js";
import { batchPasses, columnOf, type ExamplePass } from "./pass.js";
import { derivativeOf } from "./values.js";
import { addition } from "./writing.js";

/** Kinds of which every row has its own; the derivative is by all of them, moved together. */
const OF_ROWS: ReadonlySet<Quantity["kind"]> = new Set(["z", "zhat", "u", "a", "h"]);

/**
 * The derivative of the cost of a batch whose rows depend on each other through batch normalisation: a sum over its rows, as any
 * parameter acts in each of them. No row has a cost of its own here; dCost/dz of a normalised layer is a sum over the rows again.
 *
 * @returns the derivation, and the mean cost
 */
export function batchDerivation(
  network: ReferenceNetwork,
  notation: Notation,
  examples: readonly Example[],
  quantity: Quantity,
): { derivation: SumDerivation; cost: number } {
  const { kind, layer, indices, part } = quantity;
  const passes = batchPasses(network, examples, notation);
  const count = passes.length;
  const letters = lettersOf(notation, kind, layer);
  const own = Object.fromEntries(letters.map((letter, at) => [letter, indices[at]!]));
  // The place in a^(1) that an entry of a table goes to is the same in every row.
  const bindings = kind === "e" ? { ...own, [notation.letter(1)]: columnOf(passes[0]!, "e", part!).at + indices[1]! } : own;
  const values = Float64Array.from(passes, (pass) => derivativeOf(pass, quantity));
  // The mean of the batch takes out again what moves all z of a unit alike.
  const takenOut = (kind === "b" || kind === "z") && notation.parts[layer]!.normalisation === "rows";
  const rows = (body: Expression): Expression => ({ kind: "sum", index: ROW, size: count, through: notation.rows!, body });
  const lines = (): readonly Expression[] => {
    if (OF_ROWS.has(kind) || kind === "e" || kind === "f") {
      const [first] = passes as readonly [ExamplePass];
      const { written } = costDerivative(first, quantity);
      return [rows(OF_ROWS.has(kind) ? written.left : written.general[0]!)];
    }
    return equationOf(notation, kind, layer).lines.map(rows);
  };
  const parts = (): Parts => ({
    left: derivative(BATCH_COST, kind === "e" || kind === "f" ? encodingValueOf(kind, part!) : valueOf(kind, layer, ...letters)),
    indices: bindings,
    note: takenOut
      ? "a sum over the rows of the batch: its mean takes out what moves every z of a unit alike, so that the derivative is exactly 0"
      : `a sum over the ${count} row${count === 1 ? "" : "s"} of the batch`,
    general: lines(),
    numbers: () => [addition({ length: count, values })],
  });
  const derivation = sumNode(takenOut ? 0 : values.reduce((sum, value) => sum + value, 0), parts, () => ({
    length: count,
    values,
    at: (index) => ofRowAlone(passes[index]!, quantity),
  }));
  return { derivation, cost: passes.reduce((sum, { cost }) => sum + cost, 0) };
}

/** What a row has of the derivative: that by its own value, or the product in which the parameter acts there. */
function ofRowAlone(pass: ExamplePass, quantity: Quantity): Derivation {
  const { kind, layer } = quantity;
  const own = costDerivative(pass, quantity);
  if (OF_ROWS.has(kind)) return own;
  const parts = (): Parts => {
    const { written, indices, note } = own;
    const left = kind === "e" || kind === "f" ? written.general[0]! : equationOf(pass.notation, kind, layer).chain!;
    return { left, indices, note, general: written.general, numbers: () => written.numbers };
  };
  if (own.kind === "product") return productNode(own.value, parts, () => own.factors);
  if (own.kind === "sum") return sumNode(own.value, parts, () => own.terms);
  throw new TypeError(`${own.name} opens into nothing`);
}
