import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { smallRows } from "../../explorer/src/state/small-rows.js";
import { spelledOut, startingFrom } from "../../explorer/src/state/start.js";
import { decodeModel } from "../../src/formats.js";
import { createNetwork, type NetworkInput, parameterName, train } from "../../src/index.js";
import { chromium } from "../support/browser.js";
import { violations } from "./axe.js";
import { openExplorer } from "./site.js";

/** Two layers of a textbook: sigmoids, half the squared error. */
const BOOK = {
  inputs: 2,
  layers: [{ units: 2 }, { units: 2 }],
  cost: "half-squared-error",
  w2: [
    [0.15, 0.2],
    [0.25, 0.3],
  ],
  b2: [0.35, 0.35],
  w3: [
    [0.4, 0.45],
    [0.5, 0.55],
  ],
  b3: [0.6, 0.6],
} as const satisfies NetworkInput;

test("options that start from a network have it alone, as it is written down, and say in words what it is", () => {
  const network = createNetwork({ ...BOOK, b3: [-0, 1 / 3] });
  const options = startingFrom({ hidden: [5], activation: "relu", cost: "hinge", initialisation: "he", seed: 3 }, network);
  expect(Object.keys(options)).toEqual(["seed", "network"]);
  expect(options.network).toMatchObject({ w2: BOOK.w2, b3: [0, 0.33333334] });
  const again = createNetwork(JSON.parse(JSON.stringify(options.network)) as NetworkInput).parameters;
  expect(again).toEqual(network.parameters.map((value) => value + 0));
  expect(spelledOut(options)).toEqual({ seed: 3, hidden: [2], activation: "sigmoid", outputActivation: "sigmoid", cost: BOOK.cost });
});

