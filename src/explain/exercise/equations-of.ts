import type { Network } from "../../network/network.js";
import type { Derivation } from "../derivation/derivation.js";
import { explain } from "../explain.js";
import { expressionText } from "../render/expression-text.js";
import { tape, type TapeStep } from "../tape.js";
import type { DrawnExample, Problem } from "./problem.js";

/** The general equations of the forward pass and the cost, layer by layer. */
export function forwardEquations(network: Network, example: DrawnExample): string[] {
  const steps = stepsOf(network, example);
  const first = (phase: TapeStep["phase"], layer: number, symbol: string): Derivation[] =>
    steps
      .filter((step) => step.phase === phase && step.layer === layer && step.derivation.symbol.startsWith(symbol))
      .slice(0, 1)
      .map(({ derivation }) => derivation);
  const layers = Array.from({ length: network.layout.depth - 1 }, (_, at) => at + 2);
  return equationLines([
    ...layers.flatMap((layer) => [...first("forward", layer, "z"), ...first("forward", layer, "a")]),
    ...first("cost", network.layout.depth, "Cost"),
  ]);
}

/** The general equations back from the cost, as far as the sheet asks. */
export function backwardEquations({ network, example, output, hidden }: Problem): string[] {
  const L = network.layout.depth;
  const of = (quantity: string): Derivation => explain({ network }, example, quantity);
  const slope = (layer: number): Derivation[] =>
    stepsOf(network, example)
      .filter((step) => step.phase === "backward" && step.layer === layer && step.derivation.symbol.startsWith("da_"))
      .slice(0, 1)
      .map(({ derivation }) => derivation);
  return equationLines([
    of(`a${L}[0]`),
    ...slope(L),
    ...coupledSteps(of(`z${L}[0]`)),
    of(output.weight),
    of(output.bias),
    ...hidden.flatMap(({ activation, weight, bias }, at) => [of(activation), ...slope(L - 1 - at), of(weight), of(bias)]),
  ]);
}

/** Of a softmax: dCost/dz_i, and da_j/dz_i for i = j and for i other than j. */
function coupledSteps(dCost_dz: Derivation): Derivation[] {
  if (dCost_dz.kind !== "sum") return [];
  const slopes = [0, 1].filter((j) => j < dCost_dz.terms.length).flatMap((j) => dCost_dz.terms.at(j));
  return [dCost_dz, ...slopes.flatMap((term) => (term.kind === "product" ? term.factors.slice(-1) : []))];
}

function stepsOf(network: Network, example: DrawnExample): TapeStep[] {
  const walk = tape({ network }, example);
  return Array.from({ length: walk.length }, (_, index) => walk.at(index));
}

/** Equations one below the other, their signs in one column: number, left side, lines. */
function equationLines(derivations: readonly Derivation[]): string[] {
  const numbered = derivations.some(({ equation }) => equation !== undefined);
  const width = Math.max(...derivations.map(({ symbol }) => symbol.length));
  return derivations.flatMap(({ kind, equation = "", symbol, written, note, indices }) => {
    const { i, j } = indices;
    const when = i === undefined || j === undefined ? undefined : i === j ? "for i = j" : "otherwise";
    // What sigma is stands where sigma itself is written down.
    const meaning = when ?? (kind === "value" ? note : undefined);
    return written.general.map((line, at) => {
      const head = `${numbered ? (at === 0 ? equation : "").padEnd(5) : ""}${(at === 0 ? symbol : "").padEnd(width)}`;
      return `${head} = ${expressionText(line)}${at === 0 && meaning !== undefined ? `      (${meaning})` : ""}`;
    });
  });
}
