import { describe, expect, test } from "vitest";
import { createRandom } from "../../../src/base/random.js";
import { rankingReport, topKAccuracy, topShares } from "../../../src/training/metrics/ranking.js";
import { caught, said } from "../caught.js";
import { casesOf, differences, golden } from "./golden.js";

describe("scores as in scikit-learn", () => {
  test.each(casesOf(golden.scores))("case %s", (_title, { actual, scores }, { rank: { topK, ...report } }, weights) => {
    expect(differences(rankingReport(actual, scores, weights), report)).toEqual([]);
    expect(
      differences(
        topK.map((_, i) => topKAccuracy(actual, scores, i + 1, weights)),
        topK,
      ),
    ).toEqual([]);
  });
});

/** Some rows of three classes, with many equal scores. */
function drawn(rows: number, seed: number): { actual: number[]; scores: number[]; weights: number[] } {
  const random = createRandom(seed, 303);
  const draw = (below: number): number => Math.floor(below * random.uniform());
  return {
    actual: Array.from({ length: rows }, () => draw(3)),
    scores: Array.from({ length: rows * 3 }, () => draw(9) - 4),
    weights: Array.from({ length: rows }, () => draw(4)),
  };
}

describe("laws of ranking", () => {
  test.each([1, 2, 3, 4, 5])("the area is the share of pairs in order, equal ones counting half (seed %i)", (seed) => {
    const { actual, scores } = drawn(40, seed);
    const areas = [0, 1, 2].map((c) => {
      let [order, pairs] = [0, 0];
      actual.forEach((a, i) =>
        actual.forEach((b, j) => {
          if (a !== c || b === c) return;
          const [own, other] = [scores[i * 3 + c]!, scores[j * 3 + c]!];
          order += own > other ? 1 : own === other ? 0.5 : 0;
          pairs += 1;
        }),
      );
      return order / pairs;
    });
    expect(rankingReport(actual, scores).rocAuc).toBeCloseTo(areas.reduce((a, b) => a + b) / 3, 12);
  });

  test.each([1, 2, 3])("only the order of the scores matters (seed %i)", (seed) => {
    const { actual, scores, weights } = drawn(50, seed);
    const moved = scores.map((score) => 1e6 + 7 * score ** 3);
    expect(rankingReport(actual, moved, weights)).toEqual(rankingReport(actual, scores, weights));
    expect(topKAccuracy(actual, moved, 2)).toBe(topKAccuracy(actual, scores, 2));
  });

  test.each([1, 2, 3])("a weight of n is n rows, and the order of rows does not matter (seed %i)", (seed) => {
    const { actual, scores, weights } = drawn(30, seed);
    const rows = weights.flatMap((weight, row) => new Array<number>(weight).fill(row)).reverse();
    const repeated = [rows.map((row) => actual[row]!), rows.flatMap((row) => scores.slice(3 * row, 3 * row + 3))] as const;
    const weighted = rankingReport(actual, scores, weights);
    const report = rankingReport(...repeated);
    expect(differences(weighted, report)).toEqual([]);
    expect(topKAccuracy(actual, scores, 2, weights)).toBeCloseTo(topKAccuracy(...repeated, 2), 12);
  });

  test("of two classes one column says what two do", () => {
    const actual = [0, 1, 1, 0, 1];
    const p = [0.25, 0.75, 0.5, 0.5, 0.125];
    const both = p.flatMap((value) => [1 - value, value]);
    expect(rankingReport(actual, p)).toEqual(rankingReport(actual, both));
  });

  test("the k-th share is at least the one before, and the last is 1", () => {
    const { actual, scores } = drawn(60, 9);
    for (const later of [true, false]) {
      const shares = topShares(actual, scores, later);
      expect(shares).toHaveLength(3);
      expect(shares[0]! <= shares[1]! && shares[1]! <= shares[2]!).toBe(true);
      expect(shares[2]).toBe(1);
    }
  });
});

describe("scores by hand", () => {
  test("among equals the first or the last class goes first", () => {
    expect(topShares([0, 1, 2], new Array<number>(9).fill(5), true)).toEqual([1 / 3, 2 / 3, 1]);
    expect(topShares([0, 0, 2], new Array<number>(9).fill(5), true)).toEqual([1 / 3, 1 / 3, 1]);
    expect(topShares([0, 0, 2], new Array<number>(9).fill(5), false)).toEqual([2 / 3, 2 / 3, 1]);
  });

  test("k beyond the classes is every row", () => {
    expect(topKAccuracy([0, 1], [1, 0, 0, 1, 0, 0], 4)).toBe(1);
  });

  test("what is not defined is NaN: a class without rows, or with all of them", () => {
    expect(rankingReport([1, 1], [0.2, 0.9])).toEqual({ rocAuc: NaN, rocAucWeighted: NaN, averagePrecision: 1 });
    expect(rankingReport([0, 0], [0.2, 0.9])).toEqual({ rocAuc: NaN, rocAucWeighted: NaN, averagePrecision: 0 });
    const { rocAuc, rocAucWeighted } = rankingReport([0, 1, 0], [9, 1, 1, 1, 9, 2, 9, 2, 1]);
    expect([rocAuc, rocAucWeighted]).toEqual([NaN, 1]);
  });

  test.each([NaN, Infinity, -Infinity])("a score of %s is not ranked but makes the report NaN", (score) => {
    const { rocAuc, averagePrecision } = rankingReport([0, 1, 0, 1], [0.1, 0.8, score, 0.9]);
    expect([rocAuc, averagePrecision]).toEqual([NaN, NaN]);
  });

  test("-0 and 0 are equal", () => {
    expect(rankingReport([0, 1, 0, 1], [0, -0, -0, 0]).rocAuc).toBe(0.5);
  });

  test("lengths that do not fit are refused", () => {
    expect(said(caught(() => rankingReport([0, 1], [1, 2, 3])))).toMatchObject({ code: "E_USAGE", where: "scores", got: "3" });
    expect(said(caught(() => rankingReport([0, 1], [1, 2], [1])))).toMatchObject({ code: "E_USAGE", where: "weights", got: "1" });
    expect(said(caught(() => topKAccuracy([0, 1], [1], 1)))).toMatchObject({ code: "E_USAGE", where: "scores" });
  });

  test("the work grows as rows * log rows: pairs of 400,000 rows would take minutes", () => {
    const random = createRandom(1, 303);
    const actual = Array.from({ length: 400_000 }, () => Number(random.uniform() < 0.5));
    const start = performance.now();
    const { rocAuc } = rankingReport(
      actual,
      actual.map((y) => y + random.uniform()),
    );
    expect(rocAuc).toBe(1);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
