import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { smallRows } from "../../explorer/src/state/small-rows.js";
import { spelledOut, startingFrom } from "../../explorer/src/state/start.js";
import { decodeModel } from "../../src/formats.js";
import { createNetwork, type Layout, type NetworkInput, parameterName, train } from "../../src/index.js";
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

function parameterNames(layout: Layout): string[] {
  return Array.from({ length: layout.trained }, (_, index) => parameterName(layout, index));
}

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
  const open = async (page: Page, ...files: readonly (readonly [name: string, text: string])[]): Promise<void> => {
    await page.getByRole("button", { name: "Open…" }).click();
    await page
      .locator('dialog input[type="file"]')
      .setInputFiles(files.map(([name, text]) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) })));
  };
  const select = async (page: Page, name: string): Promise<void> => {
    await page.fill(".context input.name", name);
    await page.press(".context input.name", "Enter");
  };
  /** A page with the network, one of whose weights is then changed by hand. */
  const opened = async (viewport?: { readonly width: number; readonly height: number }): Promise<Page> => {
    const page = await site.page("#screen=network", viewport);
    await open(page, ["book.json", JSON.stringify(BOOK)]);
    await expect.poll(() => context(page)).toContain("book, 2-2-2");
    await select(page, "w3[1,0]");
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

  test("takes the rows of its book from a table, as they are, and a link has them", async () => {
    const page = await site.page("#screen=network");
    await open(page, ["book.json", JSON.stringify(BOOK)], ["rows.csv", "i1,i2,o1,o2\n0.05,0.10,0.01,0.99\n"]);
    await page.getByRole("button", { name: "Open these rows" }).click();
    await expect.poll(() => context(page)).toMatch(/book, 2-2-2.*true values o1 0\.01, o2 0\.99.*cost 0\.2984/s);
    // The numbers of the book (M. Mazur, A step by step backpropagation example, 2015) have nine decimals.
    const numberOf = async (selector: string): Promise<number> => Number(await page.locator(selector).first().getAttribute("data-value"));
    expect(await numberOf('.outputs [data-what="output"]')).toBeCloseTo(0.75136507, 7);
    await select(page, "w3[0,0]");
    await go(page, "Equation");
    await expect.poll(() => numberOf(".eq [data-part=result][data-value]")).toBeCloseTo(0.082167041, 8);
    await select(page, "w2[0,0]");
    await expect.poll(() => numberOf(".eq [data-part=result][data-value]")).toBeCloseTo(0.000438568, 8);
    await go(page, "Share");
    const before = await page.inputValue("#link");
    expect(before.length).toBeLessThan(900);
    const same = await site.page(new URL(before).hash);
    expect(await same.locator(".link-banner:not(.busy)").innerText()).toContain("Reproduced exactly: at step 0");
    await same.close();
    await go(page, "Train");
    await page.fill("#tr-learningRate", "0.5");
    await page.press("#tr-learningRate", "Tab");
    await button(page, "One batch").click();
    await expect.poll(() => stepOf(page)).toBe(1);
    const { parameters, hash } = await saved(page);
    const { layout } = createNetwork(BOOK);
    const at = (name: string): number => parameters[parameterNames(layout).indexOf(name)]!;
    expect(at("w3[0,0]")).toBeCloseTo(0.35891648, 7);
    expect(at("w2[0,0]")).toBeCloseTo(0.149780716, 7);
    const address = await page.inputValue("#link");
    await page.close();
    const other = await site.page(new URL(address).hash);
    expect(await other.locator(".link-banner:not(.busy)").innerText()).toContain("Reproduced exactly");
    expect(await context(other)).toContain("true values o1 0.01, o2 0.99");
    expect((await saved(other)).hash).toBe(hash);
    await other.close();
  });

  test("says which table it takes, and what it is to answer can be changed", async () => {
    const page = await site.page("#screen=network");
    const alert = async (table: string, network: NetworkInput): Promise<string> => {
      await open(page, ["book.json", JSON.stringify(network)], ["rows.csv", table]);
      await page.getByRole("button", { name: "Open these rows" }).click();
      const text = await page.locator("dialog [role=alert]").innerText();
      await page.locator("dialog").getByRole("button", { name: "Close" }).click();
      return text;
    };
    const before = await context(page);
    expect(await alert("i1,i2,o1\n0.05,0.10,0.01\n", BOOK)).toBe(
      "book.json takes a table of 4 columns, its 2 inputs and what its 2 outputs should be; this one has 3.",
    );
    expect(await alert("i1,i2,o1,o2\n0.05,much,0.01,0.99\n", BOOK)).toMatch(
      /rows\.csv, line 2, column "i2": expected a number, got "much"/,
    );
    const classes = { ...BOOK, cost: "cross-entropy", layers: [{ units: 2 }, { units: 2, activation: "softmax" }] } as const;
    expect(await alert("i1,i2,o1,o2\n0.05,0.10,0.01,0.99\n", classes)).toContain("book.json answers classes: open the table first");
    expect(await context(page)).toBe(before);
    await open(page, ["book.json", JSON.stringify(BOOK)]);
    await expect.poll(() => context(page)).toMatch(/row 0, true values y0 0\.01, y1 0\.99.*cost 0\.2984/s);
    await page.getByLabel("It should be y0").fill("0.5");
    await page.getByLabel("It should be y0").press("Tab");
    // (0.7514 - 0.5)^2 / 2 + (0.7729 - 0.99)^2 / 2
    await expect.poll(() => context(page)).toMatch(/your input.*cost 0\.05515/s);
    await page.getByRole("button", { name: "Back to row 0" }).click();
    await expect.poll(() => page.getByLabel("It should be y0").inputValue()).toBe("0.01");
    // What was typed was of that input alone.
    await page.getByLabel("x0", { exact: true }).fill("0.2");
    await page.getByLabel("x0", { exact: true }).press("Tab");
    await expect.poll(() => context(page)).toContain("your input");
    expect(await page.getByLabel("It should be y0").inputValue()).toBe("0.01");
    expect(await violations(page)).toEqual([]);
    await page.close();
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
        await select(page, name);
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
