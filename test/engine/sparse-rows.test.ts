import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { isSparse, measureDensity, partsOf, writeEntries } from "../../src/engine/sparse-rows.js";

const table = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** Bytes of which a fifth is not 0, in runs, from `offset` on in their memory. */
function drawBytes(length: number, offset: number): Uint8Array {
  const random = createRandom(length + offset, 3);
  const values = new Uint8Array(length + offset).subarray(offset);
  for (let at = 0; at < length; at += 1 + random.below(20))
    for (let i = 0; i < 3 && at + i < length; i++) values[at + i] = random.below(256);
  return values;
}

describe("rows as their entries", () => {
  test.each([1, 2, 3, 4, 5, 7, 16, 37, 784].flatMap((n) => [0, 1, 2, 3].map((offset) => [n, offset] as const)))(
    "%d inputs a row, from byte %d on: each entry that is not 0, once, in order",
    (n, offset) => {
      const rows = 9;
      const values = drawBytes(n * rows, offset);
      const inputs = { kind: "bytes", values, table } as const;
      const density = measureDensity(inputs, n);
      const perInput = Array.from(
        { length: n },
        (_, k) => Array.from({ length: rows }, (_, row) => values[row * n + k]!).filter((x) => x !== 0).length,
      );
      expect([...density.perInput]).toEqual(perInput);
      for (const threads of [1, 3]) {
        const parts = partsOf(density, threads);
        const [starts, entries] = [new Uint32Array(rows * threads + 1), new Uint32Array(density.entries)];
        writeEntries(inputs, n, parts, starts, entries);
        const found = Array.from({ length: rows }, (_, row) =>
          Array.from(entries.subarray(starts[row * threads], starts[(row + 1) * threads]), (word) => [word >>> 10, (word & 1023) >>> 2]),
        );
        const expected = found.map((_, row) =>
          Array.from(values.subarray(row * n, (row + 1) * n), (x, k) => [k, x]).filter(([, x]) => x !== 0),
        );
        expect(found).toEqual(expected);
      }
    },
  );

  test("where 0 stands for another number, every input is an entry", () => {
    const inputs = { kind: "bytes", values: new Uint8Array(40), table: table.map((value) => value - 0.5) } as const;
    expect(measureDensity(inputs, 8).entries).toBe(40);
    expect(isSparse(measureDensity(inputs, 8), 40, 8)).toBe(false);
  });
});
