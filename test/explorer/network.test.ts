import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { digits } from "../../src/digits.js";
import { costParts } from "../../explorer/src/screens/network/cost-parts.js";
import { handedName } from "../../explorer/src/screens/network/names.js";
import { findParameter, tape } from "../../src/explain.js";
import {
  type ActivationName,
  type ClassificationModel,
  type CostDescription,
  createNetwork,
  examples,
  predictAll,
} from "../../src/index.js";
import { decodeModel } from "../../src/formats.js";
import { backward, forward } from "../../src/reference.js";
import { chromium } from "../support/browser.js";
import { root } from "../support/shared.js";
import { openExplorer } from "./site.js";

const bytes = readFileSync(join(root, "explorer", "public", "digits-64-16-16-10.safetensors"));
const model = decodeModel(new Uint8Array(bytes)) as ClassificationModel;

/** What the equations say of a row, with one parameter changed where that is asked for. */
function costOf(row: number, change?: { readonly name: string; readonly value: number }): number {
  const { network } = model;
  const parameters = network.parameters.slice();
  if (change !== undefined) parameters[findParameter(network.layout, change.name).index] = change.value;
  const [{ x, y }] = examples(model, digits(), { rows: [row, row + 1] }) as [{ x: Float64Array; y: Float64Array }];
  const changed = { ...network, parameters };
  return backward(changed, forward(changed, x), y).cost;
}

const numbers = (place: Page | Locator, what: string): Promise<number[]> =>
  place
    .locator(`[data-what="${what}"]`)
    .evaluateAll((found) => found.map((each) => Number((each as { dataset?: { value?: string } }).dataset?.value)));
const outputs = (page: Page): Promise<number[]> => numbers(page.locator(".outputs"), "output");
const cost = async (page: Page): Promise<number> => (await numbers(page.locator(".outputs"), "cost"))[0]!;

/** Equal but for the last bits: Node and the browser need not have the same exponential. */
const isNear = (value: number, expected: number): boolean => Math.abs(value - expected) <= 1e-12 * Math.abs(expected);

/** Waits until the page shows a cost. */
async function expectCost(page: Page, expected: number): Promise<void> {
  await expect.poll(async () => isNear(await cost(page), expected) || (await cost(page)), { timeout: 20_000 }).toBe(true);
}

/** The inputs that the network sees, from the table of its first layer. */
async function inputs(page: Page): Promise<number[]> {
  const table = page.locator('details[data-layer="1"]');
  if ((await table.getAttribute("open")) === null) await table.locator("summary").click();
  await table.locator("tbody tr").first().waitFor();
  return numbers(table, "a");
}

describe("the parts of the cost", () => {
  test.each<[ActivationName, CostDescription]>([
    ["sigmoid", "squared-error"],
    ["softmax", "squared-error"],
    ["identity", "mean-squared-error"],
    ["tanh", { kind: "huber", delta: 0.3 }],
    ["sigmoid", "cross-entropy"],
    ["softmax", "cross-entropy"],
    ["tanh", "hinge"],
    ["softplus", "poisson"],
  ])("of %s and %j are those of the walk through the example", (activation, cost) => {
    const network = createNetwork({ inputs: 2, layers: [{ units: 4 }, { units: 3, activation }], cost }, { seed: 3 });
    const [x, y] = [Float64Array.of(0.5, -2), Float64Array.of(0, 1, 0)];
    const walk = tape({ network }, { x, y, row: 0 });
    const steps = Array.from({ length: walk.length }, (_, at) => walk.at(at)).filter(({ phase }) => phase === "cost");
    const parts = costParts(network, forward(network, x), y);
    expect(Array.from(parts)).toEqual(steps.slice(0, 3).map(({ derivation }) => derivation.value));
    expect(
      isNear(
        parts.reduce((sum, part) => sum + part, 0),
        steps[3]!.derivation.value,
      ),
    ).toBe(true);
  });
});

test("a unit hands on h where a connection adds to it, and a otherwise", () => {
  const network = createNetwork({ inputs: 2, layers: [{ units: 3 }, { units: 3, skip: 2, dropout: 0.5 }, { units: 1 }] }, { seed: 1 });
  expect([1, 2, 3].map((layer) => handedName(network, layer, 1))).toEqual(["a1[1]", "a2[1]", "h3[1]"]);
});

