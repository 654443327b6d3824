import { expect, test } from "vitest";
import { createRowHashes } from "../../src/table/row-hash.js";

const hashesOf = (rows: readonly (readonly number[])[]): readonly (readonly [number, number])[] => {
  const hashes = createRowHashes(rows.length, rows[0]!.length);
  // In two parts, as rows come from a table that is streamed.
  const half = rows.length >> 1;
  hashes.add(Float64Array.from(rows.slice(0, half).flat()), half);
  hashes.add(Float64Array.from(rows.slice(half).flat()), rows.length - half);
  return rows.map((_, row) => [hashes.first[row]!, hashes.second[row]!]);
};

test("equal rows have equal hashes: 0 is -0, and a gap is a gap", () => {
  const [zero, minus, gap, otherGap] = hashesOf([
    [1, 0],
    [1, -0],
    [1, NaN],
    [1, -NaN],
  ]);
  expect(minus).toEqual(zero);
  expect(otherGap).toEqual(gap);
  expect(gap).not.toEqual(zero);
});

test("each of the two hashes tells other rows apart, as often as chance lets it", () => {
  const count = 20_000;
  const hashes = hashesOf(Array.from({ length: count }, (_, row) => [row % 141, Math.floor(row / 141), 0.5]));
  // Of n rows n^2 / 2^33 pairs share 32 bits on the average: here 0.05.
  for (const which of [0, 1] as const) expect(new Set(hashes.map((hash) => hash[which])).size).toBeGreaterThan(count - 5);
  expect(
    hashesOf([
      [1, 2],
      [2, 1],
    ])[0],
  ).not.toEqual(
    hashesOf([
      [1, 2],
      [2, 1],
    ])[1],
  );
});
