import { describe, expect, test } from "vitest";
import { calibrationVerdict } from "../../src/diagnose/calibration.js";
import { classVerdicts } from "../../src/diagnose/classes.js";
import { conflictVerdict } from "../../src/diagnose/conflicting-labels.js";
import { duplicateVerdict } from "../../src/diagnose/duplicate-units.js";
import { type FitFacts, fitVerdicts } from "../../src/diagnose/fit.js";
import { gradientVerdicts } from "../../src/diagnose/gradients.js";
import { inputVerdicts } from "../../src/diagnose/inputs.js";
import { worstRows } from "../../src/diagnose/mistakes.js";
import { overfittingVerdict } from "../../src/diagnose/overfitting.js";
import type { LayerPass } from "../../src/diagnose/passes.js";
import { similarGroups } from "../../src/diagnose/similar.js";
import { suspiciousVerdict } from "../../src/diagnose/suspicious-labels.js";
import { DIAGNOSIS_THRESHOLDS as limits } from "../../src/diagnose/thresholds.js";
import { type FlatUnits, flatUnits, unitVerdicts } from "../../src/diagnose/units.js";
import { updateVerdicts } from "../../src/diagnose/update-ratio.js";
import type { Severity, Verdict } from "../../src/diagnose/verdict.js";
import type { ActivationName } from "../../src/network/activations.js";
import { WHY_THRESHOLDS } from "../../src/explain/why.js";

// Every threshold just above and just below.

const OVER = 1 + 1e-9;
const UNDER = 1 - 1e-9;

/** Severity of the first verdict of a kind, or "none". */
function severityOf(verdicts: readonly Verdict[], kind: Verdict["kind"]): Severity | "none" {
  return verdicts.find((verdict) => verdict.kind === kind)?.severity ?? "none";
}

/** Severities just below and just above a limit. */
function around(limit: number, kind: Verdict["kind"], verdictsAt: (value: number) => readonly Verdict[]): [string, string] {
  const [low, high] = limit > 0 ? [UNDER, OVER] : [OVER, UNDER];
  return [severityOf(verdictsAt(limit * low), kind), severityOf(verdictsAt(limit * high), kind)];
}

test("what `why` has a threshold for has the same here", () => {
  expect(limits.largeDerivative.warn).toBe(WHY_THRESHOLDS.large);
  expect(limits.unscaled.bad).toBe(WHY_THRESHOLDS.large);
  expect(limits.silent).toBe(WHY_THRESHOLDS.silent);
  expect(limits.right).toBe(WHY_THRESHOLDS.right);
});

describe("derivatives", () => {
  const layer = (l: number, dCost_dw: number, dCost_da = 0.1): Parameters<typeof gradientVerdicts>[0][number] => ({
    ...{ layer: l, dCost_dw, dCost_da, input: 1 },
  });
  const two = (ratio: number): Verdict[] => gradientVerdicts([layer(2, ratio), layer(3, 1)], 1);
  /** Seven layers whose neighbours differ by the same factor. */
  const deep = (ratio: number): Verdict[] =>
    gradientVerdicts(
      Array.from({ length: 7 }, (_, index) => layer(index + 2, ratio ** ((6 - index) / 6))),
      1,
    );

  test("vanishing from one layer to the next", () => {
    expect(around(limits.vanishing.warn, "vanishing-gradient", two)).toEqual(["warn", "none"]);
    expect(around(limits.vanishing.bad, "vanishing-gradient", two)).toEqual(["bad", "warn"]);
  });

  test("vanishing over the whole depth", () => {
    expect(around(limits.vanishingOverall.warn, "vanishing-gradient", deep)).toEqual(["warn", "none"]);
    expect(around(limits.vanishingOverall.bad, "vanishing-gradient", deep)).toEqual(["bad", "warn"]);
  });

  test("the whole depth counts where it is worse than any neighbours", () => {
    const [verdict] = gradientVerdicts([layer(2, 0.0004), layer(3, 0.02), layer(4, 1)], 1);
    expect(verdict).toMatchObject({ severity: "bad", where: { layers: [2] }, value: 0.0004, threshold: limits.vanishingOverall.bad });
  });

  test("exploding from one layer to the next", () => {
    expect(around(limits.exploding.warn, "exploding-gradient", two)).toEqual(["none", "warn"]);
    expect(around(limits.exploding.bad, "exploding-gradient", two)).toEqual(["warn", "bad"]);
  });

  test("exploding over the whole depth", () => {
    expect(around(limits.explodingOverall.warn, "exploding-gradient", deep)).toEqual(["none", "warn"]);
    expect(around(limits.explodingOverall.bad, "exploding-gradient", deep)).toEqual(["warn", "bad"]);
  });

  test("of a size that is too large", () => {
    const at = (dCost_da: number): Verdict[] => gradientVerdicts([layer(2, 1, dCost_da), layer(3, 1)], 1);
    expect(around(limits.largeDerivative.warn, "exploding-gradient", at)).toEqual(["none", "warn"]);
    expect(around(limits.largeDerivative.bad, "exploding-gradient", at)).toEqual(["warn", "bad"]);
    // That of the output says how wrong it is.
    expect(severityOf(gradientVerdicts([layer(2, 1), layer(3, 1, 1e9)], 1), "exploding-gradient")).toBe("none");
  });

  test("none at all, unless every output is right", () => {
    const at = (dCost_dw: number): Verdict[] => gradientVerdicts([layer(2, dCost_dw), layer(3, dCost_dw)], 1);
    expect(around(limits.nothing, "vanishing-gradient", at)).toEqual(["bad", "none"]);
    const right = (error: number): Verdict[] => gradientVerdicts([layer(2, 0), layer(3, 0)], error);
    expect(around(limits.right, "vanishing-gradient", right)).toEqual(["none", "bad"]);
  });

  test("even ones are good, and a NaN is not", () => {
    expect(severityOf(two(0.5), "gradient-flow")).toBe("good");
    expect(two(2)[0]).toMatchObject({ value: 2, threshold: limits.exploding.warn });
    expect(gradientVerdicts([layer(2, 1)], 1)).toEqual([]);
  });

  test("advice names what feeds a layer where that is the reason", () => {
    const large = gradientVerdicts([{ ...layer(2, 1000), input: 50 }, layer(3, 1)], 1);
    expect(large[0]!.advice).toContain("root mean square 50): scale the inputs");
    const small = gradientVerdicts([{ ...layer(2, 0.001), input: 0.001 }, layer(3, 1)], 1);
    expect(small[0]!.advice).toContain("root mean square 0.001): scale the inputs");
  });
});

