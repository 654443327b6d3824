import type { Dataset } from "../data/dataset.js";

/**
 * Groups of rows whose inputs are the same numbers.
 *
 * @returns lists of at least two row numbers, ascending
 */
export function sameRows({ inputs, columns, rowCount }: Dataset): number[][] {
  const width = columns.length;
  const words = new Uint32Array(2);
  const number = new Float64Array(words.buffer);
  const bytes = inputs instanceof Uint8Array;
  const hashOf = (row: number): number => {
    let hash = 0x811c9dc5;
    for (let i = row * width; i < (row + 1) * width; i++) {
      if (bytes) hash = Math.imul(hash ^ inputs[i]!, 0x01000193);
      else {
        // + 0 makes one of 0 and -0.
        number[0] = inputs[i]! + 0;
        hash = Math.imul(Math.imul(hash ^ words[0]!, 0x01000193) ^ words[1]!, 0x85ebca6b);
        hash ^= hash >>> 15;
      }
    }
    return hash;
  };
  const isSame = (p: number, q: number): boolean => {
    for (let k = 0; k < width; k++) if (inputs[p * width + k] !== inputs[q * width + k]) return false;
    return true;
  };
  // Rows of one hash, each a list of its groups.
  const first = new Map<number, number>();
  const collided = new Map<number, number[][]>();
  for (let row = 0; row < rowCount; row++) {
    const hash = hashOf(row);
    const before = first.get(hash);
    if (before === undefined) {
      first.set(hash, row);
      continue;
    }
    const groups = collided.get(hash) ?? [[before]];
    collided.set(hash, groups);
    const group = groups.find(([leader]) => isSame(leader!, row));
    if (group === undefined) groups.push([row]);
    else group.push(row);
  }
  return [...collided.values()].flat().filter((group) => group.length > 1);
}
