import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Response } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { chromium } from "../support/browser.js";
import { violations } from "./axe.js";
import { FOLDER, openExplorer } from "./site.js";

const SCREENS = ["train", "network", "equation", "diagnose", "compare", "share"] as const;

chromium.suite("the explorer", () => {
  let site: Awaited<ReturnType<typeof openExplorer>>;
  beforeAll(async () => {
    site = await openExplorer();
  });

  test("shows a trained network at the first visit, for at most 130 KB over the wire", async () => {
    const page = await site.browser.newPage();
    const responses: Response[] = [];
    page.on("response", (response) => responses.push(response));
    // Says when the screen stood.
    await page.addInitScript(`new MutationObserver((_, observer) => {
      if (document.querySelector("main#screen") === null) return;
      globalThis.stood = performance.now();
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });`);
    await page.goto(site.origin);
    await page.waitForSelector("main#screen");
    expect(await page.textContent(".context")).toMatch(/digits, 64-16-16-10.*true class 0.*cost/s);
    await page.waitForLoadState("networkidle");
    // As a host that compresses sends it: what came before the screen stood, and all of it.
    const sizeOf = async (list: readonly Response[]): Promise<number> => {
      const sizes = await Promise.all(list.map(async (response) => gzipSync(await response.body()).length));
      return sizes.reduce((sum, size) => sum + size, 0);
    };
    const later = await page.evaluate<string[]>(
      'performance.getEntriesByType("resource").filter(({ startTime }) => startTime > stood).map(({ name }) => name)',
    );
    const start = await sizeOf(responses.filter((response) => !later.includes(response.url())));
    const all = await sizeOf(responses);
    expect(start).toBeGreaterThan(20_000);
    expect(start).toBeLessThan(130_000);
    expect(all).toBeGreaterThan(start);
    await page.close();
  });

  test("has at most 359 KB in all that it can load, beside its data", () => {
    const assets = join(FOLDER, "assets");
    // The digits and iris are data that the build writes as modules.
    const files = readdirSync(assets).filter((name) => /\.(js|css|woff2)$/.test(name) && !/^(digits|iris)-/.test(name));
    const size = files.reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name)), { level: 9 }).length, 0);
    expect(size).toBeGreaterThan(100_000);
    expect(size).toBeLessThan(359_000);
  });

  test("opens a link at its place, keeps keys that it does not know, and passes over what is not there", async () => {
    const page = await site.page("#screen=equation&row=12&of=b3[2]&lesson=5");
    expect(await page.getAttribute("nav [aria-current=page]", "class")).toBe("tab");
    expect(await page.textContent("nav [aria-current=page]")).toBe("Equation");
    expect(await page.inputValue(".context input[type=number]")).toBe("12");
    expect(await page.inputValue(".context input.name")).toBe("b3[2]");
    expect(page.url()).toContain("lesson=5");
    await page.goto(`${site.origin}/#screen=nowhere&row=99999&of=w9[1,1]`);
    expect(await page.inputValue(".context input.name")).toBe("b3[2]");
    await page.close();
  });

  test("follows the row and the selection in its address", async () => {
    const page = await site.page("#row=0");
    await page.click("[aria-label='Previous row']");
    expect(page.url()).toContain("row=1796");
    await page.fill(".context input.name", "w2.3.20");
    await page.press(".context input.name", "Enter");
    expect(page.url()).toContain("of=w2[3,20]");
    await page.fill(".context input.name", "w2[99,0]");
    await page.press(".context input.name", "Enter");
    expect(await page.textContent(".context .problem")).toContain("half-open");
    expect(page.url()).toContain("of=w2[3,20]");
    await page.close();
  });

  describe.each(SCREENS)("%s", (name) => {
    test.each(["light", "dark"] as const)("has no fault that axe knows, %s", async (colorScheme) => {
      const page = await site.page(`#screen=${name}&row=3`);
      await page.emulateMedia({ colorScheme });
      expect(await violations(page)).toEqual([]);
      await page.close();
    });

    test.each([1440, 390, 320])("fits into a width of %i", async (width) => {
      const page = await site.page(`#screen=${name}&row=3`, { width, height: 800 });
      const [content, view] = await page.evaluate<[number, number]>(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
      );
      expect(content).toBeLessThanOrEqual(view);
      await page.close();
    });
  });
});
