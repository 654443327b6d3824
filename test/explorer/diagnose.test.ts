import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { openedFiles } from "../../cli/src/explore/files.js";
import { Analyst } from "../../explorer/src/analysis/analyst.js";
import { quantilesOf } from "../../explorer/src/analysis/quantiles.js";
import { thinned } from "../../explorer/src/screens/diagnose/course.js";
import { findRate } from "../../explorer/src/screens/diagnose/find-rate.js";
import { heatOf, heatOfDiagnosis, scaleOf } from "../../explorer/src/screens/diagnose/heat-data.js";
import { listCsv } from "../../explorer/src/screens/diagnose/mistakes-data.js";
import { unitStates } from "../../explorer/src/screens/diagnose/unit-states.js";
import { recipe } from "../../explorer/src/state/recipe.js";
import { diagnose, type Diagnosis, type Verdict } from "../../src/diagnose.js";
import { digits } from "../../src/digits.js";
import {
  type ClassificationModel,
  type ClassTarget,
  type Dataset,
  evaluate,
  examples,
  type StepStatistics,
  train,
} from "../../src/index.js";
import { decodeModel } from "../../src/formats.js";
import { iris } from "../../src/iris.js";
import { backward, forward } from "../../src/reference.js";
import { changed } from "../diagnose/fixtures.js";
import { chromium } from "../support/browser.js";
import { root } from "../support/shared.js";
import { openExplorer, STRICT } from "./site.js";

const demo = decodeModel(
  new Uint8Array(readFileSync(join(root, "explorer", "public", "digits-64-16-16-10.safetensors"))),
) as ClassificationModel;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Units of layer 2 that are switched off; the last one is so by itself. */
const OFF = [1, 4, 7, 10, 15];
const PARTS = ["test", "validation", "train", "all"] as const;

/** Numbers that the page shows, with all of their digits. */
const numbers = (place: Locator): Promise<number[]> =>
  place.evaluateAll((found) => found.map((each) => Number((each as { dataset?: { value?: string } }).dataset?.value)));
const attributes = (place: Locator, name: string): Promise<(string | null)[]> =>
  place.evaluateAll(
    (found, wanted) => found.map((each) => (each as { getAttribute(of: string): string | null }).getAttribute(wanted)),
    name,
  );

/** Equal but for the last bits: Node and the browser need not have the same exponential. */
const isNear = (value: number, expected: number): boolean => Math.abs(value - expected) <= 1e-9 * Math.abs(expected);

function costOf(model: ClassificationModel, dataset: Dataset, row: number): number {
  const [{ x, y }] = examples(model, dataset, { rows: [row, row + 1] }) as [{ x: Float64Array; y: Float64Array }];
  return backward(model.network, forward(model.network, x), y).cost;
}

