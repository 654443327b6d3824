import { readFileSync } from "node:fs";

// Metrics by scikit-learn, an independent program: test/golden/make_metrics.py says what each field is.
export type Numbers = Readonly<Record<string, unknown>>;

/** What a case says of its rows, and of the same rows with weights. */
type Weighed<C, M> = C & M & { readonly weighed: M & { readonly weights: readonly number[] } };

interface Classes {
  readonly classes: number;
  readonly actual: readonly number[];
  readonly predicted: readonly number[];
}

interface ClassNumbers {
  readonly confusion: readonly (readonly number[])[];
  readonly precision: readonly number[];
  readonly recall: readonly number[];
  readonly f1: readonly number[];
  readonly support: readonly number[];
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  readonly matthews: number;
  readonly macro: Numbers;
  readonly micro: Numbers;
  readonly weighted: Numbers;
}

interface Values {
  readonly actual: readonly number[];
  readonly predicted: readonly number[];
}

interface Scores {
  readonly width: number;
  readonly actual: readonly number[];
  readonly scores: readonly number[];
}

interface ScoreNumbers {
  readonly rank: Numbers & { readonly topK: readonly number[] };
  readonly probabilities?: Numbers;
}

interface Labels {
  readonly labels: number;
  readonly actual: readonly number[];
  readonly predicted: readonly number[];
}

export const golden = JSON.parse(readFileSync(new URL("../../golden/metrics.json", import.meta.url), "utf8")) as {
  readonly classification: readonly Weighed<Classes, ClassNumbers>[];
  readonly regression: readonly Weighed<Values, Numbers>[];
  readonly scores: readonly Weighed<Scores, ScoreNumbers>[];
  readonly labels: readonly Weighed<Labels, Numbers>[];
};

/** The numbers of each case without and with weights, as rows of a table of tests. */
export function casesOf<C, M>(
  list: readonly Weighed<C, M>[],
): [title: string, value: C, numbers: M, weights: readonly number[] | undefined][] {
  return list.flatMap((value, i): [string, C, M, readonly number[] | undefined][] => [
    [`${i}`, value, value, undefined],
    [`${i}, weighed`, value, value.weighed, value.weighed.weights],
  ]);
}

/**
 * Every number of `wanted`, at any depth, that `got` does not have to 1e-12 of the larger; null is NaN or null. An empty list is
 * agreement.
 */
export function differences(got: unknown, wanted: unknown, path = ""): string[] {
  if (typeof wanted === "object" && wanted !== null) {
    if (Array.isArray(wanted) && (got as ArrayLike<unknown>).length !== wanted.length) return [`${path}.length`];
    return Object.entries(wanted).flatMap(([name, value]) => differences((got as Numbers)[name], value, `${path}.${name}`));
  }
  const agrees =
    wanted === null
      ? got === null || Number.isNaN(got)
      : typeof wanted === "number" && typeof got === "number" && Math.abs(got - wanted) <= 1e-12 * Math.max(1, Math.abs(wanted));
  return agrees ? [] : [`${path}: got ${String(got)}, wanted ${String(wanted)}`];
}
