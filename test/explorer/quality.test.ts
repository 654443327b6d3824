import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { chromium, openBrowser } from "../support/browser.js";
import { serveFolder } from "../support/static-server.js";
import { temporaryFolder } from "../support/temporary.js";
import { FOLDER, openExplorer, STRICT } from "./site.js";

chromium.suite("the explorer without a network", () => {
  test("shows its screens after one visit", async () => {
    const { browser, origin } = await openExplorer();
    const context = await browser.newContext();
    const page = await context.newPage();
    page.on("pageerror", (error) => expect.fail(`the page throws: ${error.message}`));
    await page.goto(`${origin}/#row=3`);
    await page.waitForSelector("main#screen");
    await expect.poll(() => page.evaluate("navigator.serviceWorker.controller !== null"), { timeout: 30_000 }).toBe(true);
    // Larger data are kept when somebody opens them.
    const bytes = (): Promise<number> =>
      page.evaluate("fetch('./mnist-784-16-16-10.safetensors').then((answer) => answer.arrayBuffer()).then((data) => data.byteLength)");
    const large = await bytes();
    expect(large).toBeGreaterThan(50_000);
    await context.setOffline(true);
    await page.reload();
    await page.waitForSelector(".outputs");
    expect(await page.locator(".outputs [data-output]").count()).toBe(10);
    expect(await page.textContent(".context")).toMatch(/digits, 64-16-16-10.*row 3/s);
    for (const title of await page.locator("nav .tab").allTextContents()) {
      await page.getByRole("button", { name: title, exact: true }).click();
      await page.waitForSelector(`nav [aria-current=page]:text-is("${title}")`);
      await page.waitForSelector("main#screen > *");
      expect(await page.locator(".failure").count()).toBe(0);
    }
    expect(await bytes()).toBe(large);
    await page.getByRole("button", { name: "Train", exact: true }).first().click();
    await page.getByRole("button", { name: /^One batch/ }).click();
    await expect.poll(() => page.textContent(".context")).toContain("step 1");
    await context.close();
  });

  test("keeps what a new build has, and drops what it has no more", async () => {
    const folder = temporaryFolder();
    cpSync(FOLDER, folder, { recursive: true });
    const [browser, origin] = await Promise.all([openBrowser(), serveFolder(folder, STRICT)]);
    const context = await browser.newContext();
    const visit = async (): Promise<Page> => {
      const page = await context.newPage();
      await page.goto(origin);
      await page.waitForSelector("main#screen");
      await page.evaluate("navigator.serviceWorker.ready");
      return page;
    };
    const kept = async (page: Page): Promise<string[]> =>
      (
        await page.evaluate<string[]>(
          "caches.keys().then(async ([name]) => (await (await caches.open(name)).keys()).map(({ url }) => url))",
        )
      ).sort();
    const first = await visit();
    const before = await kept(first);
    expect(before).toContainEqual(expect.stringContaining("icon.svg?"));
    await first.close();

    writeFileSync(join(folder, "icon.svg"), readFileSync(join(folder, "icon.svg"), "utf8").replace("</svg>", "<!-- new --></svg>"));
    const worker = join(folder, "offline.js");
    const old = readFileSync(worker, "utf8");
    const changed = old.replace(/("icon\.svg": \{\s*"hash": ")\w+/, "$1new");
    expect(changed).not.toBe(old);
    writeFileSync(worker, changed);
    const index = join(folder, "index.html");
    const page = readFileSync(index, "utf8").replace(/offline\.js\?\w+"/, 'offline.js?new"');
    expect(page).toContain("offline.js?new");
    writeFileSync(index, page);
    // The second visit learns of the new build; it takes over when no page of the old one is open.
    const second = await visit();
    await expect.poll(async () => (await kept(second)).length).toBe(before.length + 1);
    await second.close();
    const third = await visit();
    await expect.poll(() => kept(third)).toEqual(before.map((url) => url.replace(/(icon\.svg\?).*/, "$1new")).sort());
    await context.setOffline(true);
    expect(await third.evaluate("fetch('./icon.svg').then((answer) => answer.text())")).toContain("<!-- new -->");
    await context.close();
  });
});

/** What is wrong with the equations of the page, by the boxes of their parts, which are those of the ink. */
const FAULTS = `(() => {
  const box = (element) => element.getBoundingClientRect();
  const said = (element) => element.textContent.slice(0, 20);
  const faults = [];
  const check = (isRight, words, element) => void (isRight || faults.push(words + ": " + said(element)));
  for (const math of document.querySelectorAll(".eq-lines math")) {
    const own = box(math);
    for (const element of math.querySelectorAll("*")) {
      const { left, right, top, bottom } = box(element);
      const isInside = left >= own.left - 1 && right <= own.right + 1 && top >= own.top - 1 && bottom <= own.bottom + 1;
      check(isInside, "beyond its equation", element);
    }
    const capital = Math.max(...[...math.querySelectorAll("mi")].filter((mi) => mi.textContent === "Cost").map((mi) => box(mi).height));
    for (const sum of math.querySelectorAll("mo")) {
      if (sum.textContent === "∑" && Number.isFinite(capital)) check(box(sum).height > 1.5 * capital, "a small sum", sum);
      const [before, next] = [sum.previousElementSibling, sum.nextElementSibling];
      if (sum.textContent !== "·" || before === null || next === null) continue;
      check(box(next).left - box(before).right >= 4, "factors that touch", sum.parentElement);
    }
    for (const fraction of math.querySelectorAll("mfrac")) {
      // The bar lies in the middle between them, 1.25 pixels thick, with a little air on both sides.
      const [over, under] = fraction.children;
      check(box(under).top - box(over).bottom >= 3, "a bar without room", fraction);
    }
  }
  return faults;
})()`;

/** The equations, once their font is there. */
async function equations(page: Page, hash: string): Promise<number> {
  await page.goto(`${new URL(page.url()).origin}/#screen=equation&${hash}`);
  await page.waitForSelector(".eq-lines math");
  await page.evaluate("document.fonts.load('16px \"chainrule math\"').then(() => document.fonts.ready)");
  return page.locator(".eq-lines math").count();
}

chromium.suite("equations on the screen", () => {
  let site: Awaited<ReturnType<typeof openExplorer>>;
  beforeAll(async () => {
    site = await openExplorer();
  });

  test.each([390, 1280])("stand as mathematics does, on a screen of %i pixels", async (width) => {
    const page = await site.page("", { width, height: 900 });
    for (const of of ["w4[3,7]", "b4[3]", "a3[2]", "w3[2,5]", "w2[3,20]", "a2[5]", "z4[1]"]) {
      expect(await equations(page, `row=12&of=${of}`)).toBeGreaterThan(3);
      expect(await page.evaluate<string[]>(FAULTS)).toEqual([]);
    }
    await page.close();
  });
});

chromium.suite("what a system asks for", () => {
  let site: Awaited<ReturnType<typeof openExplorer>>;
  beforeAll(async () => {
    site = await openExplorer();
  });

  test("gives colours of its own, and dashes still tell negative edges", async () => {
    const page = await site.browser.newPage({ serviceWorkers: "block", colorScheme: "light" });
    // Counts the lines of the picture by colour and dashes.
    await page.addInitScript(`
      globalThis.strokes = [];
      const { stroke } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.stroke = function (...path) {
        strokes.push({ dashed: this.getLineDash().length > 0, colour: this.strokeStyle });
        stroke.apply(this, path);
      };`);
    await page.goto(`${site.origin}/#screen=network&row=12`);
    await page.waitForSelector(".network-view canvas");
    const strokes = (): Promise<{ dashed: boolean; colour: string }[]> => page.evaluate("strokes");
    await expect.poll(async () => (await strokes()).length).toBeGreaterThan(50);
    expect((await strokes()).some(({ colour }) => /33, 102, 172|2166ac/.test(colour))).toBe(true);
    await page.evaluate("strokes = []");
    await page.emulateMedia({ forcedColors: "active" });
    await expect.poll(async () => (await strokes()).length).toBeGreaterThan(50);
    const painted = await strokes();
    expect(painted.filter(({ colour }) => /33, 102, 172|179, 88, 6|2166ac|b35806/.test(colour))).toEqual([]);
    // CanvasText is black in a light theme, LinkText is not.
    const edges = painted.filter(({ colour }) => colour.startsWith("rgba"));
    expect(edges.filter(({ dashed }) => dashed).length).toBeGreaterThan(20);
    expect(edges.filter(({ dashed }) => !dashed).length).toBeGreaterThan(20);
    for (const { dashed, colour } of edges) expect(colour.startsWith("rgba(0, 0, 0")).toBe(!dashed);
    // A full bar is as wide as its output says, in the colour of text.
    const style = (selector: string, property: string): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`);
    expect(await style('[data-output="2"] .bar > span', "backgroundColor")).toBe("rgb(0, 0, 0)");
    expect(await style('.controls [aria-pressed="true"]', "backgroundColor")).not.toBe(
      await style('.controls [aria-pressed="false"]', "backgroundColor"),
    );
    await page.close();
  });

  test("keeps still where less motion is asked for", async () => {
    const page = await site.page("#screen=equation&row=12&k=30");
    await page.emulateMedia({ reducedMotion: "reduce" });
    const step = page.locator(".eq-step");
    const first = await step.textContent();
    for (const key of ["ArrowRight", "ArrowDown", "PageDown"]) {
      await page.locator(".eq-stepper input").evaluate((input) => (input as unknown as { blur: () => void }).blur());
      await page.getByRole("button", { name: "One step on" }).press(key);
      expect(await page.evaluate("document.getAnimations().length")).toBe(0);
    }
    expect(await step.textContent()).not.toBe(first);
    await page.close();
  });
});

chromium.suite("while the network trains", () => {
  let site: Awaited<ReturnType<typeof openExplorer>>;
  beforeAll(async () => {
    site = await openExplorer();
  });

  test.each([
    ["network", ".outputs", "[data-output='2'] .number"],
    ["equation", ".eq-tree", ".eq-result .number"],
  ])("all numbers of the screen %s change together, and what is open stays open", async (screen, part, number) => {
    const page = await site.page("#screen=train&row=12&of=b4[2]");
    await page.getByLabel("Epochs").fill("100000");
    await page.getByLabel("Epochs").blur();
    // An answer to the form's last change may still be on its way.
    await expect.poll(() => page.locator(".tr-controls .problem").textContent()).toBe("");
    await page.locator(".tr-train").click();
    await expect.poll(() => page.locator(".tr-train").textContent(), { timeout: 30_000 }).toBe("Pause");
    await page.locator("nav .tab", { hasText: new RegExp(screen, "i") }).click();
    await page.waitForSelector(part);
    if (screen === "equation") await page.locator('.eq-tree tr[aria-expanded="false"] .eq-toggle').first().click();
    const rows = await page.locator(".eq-tree tbody tr").count();
    const seen: { steps: string[]; text: string; rows: number; numbers: number }[] = [];
    for (let look = 0; look < 40; look++) {
      seen.push(
        await page.evaluate(`({
          steps: [...new Set([...document.querySelectorAll("[data-step]")].map((element) => element.dataset.step))],
          numbers: document.querySelectorAll("main [data-step]").length,
          text: document.querySelector(${JSON.stringify(number)}).dataset.value,
          rows: document.querySelectorAll(".eq-tree tbody tr").length,
        })`),
      );
      await page.waitForTimeout(100);
    }
    for (const { steps, numbers, rows: now } of seen) {
      expect(steps).toEqual([expect.stringMatching(/^\d+$/)]);
      expect(numbers).toBeGreaterThan(10);
      expect(now).toBe(rows);
    }
    expect(new Set(seen.map(({ text }) => text)).size).toBeGreaterThanOrEqual(5);
    expect(new Set(seen.map(({ steps }) => steps[0])).size).toBeGreaterThanOrEqual(5);
    await page.close();
  });
});

/** What a finger could miss: smaller than 24 pixels, but for links in a text. */
const SMALL = `[...document.querySelectorAll("a[href], button, input, select, summary, textarea, [tabindex='0']")]
  .filter((element) => {
    const { width, height } = element.getBoundingClientRect();
    const isSeen = width > 1 && height > 1 && getComputedStyle(element).visibility !== "hidden";
    return isSeen && !(width >= 24 && height >= 24) && element.closest("p a") === null;
  })
  .map((element) => element.outerHTML.slice(0, 120))`;

const SCREENS = ["train", "network", "equation", "diagnose", "compare", "share"];

chromium.suite("for every hand and eye", () => {
  let site: Awaited<ReturnType<typeof openExplorer>>;
  beforeAll(async () => {
    site = await openExplorer();
  });

  /** Opens all that can be opened. */
  async function unfold(page: Page): Promise<void> {
    await page.waitForSelector("main#screen > *");
    await page.evaluate("document.querySelectorAll('main details').forEach((details) => (details.open = true))");
    await page.waitForTimeout(200);
  }

  describe.each(SCREENS)("%s", (screen) => {
    test("has targets that a finger meets", async () => {
      const page = await site.page(`#screen=${screen}&row=12&k=30`, { width: 390, height: 844 });
      await unfold(page);
      expect(await page.evaluate<string[]>(SMALL)).toEqual([]);
      await page.close();
    });

    test("lets letters be twice as large", async () => {
      const browser = await openBrowser("--blink-settings=defaultFontSize=32");
      for (const width of [1280, 640, 390]) {
        const page = await browser.newPage({ viewport: { width, height: 900 }, serviceWorkers: "block" });
        await page.goto(`${site.origin}/#screen=${screen}&row=12&k=30`);
        await unfold(page);
        expect(await page.evaluate("parseFloat(getComputedStyle(document.querySelector('main h3')).fontSize)")).toBeGreaterThanOrEqual(28);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
        await page.close();
      }
      await browser.close();
    });
  });
});
