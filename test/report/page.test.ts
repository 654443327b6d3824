import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { reportHtml } from "../../src/report.js";
import { violations } from "../explorer/axe.js";
import { chromium, openBrowser } from "../support/browser.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { REPORTS } from "./reports.js";

chromium.suite("the page of a report", () => {
  const folder = temporaryFolder();
  let browser: Browser;

  beforeAll(async () => {
    const [hostile, pictures] = [await REPORTS.hostile(), await REPORTS.pictures()];
    writeFiles(folder, { "hostile.html": reportHtml(hostile), "pictures.html": reportHtml(pictures) });
    browser = await openBrowser();
  });

  describe.each(["hostile", "pictures"])("%s", (name) => {
    test.each([
      [360, "dark"],
      [1440, "light"],
    ] as const)("%i pixels wide, %s: accessible, as wide as the screen, its own style and nothing else", async (width, colorScheme) => {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const said: string[] = [];
      page.on("console", (message) => said.push(message.text()));
      page.on("dialog", (dialog) => void dialog.dismiss().then(() => said.push("a dialog")));
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      const url = pathToFileURL(join(folder, `${name}.html`)).href;
      await page.goto(url);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      // The style is the one whose hash the policy has: the body is narrower than the screen where that is wide.
      expect(await page.evaluate("getComputedStyle(document.body).maxWidth")).toBe("960px");
      expect(await page.locator("svg").count()).toBeGreaterThan(2);
      expect(await violations(page)).toEqual([]);
      expect({ said, asked }).toEqual({ said: [], asked: [url] });
      await page.close();
    });
  });
});
