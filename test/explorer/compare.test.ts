import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { compareAnswers } from "../../explorer/src/screens/compare/compare-answers.js";
import { configDiff, seedGroups } from "../../explorer/src/screens/compare/config-diff.js";
import { curvesOf, valueAt } from "../../explorer/src/screens/compare/curves.js";
import { readRunFile } from "../../explorer/src/screens/compare/import-run.js";
import { spreadOf } from "../../explorer/src/screens/compare/results.js";
import { haveSameShapes, weightDiff } from "../../explorer/src/screens/compare/weight-diff.js";
import { costPoints, type KeptRun, packCosts } from "../../explorer/src/state/kept-run.js";
import { thinCosts, thinList, thinSnapshots } from "../../explorer/src/state/kept-thin.js";
import { type ClassificationModel, train } from "../../src/index.js";
import { iris } from "../../src/iris.js";
import { chromium } from "../support/browser.js";
import { runNode } from "../support/run.js";
import { root } from "../support/shared.js";
import { temporaryFolder } from "../support/temporary.js";
import { violations } from "./axe.js";
import { openExplorer } from "./site.js";

const folder = temporaryFolder();

/** What the command line prints for a run, in a file. */
async function commandLineRun(name: string, ...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await runNode(
    [
      join(root, "cli/bin/chainrule.js"),
      "train",
      "iris",
      "--json",
      "--epochs",
      "4",
      "--out",
      join(folder, `${name}.safetensors`),
      ...options,
    ],
    { cwd: folder },
  );
  if (code !== 0) throw new Error(stderr);
  const { writeFileSync } = await import("node:fs");
  writeFileSync(join(folder, `${name}.json`), stdout);
  return join(folder, `${name}.json`);
}

let slow: string;
let fast: string;
beforeAll(async () => {
  [slow, fast] = await Promise.all([commandLineRun("slow", "--learning-rate", "0.01"), commandLineRun("fast", "--learning-rate", "0.1")]);
});

const read = (file: string, written = 1): KeptRun => readRunFile(readFileSync(file, "utf8"), { name: "run.json", written });