describe("steps", () => {
  const at = (ratio: number): Verdict[] =>
    updateVerdicts(
      {
        steps: 20,
        nonFinite: undefined,
        ratios: [
          { layer: 2, ratio },
          { layer: 3, ratio: null },
        ],
      },
      0.1,
    );

  test("longer and shorter than usual", () => {
    expect(around(limits.updateRatio.warn, "update-ratio", at)).toEqual(["good", "warn"]);
    expect(around(limits.updateRatio.bad, "update-ratio", at)).toEqual(["warn", "bad"]);
    expect(around(limits.lowUpdateRatio, "update-ratio", at)).toEqual(["info", "good"]);
  });

  test("name a rate that would do", () => {
    expect(at(1)[0]!.advice).toBe("Lower the learning rate: 0.001 in place of 0.1, for example.");
  });

  test("that are no longer finite", () => {
    const [verdict] = updateVerdicts({ steps: 3, nonFinite: { step: 3, layer: 2 }, ratios: [] }, 0.1);
    expect(verdict).toMatchObject({ kind: "non-finite", severity: "bad", where: { layers: [2] } });
  });
});

describe("units", () => {
  const pass = (activation: ActivationName, steepest: number, change: Partial<LayerPass> = {}): LayerPass => ({
    ...{ layer: 2, activation, units: 1, rows: 100, dCost_dw: 1, dCost_da: 1, input: 1 },
    steepest: Float64Array.of(steepest),
    flat: Float64Array.of(0),
    mean: Float64Array.of(1),
    deviation: Float64Array.of(1),
    kept: new Float32Array(100),
    ...change,
  });
  const found = (layerPass: LayerPass): string => {
    const { dead, saturated, constant } = flatUnits(layerPass);
    return dead.length > 0 ? "dead" : saturated.length > 0 ? "saturated" : constant.length > 0 ? "constant" : "none";
  };

  test.each([
    ["relu", 1],
    ["sigmoid", 0.25],
    ["tanh", 1],
    ["hard-swish", 1],
  ] as const)("a dead %s, whose slope float32 rounds away", (activation, unit) => {
    expect(found(pass(activation, limits.deadSlope * unit * UNDER))).toBe("dead");
    expect(found(pass(activation, limits.deadSlope * unit * OVER))).toBe("saturated");
  });

  test.each([
    ["sigmoid", 0.05 * 0.25],
    ["tanh", 0.05],
    ["leaky-relu", 0.05],
    ["hard-swish", 0.075],
  ] as const)("a saturated %s, at a twentieth of its steepest slope", (activation, limit) => {
    expect(found(pass(activation, limit * (1 - 1e-6)))).toBe("saturated");
    expect(found(pass(activation, limit * (1 + 1e-6)))).toBe("none");
  });

  test("a slope has no bound, or is always 1", () => {
    expect(found(pass("exponential", 0.01))).toBe("none");
    expect(found(pass("identity", 0))).toBe("none");
    expect(found(pass("softmax", 0))).toBe("none");
  });

  test("a constant one", () => {
    const at = (deviation: number): string => found(pass("relu", 1, { deviation: Float64Array.of(deviation) }));
    expect([at(limits.constant * UNDER), at(limits.constant * OVER)]).toEqual(["constant", "none"]);
    expect(found(pass("tanh", 1, { mean: Float64Array.of(0), deviation: Float64Array.of(0) }))).toBe("constant");
  });

  test.each(["sigmoid", "tanh"] as const)("only what is flat on both sides has a share: %s", (activation) => {
    expect(flatUnits(pass(activation, 1, { flat: Float64Array.of(25) })).flatShare).toBe(0.25);
  });

  test.each(["identity", "relu", "leaky-relu", "elu", "gelu", "softplus", "hard-swish", "exponential", "softmax"] as const)(
    "one side may be flat: %s",
    (activation) => {
      expect(flatUnits(pass(activation, 1, { flat: Float64Array.of(25) })).flatShare).toBeNull();
    },
  );

  const units = (change: Partial<FlatUnits>): Verdict[] => {
    const none = { units: 1000, dead: [], saturated: [], constant: [], flatShare: null };
    const output = { ...none, layer: 3, dead: [0, 1, 2] };
    return unitVerdicts([{ ...none, layer: 2, ...change }, output], { rows: 100, stuckRows: 0 });
  };
  const list = (share: number): number[] => Array.from({ length: Math.round(1000 * share) }, (_, j) => j);

  test.each([
    ["dead-units", "dead", limits.deadUnits],
    ["saturated-units", "saturated", limits.saturatedUnits],
    ["constant-units", "constant", limits.constantUnits],
  ] as const)("%s, as shares of their layer", (kind, key, { warn, bad }) => {
    const at = (share: number): string => severityOf(units({ [key]: list(share) }), kind);
    expect([at(0), at(0.001), at(warn), at(warn + 0.001), at(bad), at(bad + 0.001)]).toEqual([
      "none",
      "info",
      "info",
      "warn",
      "warn",
      "bad",
    ]);
  });

  test("a layer that is saturated in most rows", () => {
    const at = (flatShare: number): Verdict[] => units({ flatShare });
    expect(around(limits.saturatedLayer.warn, "saturated-layer", at)).toEqual(["none", "warn"]);
    expect(around(limits.saturatedLayer.bad, "saturated-layer", at)).toEqual(["warn", "bad"]);
  });

  test("outputs that are stuck", () => {
    const at = (stuckRows: number): string =>
      severityOf(
        unitVerdicts([{ layer: 2, units: 1, dead: [], saturated: [], constant: [], flatShare: null }], { rows: 1000, stuckRows }),
        "stuck-outputs",
      );
    expect([at(50), at(51), at(250), at(251)]).toEqual(["none", "warn", "warn", "bad"]);
  });

  test("copies of others", () => {
    const group = Array.from({ length: 6 }, (_, j) => j);
    const at = (by: "weights" | "correlation", copies: number): string =>
      severityOf(
        duplicateVerdict({ layer: 2, units: 10, groups: copies === 0 ? [] : [group.slice(0, copies + 1)], by }),
        "duplicate-units",
      );
    expect([at("weights", 0), at("weights", 1), at("weights", 4), at("weights", 5)]).toEqual(["none", "warn", "warn", "bad"]);
    expect([at("correlation", 0), at("correlation", 1), at("correlation", 4), at("correlation", 5)]).toEqual([
      "none",
      "info",
      "info",
      "warn",
    ]);
  });

  test("two vectors of a correlation", () => {
    const rows = 64;
    const wave = (turns: number): number[] => Array.from({ length: rows }, (_, i) => Math.sin((2 * Math.PI * turns * i) / rows));
    // Waves of other frequencies are at right angles, so that this correlation is exact.
    const at = (correlation: number, sign = 1): number[][] => {
      const [p, q] = [wave(1), wave(3)];
      const other = p.map((value, i) => sign * (correlation * value + Math.sqrt(1 - correlation ** 2) * q[i]!));
      const values = p.flatMap((value, i) => [5 + 3 * value, 100 * other[i]!, q[i]!]);
      return similarGroups(values, 3, limits.similarUnits);
    };
    expect([at(limits.similarUnits - 1e-9), at(limits.similarUnits + 1e-9)]).toEqual([[], [[0, 1]]]);
    expect(at(limits.similarUnits + 1e-9, -1)).toEqual([[0, 1]]);
  });

  test("that are on in the same single row are not the same", () => {
    const spikes = Array.from({ length: 200 }, (_, i) => (i === 7 ? [1, 2] : [0, 0])).flat();
    expect(similarGroups(spikes, 2, limits.similarUnits)).toEqual([]);
    // Nor is there much to be said of a few rows.
    expect(similarGroups([1, 2, 2, 4, 3, 6], 2, limits.similarUnits)).toEqual([]);
  });
});

