import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { costChart } from "../../explorer/src/share/cost-chart.js";
import { costsCsv, historyCsv } from "../../explorer/src/share/history-csv.js";
import { networkFile } from "../../explorer/src/share/network-file.js";
import { programText } from "../../explorer/src/share/program.js";
import { rowsOf, rowsText } from "../../explorer/src/share/link-rows.js";
import { recipeFile } from "../../explorer/src/share/recipe-file.js";
import { rowsCsv } from "../../explorer/src/share/rows-csv.js";
import type { Standing } from "../../explorer/src/share/standing.js";
import { digits } from "../../src/digits.js";
import { makeExercise } from "../../src/explain.js";
import { iris } from "../../src/iris.js";
import { succeed } from "../cli/command.js";
import { chromium } from "../support/browser.js";
import { runNode } from "../support/run.js";
import { root } from "../support/shared.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { violations } from "./axe.js";
import { openExplorer } from "./site.js";
import { createRandom } from "../../src/base/random.js";
import { type Link, linkText, MOST_CHARACTERS, readLink } from "../../explorer/src/share/link.js";
import type { ShownData } from "../../explorer/src/state/task.js";
import type { RecipeOptions } from "../../explorer/src/state/recipe.js";
import { startingFrom } from "../../explorer/src/state/start.js";
import {
  ACTIVATION_NAMES,
  type ClassTarget,
  COST_NAMES,
  createDataset,
  createNetwork,
  type Dataset,
  INITIALISATION_NAMES,
  METRIC_NAMES,
  OPTIMIZER_NAMES,
  predictAll,
  SCALING_NAMES,
  SCHEDULE_NAMES,
  train,
} from "../../src/index.js";
import { decodeModel } from "../../src/formats.js";

/** A number from 0 to 1 at each call. */
type Draw = () => number;

function draws(seed: number): Draw {
  const random = createRandom(seed, 0);
  return () => random.below(2 ** 30) / 2 ** 30;
}

/** Any recipe that the page could hold, sensible or not. */
function anyLink(random: Draw): Link {
  const one = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const whole = (most: number): number => Math.floor(random() * most);
  const real = (): number => one([random(), random() * 1e-9, random() * 1e12, 0.1, 1e-7, 1e21, 0, 3]);
  const maybe = <T extends object>(make: () => T): Partial<T> => (random() < 0.5 ? make() : {});
  const options = {
    ...maybe(() => ({ hidden: Array.from({ length: whole(5) }, () => 1 + whole(300)) })),
    ...maybe(() => ({ activation: one(ACTIVATION_NAMES) })),
    ...maybe(() => ({ outputActivation: one(ACTIVATION_NAMES) })),
    ...maybe(() => ({
      cost: one([...COST_NAMES, { kind: "huber", delta: real() }, { kind: "quantile", quantile: real() }, { delta: 2, kind: "huber" }]),
    })),
    ...maybe(() => ({ initialisation: one(INITIALISATION_NAMES) })),
    ...maybe(() => ({
      optimizer: {
        kind: one(OPTIMIZER_NAMES),
        ...maybe(() => ({ learningRate: real() })),
        ...maybe(() => ({ momentum: real() })),
        ...maybe(() => ({ nesterov: random() < 0.5 })),
        ...maybe(() => ({ beta1: real(), beta2: real() })),
      },
    })),
    ...maybe(() => ({
      schedule: one([...SCHEDULE_NAMES, { kind: "constant" }, { kind: "cosine", end: real(), warmUp: real() }, { kind: "step", every: 3 }]),
    })),
    ...maybe(() => ({ augment: { shift: real(), ...maybe(() => ({ elastic: { alpha: real(), sigma: real() } })), noise: real() } })),
    ...maybe(() => ({ batchSize: 1 + whole(512) })),
    ...maybe(() => ({ epochs: whole(1000), seed: whole(2 ** 31) })),
    ...maybe(() => ({ scale: one(SCALING_NAMES), test: real(), validation: real() })),
    ...maybe(() => ({ labelSmoothing: real(), clipValue: real(), clipNorm: real() })),
    ...maybe(() => ({ l1: real(), l2: real(), weightDecay: real(), maxNorm: real(), average: real() })),
    ...maybe(() => ({ classWeights: one(["balanced" as const, { "ä b=&#": 2, "1": 0.5 }]) })),
    ...maybe(() => ({ sampleWeights: [1, 2, 0.5] })),
    ...maybe(() => ({ metric: one(METRIC_NAMES), patience: whole(50), leastGain: real(), stopAt: real() })),
    ...maybe(() => ({ timeLimit: real(), keep: one(["best", "last"] as const) })),
    ...maybe(() => ({ later: { what: [1, "x"], why: null } })),
  } as unknown as RecipeOptions;
  const steps = [whole(100), 100 + whole(100)];
  return {
    recipe: { data: one(["digits", "iris", "file:My data, 50%+ & more #1.csv"]), ...maybe(() => ({ sha256: "0a".repeat(32) })), options },
    ...maybe(() => ({ rows: one(["x1,x2;y1,y2;0.05,0.1,0.01,0.99", "size;kind of #:no,yes;1e-7,1,-3,0"]) })),
    at: whole(100_000),
    changes: one([[], steps.map((step) => ({ step, learningRate: real() }))]),
    ...maybe(() => ({ check: "9f3a01bc" })),
    set: one([
      [],
      [
        { name: "w4[3,7]", value: -real() },
        { name: "b2[0]", value: 1 },
      ],
      [
        { share: 0.3, seed: 1 },
        { name: "b2[0]", value: real() },
        { share: one([0.1, 1, 2.5e-7]), seed: whole(100) },
      ],
    ]),
    ...maybe(() => ({ exercise: ["f1", "f1t3f2", "result"] })),
  };
}

