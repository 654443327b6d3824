import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { createStopwatch } from "../../explorer/src/screens/equation/stopwatch.js";
import { createRandom, STREAM } from "../../src/base/random.js";
import { digits } from "../../src/digits.js";
import { type ClassificationModel, examples, parameterName } from "../../src/index.js";
import { decodeModel } from "../../src/formats.js";
import { backward, forward } from "../../src/reference.js";
import { chromium } from "../support/browser.js";
import { root } from "../support/shared.js";
import { openExplorer } from "./site.js";

const bytes = readFileSync(join(root, "explorer", "public", "digits-64-16-16-10.safetensors"));
const model = decodeModel(new Uint8Array(bytes)) as ClassificationModel;
const { network } = model;
const { layout } = network;
const ROW = 3;
const [example] = examples(model, digits(), { rows: [ROW, ROW + 1] }) as [{ x: Float64Array; y: Float64Array }];
const reference = backward(network, forward(network, example.x), example.y);
const random = createRandom(5, STREAM.sample);
const drawn = (below: number): number => Math.floor(random.uniform() * below);

const address = (of: string, more = ""): string => `#screen=equation&row=${ROW}&of=${of}${more}`;
const values = (place: Page | Locator, part: string): Promise<number[]> =>
  place
    .locator(`[data-part="${part}"]`)
    .evaluateAll((found) => found.map((each) => Number((each as { dataset?: { value?: string } }).dataset?.value)));

/** Selects as a link does. */
async function select(page: Page, of: string, more = ""): Promise<void> {
  await page.evaluate((hash) => ((globalThis as unknown as { location: { hash: string } }).location.hash = hash), address(of, more));
  await page.locator("#eq-name", { hasText: `dCost/d${of}` }).waitFor();
}

/** The parts of a product or of a sum: the rows one level below the first. */
async function below(page: Page): Promise<number[]> {
  return page
    .locator('tr[data-level="2"] .eq-value [data-value]')
    .evaluateAll((found) => found.map((each) => Number((each as { dataset?: { value?: string } }).dataset?.value)));
}

async function open(page: Page, panel: string): Promise<Locator> {
  const found = page.locator(`#${panel}`);
  await found.locator("summary").click();
  await found.locator(".eq-panel-body").waitFor();
  return found;
}

test("a derivation is slow after two that were, of its own kind, and one that is fast ends it", () => {
  let clock = 0;
  const { measure, isSlow } = createStopwatch(25, () => clock);
  const work = (kind: string, milliseconds: number): boolean => {
    expect(measure(kind, () => (clock += milliseconds))).toBe(clock);
    return isSlow(kind);
  };
  expect([work("one", 40), work("one", 3), work("one", 40), work("one", 40)]).toEqual([false, false, false, true]);
  expect(isSlow("mean")).toBe(false);
  expect([work("mean", 90), work("mean", 90)]).toEqual([false, true]);
  expect(isSlow("one")).toBe(false);
  expect([work("mean", 25), work("mean", 26)]).toEqual([false, false]);
});

