import { closest, distance } from "fastest-levenshtein";

/** The closing words of an error about an unknown name: the nearest one, if it is near enough to be meant. */
export function suggest(word: string, names: readonly string[]): { hint?: string } {
  if (names.length === 0) return {};
  const near = closest(word, names);
  return distance(word, near) <= Math.max(2, word.length / 2) ? { hint: `Did you mean "${near}"?` } : {};
}