describe("a link", () => {
  test("gives back any recipe, whatever is in it", () => {
    const random = draws(4711);
    for (let i = 0; i < 2000; i++) {
      const link = anyLink(random);
      const text = linkText(link, [["screen", "equation"]]);
      expect(text).toMatch(/^[\x21-\x7e]+$/);
      expect(text).not.toMatch(/[#"<>\\^`{|} ]/);
      const read = readLink(`#${text}`);
      expect(read.problems).toEqual([]);
      expect(read.link).toEqual(link);
    }
  });

  test("is one line that people can read", () => {
    const link: Link = {
      recipe: {
        data: "digits",
        options: {
          hidden: [16, 16],
          activation: "relu",
          outputActivation: "softmax",
          cost: "cross-entropy",
          optimizer: { kind: "adam", learningRate: 0.01 },
          batchSize: 32,
          epochs: 20,
          seed: 7,
        },
      },
      at: 600,
      changes: [{ step: 412, learningRate: 0.3 }],
      check: "9f3a01bc",
      set: [],
    };
    expect(
      linkText(link, [
        ["screen", "equation"],
        ["row", "12"],
        ["of", "w4[3,7]"],
        ["k", "3"],
      ]),
    ).toBe(
      "v=1&d=digits&net=16-16:relu&out=softmax,cross-entropy&opt=adam,0.01&batch=32&epochs=20&seed=7&at=600&lr=0.3@412&chk=9f3a01bc&screen=equation&row=12&of=w4[3,7]&k=3",
    );
  });

  test.each([
    ["#v=2&d=digits", "v: expected 1"],
    ["#v=1&d=digits&net=16-x:relu", "net: expected widths of the hidden layers"],
    ["#v=1&d=digits&net=16:nonsense", "net: expected"],
    ["#v=1&d=digits&opt=adam,fast", "opt: expected an optimizer"],
    ["#v=1&d=digits&out=softmax", "out: expected"],
    ["#v=1&d=digits&batch=many", "batch: expected a number"],
    ["#v=1&d=digits&at=-3", "at: expected the number of a step"],
    ["#v=1&d=digits&at=1e3", "at: expected"],
    ["#v=1&d=digits&lr=0.3@10,0.1@5", "lr: expected learning rates"],
    ["#v=1&d=digits&chk=xyz", "chk: expected 8 to 64"],
    ["#v=1&d=digits&sha=12", "sha: expected a SHA-256"],
    ["#v=1&d=file:a&rows=x;y", "rows: expected names"],
    ["#v=1&d=file:a&rows=x;y;1,2,3", "rows: expected names"],
    ["#v=1&d=file:a&rows=x;y;1,two", "rows: expected names"],
    ["#v=1&d=file:a&rows=x;x;1,2", "rows: expected names"],
    ["#v=1&d=file:a&rows=x;y;1,2;3", "rows: expected names"],
    ["#v=1&d=file:a&rows=x;kind:no,yes;1,2", "rows: expected names"],
    ["#v=1&d=digits&more={broken", "more: expected JSON"],
    ["#v=1&d=digits&more=[1]", "more: expected JSON"],
    ["#v=1&set=w4", "set: expected parameters"],
    ["#v=1&set=noise:0.3", "set: expected parameters"],
    ["#v=1&set=noise:0@1", "set: expected parameters"],
    ["#v=1&exercise=a b", "exercise: expected"],
    ["#v=1&net=16", "d: expected the name of a data set"],
    ["#v=1&d=digits&net=%E0%A4%A", "net: expected"],
  ])("%s is refused with a sentence", (hash, sentence) => {
    const { problems } = readLink(hash);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(sentence);
  });

  test.each([
    "",
    "#",
    "#screen=equation&row=12&of=w4[3,7]&k=3",
    "#v",
    "#=&&&",
    "#lesson=5",
    "#d=digits&net=16",
    "#constructor=1&__proto__=2",
  ])("%j, of before or of nobody, is no recipe and no error", (hash) => {
    const { link, problems } = readLink(hash);
    expect(link.recipe).toBeUndefined();
    expect(problems.length).toBe(hash === "#v" ? 1 : 0);
  });

  test("passes over keys that it does not know", () => {
    const { link, problems } = readLink("#v=1&d=iris&seed=3&later=%7Bx&__proto__=1");
    expect(problems).toEqual([]);
    expect(link.recipe).toEqual({ data: "iris", options: { seed: 3 } });
  });

  test("holds a few rows of numbers, which come back with the same fingerprint", async () => {
    const fingerprint = async (dataset: ShownData): Promise<string | undefined> =>
      (await train(dataset, { hidden: [], epochs: 0 }).result).model.split?.fingerprint;
    const inputs = [
      [0.1 + 0.2, -0, 1e-7],
      [3, 4, 5],
    ];
    const given = { name: "a few.csv", columns: ["size", "x y", "größe"], inputs };
    const all = [
      createDataset({ ...given, targets: [[0.01], [0.99]], targetNames: ["y"] }),
      createDataset({
        ...given,
        targets: [
          [1, 2],
          [3, 4],
        ],
        targetNames: ["y", "z"],
      }),
      createDataset({ ...given, labels: ["no", "yes"], targetName: "kind" }),
      createDataset({ ...given, labels: [7, 3], targetName: "kind" }),
    ];
    for (const dataset of all) {
      const again = rowsOf(rowsText(dataset)!, dataset.name)!;
      expect(again).toEqual(dataset);
      expect(await fingerprint(again)).toBe(await fingerprint(dataset));
    }
    // Many rows, images, parts of their own and names that would be misread are for a file.
    expect(rowsText(iris())).toBeUndefined();
    expect(rowsText(createDataset({ ...given, labels: ["no", "3"], targetName: "kind" }))).toBeUndefined();
    expect(rowsText(createDataset({ ...given, columns: ["a", "b", "c;d"], labels: [1, 2], targetName: "kind" }))).toBeUndefined();
    expect(rowsText(createDataset({ ...given, labels: [1, 2], targetName: "kind", testFrom: 1 }))).toBeUndefined();
  });

  test("of everything that the page can set has at most 1,500 characters", () => {
    const random = draws(12);
    const lengths = Array.from({ length: 500 }, () => linkText(anyLink(random), [["of", "w4[3,7]"]]).length);
    expect(Math.max(...lengths)).toBeLessThan(MOST_CHARACTERS - 100);
    expect(Math.max(...lengths)).toBeGreaterThan(400);
  });
});

const run: Standing = {
  recipe: {
    data: "iris",
    options: {
      hidden: [8],
      activation: "tanh",
      outputActivation: "softmax",
      cost: "cross-entropy",
      optimizer: { kind: "adam", learningRate: 0.01 },
      schedule: { kind: "cosine", end: 0.1 },
      batchSize: 16,
      epochs: 6,
      seed: 5,
      test: 0.2,
      validation: 0.1,
      scale: "standard",
    },
  },
  changes: [],
  at: 42,
  over: true,
};

/** The parameters of a standing, trained here. */
async function hashOf({ recipe, changes, at, over }: Standing, dataset: Dataset<ClassTarget>): Promise<string> {
  const stop = new AbortController();
  const going = train(dataset, { ...recipe.options, paused: true, signal: stop.signal });
  going.result.catch(() => undefined);
  let step = 0;
  for (const change of changes) {
    if (change.step > step) await going.resume(change.step - step);
    await going.setLearningRate(change.learningRate);
    step = change.step;
  }
  const { model } = await (over ? going.resume() : going.resume(at - step));
  stop.abort();
  return model.parametersHash;
}

/** What a program prints that is run beside an installed chainrule. */
async function printed(program: string): Promise<string> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules", "chainrule"), "junction");
  writeFiles(folder, { "run.mjs": program });
  const { code, stdout, stderr } = await runNode(["run.mjs"], { cwd: folder });
  expect(code, stderr).toBe(0);
  return stdout.trim();
}

describe("a run", () => {
  const spiral = createDataset({
    name: "spiral",
    columns: ["x", "y"],
    inputs: { values: Float64Array.from({ length: 80 }, (_, at) => Math.sin(at * at)), shape: [40, 2] },
    labels: Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? "in" : "out")),
    targetName: "arm",
  });
  const changed = [
    { step: 0, learningRate: 0.02 },
    { step: 10, learningRate: 0.3 },
    { step: 25, learningRate: 0.001 },
  ];
  const network = createNetwork({ inputs: 4, layers: [{ units: 3 }, { units: 3 }] }, { seed: 5 });
  const given = { ...run.recipe, options: startingFrom(run.recipe.options, network) };
  test.each<[string, Standing, Dataset<ClassTarget>]>([
    ["over", run, iris()],
    ["that stands in the middle", { ...run, at: 20, over: false }, iris()],
    ["that has not begun", { ...run, at: 0, over: false }, iris()],
    ["whose learning rate was changed", { ...run, changes: changed, at: 30, over: false }, iris()],
    ["that is over after changes", { ...run, changes: changed, over: true }, iris()],
    ["that starts from a network", { ...run, recipe: given, at: 20, over: false }, iris()],
    ["of data that the page made", { ...run, recipe: { ...run.recipe, data: "spiral" }, at: 5, over: false }, spiral],
  ])("%s as a program gives the same parameters", async (_, standing, dataset) => {
    const hash =
      standing.at === 0
        ? (await train(dataset, { ...standing.recipe.options, epochs: 0 }).result).model.parametersHash
        : await hashOf(standing, dataset);
    expect(await printed(programText(standing, dataset, hash))).toBe(hash);
  });

  test("as a recipe is read by the command line, which reaches the same parameters", async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { "recipe.json": recipeFile(run, "iris, 4-8-3") });
    await succeed(folder, "train iris --recipe recipe.json --out model.safetensors");
    const { parametersHash } = decodeModel(new Uint8Array(readFileSync(join(folder, "model.safetensors"))));
    expect(parametersHash).toBe(await hashOf(run, iris()));
  });

  test("of data that the page made reaches the same parameters on the command line, from its rows", async () => {
    const folder = temporaryFolder();
    const own = { ...run, recipe: { ...run.recipe, data: "spiral" } };
    writeFiles(folder, { "recipe.json": recipeFile(own, "spiral"), "rows.csv": rowsCsv(spiral) });
    await succeed(folder, "train rows.csv --target arm --recipe recipe.json --out model.safetensors");
    const { parametersHash } = decodeModel(new Uint8Array(readFileSync(join(folder, "model.safetensors"))));
    expect(parametersHash).toBe(await hashOf(own, spiral));
  });

  test("that starts from a network does so on the command line, and in a link that holds the network", async () => {
    const folder = temporaryFolder();
    const standing = { ...run, recipe: given };
    writeFiles(folder, { "recipe.json": recipeFile(standing, "iris, 4-3-3") });
    await succeed(folder, "train iris --recipe recipe.json --out model.safetensors");
    const { parametersHash } = decodeModel(new Uint8Array(readFileSync(join(folder, "model.safetensors"))));
    expect(parametersHash).toBe(await hashOf(standing, iris()));
    const text = linkText({ recipe: given, at: 3, changes: [], set: [] });
    expect(text.length).toBeLessThan(MOST_CHARACTERS - 300);
    expect(readLink(`#${text}`).link.recipe).toEqual(given);
  });

  test("as a recipe says that a change by hand is not in it", () => {
    const file = JSON.parse(recipeFile({ ...run, changes: changed }, "iris")) as { readonly note: string };
    expect(file.note).toContain("0.3 from step 10");
    expect(recipeFile(run, "iris")).not.toContain("note");
  });

  test("has its epochs and its costs as CSV, and a chart of them", async () => {
    const { history } = await train(iris(), run.recipe.options).result;
    const lines = historyCsv(history).trimEnd().split("\n");
    expect(lines).toHaveLength(7);
    expect(lines[0]!.split(",")).toHaveLength(lines[1]!.split(",").length);
    expect(Number(lines[3]!.split(",")[1])).toBe(history[2]!.cost);
    const costs = history.map(({ cost }, at) => ({ step: 7 * (at + 1), least: cost / 2, mean: cost, most: 2 * cost }));
    expect(costsCsv(costs).split("\n")[2]).toBe(`14,${costs[1]!.least},${costs[1]!.mean},${costs[1]!.most}`);
    const chart = costChart({ title: 'a <b> & "c"', costs, records: history, stepsPerEpoch: 7, changes: changed });
    expect(chart).not.toContain("NaN");
    expect(chart).toContain("a &#60;b&#62; &#38;");
    expect(chart.match(/<circle/g)).toHaveLength(6);
    expect(chart.match(/>rate /g)).toHaveLength(3);
    expect(costChart({ title: "", costs: [], records: [], stepsPerEpoch: 0, changes: [] })).not.toContain("NaN");
  });
});

