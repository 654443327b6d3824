import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DIAGNOSIS_THRESHOLDS, VERDICT_KINDS } from "../../src/diagnose.js";
import { root } from "../support/shared.js";

const guide = readFileSync(join(root, "docs", "diagnose.md"), "utf8").replace(/\s+/g, " ");

/** Where the guide writes a number otherwise. */
const WRITTEN: Readonly<Record<string, string>> = {
  [DIAGNOSIS_THRESHOLDS.exploding.warn]: "1/0.03",
  [DIAGNOSIS_THRESHOLDS.exploding.bad]: "1/0.003",
  [DIAGNOSIS_THRESHOLDS.lowUpdateRatio]: "3e-5",
  [DIAGNOSIS_THRESHOLDS.nothing]: "2^-126",
  [DIAGNOSIS_THRESHOLDS.deadSlope]: "2^-24",
  [DIAGNOSIS_THRESHOLDS.constant]: "1e-6",
  [DIAGNOSIS_THRESHOLDS.similarColumns]: "1 - 1e-9",
  [DIAGNOSIS_THRESHOLDS.baselineErrors]: "2 errors",
};

describe("docs/diagnose.md has", () => {
  test.each(VERDICT_KINDS)("the verdict %s", (kind) => {
    expect(guide).toContain(`| \`${kind}\` `);
  });

  const numbers = Object.entries(DIAGNOSIS_THRESHOLDS).flatMap(([name, limits]) =>
    (typeof limits === "number" ? [limits] : Object.values<number>(limits)).map((limit) => [name, limit] as const),
  );
  test.each(numbers)("the threshold %s, %d", (_name, limit) => {
    const text = WRITTEN[limit] ?? String(limit);
    expect(guide).toMatch(new RegExp(`(?<![\\d.])${text.replaceAll(/[.^/]/g, String.raw`\$&`)}(?![\\d.]*\\d)`));
  });
});
