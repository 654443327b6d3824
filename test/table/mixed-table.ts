import type { RawRow } from "../../src/table/source.js";
import { createRandom, STREAM } from "../../src/base/random.js";

const TOWNS = ["Bern", "Zug", "Chur", "Genf"];

/** Rows with every kind of column, with gaps, and targets that follow from them. */
export function mixedTable(rows: number, seed = 7): RawRow[] {
  const random = createRandom(seed, STREAM.sample, 9);
  return Array.from({ length: rows }, (_, row) => {
    const size = 100 * random.normal();
    const town = random.below(TOWNS.length);
    const code = Math.floor(random.uniform() * random.uniform() * 30);
    const member = random.uniform() < 0.3;
    const day = `20${10 + random.below(9)}-0${1 + random.below(9)}-1${random.below(10)}`;
    const y = size / 50 + town + (code % 3) + (member ? 1 : 0) + random.normal() / 4;
    return {
      size: random.uniform() < 0.1 ? null : size,
      weight: 7 + random.normal(),
      town: random.uniform() < 0.1 ? "" : TOWNS[town]!,
      code: `k${code}`,
      old: row % 7 < 3,
      member: random.uniform() < 0.05 ? null : member,
      day: random.uniform() < 0.05 ? null : day,
      house: `h${row % 17}`,
      y: row % 29 === 0 ? null : y,
      kind: y > 2 ? "high" : y > 0 ? "middle" : "low",
    };
  });
}
