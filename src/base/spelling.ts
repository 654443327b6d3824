/** Edit distance between two words: insertions, deletions, substitutions (Levenshtein 1966). */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}

/** The name closest to `word`, or undefined where nothing is close enough to be a slip of the fingers. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 2)) + 1;
  for (const name of names) {
    const d = distance(word.toLowerCase(), name.toLowerCase());
    if (d < bestDistance) [best, bestDistance] = [name, d];
  }
  return best;
}

/** The closing words of an error about an unknown name: the nearest one, or nothing. */
export function suggestion(word: unknown, names: readonly string[]): { hint?: string } {
  const name = typeof word === "string" ? nearest(word, names) : undefined;
  return name === undefined ? {} : { hint: `Did you mean "${name}"?` };
}