describe("what is kept of a run", () => {
  test.each([1, 7, 8, 9, 16, 17, 100])("thins %i costs to at most 8 points with the least and the most of all of them", (count) => {
    const costs = Array.from({ length: count }, (_, at) => ({ step: at + 1, least: 1 - at, mean: at, most: 2 * at }));
    const thin = thinCosts(costs, 8);
    expect(thin.length).toBeLessThanOrEqual(8);
    expect(thin.length).toBeGreaterThan(Math.min(count, 8) / 2 - 1);
    expect(thin.at(-1)!.step).toBe(count);
    expect(Math.min(...thin.map(({ least }) => least))).toBe(2 - count);
    expect(Math.max(...thin.map(({ most }) => most))).toBe(2 * (count - 1));
    expect(costPoints(packCosts(thin))).toEqual(thin);
  });

  test("keeps a cost that is no number to be seen", () => {
    const costs = Array.from({ length: 20 }, (_, step) => ({ step, least: 1, mean: step === 13 ? NaN : 1, most: 1 }));
    expect(thinCosts(costs, 5).filter(({ mean }) => Number.isNaN(mean))).toHaveLength(1);
  });

  test("keeps the first and the last of a list", () => {
    const list = Array.from({ length: 1000 }, (_, at) => at);
    const thin = thinList(list, 7);
    expect([thin[0], thin.at(-1), thin.length]).toEqual([0, 999, 7]);
    expect(thinList([3, 4], 7)).toEqual([3, 4]);
  });

  test("keeps five snapshots of one that never ends, the first and the newest among them, with no wide gap", () => {
    let kept: ReturnType<typeof thinSnapshots> = [];
    for (let step = 10; step <= 1000; step += 10) kept = thinSnapshots([...kept, { run: "r", step, epoch: 0, file: new Uint8Array() }]);
    const steps = kept.map(({ step }) => step);
    expect(steps).toHaveLength(5);
    expect([steps[0], steps.at(-1)]).toEqual([10, 1000]);
    const gaps = steps.slice(1).map((step, at) => step - steps[at]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(600);
  });
});

describe("what is compared", () => {
  test("two runs that differ in the learning rate differ in one setting", () => {
    expect(configDiff([read(slow), read(fast)])).toEqual([{ key: "optimizer.learningRate", values: ["0.01", "0.1"] }]);
    expect(configDiff([read(slow), read(slow)])).toEqual([]);
    const byHand = { ...read(slow), events: [{ step: 7, kind: "rate", text: "", learningRate: 0.5 }] } as KeptRun;
    expect(configDiff([byHand, read(slow)])).toEqual([{ key: "learning rate by hand", values: ["0.5 from step 7", undefined] }]);
  });

  test("runs that differ in the seed alone are one group", () => {
    const withSeed = (run: KeptRun, seed: number): KeptRun => ({
      ...run,
      recipe: { ...run.recipe, options: { ...run.recipe.options, seed } },
    });
    const [a, b, c] = [withSeed(read(slow), 1), withSeed(read(fast), 1), withSeed(read(slow), 2)];
    expect(seedGroups([a, b, c])).toEqual([[a, c]]);
    expect(seedGroups([a, b, withSeed(read(slow), 1)])).toEqual([]);
  });

  test("the deviation is that of a sample", () => {
    // By hand: mean 5, squares 9 + 1 + 1 + 9 = 20, 20 / 3.
    expect(spreadOf([2, 4, 6, 8])).toEqual({ mean: 5, deviation: Math.sqrt(20 / 3) });
    expect(spreadOf([2])).toBeUndefined();
    expect(spreadOf([2, undefined])).toBeUndefined();
  });

  test("curves stand by step, epoch and seconds", () => {
    const run: KeptRun = {
      ...read(slow),
      costs: packCosts([5, 10, 20].map((step) => ({ step, least: 1, mean: step, most: 40 }))),
      clock: Float64Array.of(0, 0, 10, 2, 20, 6),
      stepsPerEpoch: 10,
    };
    const chosen = [{ run, place: 0 }];
    expect(curvesOf(chosen, "cost", "step")[0]).toMatchObject({ x: [5, 10, 20], y: [5, 10, 20], range: { most: [40, 40, 40] } });
    expect(curvesOf(chosen, "cost", "epoch")[0]!.x).toEqual([0.5, 1, 2]);
    expect(curvesOf(chosen, "cost", "seconds")[0]!.x).toEqual([1, 2, 6]);
    expect(curvesOf(chosen, "accuracy", "step")[0]!.x).toEqual([10, 20, 30, 40]);
    expect(curvesOf([{ run: { ...run, stepsPerEpoch: 0 }, place: 0 }], "validation", "step")).toEqual([]);
    expect([0, 1, 2.5, 9].map((at) => valueAt({ x: [1, 2, 3], y: [10, 20, 30] }, at))).toEqual([undefined, 10, 20, 30]);
  });

  test("the second network less the first one, its largest differences first", async () => {
    const options = { hidden: [5], epochs: 2, seed: 3 };
    const first = (await train(iris(), options).result).model as ClassificationModel;
    const parameters = first.network.parameters.slice();
    const { w, b } = first.network.layout.layers[2]!;
    parameters[w.offset + 2 * w.columns + 1]! += 4;
    parameters[b.offset + 3]! -= 8;
    const second = { ...first, network: { ...first.network, parameters } };
    expect(haveSameShapes(first, second)).toBe(true);
    const { layers, largest } = await weightDiff(first, second);
    expect(largest.map(({ name }) => name)).toEqual(["b2[3]", "w2[2,1]"]);
    expect(layers[0]).toMatchObject({ layer: 2, shape: [5, 4], rows: 5, columns: 4 });
    expect(Math.abs(layers[0]!.most - 4)).toBeLessThan(1e-5);
    expect(Math.abs(layers[0]!.size - 4 / Math.sqrt(20))).toBeLessThan(1e-5);
    expect(Array.from(layers[0]!.picture).flatMap((value, at) => (value === 0 ? [] : [at]))).toEqual([2 * 4 + 1]);
    expect(layers[1]).toMatchObject({ most: 0, size: 0 });
    const wider = (await train(iris(), { ...options, hidden: [6] }).result).model as ClassificationModel;
    expect(haveSameShapes(first, wider)).toBe(false);
  });

  test("rows are counted by who is right on them", () => {
    const answers = (...predicted: number[]): Parameters<typeof compareAnswers>[1] => ({
      given: Int32Array.of(0, 1, 2, 0, 1),
      predicted: Int32Array.from(predicted),
      costs: new Float64Array(5),
      sure: new Float64Array(5),
      parts: undefined,
    });
    const diff = compareAnswers(iris(), answers(0, 1, 0, 0, 0), answers(0, 0, 2, 1, 2));
    expect(diff).toMatchObject({ onlyFirst: [1, 3], onlySecond: [2], both: 1, neither: 1 });
  });
});

describe("files of the command line", () => {
  test("become runs", () => {
    const document = JSON.parse(readFileSync(slow, "utf8")) as { history: unknown[]; parameters: number; test: { accuracy: number } };
    const run = read(slow);
    expect(run.records).toEqual(document.history);
    expect(run.parameters).toBe(document.parameters);
    expect(run.test?.accuracy).toBe(document.test.accuracy);
    expect(run.recipe.options).toMatchObject({ hidden: [32, 16], activation: "relu", outputActivation: "softmax", seed: 1, epochs: 4 });
    // 150 rows, 30 for the test and 12 for validation: 108 in batches of 32.
    expect(run.stepsPerEpoch).toBe(4);
  });

  test.each([
    ["not JSON", '{"history": [', /run\.json is no JSON/],
    ["a list", "[1]", /expected the document that chainrule train --json prints, got \[1\]/],
    ["another document", '{"confusion": []}', /what chainrule evaluate prints/],
    ["a recipe", '{"data": "iris", "training": {}}', /is a recipe/],
    ["nothing of a run", "{}", /the fields "history" and "network"/],
  ])("%s is refused", (_, text, message) => {
    expect(() => readRunFile(text, { name: "run.json", written: 1 })).toThrow(message);
  });

  test("a field that is wrong is named", () => {
    const broken = (
      change: (document: { history: Record<string, unknown>[]; split: Record<string, unknown> }) => void,
    ): (() => KeptRun) => {
      const document = JSON.parse(readFileSync(slow, "utf8")) as Parameters<typeof change>[0];
      change(document);
      return () => readRunFile(JSON.stringify(document), { name: "run.json", written: 1 });
    };
    expect(broken(({ history }) => (history[2]!["cost"] = "low"))).toThrow('run.json: history[2].cost: expected a number, got "low".');
    expect(broken(({ split }) => delete split["seed"])).toThrow("run.json: split.seed: expected a number, got nothing.");
  });
});

chromium.suite("the Compare screen", () => {
  let site: Awaited<ReturnType<typeof openExplorer>>;
  beforeAll(async () => {
    site = await openExplorer();
  });

  const rows = (page: Page) => page.locator(".cp-run");
  const drop = async (page: Page, ...files: string[]): Promise<void> => {
    await page.setInputFiles(".cp-files input", files);
    await expect.poll(() => rows(page).count()).toBeGreaterThan(0);
    await expect.poll(() => page.textContent(".cp-said")).toContain("Taken");
  };
  const opened = async (): Promise<Page> => {
    const page = await site.page("#screen=compare");
    await drop(page, slow, fast, join(folder, "slow.safetensors"), join(folder, "fast.safetensors"));
    await page.waitForSelector(".cp-chart canvas");
    return page;
  };
  const marks = (page: Page): Promise<(string | null)[]> =>
    page
      .locator(".cp-chart")
      .evaluateAll((charts) => charts.map((chart) => (chart as { getAttribute(name: string): string | null }).getAttribute("data-marked")));
  /** Pixels of a chart that have the full colour of a run. */
  const pixels = (page: Page, chart: string, run: string): Promise<number> =>
    page.evaluate<number>(`(() => {
      const canvas = document.querySelector("[data-chart=${chart}] canvas");
      const wanted = getComputedStyle(document.documentElement).getPropertyValue("--run-${run}").trim();
      const [red, green, blue] = [1, 3, 5].map((at) => parseInt(wanted.slice(at, at + 2), 16));
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i] === red && data[i + 1] === green && data[i + 2] === blue && data[i + 3] === 255) count += 1;
      return count;
    })()`);

  test("shows two runs that differ in the learning rate with exactly one row of settings", async () => {
    const page = await opened();
    expect(await page.locator(".cp-diff tbody tr").count()).toBe(1);
    expect(await page.textContent(".cp-diff tbody tr")).toBe("optimizer.learningRate0.010.1");
    const [first] = (JSON.parse(readFileSync(slow, "utf8")) as { history: { validation: { cost: number } }[] }).history.map(
      ({ validation }) => validation.cost,
    );
    expect(
      Number(await page.getAttribute(".cp-results tbody tr:first-child [data-what=bestValidation]", "data-value")),
    ).toBeLessThanOrEqual(first!);
    await page.close();
  });

  test("marks a run in every chart, by pointer and by keyboard", async () => {
    const page = await opened();
    const id = (await rows(page).first().getAttribute("data-run"))!;
    const letter = (await rows(page).first().locator(".cp-mark b").textContent())!.toLowerCase();
    const other = letter === "a" ? "b" : "a";
    const charts = ["cost", "validation", "accuracy"];
    const before = await Promise.all(charts.map((chart) => pixels(page, chart, other)));
    for (const count of before) expect(count).toBeGreaterThan(20);
    await rows(page).first().hover();
    expect(await marks(page)).toEqual([id, id, id]);
    for (const [at, chart] of charts.entries()) {
      // The other line and its letter fade; this one stays, and is thicker.
      await expect.poll(() => pixels(page, chart, other)).toBeLessThan(before[at]! / 10);
      expect(await pixels(page, chart, letter)).toBeGreaterThan(20);
    }
    await page.mouse.move(1000, 5);
    expect(await marks(page)).toEqual([null, null, null]);
    await rows(page).first().locator("input").focus();
    expect(await marks(page)).toEqual([id, id, id]);
    await page.keyboard.press("Tab");
    expect(await marks(page)).toEqual([id, id, id]);
    await page.close();
  });

  test("reads a chart with the keyboard, and has its numbers as a table", async () => {
    const page = await opened();
    const chart = page.locator("[data-chart=validation]");
    const { history } = JSON.parse(readFileSync(slow, "utf8")) as { history: { validation: { cost: number } }[] };
    await chart.locator("[role=application]").focus();
    await page.keyboard.press("Home");
    const readout = (): Promise<string | null> => chart.locator(".cp-readout").textContent();
    expect(await readout()).toMatch(/^step 4: [AB] iris 32-16, .*validation cost \d/);
    const first = await readout();
    await page.keyboard.press("ArrowRight");
    expect(await readout()).toMatch(/^step 8: /);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowDown");
    expect(await readout()).not.toBe(first);
    expect((await marks(page))[0]).not.toBeNull();
    await chart.locator("summary").click();
    await chart.locator("tbody").waitFor();
    const values = await chart
      .locator("tbody td .number")
      .evaluateAll((all) => all.map((each) => Number((each as { dataset?: { value?: string } }).dataset?.value)));
    expect(values).toHaveLength(8);
    for (const { validation } of history) expect(values).toContain(validation.cost);
    await page.selectOption("#cp-charts select", "epoch");
    await expect.poll(() => chart.locator("tbody th").allTextContents()).toEqual(["1", "2", "3", "4"]);
    await page.close();
  });

  test("keeps runs and their names over a reload; a deleted one comes back by Undo", async () => {
    const page = await opened();
    await rows(page).first().getByText("Rename").click();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("my run");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await rows(page).allTextContents()).join()).toContain("my run");
    await page.waitForTimeout(500);
    await page.reload();
    await expect.poll(() => rows(page).count()).toBe(2);
    expect((await rows(page).allTextContents()).join()).toContain("my run");
    await rows(page).first().getByText("Delete").click();
    await expect.poll(() => rows(page).count()).toBe(1);
    expect(await page.textContent(".cp-said")).toBe("1 run deleted.");
    await page.getByText("Undo").click();
    await expect.poll(() => rows(page).count()).toBe(2);
    // With its parameters too.
    await page.waitForSelector(".cp-heat canvas");
    await page.getByText("Delete all").click();
    await expect.poll(() => rows(page).count()).toBe(0);
    await page.waitForTimeout(200);
    await page.reload();
    await page.waitForSelector("text=No run yet");
    await page.close();
  });

  test("names what is wrong with a file, and takes the others", async () => {
    const page = await site.page("#screen=compare");
    const { writeFileSync } = await import("node:fs");
    const broken = join(folder, "broken.json");
    writeFileSync(broken, readFileSync(slow, "utf8").slice(0, 200));
    await drop(page, broken, slow, join(folder, "fast.safetensors"));
    expect(await rows(page).count()).toBe(1);
    const problems = await page.locator(".cp-files [role=alert] li").allTextContents();
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain("broken.json is no JSON");
    expect(problems[1]).toContain("fast.safetensors: no run of the list has its parameters");
    await page.close();
  });

  test("repeats a recipe with five seeds, and shows their mean and deviation", async () => {
    const page = await opened();
    const shown = await page.textContent(".context");
    await rows(page).last().locator("button", { hasText: "5 seeds" }).click();
    await page.waitForSelector(".cp-seeds", { timeout: 60_000 });
    expect(await page.textContent(".context")).toBe(shown);
    expect(await page.getAttribute(".cp-seeds", "data-seeds")).toBe("5");
    // The same recipe by the library, here.
    const { recipe } = read((await rows(page).last().textContent())!.includes("0.01") ? slow : fast);
    const found = await Promise.all(
      [2, 3, 4, 5, 6].map(async (seed) => {
        const { history, test: measured } = await train(iris(), { ...recipe.options, seed }).result;
        return { cost: history.at(-1)!.cost, accuracy: measured!.accuracy };
      }),
    );
    const value = async (what: string): Promise<number> => Number(await page.getAttribute(`.cp-seeds [data-what=${what}]`, "data-value"));
    const check = async (name: string, values: readonly number[]): Promise<void> => {
      const mean = values.reduce((sum, one) => sum + one, 0) / 5;
      const deviation = Math.sqrt(values.map((one) => (one - mean) ** 2).reduce((sum, one) => sum + one, 0) / 4);
      expect(Math.abs((await value(`${name}-mean`)) - mean)).toBeLessThan(1e-12);
      expect(Math.abs((await value(`${name}-deviation`)) - deviation)).toBeLessThan(1e-12);
    };
    await check(
      "finalCost",
      found.map(({ cost }) => cost),
    );
    await check(
      "testAccuracy",
      found.map(({ accuracy }) => accuracy),
    );
    expect(await page.locator(".cp-diff tbody tr").count()).toBe(1);
    await page.close();
  });

  test("lays the weights of two runs upon each other, and opens a row that one gets wrong with its network", async () => {
    const page = await opened();
    await page.waitForSelector(".cp-heat[data-layer='2'] canvas");
    expect(await page.locator(".cp-heat").count()).toBe(3);
    const differences = await page
      .locator(".cp-largest [data-what=difference]")
      .evaluateAll((all) => all.map((each) => Math.abs(Number((each as { dataset?: { value?: string } }).dataset?.value))));
    expect(differences).toHaveLength(12);
    expect(differences).toEqual([...differences].sort((left, right) => right - left));
    await page.waitForSelector(".cp-gallery");
    const text = (await page.locator("#cp-pair p", { hasText: "both networks are right" }).textContent())!;
    const [all, both, neither] = /Of (\d+) rows.*right on (\d+) and both wrong on (\d+)/.exec(text)!.slice(1).map(Number) as [
      number,
      number,
      number,
    ];
    const counts = await page.locator(".cp-gallery h5").allTextContents();
    const others = counts.map((line) => Number(/: (\d+) row/.exec(line)![1]));
    expect(all).toBe(150);
    expect(both + neither + others[0]! + others[1]!).toBe(150);
    const row = page.locator(".cp-gallery [data-row]").first();
    const number = (await row.getAttribute("data-row"))!;
    await row.click();
    await expect.poll(() => page.textContent("nav [aria-current=page]")).toBe("Equation");
    expect(await page.inputValue(".context input[type=number]")).toBe(number);
    expect(await page.textContent(".context b")).toMatch(/^iris 32-16/);
    await page.close();
  });

  test("opens a kept run again, and says why where it cannot", async () => {
    const page = await site.page("#screen=compare");
    await drop(page, slow);
    await rows(page).first().getByText("Open").click();
    await expect.poll(() => page.textContent(".cp-said")).toContain("No parameters");
    await page.setInputFiles(".cp-files input", [join(folder, "slow.safetensors")]);
    await expect.poll(() => page.textContent(".cp-said")).toContain("the network of");
    await rows(page).first().getByText("Open").click();
    await expect.poll(() => page.textContent(".context b")).toMatch(/^iris 32-16/);
    expect(await page.textContent(".context")).toContain("step 16");
    await page.close();
  });

  test("keeps what the page trains by itself", async () => {
    const page = await site.page(
      "#screen=compare&v=1&d=iris&net=4:relu&out=softmax,cross-entropy&opt=sgd,0.1&batch=32&epochs=30&seed=3&at=50",
    );
    await expect.poll(() => rows(page).count(), { timeout: 20_000 }).toBe(1);
    const said = await rows(page).first().textContent();
    expect(said).toContain("iris 4, sgd 0.1, seed 3");
    expect(said).toContain("paused");
    const { model } = await train(iris(), {
      ...{
        hidden: [4],
        activation: "relu",
        outputActivation: "softmax",
        cost: "cross-entropy",
        optimizer: { kind: "sgd", learningRate: 0.1 },
      },
      ...{ batchSize: 32, epochs: 30, seed: 3 },
      paused: true,
    }).resume(50);
    await expect.poll(() => page.locator(".cp-results .name").getAttribute("title")).toBe(model.parametersHash);
    // Another one takes its place, and has a clock of its own.
    await page.evaluate("location.hash = location.hash.replace('seed=3', 'seed=4')");
    await expect.poll(() => rows(page).count(), { timeout: 20_000 }).toBe(2);
    await page.selectOption("#cp-charts select", "seconds");
    await page.locator("[data-chart=validation] [role=application]").focus();
    const seconds = async (key: string): Promise<number> => {
      await page.keyboard.press(key);
      return Number(/^seconds (\S+):/.exec((await page.textContent("[data-chart=validation] .cp-readout"))!)![1]);
    };
    for (const _ of [1, 2]) {
      expect(await seconds("Home")).toBeLessThan(await seconds("End"));
      await page.keyboard.press("ArrowDown");
    }
    await page.close();
  });

  test("says so where the browser keeps nothing, and goes on", async () => {
    const page = await site.browser.newPage({ serviceWorkers: "block" });
    await page.addInitScript(
      "IDBFactory.prototype.open = () => { throw new DOMException('The operation is insecure.', 'SecurityError'); }",
    );
    await page.goto(`${site.origin}/#screen=compare`);
    await page.waitForSelector("[data-what=storage]");
    expect(await page.textContent("[data-what=storage]")).toBe(
      "The browser lets the page keep nothing (The operation is insecure): a private window, or its settings. Runs are kept only until this page is closed.",
    );
    await drop(page, slow, fast, join(folder, "slow.safetensors"), join(folder, "fast.safetensors"));
    expect(await rows(page).count()).toBe(2);
    await page.waitForSelector(".cp-heat canvas");
    await page.close();
  });

  test("says so where the storage is full", async () => {
    const page = await site.page("#screen=compare");
    await page.evaluate(`IDBObjectStore.prototype.put = function () {
      this.transaction.abort();
      throw new DOMException("full", "QuotaExceededError");
    }`);
    await drop(page, slow);
    expect(await page.textContent("[data-what=storage]")).toContain("storage is full: delete old runs");
    expect(await rows(page).count()).toBe(1);
    await page.close();
  });

  test("follows what another tab keeps and deletes", async () => {
    const context = await site.browser.newContext({ serviceWorkers: "block" });
    const [page, other] = [await context.newPage(), await context.newPage()];
    for (const tab of [page, other]) {
      await tab.goto(`${site.origin}/#screen=compare`);
      await tab.waitForSelector("text=No run yet");
    }
    await drop(page, slow);
    await expect.poll(() => rows(other).count()).toBe(1);
    await rows(other).first().getByText("Delete").click();
    await expect.poll(() => rows(page).count()).toBe(0);
    await context.close();
  });

  test.each(["light", "dark"] as const)("has no fault that axe knows with runs in it, %s", async (colorScheme) => {
    const page = await opened();
    await page.emulateMedia({ colorScheme });
    await page.waitForSelector(".cp-gallery");
    await page.locator("[data-chart=cost] summary").click();
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test.each([1440, 390, 320])("fits into a width of %i with runs in it", async (width) => {
    const page = await opened();
    await page.setViewportSize({ width, height: 800 });
    await page.waitForSelector(".cp-gallery");
    const [content, view] = await page.evaluate<[number, number]>(
      "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
    );
    expect(content).toBeLessThanOrEqual(view);
    await page.close();
  });
});
