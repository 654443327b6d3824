import type { Layout } from "../../network/layout.js";
import type { DenseKind } from "../../network/names.js";

/**
 * The number of the equation that gives a derivative of the cost, or undefined where it is a part of one. The eight are
 * written for four layers; they keep their numbers in any network: (1), (2) at the output, (3) to (5) at the last hidden
 * layer, (6) to (8) at every layer before it.
 */
export function equationNumber(kind: DenseKind, layer: number, { depth }: Pick<Layout, "depth">): string | undefined {
  const fromOutput = depth - layer;
  switch (kind) {
    case "w":
      return ["(1)", "(4)"][fromOutput] ?? "(7)";
    case "b":
      return ["(2)", "(5)"][fromOutput] ?? "(8)";
    case "a":
      return fromOutput === 0 ? undefined : fromOutput === 1 ? "(3)" : "(6)";
    case "z":
      return undefined;
  }
}

/**
 * The letter that counts the neurons of a layer, from the output back: j, k, m, t, s, r, q, i1, i2, ... The outputs of a
 * softmax are counted by i, since j is the letter of the sum inside them.
 */
export function letterOf(layer: number, { depth }: Pick<Layout, "depth">, coupled: boolean): string {
  const fromOutput = depth - layer;
  if (fromOutput === 0 && coupled) return "i";
  return LETTERS[fromOutput] ?? `i${fromOutput - LETTERS.length + 1}`;
}

const LETTERS = ["j", "k", "m", "t", "s", "r", "q"];
