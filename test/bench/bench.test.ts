import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { requires } from "../support/requires.js";
import { runNode } from "../support/run.js";
import { root, sharedPath } from "../support/shared.js";

interface Ratio {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}
interface Statistics {
  readonly median: (values: readonly number[]) => number;
  readonly pairedRatio: (ours: readonly (readonly number[])[], theirs: readonly (readonly number[])[]) => Ratio;
  readonly summary: (rounds: readonly (readonly number[])[]) => { median: number; least: number; best: number; epochs: number };
}
interface Options {
  readonly readOptions: (args: readonly string[]) => Readonly<Record<string, unknown>>;
}
interface Line {
  readonly contender: { readonly peer: string };
  readonly how: { readonly threads: number };
  readonly ratios?: Readonly<Record<string, Ratio>>;
}
interface Results {
  readonly lines: (measured: readonly object[]) => readonly Line[];
}

/** The program is plain JavaScript without declarations; the types above are what is tested of it. */
const load = async (name: string): Promise<unknown> => import(pathToFileURL(join(root, "bench", "lib", name)).href);
const { median, pairedRatio, summary } = (await load("statistics.mjs")) as Statistics;
const { readOptions } = (await load("options.mjs")) as Options;
const { speedsOf } = (await load("measure.mjs")) as { readonly speedsOf: (arrivals: readonly object[], rows: number) => readonly number[] };
const { workloadOf } = (await load("workloads.mjs")) as { readonly workloadOf: (name: string, options: object) => object };
const { lines } = (await load("results.mjs")) as Results;

const bench = (...args: string[]): ReturnType<typeof runNode> => runNode([join(root, "bench", "run.mjs"), ...args]);

describe("statistics", () => {
  test.each([
    [[3], 3],
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 2.5],
    // By value, not by text.
    [[100, 20, 3], 20],
    [[], NaN],
  ])("the median of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test("a median leaves its values in their order", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  test("the ratio is the median of the ratios of the pairs, not the ratio of the medians", () => {
    // The machine was half as fast in round 2 and a third as fast in round 3: the pairs agree all the same.
    expect(pairedRatio([[600], [300], [200]], [[100], [50], [33]])).toEqual({ median: 6, least: 6, most: 200 / 33 });
    // Pairs of medians 4, 2 and 1; the medians of all epochs are 20 and 10.
    const ours = [
      [40, 39, 1000],
      [20, 20, 20],
      [10, 10, 1],
    ];
    expect(pairedRatio(ours, [[10], [10], [10]])).toEqual({ median: 2, least: 1, most: 4 });
  });

  test("a round that one of the two did not run has no pair", () => {
    expect(pairedRatio([[8], [9]], [[2]])).toEqual({ median: 4, least: 4, most: 4 });
  });

  test("a summary is of all epochs of all rounds", () => {
    expect(summary([[1, 5], [9], [2, 3]])).toEqual({ median: 3, least: 1, best: 9, epochs: 5 });
  });
});

describe("an epoch of chainrule", () => {
  test("is from one record to the next, and those that came together are one", () => {
    const at = (...times: number[]): object[] => times.map((time, index) => ({ epoch: index + 1, at: time }));
    expect(speedsOf(at(10, 20, 40), 100)).toEqual([10_000, 5_000]);
    expect(speedsOf(at(10, 20, 40, 40.1, 50), 100)).toEqual([10_000, 10_000, 10_000]);
    expect(speedsOf(at(10, 20, 40, 40.1, 40.2), 100)).toEqual([10_000, 15_000]);
    // The second came with the one that warms up.
    expect(speedsOf(at(10, 10.1, 20), 100)).toEqual([10_000]);
    expect(speedsOf(at(10), 100)).toEqual([]);
  });

  test("is of the workload, or with another optimizer", () => {
    expect(workloadOf("practical", {})).toMatchObject({ layers: [784, 128, 64, 10], optimizer: "adam" });
    expect(workloadOf("practical", { optimizer: "sgd" })).toMatchObject({ layers: [784, 128, 64, 10], optimizer: "sgd" });
    expect(readOptions(["--optimizer", "sgd"])).toMatchObject({ optimizer: "sgd" });
    expect(() => readOptions(["--optimizer", "lion"])).toThrow('--optimizer: expected one of sgd, adam, got "lion"');
  });
});