describe("inputs", () => {
  const column = (name: string, mean: number, deviation: number) => ({
    ...{ name, mean, deviation, rms: Math.sqrt(mean ** 2 + deviation ** 2), constant: deviation === 0 },
  });
  const of = (columns: ReturnType<typeof column>[], image = false, duplicates: number[][] = []): Verdict[] =>
    inputVerdicts({ columns, image, scaling: "none", duplicates, sampled: 100, categories: [] });

  test("that are categories are of no size", () => {
    const columns = [column("kind", 500, 400), column("x", 0, 1)];
    const facts = { columns, image: false, scaling: "none", duplicates: [], sampled: 100 };
    expect(inputVerdicts({ ...facts, categories: [] }).map(({ kind }) => kind)).toContain("unscaled-inputs");
    expect(inputVerdicts({ ...facts, categories: [0] }).map(({ kind }) => kind)).toEqual(["inputs"]);
  });

  test.each([false, true])("that are too large (image: %s)", (image) => {
    const at = (size: number): Verdict[] => of([column("a", 0, size)], image);
    expect(around(limits.unscaled.warn, "unscaled-inputs", at)).toEqual(["none", "warn"]);
    expect(around(limits.unscaled.bad, "unscaled-inputs", at)).toEqual(["warn", "bad"]);
    expect(severityOf(of([column("a", 3.5, 0.1)], image), "unscaled-inputs")).toBe("warn");
  });

  test.each([false, true])("that are too small (image: %s)", (image) => {
    const at = (size: number): Verdict[] => of([column("a", 0, size)], image);
    expect(around(limits.silent, "unscaled-inputs", at)).toEqual(["warn", "none"]);
  });

  test("of very different scale, pixels left out", () => {
    const at = (ratio: number): Verdict[] => of([column("a", 0, 1 / 64), column("b", 0, ratio / 64), column("c", 1, 0)]);
    expect(around(limits.uneven.warn, "uneven-columns", at)).toEqual(["none", "warn"]);
    expect(around(limits.uneven.bad, "uneven-columns", at)).toEqual(["warn", "bad"]);
    expect(severityOf(of([column("a", 0, 0.001), column("b", 0, 1)], true), "uneven-columns")).toBe("none");
  });

  test("that never change, or stand twice", () => {
    const columns = [column("a", 0, 1), column("b", 0, 1), column("c", 1, 0)];
    expect(of(columns).map(({ kind, severity, value }) => [kind, severity, value])).toEqual([["constant-columns", "warn", 1]]);
    expect(of(columns, true).map(({ kind, severity }) => [kind, severity])).toEqual([
      ["constant-columns", "info"],
      ["inputs", "good"],
    ]);
    expect(of(columns.slice(0, 2), false, [[0, 1]])).toMatchObject([
      { kind: "duplicate-columns", severity: "warn", where: { columns: ["a", "b"] } },
    ]);
  });

  test("a column is another one again", () => {
    const at = (noise: number): number[][] => {
      const values = Array.from({ length: 100 }, (_, i) => [Math.sin(i), 3 - 2 * Math.sin(i) + noise * Math.cos(7 * i)]).flat();
      return similarGroups(values, 2, limits.similarColumns);
    };
    // 1 - correlation is about half the square of noise / 2.
    expect([at(0), at(5e-5), at(2e-4)]).toEqual([[[0, 1]], [[0, 1]], []]);
  });
});

