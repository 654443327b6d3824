import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { digits } from "../../src/data/digits.js";
import type { TrainOptions } from "../../src/training/options.js";
import { train } from "../../src/training/train.js";
import { chromium } from "../support/browser.js";
import { violations } from "./axe.js";
import { openExplorer } from "./site.js";

/** Of a link, and the same for `train`. */
const LINK = "v=1&d=digits&net=16-16:relu&out=softmax,cross-entropy&opt=sgd,0.05&batch=32&epochs=40&seed=7&test=0.2&val=0.1";
const OPTIONS = {
  hidden: [16, 16],
  activation: "relu",
  outputActivation: "softmax",
  cost: "cross-entropy",
  optimizer: { kind: "sgd", learningRate: 0.05 },
  batchSize: 32,
  epochs: 40,
  seed: 7,
  test: 0.2,
  validation: 0.1,
} as const satisfies TrainOptions;
/** 1,797 rows, a fifth and then a tenth held back: 1,294. */
const PER_EPOCH = 41;

/** The parameters that the library has at a step, by the beginning of their hash. */
async function hashAt(step: number, options: TrainOptions = OPTIONS): Promise<string> {
  const run = train(digits(), { ...options, paused: true });
  const { model } = await (step === 0 ? run.snapshot() : run.resume(step));
  void run.resume();
  run.result.catch(() => undefined);
  return model.parametersHash.slice(0, 8);
}

const number = (page: Page, what: string): Promise<number> =>
  page.locator(`.tr-readout [data-what="${what}"]`).getAttribute("data-value").then(Number);
const status = (page: Page): Promise<string> => page.locator(".tr-status").innerText();
const button = (page: Page, name: string) => page.locator(".tr-controls button", { hasText: name });

/** What the Share screen says of the run: where it stands, and the beginning of its hash. */
async function standing(page: Page): Promise<{ readonly at: number; readonly chk: string }> {
  await page.click("nav button:has-text('Share')");
  const link = new URLSearchParams((await page.inputValue("#link")).split("#")[1]);
  await page.click("nav button:has-text('Train')");
  await page.waitForSelector(".tr-train");
  return { at: Number(link.get("at")), chk: link.get("chk")! };
}

