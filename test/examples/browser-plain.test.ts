import { cpSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { emptyProject, installPacked, pack } from "../package/packed.js";
import { chromium, openBrowser } from "../support/browser.js";
import { serveFolder } from "../support/static-server.js";
import { temporaryFolder } from "../support/temporary.js";
import { copyExample } from "./copy.js";

chromium.suite("examples/browser-plain", () => {
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    const project = emptyProject();
    await installPacked(project, [await pack(".", temporaryFolder())], true);
    const folder = copyExample("browser-plain");
    // What its README says to do.
    cpSync(join(project, "node_modules", "chainrule", "dist", "chainrule.min.js"), join(folder, "chainrule.min.js"));
    browser = await openBrowser();
    origin = await serveFolder(folder);
  });

  test("trains in a worker and shows cost, picture and accuracy", async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    let workers = 0;
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("worker", () => (workers += 1));
    const picture = (): Promise<string> =>
      page.evaluate(() => (globalThis as unknown as Screen).document.getElementById("map").toDataURL());
    await page.goto(`${origin}/`);
    const before = await picture();
    await page.click("#train");
    await page.waitForFunction(() => (globalThis as unknown as Screen).document.getElementById("verdict").value !== "");
    const shown = async (id: string): Promise<string> => page.$eval(`#${id}`, (element) => (element as unknown as Shown).value);
    expect(Number.parseFloat(await shown("verdict"))).toBeGreaterThan(80);
    expect(Number(await shown("cost"))).toBeLessThan(0.1);
    expect(await shown("status")).toMatch(/^\d+ thousand points a second$/);
    expect(await picture()).not.toBe(before);
    expect({ workers, complaints }).toEqual({ workers: 1, complaints: [] });
    await page.close();
  });
});

/** The little of a page that is looked at; the tests are compiled without its types. */
interface Screen {
  readonly document: { getElementById(id: string): Shown };
}
interface Shown {
  readonly value: string;
  toDataURL(): string;
}
