import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { chromium } from "../support/browser.js";
import { openExplorer } from "./site.js";

// The page with the keyboard alone, as somebody goes who has no mouse.

/** Where the keyboard is, and whether one can see that: a ring around something that is on the screen and that nothing hides. */
interface Focus {
  readonly name: string;
  readonly tag: string;
  readonly fault: string;
}

const FOCUS = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return { name: "", tag: "BODY", fault: "" };
  const { left, top, width, height, right, bottom } = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const within = (value, end) => Math.min(Math.max(value, 0), end - 1);
  const hit = document.elementFromPoint(within(left + width / 2, innerWidth), within(top + Math.min(height / 2, 20), innerHeight));
  const isOnScreen = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  const fault = !isOnScreen
    ? "is not on the screen"
    : hit === null || !(element.contains(hit) || hit.contains(element))
      ? "is hidden"
      : style.outlineStyle === "none" || !(parseFloat(style.outlineWidth) > 0)
        ? "has no ring"
        : "";
  const labels = [...(element.labels ?? [])].map((label) => label.textContent);
  const name = element.getAttribute("aria-label") ?? (labels.length > 0 ? labels.join(" ") : element.textContent);
  return { name: name.trim().replace(/\\s+/g, " ").slice(0, 60), tag: element.tagName, fault };
})()`;

/** Presses Tab until something of this name has the focus; on the way everything has to be visible, and nothing may hold it. */
async function reach(page: Page, name: RegExp, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const passed: string[] = [];
  for (let count = 0; count < 300; count++) {
    await page.keyboard.press(key);
    const focus = await page.evaluate<Focus>(FOCUS);
    expect(focus.fault === "" ? "" : `${focus.tag} "${focus.name}" ${focus.fault}`).toBe("");
    if (focus.tag !== "BODY" && name.test(focus.name)) return;
    passed.push(focus.name);
  }
  expect.fail(`${name.source} was not reached: ${passed.slice(0, 40).join(" > ")}`);
}

async function choose(page: Page, name: RegExp, key: "Enter" | "Space" = "Enter"): Promise<void> {
  await reach(page, name);
  await page.keyboard.press(key);
}

chromium.suite("without a mouse", () => {
  let site: Awaited<ReturnType<typeof openExplorer>>;
  beforeAll(async () => {
    site = await openExplorer();
  });

  test("one trains, stops, picks an example and a weight, takes its derivative apart, walks, and shares it", async () => {
    const page = await site.page();
    const step = async (): Promise<number> => {
      const [, found] = /step ([\d,]+)/.exec((await page.textContent(".context"))!) ?? [];
      return Number((found ?? "NaN").replaceAll(",", ""));
    };
    await choose(page, /^Train$/);
    await page.waitForSelector(".tr-train");
    // Not as fast as it goes: the run would be over.
    await reach(page, /^Speed/);
    await page.keyboard.press("ArrowDown");
    await reach(page, /^Train$/, "Shift+Tab");
    await page.keyboard.press("Space");
    await expect.poll(step, { timeout: 30_000 }).toBeGreaterThan(2);
    expect((await page.evaluate<Focus>(FOCUS)).name).toBe("Pause");
    await page.keyboard.press("Space");
    await page.waitForSelector('.tr-train:text-is("Train")');
    const stood = await step();

    // A key of the controls is a letter where something is typed.
    await reach(page, /^Hidden layers/);
    await page.keyboard.press("End");
    await page.keyboard.type(". ");
    expect(await step()).toBe(stood);
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Backspace");
    await reach(page, /^One batch/);
    await page.keyboard.press(".");
    await expect.poll(step).toBe(stood + 1);

    await choose(page, /^Next row$/);
    await expect.poll(() => page.inputValue(".context input[type=number]")).toBe("1");
    await reach(page, /^selected/);
    await page.keyboard.press("Control+a");
    await page.keyboard.type("w3.2.5");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toContain("of=w3[2,5]");

    await choose(page, /^Equation$/);
    await page.waitForSelector(".eq-tree");
    await reach(page, /dCost\/dw3\[2,5\]/);
    while (!(await page.evaluate('document.activeElement.matches("tr")'))) await page.keyboard.press("Tab");
    const rows = (): Promise<number> => page.locator(".eq-tree tbody tr").count();
    const before = await rows();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    await expect.poll(rows).toBeGreaterThan(before);
    await choose(page, /^Step by step$/);
    await choose(page, /^One step on$/);
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.url()).toContain("k=2");

    await choose(page, /^Share$/);
    await reach(page, /^The link of what you see/);
    const link = await page.inputValue("#link");
    expect(link.length).toBeLessThanOrEqual(1500);
    for (const part of [`at=${stood + 1}`, "row=1", "of=w3[2,5]", "k=2", "screen=equation"]) expect(link).toContain(part);
    await choose(page, /^Copy the link$/);
    await expect.poll(() => page.textContent("main")).toMatch(/Link copied|did not let the page copy/);
    await page.close();
  });
});
