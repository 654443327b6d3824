import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ChainruleError } from "../../src/base/errors.js";
import { completeSchedule, rateAt, SCHEDULE_NAMES, type ScheduleSettings } from "../../src/training/schedule.js";

interface GoldenRates {
  readonly schedule: Exclude<ScheduleSettings, string>;
  readonly rate: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly rates: readonly number[];
}
const { cases } = JSON.parse(readFileSync(new URL("../golden/schedules.json", import.meta.url), "utf8")) as {
  cases: readonly GoldenRates[];
};

describe("learning rates are PyTorch's", () => {
  test.each(cases.map((golden) => [JSON.stringify(golden.schedule), golden] as const))("%s", (_title, { rates, schedule, ...run }) => {
    const own = rates.map((_, step) => rateAt({ ...run, schedule: completeSchedule(schedule) }, step));
    // PyTorch's own go on from step to step, so that their rounding adds up.
    rates.forEach((rate, step) =>
      expect(Math.abs(own[step]! - rate) <= 1e-12 * run.rate, `step ${step}: ${own[step]} for ${rate}`).toBe(true),
    );
  });

  test("every schedule but the plateau, which asks a metric, is among them", () => {
    expect([...new Set(cases.map(({ schedule }) => schedule.kind))].sort()).toEqual(
      SCHEDULE_NAMES.filter((name) => name !== "plateau").sort(),
    );
  });
});

describe("a plateau", () => {
  const run = { schedule: completeSchedule({ kind: "plateau", factor: 0.1, end: 0.005 }), rate: 2, epochs: 9, stepsPerEpoch: 4 };
  test("lowers the rate as often as it is told, never below its end", () => {
    const rates = [0, 1, 2, 3, 9].map((drops) => rateAt(run, 20, drops));
    [2, 0.2, 0.02, 0.01, 0.01].forEach((rate, index) => expect(rates[index]).toBeCloseTo(rate, 14));
  });
});

describe("settings", () => {
  test("a name alone has the defaults", () => {
    expect(completeSchedule("step")).toEqual({ kind: "step", every: 10, factor: 0.5 });
    expect(completeSchedule()).toEqual({ kind: "constant" });
  });

  test.each<[unknown, string]>([
    ["cosin", "schedule: expected one of constant"],
    [null, "schedule: expected one of constant"],
    [5, "schedule: expected one of constant"],
    [{}, "schedule: expected one of constant"],
    [{ kind: "step", every: 0 }, "schedule.every: expected a finite number above 0, got 0"],
    [{ kind: "step", power: 2 }, "schedule.power: expected one of every, factor, warmUp"],
    [{ kind: "exponential", factor: NaN }, "schedule.factor: expected a number above 0 and at most 1"],
    [{ kind: "cosine", warmUp: -1 }, "schedule.warmUp: expected a finite number of at least 0"],
  ])("%j is refused", (settings, message) => {
    expect(() => completeSchedule(settings as ScheduleSettings)).toThrow(ChainruleError);
    expect(() => completeSchedule(settings as ScheduleSettings)).toThrow(message);
  });
});