describe("results", () => {
  const measured = (peer: string, threads: number, rounds: number[][], error?: Error): object => {
    return { contender: { peer }, rounds, how: { threads }, error };
  };

  test("count the better of two ways of a program, and its pairs", () => {
    const found = lines([
      measured("chainrule", 2, [[100], [120]]),
      measured("pytorch", 1, [[10], [10]]),
      measured("pytorch", 2, [[20], [30]]),
      measured("tfjs", 1, [[1]], new Error("out of memory")),
    ]);
    expect(found.map(({ contender, how }) => [contender.peer, how.threads])).toEqual([
      ["chainrule", 2],
      ["pytorch", 2],
      ["tfjs", 1],
    ]);
    expect(found[0]!.ratios).toEqual({ pytorch: { median: 4.5, least: 4, most: 5 } });
    expect(found[1]).not.toHaveProperty("ratios");
  });
});

describe("options", () => {
  test("have defaults", () => {
    expect(readOptions([])).toMatchObject({
      workloads: ["seed", "nielsen", "practical", "large", "huge", "tiny"],
      only: ["chainrule", "pytorch", "tfjs", "jax", "brain"],
      ...{ engine: "auto", threads: "auto", dense: false, fast: false, browser: false, json: false, rounds: 5 },
    });
  });

  test("take lists with commas and repeated, in the order of the program", () => {
    expect(readOptions(["--workload", "tiny,seed", "--workload", "huge"])).toMatchObject({ workloads: ["seed", "huge", "tiny"] });
    expect(readOptions(["--only", "brain", "--only", "chainrule"])).toMatchObject({ only: ["chainrule", "brain"] });
  });

  test.each([
    [["--workload", "sead"], '--workload: expected one of seed, nielsen, practical, large, huge, tiny, got "sead"'],
    [["--only", "torch"], '--only: expected one of chainrule, pytorch, tfjs, jax, brain, got "torch"'],
    [["--engine", "gpu"], '--engine: expected one of auto, wasm, portable, reference, got "gpu"'],
    [["--threads", "0"], '--threads: expected auto or a whole number of at least 1, got "0"'],
    [["--rounds", "2.5"], '--rounds: expected a whole number of at least 1, got "2.5"'],
    [["--epochs", "few"], '--epochs: expected a whole number of at least 1, got "few"'],
    [["--samples", ""], '--samples: expected a whole number of at least 1, got ""'],
    [["--node", "latest"], '--node: expected a whole number of at least 1, got "latest"'],
    [["--browser", "--node", "24"], "leave one out"],
    [["--browser", "--only", "tfjs"], "--browser runs chainrule only"],
    [["--speed"], "Unknown option '--speed'"],
    [["seed"], "Unexpected argument 'seed'"],
  ])("%j are refused", (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});

const shared = sharedPath("bench", "workloads.json");
requires(existsSync(shared), "the workloads in ../shared/bench").test("the copy of the workloads is like the original", () => {
  const read = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
  expect(read(join(root, "bench", "workloads.json"))).toEqual(read(shared));
});

describe("the program", () => {
  test("measures, and prints one line of JSON for each result", async () => {
    const short = ["--samples", "640", "--rounds", "1", "--epochs", "1", "--json"];
    const { code, stdout, stderr } = await bench("--workload", "tiny", "--only", "chainrule", "--engine", "portable", ...short);
    expect([code, stderr]).toEqual([0, ""]);
    const result = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    expect(result).toEqual({
      peer: "chainrule",
      engine: "portable",
      threads: 1,
      reproducible: true,
      dense: false,
      workload: "tiny",
      rows: 640,
      data: expect.stringMatching(/^(mnist|made)$/) as string,
      samplesPerSecond: result["best"],
      least: result["best"],
      best: expect.any(Number) as number,
      epochs: 1,
      node: process.versions.node,
      ratio: {},
    });
    expect(result["best"]).toBeGreaterThan(1000);
  });

  test("says what is wrong with an option, and ends with code 2", async () => {
    const { code, stdout, stderr } = await bench("--workload", "sead");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe('bench: --workload: expected one of seed, nielsen, practical, large, huge, tiny, got "sead"\n');
  });
});