chromium.suite("the network screen of the explorer", () => {
  let explorer: Awaited<ReturnType<typeof openExplorer>>;

  beforeAll(async () => {
    explorer = await openExplorer();
  });

  test.each([0, 12, 1700])("answers row %d as the library does, and its parts of the cost add up", async (row) => {
    const page = await explorer.page(`#screen=network&row=${row}`);
    const shown = await outputs(page);
    const expected = predictAll(model, digits())[row]!.outputs;
    expect(shown).toHaveLength(10);
    // The library answers in float32.
    shown.forEach((value, j) => expect(Math.abs(value - expected[j]!)).toBeLessThanOrEqual(1e-6));
    const whole = await cost(page);
    expect(isNear(whole, costOf(row))).toBe(true);
    const parts = await numbers(page.locator(".outputs"), "part");
    const sum = parts.reduce((total, part) => total + part, 0);
    expect(Math.abs(sum - whole)).toBeLessThanOrEqual(1e-12);
    await page.close();
  });

  test("draws the same with the keyboard as with the mouse", async () => {
    const page = await explorer.page("#screen=network");
    const pad = page.locator(".pad > canvas");
    await page.getByRole("button", { name: "Clear" }).click();
    expect((await inputs(page)).every((value) => value === 0)).toBe(true);
    await pad.scrollIntoViewIfNeeded();
    const box = (await pad.boundingBox())!;
    const pixel = (x: number, y: number) =>
      [box.x + 1 + ((x + 0.5) * (box.width - 2)) / 32, box.y + 1 + ((y + 0.5) * (box.height - 2)) / 32] as const;
    // A line down from the middle, and one to the right.
    await page.mouse.move(...pixel(16, 16));
    await page.mouse.down();
    await page.mouse.move(...pixel(16, 26));
    await page.mouse.move(...pixel(22, 26));
    await page.mouse.up();
    const byMouse = await inputs(page);
    expect(byMouse.filter((value) => value > 0).length).toBeGreaterThan(5);

    await page.getByRole("button", { name: "Clear" }).click();
    await pad.focus();
    await page.keyboard.press("Space");
    for (let step = 0; step < 10; step++) await page.keyboard.press("Shift+ArrowDown");
    for (let step = 0; step < 6; step++) await page.keyboard.press("Shift+ArrowRight");
    expect(await inputs(page)).toEqual(byMouse);

    // Without the fit an input counts what is set in its own block of 4 x 4 pixels.
    await page.getByRole("checkbox").uncheck();
    const counts = (await inputs(page)).map((value) => value * 16);
    expect(counts.every((count) => Number.isInteger(count) && count >= 0 && count <= 16)).toBe(true);
    expect(counts.slice(0, 24).every((count) => count === 0)).toBe(true);
    expect(counts[5 * 8 + 4]).toBeGreaterThan(0);

    await pad.press("Delete");
    expect((await inputs(page)).every((value) => value === 0)).toBe(true);
    await page.getByRole("button", { name: "Back to row 0" }).click();
    await expectCost(page, costOf(0));
    await page.close();
  });

  test("knows a drawn 1 and a drawn 0, and the cost of what was meant", async () => {
    const page = await explorer.page("#screen=network");
    const box = (await page.locator(".pad > canvas").boundingBox())!;
    const draw = async (points: readonly (readonly [number, number])[]): Promise<void> => {
      await page.getByRole("button", { name: "Clear" }).click();
      const at = points.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const);
      await page.mouse.move(...at[0]!);
      await page.mouse.down();
      for (const point of at.slice(1)) await page.mouse.move(...point, { steps: 6 });
      await page.mouse.up();
    };
    const circle = Array.from(
      { length: 17 },
      (_, i) => [0.5 + 0.22 * Math.sin((i * Math.PI) / 8), 0.5 - 0.38 * Math.cos((i * Math.PI) / 8)] as const,
    );
    await draw(circle);
    await expect.poll(() => page.locator(".outputs h3 b").textContent()).toBe("0");
    await page.locator('select[name="meant"]').selectOption("0");
    const right = await cost(page);
    await page.locator('select[name="meant"]').selectOption("4");
    await expect.poll(() => cost(page)).toBeGreaterThan(right);
    await draw([
      [0.52, 0.1],
      [0.5, 0.9],
    ]);
    await expect.poll(() => page.locator(".outputs h3 b").textContent()).toBe("1");
    await page.close();
  });

  describe("by keyboard", () => {
    test("selects units and edges, and the tables select too", async () => {
      const page = await explorer.page("#screen=network");
      const field = page.locator(".context input.name");
      await page.locator(".network-view").focus();
      for (const key of ["ArrowRight", "ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
      await expect.poll(() => field.inputValue()).toBe("a3[2]");
      await page.keyboard.press("w");
      await page.keyboard.press("Enter");
      await expect.poll(() => field.inputValue()).toMatch(/^w3\[2,\d+\]$/);
      const first = await field.inputValue();
      await page.keyboard.press("w");
      await page.keyboard.press("Enter");
      await expect.poll(() => field.inputValue()).not.toBe(first);
      // The largest |w a| of the unit first.
      const pass = forward(model.network, examples(model, digits(), { rows: [0, 1] })[0]!.x);
      const sizes = Array.from(pass.a[2]!, (a, k) =>
        Math.abs(a * model.network.parameters[findParameter(model.network.layout, `w3[2,${k}]`).index]!),
      );
      expect(first).toBe(`w3[2,${sizes.indexOf(Math.max(...sizes))}]`);

      const table = page.locator('details[data-layer="4"]');
      await table.locator("summary").click();
      await table.getByRole("button", { name: "Select a4[6]" }).click();
      await expect.poll(() => field.inputValue()).toBe("a4[6]");
      expect(await numbers(table.locator('tr[data-unit="a4[6]"]'), "a")).toSatisfy(([a]: number[]) => isNear(a!, pass.a[4]![6]!));
      await page.close();
    });

    test("shows z of a unit as terms that add up to it", async () => {
      const page = await explorer.page("#screen=network&of=z3[5]");
      const card = page.locator(".card");
      const terms = await numbers(card, "term");
      const [sum] = await numbers(card, "sum");
      expect(terms).toHaveLength(7);
      const total = terms.reduce((whole, term) => whole + term, 0);
      expect(Math.abs(total - sum!)).toBeLessThanOrEqual(1e-12 * terms.reduce((whole, term) => whole + Math.abs(term), 0));
      await page.close();
    });
  });

  test("changes a weight, and takes that back exactly", async () => {
    const page = await explorer.page("#screen=network&of=w3[2,5]");
    const field = page.locator('.edit input[name="parameter"]');
    const before = await cost(page);
    const value = await field.inputValue();
    await field.fill("-3,25");
    await expectCost(page, costOf(0, { name: "w3[2,5]", value: -3.25 }));
    // The context bar and the card are of the same network.
    expect(await page.locator(".context .number").getAttribute("data-value")).toBe(String(await cost(page)));
    expect(await numbers(page.locator(".card"), "w")).toEqual([-3.25]);
    await field.fill("nothing");
    await expect.poll(() => field.getAttribute("aria-invalid")).toBe("true");
    await expectCost(page, costOf(0, { name: "w3[2,5]", value: -3.25 }));
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => cost(page)).toBe(before);
    expect(await field.inputValue()).toBe(value);
    expect(isNear(before, costOf(0))).toBe(true);

    for (const [name, next] of [["w4[3,7]", "2"] as const, ["b2[1]", "0.5"] as const]) {
      await page.locator(".context input.name").fill(name);
      await page.keyboard.press("Enter");
      await expect.poll(() => page.locator(".edit .name").first().textContent()).toBe(name);
      await field.fill(next);
    }
    await expect.poll(() => cost(page)).not.toBe(before);
    await page.getByRole("button", { name: "Reset" }).click();
    await expect.poll(() => cost(page)).toBe(before);
    await page.close();
  });

  test("breaks the network, each time as one change, and takes that back exactly", async () => {
    const page = await explorer.page("#screen=network&row=12&of=w3[2,5]");
    const before = await cost(page);
    const { layout, parameters } = model.network;
    const { offset, rows, columns } = layout.layers[3]!.w;
    const [{ x, y }] = examples(model, digits(), { rows: [12, 13] }) as [{ x: Float64Array; y: Float64Array }];
    const costWith = (change: (own: Float32Array) => void): number => {
      const own = parameters.slice();
      change(own);
      const network = { ...model.network, parameters: own };
      return backward(network, forward(network, x), y).cost;
    };
    await page.getByRole("button", { name: "Silence a2[5]" }).click();
    const silent = costWith((own) => {
      for (let j = 0; j < rows; j++) own[offset + j * columns + 5] = 0;
    });
    expect(isNear(silent, before)).toBe(false);
    await expectCost(page, silent);
    await page.getByRole("button", { name: "No biases" }).click();
    await expectCost(
      page,
      costWith((own) => {
        for (let j = 0; j < rows; j++) own[offset + j * columns + 5] = 0;
        for (const { kind, offset: at, rows: size } of layout.tensors) if (kind === "bias") own.fill(0, at, at + size);
      }),
    );
    expect(await page.textContent(".edit [role=status]:not(.problem)")).toBe("2 changes");
    await page.getByRole("button", { name: "Undo" }).click();
    await expectCost(page, silent);
    await page.getByRole("button", { name: "Add noise" }).click();
    await expect.poll(() => cost(page)).not.toBe(silent);
    const noisy = await cost(page);
    await page.getByRole("button", { name: "Reset" }).click();
    await expect.poll(() => cost(page)).toBe(before);
    // Another noise each time.
    await page.getByRole("button", { name: "Add noise" }).click();
    await expect.poll(() => cost(page)).not.toBe(before);
    expect(await cost(page)).not.toBe(noisy);
    await page.close();
  });

  test("finds the row with the largest cost among the first 500", async () => {
    const page = await explorer.page("#screen=network");
    await page.getByRole("button", { name: "Worst" }).click();
    const costs = Array.from({ length: 500 }, (_, row) => costOf(row));
    costs.sort((p, q) => q - p);
    await expectCost(page, costs[0]!);
    await page.getByRole("button", { name: "Worst" }).click();
    await expectCost(page, costs[1]!);
    await page.close();
  });

  test.each([390, 1440])("fits into %d pixels", async (width) => {
    const page = await explorer.page("#screen=network", { width, height: 900 });
    const widest = await page.evaluate("document.documentElement.scrollWidth");
    expect(widest).toBe(width);
    await page.close();
  });
});
