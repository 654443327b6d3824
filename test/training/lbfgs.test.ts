import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type NetworkInput, readDescription, widthsOf } from "../../src/network/description.js";
import { layoutOf } from "../../src/network/layout.js";
import { batchGradient } from "../../src/reference/batch.js";
import { type Evaluate, type Evaluated, LBFGS_START, lbfgsStep } from "../../src/training/lbfgs.js";
import { compare } from "../reference/compare.js";

// The paths of float64 PyTorch, an independent program: test/golden/make_lbfgs.py says what each field is.
interface GoldenPath {
  readonly network: NetworkInput;
  readonly rate: number;
  readonly history: number;
  readonly l2: number;
  readonly x: readonly (readonly number[])[];
  readonly y: readonly (readonly number[])[];
  readonly path: readonly (readonly number[])[];
}
const { cases } = JSON.parse(readFileSync(new URL("../golden/lbfgs.json", import.meta.url), "utf8")) as {
  readonly cases: readonly GoldenPath[];
};

async function pathOf({ network, rate, history, l2, x, y, path }: GoldenPath, kept = history): Promise<Float64Array[]> {
  const { description, weights } = readDescription(network);
  const layout = layoutOf(widthsOf(description));
  const examples = x.map((row, i) => ({ x: row, y: y[i]! }));
  const evaluate: Evaluate = (parameters) => {
    const { cost, gradient } = batchGradient({ description, layout, parameters }, examples);
    let penalty = 0;
    for (const { kind, offset, rows, columns } of layout.tensors) {
      if (kind !== "weight") continue;
      for (let i = offset; i < offset + rows * columns; i++) {
        penalty += (l2 / 2) * parameters[i]! ** 2;
        gradient[i]! += l2 * parameters[i]!;
      }
    }
    return Promise.resolve({ cost: cost + penalty, gradient });
  };
  let now: { x: Float64Array; at: Evaluated } = { x: weights!, at: await evaluate(weights!) };
  let state = LBFGS_START;
  const own: Float64Array[] = [];
  for (let step = 0; step < path.length; step++) {
    const next = await lbfgsStep(state, now.x, now.at, evaluate, rate, kept);
    ({ state } = next);
    now = next;
    own.push(now.x);
  }
  return own;
}

describe("L-BFGS goes PyTorch's way", () => {
  test.each(cases.map((golden, index) => [`case ${index}, ${golden.history} pairs, l2 ${golden.l2}`, golden] as const))(
    "%s",
    async (_title, golden) => {
      const own = await pathOf(golden);
      const far = golden.path.flatMap((expected, step) => (compare(own[step]!, expected, 1e-9).agrees ? [] : [step + 1]));
      expect(far).toEqual([]);
    },
  );

  test("not with other pairs", async () => {
    const own = await pathOf(cases[1]!, 10);
    expect(compare(own.at(-1)!, cases[1]!.path.at(-1)!, 1e-9).agrees).toBe(false);
  });
});

describe("a step", () => {
  const parabola: Evaluate = (x) =>
    Promise.resolve({ cost: 3 * (x[0]! - 2) ** 2 + (x[1]! + 1) ** 2, gradient: Float64Array.of(6 * (x[0]! - 2), 2 * (x[1]! + 1)) });

  test("finds the minimum of a parabola, and says when there is no way down", async () => {
    let x: Float64Array = Float64Array.of(10, 10);
    let at = await parabola(x);
    let state = LBFGS_START;
    let converged = false;
    for (let step = 0; step < 30 && !converged; step++) ({ x, at, state, converged } = await lbfgsStep(state, x, at, parabola, 1, 10));
    expect(converged).toBe(true);
    expect([...x].map((value) => value.toFixed(6))).toEqual(["2.000000", "-1.000000"]);
  });
});