describe("labels", () => {
  test("classes of different size", () => {
    const at = (most: number): string => severityOf(classVerdicts(["a", "b"], [most, 100], true), "class-imbalance");
    expect([at(1000), at(1001), at(10_000), at(10_001)]).toEqual(["good", "warn", "warn", "bad"]);
  });

  test("classes without rows", () => {
    const at = (trainedOn: boolean): string => severityOf(classVerdicts(["a", "b", "c"], [5, 5, 0], trainedOn), "absent-classes");
    expect([at(true), at(false)]).toEqual(["warn", "info"]);
    expect(classVerdicts(["a", "b"], [5, 0], false).map(({ kind }) => kind)).toEqual(["absent-classes"]);
  });

  test("rows with two labels", () => {
    const given = new Int32Array(1000);
    given[0] = 1;
    const at = (size: number): string =>
      severityOf(conflictVerdict([Array.from({ length: size }, (_, i) => i)], given, 5), "conflicting-labels");
    expect([at(2), at(10), at(11)]).toEqual(["info", "info", "warn"]);
    expect(conflictVerdict([[5, 6]], given, 5)).toEqual([]);
    // One of three is lost: nine of ten at best.
    expect(conflictVerdict([[0, 1, 2]], given.subarray(0, 10), 5)[0]!.message).toContain("no model can be right about more than 90 %");
  });

  test("labels that look wrong", () => {
    const at = (found: number): string => severityOf(suspiciousVerdict(found, [], 1000, 0), "suspicious-labels");
    expect([at(0), at(1), at(10), at(11)]).toEqual(["none", "info", "info", "warn"]);
  });

  test("rows that cost ten times the mean, and are wrong", () => {
    // Of 100 costs one is x and the others 1: x > 10 (99 + x) / 100.
    const at = (x: number): number[] =>
      worstRows(
        Float64Array.from({ length: 100 }, (_, row) => (row === 3 ? x : 1)),
        () => false,
      );
    expect([at(11 * UNDER), at(11 * OVER)]).toEqual([[], [3]]);
    expect(
      worstRows(
        Float64Array.from({ length: 100 }, (_, row) => (row === 3 ? 50 : 1)),
        () => true,
      ),
    ).toEqual([]);
  });
});

