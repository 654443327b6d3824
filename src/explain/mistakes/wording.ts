import { equationOf } from "../derivation/equations.js";
import { outputsOf } from "../derivation/notation.js";
import { equationNumber } from "../derivation/numbering.js";
import { expressionText } from "../render/expression-text.js";
import type { Batch } from "./batch.js";
import type { Scope, Use } from "./pass-back.js";
import type { Made } from "./recognise.js";
import { named, type Words } from "./variant.js";

/** What the formula of a use gives the derivative by: the way back from layer l gives dCost/da of the layer before. */
function quantityOf(use: Use, layer: number): readonly ["w" | "b" | "a", number] {
  return use === "a" ? ["a", layer - 1] : [use, layer];
}

export function equationAt({ network }: Batch, use: Use, layer: number): string {
  return equationNumber(...quantityOf(use, layer), network.layout)!;
}

/** The equations that a mistake sits in, from the output back, each once. Training needs no derivatives of the inputs. */
export function equationsIn(batch: Batch, { layers, uses }: Scope): string[] {
  const needed = (use: Use, layer: number): boolean => uses.length === 1 || quantityOf(use, layer)[1] > 1;
  return [...new Set(layers.flatMap((layer) => uses.filter((use) => needed(use, layer)).map((use) => equationAt(batch, use, layer))))];
}

/** The layers whose derivatives a mistake is made in. */
export function layersIn({ layers, uses }: Scope): number[] {
  return layers.map((layer) => quantityOf(uses[0]!, layer)[1]);
}

/** The right form of the first equation that a mistake sits in: `dCost/dw_jk^(4) = (2 a_j^(4) - 2 y_j) * ...` */
export function rightForm({ notation }: Batch, { variant, scope }: Made): string {
  if (variant.right !== undefined) return variant.right;
  const { left, steps } = equationOf(notation, ...quantityOf(scope.uses[0]!, scope.layers[0]!));
  return `${expressionText(left)} = ${expressionText(steps.at(-1)!)}`;
}

/** What a mistake is, where it sits, and what comes of it, in plain English. */
export function sentenceOf(batch: Batch, made: Made): string {
  const { variant, scope } = made;
  const words = wordsOf(batch, scope.layers[0]!);
  const what = `${placeOf(batch, scope, variant.uses.length)}, ${variant.wrong(words)}`;
  if (variant.effect === undefined) return `${what}. Right is ${rightForm(batch, made)}.`;
  const carriedOn = variant.steps.share === undefined && scope.layers[0] === batch.depth;
  const everything = scope.uses.length === variant.uses.length && (carriedOn || scope.layers.length === batch.depth - 1);
  return `${what}: ${everything ? "every derivative is" : "what comes of it is"} ${variant.effect(words)}.`;
}

function wordsOf({ notation, depth, sizes, rows }: Batch, layer: number): Words {
  const { cost, coupled, letter } = notation;
  const [to, from] = [letter(layer), letter(layer - 1)];
  const output = outputsOf(notation, letter(depth));
  const outer = cost.simplified === undefined ? equationOf(notation, "a", depth).steps.at(-1)! : cost.simplified(...output);
  const slope = coupled && layer === depth ? `da_j^(${depth})/dz_${to}^(${depth})` : `sigma'(${named("z", to, layer)})`;
  return { layer, depth, to, from, outer: expressionText(outer), slope, examples: rows.length, outputs: sizes[depth]! };
}

/** "In (1)", "In (5) of layer 3 alone", "In every hidden layer, from (4) on" */
function placeOf(batch: Batch, scope: Scope, natural: number): string {
  const { layers, uses } = scope;
  const { depth } = batch;
  const equations = listText(equationsIn(batch, scope));
  const alone = uses.length < natural;
  if (natural === 1 || (uses.length === 1 && uses[0] === "a")) {
    return layers.length > 1 ? `In ${equations}` : `In ${equations}${ofLayer(batch, scope)}${alone ? " alone" : ""}`;
  }
  const start = equationAt(batch, uses[0]!, layers[0]!);
  if (layers.length === 1) {
    const numbers = alone ? equations : start;
    return `In ${numbers}${ofLayer(batch, scope)}${alone ? (uses.length > 1 ? ", but not on the way back" : " alone") : ""}`;
  }
  const every =
    layers.length === depth - 1 ? "every layer" : layers[0] === depth - 1 ? "every hidden layer" : `layers ${layers.join(", ")}`;
  return `In ${alone ? `${usesText(uses)} of ` : ""}${every}, from ${start} on`;
}

/** The output and (3) have their layer by their number. */
function ofLayer({ depth }: Batch, { layers, uses }: Scope): string {
  return layers[0] === depth ? "" : ` of layer ${quantityOf(uses[0]!, layers[0]!)[1]}`;
}

function usesText(uses: readonly Use[]): string {
  return uses.length > 1 ? "the derivatives themselves" : uses[0] === "w" ? "the weights' derivatives" : "the biases' derivatives";
}

/** "(1), (4) and (7)" */
function listText(items: readonly string[]): string {
  return items.join(", ").replace(/, ([^,]*)$/, " and $1");
}