chromium.suite("the equation screen", () => {
  let site: Awaited<ReturnType<typeof openExplorer>>;
  let page: Page;

  beforeAll(async () => {
    site = await openExplorer();
    page = await site.page(address("w4[3,7]"));
  });

  test("its factors multiply to its result, the reference's derivative, for 30 parameters over all layers", async () => {
    for (let count = 0; count < 30; count++) {
      const tensor = layout.tensors[count % layout.tensors.length]!;
      const [from, length] = [tensor.offset, tensor.shape.reduce((product, size) => product * size, 1)];
      const index = from + drawn(length);
      const name = parameterName(layout, index);
      await select(page, name);
      const [factors, [result]] = [await values(page, "factor"), await values(page.locator(".eq-headline"), "result")];
      const product = factors.reduce((total, factor) => total * factor, 1);
      const expected = reference.gradient[index]!;
      expect(factors, name).toHaveLength(3);
      expect(Math.abs(result! - expected) <= 1e-12 * Math.abs(expected), `${name}: ${result!}, not ${expected}`).toBe(true);
      expect(Math.abs(product - result!) <= 1e-12 * Math.abs(result!), `${name}: ${product}, not ${result!}`).toBe(true);
    }
  });

  test("the visible terms of 20 hidden units and the others add up to their sum, and closing leaves the text as it was", async () => {
    for (let count = 0; count < 20; count++) {
      const [layer, unit] = [2 + (count % 2), drawn(16)];
      const name = `a${layer}[${unit}]`;
      await select(page, name);
      const terms = await below(page);
      const { dCost_dz, dCost_da } = reference;
      const weights = layout.tensors.find((tensor) => tensor.kind === "weight" && tensor.layer === layer + 1)!;
      const size = dCost_dz[layer + 1]!.reduce(
        (sum, outer, j) => sum + Math.abs(outer * network.parameters[weights.offset + j * layout.sizes[layer]! + unit]!),
        0,
      );
      expect(terms, name).toHaveLength(6);
      expect(Math.abs(terms.reduce((sum, term) => sum + term, 0) - dCost_da[layer]![unit]!) <= 1e-12 * size, name).toBe(true);

      const tree = page.locator(".eq-tree tbody");
      const before = await tree.innerText();
      const first = tree.locator('tr[data-level="2"]').first();
      await first.focus();
      await page.keyboard.press("ArrowRight");
      expect(await first.getAttribute("aria-expanded")).toBe("true");
      expect(await tree.innerText()).not.toBe(before);
      await page.keyboard.press("ArrowLeft");
      expect(await tree.innerText()).toBe(before);
    }
  });

  test("lists the 160 paths of a weight of layer 2, whose sum is the result", async () => {
    await select(page, "w2[5,20]");
    const panel = await open(page, "eq-paths");
    await panel.getByRole("button", { name: "List all 160" }).click();
    const paths = await values(panel, "path");
    const [[sum], [result]] = [await values(panel, "sum"), await values(page.locator(".eq-headline"), "result")];
    const size = paths.reduce((total, path) => total + Math.abs(path), 0);
    expect(paths).toHaveLength(160);
    expect(result).not.toBe(0);
    expect(Math.abs(paths.reduce((total, path) => total + path, 0) - result!) <= 1e-12 * size).toBe(true);
    expect(Math.abs(sum! - result!) <= 1e-12 * size).toBe(true);
  });

  test("walks N steps forward and back through the same texts, and a link opens a step", async () => {
    const panel = await open(page, "eq-steps");
    const step = panel.locator(".eq-step");
    // There is nothing to go back to yet, but it takes the keyboard.
    await panel.getByRole("button", { name: "First step" }).focus();
    const texts = [await step.innerText()];
    for (let count = 1; count <= 40; count++) {
      await page.keyboard.press("ArrowRight");
      expect(await step.getAttribute("data-at")).toBe(String(count));
      texts.push(await step.innerText());
    }
    expect(new Set(texts).size).toBe(texts.length);
    for (let count = 39; count >= 0; count--) {
      await page.keyboard.press("ArrowLeft");
      expect(await step.innerText()).toBe(texts[count]);
    }
    await page.keyboard.press("End");
    await page.keyboard.press("Home");
    expect(await step.innerText()).toBe(texts[0]);
    await page.keyboard.press("ArrowRight");
    expect(new URLSearchParams(new URL(page.url()).hash.slice(1)).get("k")).toBe("1");
    const linked = await site.page(address("w2[5,20]", "&k=17"));
    expect(await linked.locator(".eq-step").innerText()).toBe(texts[17]);
    await linked.close();
  });

  describe("its parts", () => {
    test("a factor leads to its quantity, and back", async () => {
      await select(page, "w4[3,7]");
      await page.getByRole("button", { name: /go to a3\[7\]$/ }).click();
      await page.locator("#eq-name", { hasText: "dCost/da3[7]" }).waitFor();
      expect(await page.evaluate("document.activeElement.id")).toBe("eq-name");
      await page.getByRole("button", { name: "Back to w4[3,7]" }).click();
      await page.locator("#eq-name", { hasText: "dCost/dw4[3,7]" }).waitFor();
    });

    test("the central difference and the nudge agree with the derivative", async () => {
      const panel = await open(page, "eq-proof");
      const [[analytic], [numeric]] = [await values(panel, "analytic"), await values(panel, "numeric")];
      expect(Math.abs(analytic! - numeric!) <= 1e-6 * Math.abs(analytic!) + 1e-9).toBe(true);
      await panel.getByLabel("Change in numbers").fill("0.001");
      await panel.getByLabel("Change in numbers").press("Enter");
      await expect.poll(async () => (await values(panel, "predicted"))[0]).toBe(analytic! * 0.001);
      const [real] = await values(panel, "real");
      expect(Math.abs(real! - analytic! * 0.001) <= 1e-2 * Math.abs(real!)).toBe(true);
    });

    test("the mean of the rows is the mean of their own derivatives, and a dot takes its row", async () => {
      const panel = await open(page, "eq-scope");
      const [mean] = await values(panel, "mean");
      await page.getByRole("button", { name: "Mean of 100 rows" }).click();
      const result = async (): Promise<number | undefined> => (await values(page.locator(".eq-headline"), "result"))[0];
      await expect.poll(result).toBe(mean);
      await page.getByRole("button", { name: "This example" }).click();
      await expect.poll(result).toBe(reference.dCost_dw[4]![3 * layout.sizes[3]! + 7]);
      await panel.getByRole("slider").press("End");
      await expect.poll(result).not.toBe(reference.dCost_dw[4]![3 * layout.sizes[3]! + 7]);
      expect(await values(panel, "own")).toEqual([await result()]);
    });

    test("nothing is wider than a narrow page", async () => {
      const narrow = await site.page(address("w2[5,20]"), { width: 390, height: 800 });
      for (const panel of ["eq-why", "eq-paths", "eq-proof", "eq-scope", "eq-learning", "eq-steps"]) await open(narrow, panel);
      const width = await narrow.evaluate("document.documentElement.scrollWidth");
      expect(width).toBe(390);
      await narrow.close();
    });
  });
});
