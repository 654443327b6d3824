import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { openBrowser } from "../support/browser.js";
import { root } from "../support/shared.js";
import { serveFolder } from "../support/static-server.js";

/** What `chainrule explore` sends with each file, so far as a page can break it. */
export const STRICT = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self'; img-src 'self' data: blob:; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
} as const;

/** Another build than the usual one can be looked at. */
export const FOLDER = process.env["EXPLORER_DIST"] ?? join(root, "explorer", "dist");

/** The built explorer behind a strict policy, in a browser of its own. For a suite that needs `chromium`. */
export async function openExplorer(): Promise<{
  readonly browser: Browser;
  readonly origin: string;
  /** A page at a place of the explorer, with its first network there; what goes wrong on it fails the test. */
  readonly page: (hash?: string, viewport?: { readonly width: number; readonly height: number }) => Promise<Page>;
}> {
  const [browser, origin] = await Promise.all([openBrowser(), serveFolder(FOLDER, STRICT)]);
  return {
    browser,
    origin,
    async page(hash = "", viewport = { width: 1440, height: 900 }) {
      // What the service worker does is a test of its own (quality.test.ts).
      const page = await browser.newPage({ viewport, serviceWorkers: "block" });
      page.on("console", (message) => {
        if (message.type() === "error") expect.fail(`the console says: ${message.text()}`);
      });
      page.on("pageerror", (error) => expect.fail(`the page throws: ${error.message}`));
      page.on("request", (request) => {
        const { origin: to } = new URL(request.url());
        if (to !== origin && !request.url().startsWith("data:") && !request.url().startsWith("blob:")) expect.fail(`asks ${request.url()}`);
      });
      await page.goto(`${origin}/${hash}`);
      await page.waitForSelector("main#screen");
      return page;
    },
  };
}