test("a network as JSON has the same float32, whatever its layers are", () => {
  const network = createNetwork(
    {
      inputs: 3,
      layers: [
        { units: 4, activation: "relu" },
        { units: 2, activation: "softmax" },
      ],
      cost: "cross-entropy",
    },
    { seed: 9 },
  );
  network.parameters.set([1e-30, -3.4028234663852886e38, 0.1, -0]);
  const again = createNetwork(JSON.parse(networkFile(network)) as Parameters<typeof createNetwork>[0]);
  expect(again.description).toEqual(network.description);
  expect(new Uint8Array(again.parameters.buffer)).toEqual(new Uint8Array(network.parameters.buffer));
  expect(networkFile(network).length).toBeLessThan(1000);
});

chromium.suite("links and files of the explorer", () => {
  let explorer: Awaited<ReturnType<typeof openExplorer>>;
  beforeAll(async () => {
    explorer = await openExplorer();
  });

  const recipe = run.recipe;
  /** The link of a run of the iris flowers that stands in the middle, after a change of the rate. */
  const standing: Standing = { recipe, changes: [{ step: 10, learningRate: 0.05 }], at: 20, over: false };
  const linkOf = (parts: Partial<Link> = {}): string =>
    linkText({ recipe, at: standing.at, changes: standing.changes, set: [], ...parts }, [
      ["screen", "equation"],
      ["row", "12"],
      ["of", "w3[2,1]"],
      ["k", "7"],
    ]);
  const banner = (page: Page): Promise<string> => page.locator(".link-banner:not(.busy)").innerText();

  test("opens the run of a link and says that it is reproduced exactly, at its place", async () => {
    const hash = await hashOf(standing, iris());
    const page = await explorer.page(`#${linkOf({ check: hash.slice(0, 8) })}&later=1`);
    expect(await banner(page)).toContain(`Reproduced exactly: at step 20 the parameters have the hash ${hash.slice(0, 8)}`);
    expect(await page.textContent("nav [aria-current=page]")).toBe("Equation");
    expect(await page.textContent(".context")).toMatch(/step 20/);
    expect(await page.inputValue(".context input[type=number]")).toBe("12");
    expect(await page.inputValue(".context input.name")).toBe("w3[2,1]");
    expect(await page.inputValue(".eq-moves input")).toBe("7");
    expect(page.url()).toContain("later=1");
    expect(page.url()).toContain(`chk=${hash.slice(0, 8)}`);
    // Another state of the network is not that of the link; the run is still the same.
    await page.getByRole("button", { name: "Network" }).click();
    await page.locator(".edit input[type=text]").fill("0.5");
    await page.locator(".edit input[type=text]").press("Enter");
    await expect.poll(() => page.url()).not.toMatch(/[&#](at|lr|chk)=/);
    expect(page.url()).toContain("d=iris");
    await page.close();
  });

  test("a copied link opens elsewhere with the same selection, step and numbers", async () => {
    const hash = await hashOf(standing, iris());
    const page = await explorer.page(`#${linkOf({ check: hash.slice(0, 8), set: [{ name: "b3[1]", value: 0.25 }] })}`);
    await banner(page);
    const seen = async (one: Page): Promise<(string | null)[]> => {
      await one.locator(".eq [data-part=result]").waitFor();
      return one
        .locator(".eq [data-value], .context [data-value]")
        .evaluateAll((all) => all.map((each) => (each as { dataset?: { value?: string } }).dataset?.value ?? null));
    };
    const numbers = await seen(page);
    await page.getByRole("button", { name: "Share" }).click();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy the link" }).first().click();
    await expect.poll(() => page.textContent(".share [role=status]")).toMatch(/^Link copied, \d+ characters\.$/);
    const copied = await page.evaluate<string>("navigator.clipboard.readText()");
    await page.close();
    expect(copied.length).toBeLessThanOrEqual(MOST_CHARACTERS);
    expect(readLink(new URL(copied).hash).link).toEqual({
      recipe,
      at: 20,
      changes: standing.changes,
      check: hash.slice(0, 8),
      set: [{ name: "b3[1]", value: 0.25 }],
    });
    const other = await explorer.page(new URL(copied).hash);
    expect(await banner(other)).toContain("Reproduced exactly");
    expect(await other.inputValue(".context input.name")).toBe("w3[2,1]");
    expect(await seen(other)).toEqual(numbers);
    await other.close();
  });

  test("a link holds noise, and changes before and behind it", async () => {
    const hash = await hashOf(standing, iris());
    const place = { check: hash.slice(0, 8), set: [{ name: "b3[1]", value: 0.25 }] };
    const page = await explorer.page(`#${linkOf(place).replace("screen=equation", "screen=network")}`);
    await banner(page);
    const cost = (one: Page): Promise<string | null> => one.locator(".context span.number").first().getAttribute("data-value");
    const before = await cost(page);
    await page.getByRole("button", { name: "Add noise" }).click();
    await expect.poll(() => cost(page)).not.toBe(before);
    await page.locator(".edit input[type=text]").fill("0.5");
    await page.locator(".edit input[type=text]").press("Enter");
    await page.getByRole("button", { name: "Add noise" }).click();
    await expect.poll(() => page.textContent(".edit [role=status]:not(.problem)")).toBe("4 changes");
    const noisy = await cost(page);
    await page.getByRole("button", { name: "Share" }).click();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy the link" }).first().click();
    await expect.poll(() => page.textContent(".share [role=status]")).toMatch(/^Link copied, \d+ characters\.$/);
    const copied = await page.evaluate<string>("navigator.clipboard.readText()");
    await page.close();
    expect(readLink(new URL(copied).hash).link.set).toEqual([
      { name: "b3[1]", value: 0.25 },
      { share: 0.3, seed: 1 },
      { name: "w3[2,1]", value: 0.5 },
      { share: 0.3, seed: 2 },
    ]);
    const other = await explorer.page(new URL(copied).hash);
    await banner(other);
    await expect.poll(() => cost(other)).toBe(noisy);
    await other.close();
  });

  test("opens a run that is over, with its program, its recipe, its epochs and its chart", async () => {
    const hash = await hashOf(run, iris());
    const link = linkText({ recipe, at: run.at, changes: [], check: hash.slice(0, 8), set: [] }, [["screen", "share"]]);
    const page = await explorer.page(`#${link}`);
    expect(await banner(page)).toContain("Reproduced exactly: at step 42");
    await expect.poll(() => page.locator("pre").textContent(), { timeout: 20_000 }).toContain(`// ${hash}`);
    expect(await printed((await page.locator("pre").textContent())!)).toBe(hash);
    const saved = async (name: string): Promise<Uint8Array> => {
      const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name, exact: true }).click()]);
      return new Uint8Array(readFileSync(await file.path()));
    };
    const text = async (name: string): Promise<string> => new TextDecoder().decode(await saved(name));
    expect(JSON.parse(await text("Recipe"))).toEqual(JSON.parse(recipeFile(run, "iris, 4-8-3")));
    expect((await text("Epochs as CSV")).trimEnd().split("\n")).toHaveLength(7);
    expect(await text("Costs as CSV")).toContain("\n42,");
    expect(await text("Cost chart as SVG")).toMatch(/^<svg/);
    expect([...(await saved("Cost chart as PNG")).subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    await page.close();
  });

  test("of a run on an own file asks for the file, and trains on no other", async () => {
    const folder = temporaryFolder();
    const rows = Array.from({ length: 40 }, (_, at) => `${(at % 7) / 10},${(at % 5) / 4},${at % 3 === 0 ? "in" : "out"}`);
    writeFiles(folder, {
      "mine.csv": ["x,y,arm", ...rows, ""].join("\n"),
      "other/mine.csv": ["x,y,arm", ...rows.slice(1), "9,9,in", ""].join("\n"),
    });
    const openFile = async (page: Page, file: string): Promise<void> => {
      await page.getByRole("button", { name: "Open…" }).click();
      await page.locator("dialog input[type=file]").setInputFiles(join(folder, file));
      await page.getByRole("button", { name: "Open these rows" }).click();
      await page.locator("dialog").waitFor({ state: "hidden" });
    };
    const page = await explorer.page("#screen=train");
    await openFile(page, "mine.csv");
    await page.getByRole("button", { name: /One batch/ }).click();
    await expect.poll(() => page.textContent(".context"), { timeout: 30_000 }).toContain("step 1");
    await page.getByRole("button", { name: "Share" }).click();
    const link = await page.inputValue("#link");
    await page.close();
    expect(link).toMatch(/d=file:mine\.csv&sha=[0-9a-f]{64}&/);
    const other = await explorer.page(new URL(link).hash);
    expect(await banner(other)).toContain('The run of the link was trained on a file, "mine.csv"');
    await openFile(other, "other/mine.csv");
    await other.getByRole("button", { name: "Train it again" }).click();
    await expect.poll(() => banner(other), { timeout: 30_000 }).toContain('The data "mine.csv" are not those of the link');
    await other.close();
    const same = await explorer.page(new URL(link).hash);
    await openFile(same, "mine.csv");
    await same.getByRole("button", { name: "Train it again" }).click();
    await expect.poll(() => banner(same), { timeout: 30_000 }).toContain("Reproduced exactly: at step 1");
    await same.close();
  });

  test("says what differs where the hash is another one", async () => {
    const hash = await hashOf(standing, iris());
    const page = await explorer.page(`#${linkOf({ check: "9f3a01bc" })}`);
    const text = await banner(page);
    expect(text).toContain(`Not reproduced: at step 20 the parameters have the hash ${hash.slice(0, 8)}, and 9f3a01bc in the link.`);
    expect(text).toContain('The data set "iris" came with this page.');
    await page.getByRole("button", { name: "Close", exact: true }).click();
    expect(await page.locator(".link-banner").count()).toBe(0);
    await page.close();
  });

  test.each([
    ["#v=1&d=iris&opt=adam,fast&row=3&screen=equation", "opt: expected an optimizer"],
    ["#v=3&d=iris&row=3&screen=equation", "made by another version of this page"],
    ["#v=1&d=nowhere&seed=1&row=3&screen=equation", "nowhere"],
    ["#v=1&d=iris&net=8:relu&opt=adam,-1&seed=1&row=3&screen=equation", "learningRate"],
    ["#v=1&chk=00000000&row=3&screen=equation", "about another network"],
  ])("%s says what is wrong, and the page opens as usual", async (hash, sentence) => {
    const page = await explorer.page(hash);
    await page.locator("main .eq").waitFor();
    expect(await banner(page)).toContain(sentence);
    expect(await page.textContent(".context")).toContain("64-16-16-10");
    expect(await page.inputValue(".context input[type=number]")).toBe("3");
    await page.close();
  });

  test("follows Back and Forward through screens and selections, and another link in the address bar", async () => {
    const page = await explorer.page("#screen=network&row=5&of=w4[3,7]");
    await page.getByRole("button", { name: "Equation" }).click();
    await page.fill(".context input.name", "b3[2]");
    await page.press(".context input.name", "Enter");
    await page.click("[aria-label='Next row']");
    const at = async (): Promise<string[]> => [
      (await page.textContent("nav [aria-current=page]"))!,
      await page.inputValue(".context input.name"),
    ];
    await page.goBack();
    await expect.poll(at).toEqual(["Equation", "w4[3,7]"]);
    await page.goBack();
    await expect.poll(at).toEqual(["Network", "w4[3,7]"]);
    await page.goForward();
    await page.goForward();
    await expect.poll(at).toEqual(["Equation", "b3[2]"]);
    expect(page.url()).toContain("row=6");
    await page.getByRole("button", { name: "Network" }).click();
    await page.goto(`${explorer.origin}/#${linkOf().replace("screen=equation", "screen=network")}`);
    await expect.poll(at, { timeout: 30_000 }).toEqual(["Network", "w3[2,1]"]);
    expect(await banner(page)).toContain("no hash to compare with");
    await page.close();
  });

  test("a run that is being trained again can be cancelled", async () => {
    const long = { data: "digits", options: { ...recipe.options, hidden: [200, 200], epochs: 500, batchSize: 8 } };
    const page = await explorer.browser.newPage();
    await page.goto(`${explorer.origin}/#${linkText({ recipe: long, at: 60_000, changes: [], set: [] })}`);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.waitForSelector("main#screen");
    expect(await banner(page)).toContain("cancelled");
    expect(await page.textContent(".context")).toContain("64-16-16-10");
    await page.close();
  });

  test("saves a model that gives the same outputs bit by bit, and other files of what is shown", async () => {
    const page = await explorer.page("#screen=share&row=3&of=w3[1,2]");
    const saved = async (name: string): Promise<{ readonly name: string; readonly bytes: Uint8Array }> => {
      const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name, exact: true }).click()]);
      return { name: file.suggestedFilename(), bytes: new Uint8Array(readFileSync(await file.path())) };
    };
    const text = ({ bytes }: { readonly bytes: Uint8Array }): string => new TextDecoder().decode(bytes);
    const model = await saved("Model");
    expect(model.name).toBe("digits-64-16-16-10.safetensors");
    const original = decodeModel(new Uint8Array(readFileSync(join(root, "explorer", "public", "digits-64-16-16-10.safetensors"))));
    const again = decodeModel(model.bytes);
    expect(again.parametersHash).toBe(original.parametersHash);
    const outputs = (one: typeof again): unknown[] => predictAll(one, digits()).slice(0, 100);
    expect(outputs(again)).toEqual(outputs(original));
    const network = createNetwork(JSON.parse(text(await saved("Network as JSON"))) as Parameters<typeof createNetwork>[0]);
    expect(network.parameters).toEqual(original.network.parameters);
    const picture = await saved("Picture of the network");
    expect([...picture.bytes.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect(picture.bytes.length).toBeGreaterThan(20_000);
    expect(text(await saved("Equation as LaTeX"))).toContain("\\frac");
    expect(text(await saved("Equation as MathML"))).toMatch(/^<math/);
    await page.getByLabel("Name or number").fill("Ada");
    expect(text(await saved("Save the sheet"))).toBe(makeExercise({ seed: "Ada" }).sheet);
    expect(text(await saved("Save the answers"))).toBe(makeExercise({ seed: "Ada" }).answers);
    await page.close();
  });

  test.each(["light", "dark"] as const)("has no fault that axe knows, %s, with a run and without", async (colorScheme) => {
    const page = await explorer.page("#screen=share&row=3&of=w3[1,2]");
    await page.emulateMedia({ colorScheme });
    await page.locator(".share").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${explorer.origin}/#${linkOf().replace("screen=equation", "screen=share")}`);
    await banner(page);
    await page.locator("summary").evaluateAll((all) => all.forEach((each) => (each as { click?: () => void }).click?.()));
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test.each([1440, 390, 320])("fits into a width of %i", async (width) => {
    const page = await explorer.page(`#${linkOf({ check: "9f3a01bc" }).replace("screen=equation", "screen=share")}`, {
      width,
      height: 800,
    });
    await banner(page);
    const [content, view] = await page.evaluate<[number, number]>(
      "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
    );
    expect(content).toBeLessThanOrEqual(view);
    await page.close();
  });
});