interface Found {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate<Found>(`axe.run(document, { runOnly: { type: "tag", values: ${JSON.stringify(RULES)} } })`);
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

describe("layers over time", () => {
  const step = (at: number, gradient: number): StepStatistics => ({
    ...{ step: at, epoch: 1, cost: 1 },
    layers: [2, 3].map((layer) => ({ layer, gradient: gradient * layer, weight: 2, update: 0.5, dead: 0, saturated: 0 })),
  });
  const steps = (count: number): StepStatistics[] => Array.from({ length: count }, (_, at) => step(at + 1, 10 ** -at));

  test.each([1, 7, 8, 9, 16, 17, 100])("shows %d steps in at most 8 columns that cover them all", (count) => {
    const { columns, layers } = heatOf(steps(count), 8);
    expect(layers).toEqual([2, 3]);
    expect(columns.length).toBeLessThanOrEqual(8);
    expect(columns.length).toBeGreaterThan(Math.min(count, 4) - 1);
    expect([columns[0]!.from, columns.at(-1)!.to]).toEqual([1, count]);
    columns.slice(1).forEach(({ from }, at) => expect(from).toBe(columns[at]!.to + 1));
  });

  test("takes root mean squares over the steps of a column", () => {
    const { columns } = heatOf([step(1, 3), step(2, 4)], 1);
    expect(columns[0]!.values.gradient[0]).toBeCloseTo(2 * Math.sqrt((9 + 16) / 2), 14);
    expect(columns[0]!.values.ratio).toEqual([0.25, 0.25]);
  });

  test("has a scale of the recent columns, at least a factor of ten wide, without zeros and what is no number", () => {
    const heat = heatOf(steps(20), 100);
    const scale = scaleOf(heat, "gradient", 3)!;
    expect(scale.low).toBeCloseTo(Math.log10(2) - 19, 12);
    expect(scale.high).toBeCloseTo(Math.log10(3) - 17, 12);
    const level = scaleOf(heat, "weight", 3)!;
    expect(level.high - level.low).toBeCloseTo(1, 12);
    expect((level.high + level.low) / 2).toBeCloseTo(Math.log10(2), 12);
    const odd = heatOf([step(1, 0), step(2, NaN), step(3, Infinity)], 10);
    expect(scaleOf(odd, "gradient", 10)).toBeUndefined();
  });

  test("of an opened network is the one measurement of the diagnosis", () => {
    const { layers } = diagnose(demo, digits(), { rows: 50 });
    const { columns } = heatOfDiagnosis(layers, undefined);
    expect(columns).toHaveLength(1);
    expect(columns[0]!.values.gradient).toEqual(layers.map(({ dCost_dw }) => dCost_dw));
    expect(columns[0]!.values.update).toEqual(layers.map(({ updateRatio, weight }) => updateRatio! * weight));
    expect(heatOfDiagnosis([], 3).columns).toEqual([]);
  });
});

describe("what the panels are made from", () => {
  test("quantiles lie between the values that they should lie between", () => {
    for (const n of [1, 2, 3, 5, 16, 101]) {
      const values = Float64Array.from({ length: n }, (_, at) => ((at * 37) % n) - n / 3);
      const sorted = [...values].sort((p, q) => p - q);
      const found = quantilesOf(values);
      expect(found[0]).toBe(sorted[0]);
      expect(found[6]).toBe(sorted.at(-1));
      if (n % 2 === 1) expect(found[3]).toBe(sorted[(n - 1) / 2]);
      expect([...found].sort((p, q) => p - q)).toEqual(found);
    }
    expect(quantilesOf(Float64Array.of(1, NaN, 2)).every(Number.isNaN)).toBe(true);
    expect(quantilesOf(new Float64Array(0)).every(Number.isNaN)).toBe(true);
  });

  test("a unit that is named twice has the state that is worse", () => {
    const named = (kind: Verdict["kind"], units: string[]): Verdict => ({
      ...{ kind, severity: "warn", value: 1, threshold: 0, message: "", advice: "" },
      where: { units },
    });
    const states = unitStates([named("duplicate-units", ["a2[0]", "a2[1]"]), named("dead-units", ["a2[1]"]), named("units", ["a2[2]"])]);
    expect([...states]).toEqual([
      ["a2[0]", "duplicate"],
      ["a2[1]", "dead"],
    ]);
  });

  test("a course that grows too long keeps its ends", () => {
    for (const n of [1, 2, 5, 8, 9]) {
      const all = Array.from({ length: n }, (_, at) => at);
      const some = thinned(all);
      expect([some[0], some.at(-1)]).toEqual([0, n - 1]);
      expect(some.length).toBeLessThanOrEqual(n / 2 + 1);
    }
  });

  test("a list for a spreadsheet has nothing that it would compute", () => {
    const row = { row: 3, part: "test", predicted: 4, cost: 1.5, sure: NaN, flags: ["suspicious label", "other"] };
    const text = listCsv([
      { ...row, given: "=HYPERLINK(1)" },
      { ...row, given: '-1+1,"' },
      { ...row, given: -5 },
    ]);
    expect(text.split("\n")).toEqual([
      "row,part,true,predicted,cost,sure,surer by,flags",
      "3,test,'=HYPERLINK(1),4,1.5,,,suspicious label; other",
      `3,test,"'-1+1,""",4,1.5,,,suspicious label; other`,
      "3,test,-5,4,1.5,,,suspicious label; other",
      "",
    ]);
  });
});

describe("the page's side of the analysis", () => {
  /** A worker that answers when it is told to. */
  class Stub {
    static all: Stub[] = [];
    readonly posted: { readonly kind: string; readonly id?: number; readonly subject?: string; readonly model?: unknown }[] = [];
    readonly listeners: Record<string, (event: object) => void> = {};
    isTerminated = false;
    constructor() {
      Stub.all.push(this);
    }
    addEventListener(name: string, listener: (event: object) => void): void {
      this.listeners[name] = listener;
    }
    postMessage(message: Stub["posted"][number]): void {
      this.posted.push(message);
    }
    terminate(): void {
      this.isTerminated = true;
    }
    answer(id: number, value: unknown): void {
      this.listeners["message"]!({ data: { kind: "answer", id, value, milliseconds: 1 } });
    }
  }
  const models = [demo, { ...demo }, { ...demo }] as const;

  test("has one question of a kind under way, and of those that wait the newest", async () => {
    vi.stubGlobal("Worker", Stub);
    const analyst = new Analyst();
    const data = digits();
    const [first, second, third] = models.map((model) => analyst.ask("spread", model, data));
    const stub = Stub.all.at(-1)!;
    expect(stub.posted.map(({ kind }) => kind)).toEqual(["data", "ask"]);
    expect(await second).toEqual({ kind: "none" });
    void analyst.ask("answers", demo, data);
    expect(stub.posted.map(({ kind }) => kind)).toEqual(["data", "ask", "ask"]);
    stub.answer(stub.posted[1]!.id!, "of the first");
    expect(await first).toMatchObject({ kind: "answer", value: "of the first" });
    expect(stub.posted[3]).toMatchObject({ kind: "ask", subject: "spread", model: models[2] });
    analyst.cancel();
    expect(stub.isTerminated).toBe(true);
    expect(await third).toEqual({ kind: "none" });
    vi.unstubAllGlobals();
  });

  test("says so where there are no workers", async () => {
    vi.stubGlobal("Worker", undefined);
    expect(await new Analyst().ask("spread", demo, digits())).toMatchObject({ kind: "problem" });
    vi.unstubAllGlobals();
  });
});

chromium.suite("the diagnose screen of the explorer", () => {
  let explorer: Awaited<ReturnType<typeof openExplorer>>;
  let relu: ClassificationModel;

  beforeAll(async () => {
    explorer = await openExplorer();
    relu = (await train(digits(), { hidden: [16, 12], epochs: 8, seed: 1 }).result).model;
  });

  /** A page as `chainrule explore model data` serves it. */
  async function opened(model: ClassificationModel, dataset: Dataset, headers: Readonly<Record<string, string>> = STRICT): Promise<Page> {
    const page = await explorer.browser.newPage({ viewport: { width: 1440, height: 900 }, serviceWorkers: "block" });
    page.on("pageerror", (error) => expect.fail(`the page throws: ${error.message}`));
    const content = Buffer.from(await (await fetch(explorer.origin)).arrayBuffer());
    const files = openedFiles({ type: "text/html; charset=utf-8", content }, model, dataset, "fixture");
    await page.route("**/*", async (route) => {
      const { pathname } = new URL(route.request().url());
      const file = files.get(pathname === "/" ? "/index.html" : pathname);
      if (file === undefined) await route.continue();
      else await route.fulfill({ body: Buffer.from(file.content), contentType: file.type, headers });
    });
    await page.goto(`${explorer.origin}/#screen=diagnose`);
    return page;
  }

  async function ready(page: Page): Promise<Page> {
    await page.locator(".dg-verdict").first().waitFor({ state: "attached" });
    return page;
  }

  /** What stands on the page of the verdicts of a kind. */
  const verdict = (page: Page, kind: string): Locator => page.locator(`.dg-verdict[data-kind="${kind}"]`);

  async function expectVerdicts(page: Page, { verdicts }: Diagnosis): Promise<void> {
    expect(await attributes(page.locator(".dg-verdict"), "data-kind")).toEqual(verdicts.map(({ kind }) => kind));
    expect(await attributes(page.locator(".dg-verdict"), "data-severity")).toEqual(verdicts.map(({ severity }) => severity));
    const values = await numbers(page.locator(".dg-verdict [data-what=value]"));
    values.forEach((value, at) => expect(isNear(value, verdicts[at]!.value) || value).toBe(true));
    const thresholds = await numbers(page.locator(".dg-verdict [data-what=threshold]"));
    thresholds.forEach((value, at) => expect(isNear(value, verdicts[at]!.threshold) || value).toBe(true));
    expect(values).toHaveLength(verdicts.length);
  }

  test("says what the library says of the first network", async () => {
    const page = await ready(await explorer.page("#screen=diagnose"));
    const diagnosis = diagnose(demo, digits());
    await expectVerdicts(page, diagnosis);
    const texts = await page.locator(".dg-verdict > p:first-of-type").allTextContents();
    // A message rounds its numbers, so that last bits do not show.
    expect(texts).toEqual(diagnosis.verdicts.map(({ message }) => message));
    await page.close();
  });

  test("lists exactly the five relus that are off, each a way to the Network screen", async () => {
    const off = changed(relu, (value, name, index) => (name === "b2" && OFF.includes(index) ? -1000 : value)) as ClassificationModel;
    const page = await ready(await opened(off, digits()));
    const names = OFF.map((unit) => `a2[${unit}]`);
    expect(await verdict(page, "dead-units").locator(".dg-links button").allTextContents()).toEqual(names);
    expect(await attributes(page.locator(".dg-unit[data-state=dead]"), "data-unit")).toEqual(names);
    expect(await page.locator(".dg-unit[data-state=fine]").count()).toBe(16 + 12 - 5);
    await expectVerdicts(page, diagnose(off, digits()));
    await page.locator('.dg-unit[data-unit="a2[4]"]').click();
    await expect.poll(() => page.textContent("nav [aria-current=page]")).toBe("Network");
    expect(await page.inputValue(".context input.name")).toBe("a2[4]");
    await page.close();
  });

  test("raises vanishing with the library's ratio for ten layers of sigmoids, and not for a healthy network", async () => {
    const hidden = new Array<number>(8).fill(16);
    const { model } = await train(digits(), { hidden, activation: "sigmoid", epochs: 0, seed: 1 }).result;
    const deep = model as ClassificationModel;
    expect(deep.network.layout.depth).toBe(10);
    const page = await ready(await opened(deep, digits()));
    const diagnosis = diagnose(deep, digits());
    const expected = diagnosis.verdicts.find(({ kind }) => kind === "vanishing-gradient")!;
    const found = verdict(page, "vanishing-gradient");
    expect(await found.getAttribute("data-severity")).toBe("bad");
    expect(isNear((await numbers(found.locator("[data-what=value]")))[0]!, expected.value)).toBe(true);
    // The heat map shows the numbers behind it.
    const sizes = await numbers(page.locator(".dg-heat[data-quantity=gradient] [data-what=gradient]"));
    expect(sizes).toHaveLength(9);
    sizes.forEach((size, at) => expect(isNear(size, diagnosis.layers[at]!.dCost_dw!) || size).toBe(true));
    expect(isNear(sizes[0]! / sizes.at(-1)!, expected.value)).toBe(true);
    await page.close();

    const healthy = await ready(await opened(demo, digits()));
    expect(await verdict(healthy, "vanishing-gradient").count()).toBe(0);
    expect(await verdict(healthy, "units").getAttribute("data-severity")).toBe("good");
    expect(await verdict(healthy, "gradient-flow").getAttribute("data-severity")).toBe("good");
    await healthy.close();
  });

  describe("the confusion matrix", () => {
    test.each(PARTS)("of %s is that of evaluate, and adds up", async (part) => {
      const page = await ready(await explorer.page("#screen=diagnose"));
      await page.locator("#dg-confusion select[name=part]").selectOption(part);
      const expected = evaluate(demo, digits(), { part });
      expect(await numbers(page.locator(".dg-cell"))).toEqual(expected.confusion.flat());
      expect((await numbers(page.locator(".dg-cell"))).reduce((sum, count) => sum + count, 0)).toBe(expected.rows);
      expect(await numbers(page.locator("#dg-confusion [data-what=support]"))).toEqual(expected.perClass.map(({ support }) => support));
      expect(await numbers(page.locator("#dg-confusion [data-what=accuracy]"))).toEqual([expected.accuracy]);
      await page.close();
    });

    test("opens exactly the rows of a cell, and one of them on the Equation screen", async () => {
      const page = await ready(await explorer.page("#screen=diagnose"));
      const { classes, confusion } = evaluate(demo, digits());
      for (const [given, predicted] of [
        [8, 1],
        [3, 3],
        [0, 9],
      ] as const) {
        await page.locator(`.dg-cell[data-at="${given},${predicted}"]`).click();
        const rows = (await attributes(page.locator(".dg-gallery li button"), "data-row")).map(Number);
        expect(rows).toHaveLength(confusion[given]![predicted]!);
        expect(rows.every((row) => digits().target.classes[digits().target.indices[row]!] === classes[given])).toBe(true);
        const costs = await numbers(page.locator(".dg-gallery [data-what=cost]"));
        costs.forEach((cost, at) => expect(isNear(cost, costOf(demo, digits(), rows[at]!)) || cost).toBe(true));
        expect(costs).toEqual([...costs].sort((p, q) => q - p));
      }
      await page.locator('.dg-cell[data-at="8,1"]').click();
      const first = page.locator(".dg-gallery li button").first();
      expect(await first.textContent()).toMatch(/true 8, predicted 1, cost \d/);
      const row = await first.getAttribute("data-row");
      await first.click();
      await expect.poll(() => page.textContent("nav [aria-current=page]")).toBe("Equation");
      expect(await page.inputValue(".context input[type=number]")).toBe(row);
      await page.close();
    });

    test("is one stop of the keyboard, whose arrows move among the cells", async () => {
      const page = await ready(await explorer.page("#screen=diagnose"));
      const at = (): Promise<string> => page.evaluate<string>("document.activeElement.dataset.at ?? ''");
      await page.locator("select[name=unit]").focus();
      await page.keyboard.press("Tab");
      expect(await at()).toBe("0,0");
      for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowRight", "End", "Home", "ArrowRight"]) {
        await page.keyboard.press(key);
      }
      expect(await at()).toBe("1,1");
      await page.keyboard.press("Enter");
      await page.locator(".dg-gallery li").first().waitFor();
      expect(await page.textContent(".dg-gallery h4")).toContain("True 1, predicted 1");
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Tab");
      expect(await at()).toBe("1,1");
      await page.close();
    });

    test("of a table lists values, and knows no parts of other data", async () => {
      const { model } = await train(iris(), { epochs: 10, seed: 1 }).result;
      const other: Dataset<ClassTarget> = { ...iris(), name: "other", inputs: iris().inputs.map((value) => value + 0.01) };
      const page = await ready(await opened(model, other));
      expect(await page.locator("#dg-confusion select[name=part] option").allTextContents()).toEqual(["all rows"]);
      await page.locator('.dg-cell[data-at="0,0"]').click();
      expect(await page.locator(".dg-gallery li").first().textContent()).toMatch(/sepal_length \d/);
      await page.close();
    });
  });

  test("lists mistakes by their costs", async () => {
    const page = await ready(await explorer.page("#screen=diagnose"));
    const rows = (await attributes(page.locator(".dg-mistakes tbody tr"), "data-row")).map(Number);
    const costs = await numbers(page.locator(".dg-mistakes [data-what=cost]"));
    const all = Array.from({ length: digits().rowCount }, (_, row) => costOf(demo, digits(), row));
    const { verdicts } = diagnose(demo, digits());
    const [worst, suspicious] = ["worst-mistakes", "suspicious-labels"].map((kind) => verdicts.find((one) => one.kind === kind)!.findings!);
    expect(rows[0]).toBe(worst![0]!.row);
    costs.forEach((cost, at) => expect(isNear(cost, all[rows[at]!]!) || cost).toBe(true));
    expect(costs).toEqual([...costs].sort((p, q) => q - p));
    await page.getByRole("button", { name: /^Suspicious labels/ }).click();
    expect((await attributes(page.locator(".dg-mistakes tbody tr"), "data-row")).map(Number)).toEqual(suspicious!.map(({ row }) => row));
    const surer = await numbers(page.locator(".dg-mistakes [data-what=sure]"));
    surer.forEach((value, at) => expect(isNear(value, suspicious![at]!.value) || value).toBe(true));
    expect(surer).toHaveLength(suspicious!.length);
    await page.close();
  });

  test("draws the course of a run as the library measures it, and looks at the network that came out", async () => {
    const { options } = recipe.value;
    // As often as the page has it measured (run-leg.ts); other steps would be other numbers.
    const run = train(digits(), { ...options, statisticsEvery: 7 });
    const statistics: StepStatistics[] = [];
    run.onStatistics((one) => statistics.push(one));
    const { model } = await run.result;
    const { columns } = heatOf(statistics, 120);

    const page = await explorer.page("#screen=train");
    await page.locator(".tr-train").click();
    await expect.poll(() => page.textContent(".context"), { timeout: 60_000 }).toContain("step 2,460");
    await page.getByRole("button", { name: "Diagnose" }).click();
    const hash = (): Promise<string | null> => page.getAttribute(".dg-verdicts section", "data-parameters");
    await expect.poll(hash, { timeout: 60_000 }).toBe(model.parametersHash);
    await expectVerdicts(page, diagnose(model, digits()));
    await page.locator("#dg-heat summary").click();
    for (const quantity of ["gradient", "weight", "update", "ratio"] as const) {
      await page.locator("select[name=heat]").selectOption(quantity);
      const table = page.locator(`#dg-heat details [data-what=${quantity}]`);
      const found = await numbers(table);
      expect(found).toHaveLength(30);
      // The first and the last moment of each layer.
      [0, 1, 2].forEach((layer) => {
        expect(isNear(found[10 * layer]!, columns[0]!.values[quantity][layer]!) || found).toBe(true);
        expect(isNear(found[10 * layer + 9]!, columns.at(-1)!.values[quantity][layer]!) || found).toBe(true);
      });
    }
    // The matrix at step 0 is that of the untrained network.
    await page.locator("input[name=epoch]").fill("0");
    const { model: untrained } = await train(digits(), { ...options, epochs: 0 }).result;
    const { accuracy } = evaluate(untrained, digits());
    await expect.poll(() => numbers(page.locator("#dg-confusion [data-what=accuracy]")), { timeout: 30_000 }).toEqual([accuracy]);
    await page.close();
  });

  describe("the search for a learning rate", () => {
    test("finds what the library finds, changes no parameter, and puts the rate into the recipe", async () => {
      const page = await ready(await explorer.page("#screen=diagnose"));
      const hash = await page.getAttribute(".dg-verdicts section", "data-parameters");
      expect(hash).toBe(demo.parametersHash);
      await page.getByRole("button", { name: "Find a learning rate" }).click();
      await page.locator("[data-search=found]").waitFor();
      const { learningRate, trials } = await findRate(digits(), recipe.value.options, new AbortController().signal);
      expect(await page.textContent("[data-search]")).toBe(`Found ${learningRate!}.`);
      expect(await numbers(page.locator("#dg-finder [data-what=trial]"))).toEqual(
        trials.flatMap(({ cost }) => (cost === null ? [] : [cost])),
      );
      await page.getByRole("button", { name: `Use ${learningRate!}` }).click();
      expect(await page.textContent("#dg-finder")).toContain(`The next run begins with ${learningRate!}.`);
      expect(await page.getAttribute(".dg-verdicts section", "data-parameters")).toBe(hash);
      expect(await violations(page)).toEqual([]);
      await page.close();
    });

    test("stops when it is told to, and begins anew", async () => {
      const page = await ready(await explorer.page("#screen=diagnose"));
      await page.getByRole("button", { name: "Find a learning rate" }).click();
      await page.getByRole("button", { name: "Stop the search" }).click();
      expect(await page.textContent("[data-search]")).toBe("Stopped.");
      await page.getByRole("button", { name: "Find a learning rate" }).click();
      await page.locator("[data-search=found]").waitFor();
      await page.close();
    });
  });

  test("says so where no worker can be started", async () => {
    const policy = STRICT["Content-Security-Policy"].replace("worker-src 'self' blob:", "worker-src 'none'");
    const page = await opened(relu, digits(), { ...STRICT, "Content-Security-Policy": policy });
    expect(await page.textContent(".dg-problem")).toContain("lets the page start no module worker");
    await page.getByRole("button", { name: "Make the report" }).click();
    await expect.poll(() => page.locator("#dg-report [role=alert]").textContent()).toContain("lets the page start no module worker");
    expect(await page.getByRole("button", { name: "Make the report" }).count()).toBe(1);
    await page.close();
  });

  test.each(["light", "dark"] as const)("has no fault that axe knows, %s", async (colorScheme) => {
    const page = await ready(await explorer.page("#screen=diagnose"));
    await page.emulateMedia({ colorScheme });
    await page.locator(".dg-good > summary").click();
    await page.locator('.dg-cell[data-at="8,1"]').click();
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test.each([1440, 390, 320])("fits into a width of %i", async (width) => {
    const page = await ready(await explorer.page("#screen=diagnose", { width, height: 800 }));
    await page.locator('.dg-cell[data-at="8,1"]').click();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    await page.close();
  });
});