describe("fit", () => {
  const classes = (change: Partial<FitFacts>): Verdict[] =>
    fitVerdicts({
      ...{
        kind: "classification",
        rows: 100,
        where: "the data",
        spread: 1,
        accuracy: 0.9,
        majority: { label: "a", share: 0.5 },
        only: undefined,
      },
      ...change,
    } as FitFacts);
  const numbers = (r2: number): Verdict[] => fitVerdicts({ kind: "regression", rows: 100, where: "the data", spread: 1, r2 });

  test("outputs that do not vary", () => {
    const at = (spread: number): Verdict[] => classes({ spread });
    expect(around(limits.constantOutput, "constant-output", at)).toEqual(["bad", "none"]);
    expect(severityOf(classes({ only: "a" }), "constant-output")).toBe("warn");
    expect(severityOf(classes({ spread: NaN }), "constant-output")).toBe("none");
    // Where all rows are of one class there is one answer.
    expect(classes({ only: "a", majority: { label: "a", share: 1 } })).toEqual([]);
  });

  test("accuracy beside the largest class", () => {
    const at = (accuracy: number): Verdict[] => classes({ accuracy });
    // 0.5 and two standard errors of 0.05
    expect(around(0.6, "baseline", at)).toEqual(["warn", "good"]);
    expect(around(0.5, "baseline", at)).toEqual(["bad", "warn"]);
  });

  test("R2 beside 0", () => {
    expect(around(0.04, "baseline", numbers)).toEqual(["warn", "good"]);
    expect([severityOf(numbers(0), "baseline"), severityOf(numbers(1e-9), "baseline")]).toEqual(["bad", "warn"]);
    expect(numbers(NaN)).toEqual([]);
  });

  test("training rows beside others", () => {
    const at = (gap: number): Verdict[] =>
      overfittingVerdict({ measure: "accuracy", train: 0.5 + gap, other: 0.5, part: "validation", rows: 100, error: 0.01 });
    expect(around(0.07, "overfitting", at)).toEqual(["good", "warn"]);
    expect(around(0.17, "overfitting", at)).toEqual(["warn", "bad"]);
    expect(at(NaN)).toEqual([]);
  });

  test("probabilities beside accuracy", () => {
    const at = (gap: number): Verdict[] => calibrationVerdict({ confidence: 0.5 + gap, accuracy: 0.5, rows: 10_000, where: "the data" });
    // Two standard errors of 0.005 beside 0.05 and 0.1, on either side.
    expect(around(0.06, "calibration", at)).toEqual(["good", "info"]);
    expect(around(0.11, "calibration", at)).toEqual(["info", "warn"]);
    expect(around(-0.06, "calibration", at)).toEqual(["info", "good"]);
    expect(calibrationVerdict({ confidence: NaN, accuracy: 0.5, rows: 10, where: "the data" })).toEqual([]);
  });
});