chromium.suite("a run that starts from an opened network", () => {
  let site: Awaited<ReturnType<typeof openExplorer>>;
  beforeAll(async () => {
    site = await openExplorer();
  });
  const go = (page: Page, name: string): Promise<void> => page.locator("nav .tab", { hasText: name }).click();
  const button = (page: Page, name: string) => page.locator(".tr-controls button", { hasText: name });
  const stepOf = (page: Page): Promise<number> => page.locator('.tr-readout [data-what="step"]').getAttribute("data-value").then(Number);
  const context = (page: Page): Promise<string | null> => page.locator(".context").textContent();
  const open = async (page: Page, name: string, text: string): Promise<void> => {
    await page.getByRole("button", { name: "Open…" }).click();
    await page.locator('dialog input[type="file"]').setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  };
  /** A page with the network, one of whose weights is then changed by hand. */
  const opened = async (viewport?: { readonly width: number; readonly height: number }): Promise<Page> => {
    const page = await site.page("#screen=network", viewport);
    await open(page, "book.json", JSON.stringify(BOOK));
    await expect.poll(() => context(page)).toContain("book, 2-2-2");
    await page.fill(".context input.name", "w3[1,0]");
    await page.press(".context input.name", "Enter");
    await page.locator(".edit input[type=text]").fill("0.75");
    await page.locator(".edit input[type=text]").press("Enter");
    await go(page, "Train");
    await page.waitForSelector("#tr-start");
    return page;
  };
  const CHANGED = { ...BOOK, w3: [BOOK.w3[0], [0.75, 0.55]] } satisfies NetworkInput;
  const OPTIONS = {
    optimizer: { kind: "sgd", learningRate: 0.1, momentum: 0 },
    batchSize: 1,
    test: 0,
    validation: 0,
    scale: "none",
    seed: 1,
  } as const;

  /** The parameters that are shown, as the file of the Share screen has them. */
  const saved = async (page: Page): Promise<{ readonly parameters: Float32Array; readonly hash: string }> => {
    await go(page, "Share");
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Model", exact: true }).click()]);
    const model = decodeModel(new Uint8Array(readFileSync(await file.path())));
    return { parameters: model.network.parameters, hash: model.parametersHash };
  };

  test("takes its weights and its changes by hand, steps as Node does, goes back, and opens again from a link", async () => {
    const page = await opened();
    expect(await page.inputValue("#tr-start")).toBe("given");
    expect(await page.isDisabled("#tr-hidden")).toBe(true);
    expect(await page.inputValue("#tr-hidden")).toBe("2");
    expect(await page.inputValue("#tr-output")).toBe("sigmoid,half-squared-error");
    expect(await page.textContent(".tr-summary")).toBe("2-2-2, 12 parameters");
    expect(await violations(page)).toEqual([]);
    await page.fill("#tr-learningRate", "0.5");
    await page.press("#tr-learningRate", "Tab");
    await button(page, "One batch").click();
    await expect.poll(() => stepOf(page)).toBe(1);
    await button(page, "One batch").click();
    await expect.poll(() => stepOf(page)).toBe(2);
    const run = train(smallRows(createNetwork(CHANGED), "book.json"), {
      ...OPTIONS,
      network: CHANGED,
      optimizer: { ...OPTIONS.optimizer, learningRate: 0.5 },
      paused: true,
      epochs: 60,
    });
    const start = await run.snapshot();
    const { model } = await run.resume(2);
    void run.resume();
    expect((await saved(page)).hash).toBe(model.parametersHash);
    const address = await page.inputValue("#link");
    expect(address.length).toBeLessThan(900);
    expect(await page.textContent("#share-link ~ details")).toContain("its weights, from which the run starts");
    await go(page, "Train");
    await button(page, "Rewind").click();
    await expect.poll(() => stepOf(page)).toBe(0);
    expect((await saved(page)).hash).toBe(start.model.parametersHash);
    await page.close();
    const other = await site.page(new URL(address).hash);
    expect(await other.locator(".link-banner:not(.busy)").innerText()).toContain("Reproduced exactly");
    await other.close();
  });

  test("starts from fresh weights where that is chosen, and from its own again", async () => {
    const page = await opened({ width: 390, height: 844 });
    await page.selectOption("#tr-start", "fresh");
    expect(await page.isDisabled("#tr-hidden")).toBe(false);
    await page.fill("#tr-hidden", "3");
    await page.press("#tr-hidden", "Tab");
    await button(page, "One batch").click();
    await expect.poll(() => context(page)).toContain("step 1");
    expect(await page.textContent(".tr-summary")).toBe("2-3-2, 17 parameters");
    await page.selectOption("#tr-start", "given");
    expect(await page.textContent(".tr-summary")).toBe("2-2-2, 12 parameters");
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.getByRole("button", { name: "Begin it" }).click();
    await expect.poll(() => page.locator(".tr-status").innerText()).toContain("done");
    const { model } = await train(smallRows(createNetwork(CHANGED), "book.json"), { ...OPTIONS, network: CHANGED, epochs: 60 }).result;
    expect((await saved(page)).hash).toBe(model.parametersHash);
    await page.close();
  });

  test("subtracts the rate times each derivative that the Equation screen shows", async () => {
    const page = await opened();
    await go(page, "Equation");
    const { layout, parameters } = createNetwork(CHANGED);
    const derivatives: number[][] = [];
    for (const row of [0, 1]) {
      await page.fill(".context input[type=number]", String(row));
      await page.press(".context input[type=number]", "Enter");
      const own: number[] = [];
      for (let index = 0; index < parameters.length; index++) {
        const name = parameterName(layout, index);
        await page.fill(".context input.name", name);
        await page.press(".context input.name", "Enter");
        await expect.poll(() => page.textContent("#eq-name")).toContain(`dCost/d${name} of row ${row}`);
        own.push(Number(await page.locator(".eq [data-part=result][data-value]").first().getAttribute("data-value")));
      }
      derivatives.push(own);
    }
    await go(page, "Train");
    await button(page, "One batch").click();
    await expect.poll(() => stepOf(page)).toBe(1);
    const { parameters: after } = await saved(page);
    // A batch is one row here, and the seed says which.
    const furthest = derivatives.map((own) => Math.max(...own.map((value, at) => Math.abs(parameters[at]! - 0.1 * value - after[at]!))));
    expect(Math.min(...furthest)).toBeLessThan(1e-7);
    expect(Math.max(...furthest)).toBeGreaterThan(0.01);
    await page.close();
  });
});