chromium.suite("the Train screen", () => {
  let site: Awaited<ReturnType<typeof openExplorer>>;
  beforeAll(async () => {
    site = await openExplorer();
  });
  const open = async (link = LINK): Promise<Page> => {
    const page = await site.page(`#screen=train&${link}&at=0`);
    await page.waitForSelector(".tr-train");
    await expect.poll(() => status(page)).toBe("paused");
    return page;
  };

  test("trains to the parameters that the library has in Node, and says how good they are", async () => {
    const page = await open();
    await button(page, "Train").click();
    await expect.poll(() => status(page), { timeout: 60_000 }).toBe("done: all epochs are done");
    const expected = await train(digits(), { ...OPTIONS, threads: 2 }).result;
    expect(await standing(page)).toEqual({ at: 40 * PER_EPOCH, chk: expected.model.parametersHash.slice(0, 8) });
    expect(await number(page, "test-accuracy")).toBe(expected.test!.accuracy);
    expect(await number(page, "test-accuracy")).toBeGreaterThan(0.93);
    // The last batches cost less than half of the first.
    await button(page, "Rewind").click();
    await expect.poll(() => number(page, "step")).toBe(0);
    await button(page, "One batch").click();
    await expect.poll(() => number(page, "step")).toBe(1);
    const first = await number(page, "cost");
    expect(expected.history.at(-1)!.cost).toBeLessThan(first / 2);
    await page.close();
  });

  test("takes one batch and one epoch, goes back to the same parameters, and to others with another seed", async () => {
    const page = await open();
    await button(page, "One batch").click();
    await expect.poll(() => number(page, "step")).toBe(1);
    expect((await standing(page)).chk).toBe(await hashAt(1));
    await button(page, "One epoch").click();
    await expect.poll(() => number(page, "step")).toBe(PER_EPOCH);
    expect(await number(page, "epoch")).toBe(1);
    await page.locator(".tr-train").focus();
    await page.keyboard.press("Shift+.");
    await expect.poll(() => number(page, "step")).toBe(2 * PER_EPOCH);
    await page.keyboard.press(".");
    await expect.poll(() => number(page, "step")).toBe(2 * PER_EPOCH + 1);
    expect((await standing(page)).chk).toBe(await hashAt(2 * PER_EPOCH + 1));
    await button(page, "Rewind").click();
    await expect.poll(() => number(page, "step")).toBe(0);
    const start = await hashAt(0);
    expect(await standing(page)).toEqual({ at: 0, chk: start });
    await button(page, "New seed").click();
    await expect.poll(async () => (await standing(page)).chk).not.toBe(start);
    expect((await standing(page)).chk).toBe(await hashAt(0, { ...OPTIONS, seed: 8 }));
    await page.close();
  });

  test("moves every number of the screen together while it trains slowly, and has no fault that axe knows", async () => {
    const page = await open();
    await page.selectOption(".tr-controls select", "10");
    await button(page, "Train").click();
    await expect.poll(() => number(page, "step")).toBeGreaterThan(2);
    expect(await violations(page)).toEqual([]);
    for (const name of ["Network", "Equation"]) {
      await page.click(`nav button:has-text('${name}')`);
      await page.waitForSelector(name === "Network" ? "main canvas" : ".eq-tree");
      const seen = new Set<string>();
      for (let look = 0; look < 40; look++) {
        // In one go of the page: the numbers that it shows belong to one step.
        const steps = await page.evaluate<string[]>(
          "[...new Set([...document.querySelectorAll('[data-value][data-step]')].map((element) => element.dataset.step))]",
        );
        expect(steps).toHaveLength(1);
        seen.add(steps[0]!);
        await page.waitForTimeout(75);
      }
      expect(seen.size).toBeGreaterThanOrEqual(5);
    }
    await page.close();
  });

  test("takes another learning rate while it trains, and keeps that among its events", async () => {
    const page = await open();
    await page.selectOption(".tr-controls select", "10");
    await button(page, "Train").click();
    await expect.poll(() => number(page, "step")).toBeGreaterThan(1);
    await page.fill("[aria-label='Learning rate as a number']", "0,2");
    await page.press("[aria-label='Learning rate as a number']", "Enter");
    const event = page.locator(".tr-events li[data-kind=rate]");
    await expect.poll(() => event.count()).toBe(1);
    const [, at] = /^([\d,]+) learning rate 0\.2/.exec(await event.innerText())!;
    const changed = Number(at!.replaceAll(",", ""));
    await expect.poll(() => number(page, "step")).toBeGreaterThan(changed + 2);
    await button(page, "Pause").click();
    await expect.poll(() => status(page)).toBe("paused");
    const { at: stood, chk } = await standing(page);
    const run = train(digits(), { ...OPTIONS, paused: true });
    await (changed === 0 ? run.snapshot() : run.resume(changed));
    await run.setLearningRate(0.2);
    const { model } = await run.resume(stood - changed);
    void run.resume();
    expect(chk).toBe(model.parametersHash.slice(0, 8));
    await page.fill("[aria-label='Learning rate as a number']", "-1");
    await page.press("[aria-label='Learning rate as a number']", "Enter");
    expect(await page.textContent(".tr-controls .problem")).toContain("a number above 0");
    await page.close();
  });

  test("stands by itself when the cost is not finite, and goes back to the last state that was", async () => {
    const page = await open(LINK.replace("sgd,0.05", "sgd,1000000"));
    await button(page, "Train").click();
    const alert = page.locator(".tr-fault[role=alert]");
    await alert.waitFor({ timeout: 10_000 });
    expect(await alert.innerText()).toMatch(/became NaN at step \d+ with learning rate 1\.000e\+6/);
    expect(await violations(page)).toEqual([]);
    const restore = alert.locator("button", { hasText: "Restore step" });
    const good = Number(/\d[\d,]*/.exec(await restore.innerText())![0].replaceAll(",", ""));
    await restore.click();
    await expect.poll(() => status(page)).toBe("paused");
    const wild = { ...OPTIONS, optimizer: { kind: "sgd", learningRate: 1_000_000 } } as const;
    expect(await standing(page)).toEqual({ at: good, chk: await hashAt(good, wild) });
    // With a smaller rate it goes on from there.
    await page.fill("[aria-label='Learning rate as a number']", "0.01");
    await page.press("[aria-label='Learning rate as a number']", "Enter");
    await button(page, "One epoch").click();
    await expect.poll(() => number(page, "epoch")).toBe(1);
    expect(await status(page)).toBe("paused");
    await page.close();
  });

  test("shows its curves as a table too, and moves along them with the keyboard", async () => {
    const page = await open();
    await button(page, "Train").click();
    await expect.poll(() => status(page), { timeout: 60_000 }).toMatch(/^done/);
    const chart = page.locator(".tr-chart").first();
    const said = (): Promise<string | null> => chart.locator("[role=status]").textContent();
    await chart.locator(".tr-plot").focus();
    await page.keyboard.press("Home");
    await expect.poll(said).toMatch(/^mean of the batches, step \d+: /);
    const start = await said();
    await page.keyboard.press("ArrowRight");
    await expect.poll(said).not.toBe(start);
    await page.keyboard.press("End");
    await expect.poll(said).toMatch(/step 1,640: /);
    await page.keyboard.press("ArrowDown");
    await expect.poll(said).toMatch(/^validation rows, step 1,640: /);
    await page.click("button:has-text('Show as table')");
    const rows = await page.locator(".tr-table tbody tr").count();
    expect(rows).toBeGreaterThan(5);
    expect(rows).toBeLessThanOrEqual(25);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test("says at its field what cannot be trained with, and keeps the recipe", async () => {
    const page = await open();
    await page.fill("#tr-hidden", "16-0");
    await page.press("#tr-hidden", "Enter");
    await expect.poll(() => page.textContent("#tr-hidden-said")).toContain("Expected");
    expect(await page.getAttribute("#tr-hidden", "aria-invalid")).toBe("true");
    expect(await page.textContent(".tr-summary")).toContain("64-16-16-10");
    await page.fill("#tr-hidden", "24");
    await page.press("#tr-hidden", "Enter");
    await expect.poll(() => page.textContent(".tr-summary")).toBe("64-24-10, 1,810 parameters");
    await page.close();
  });
});
