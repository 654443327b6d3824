import { existsSync } from "node:fs";
import { type Browser, chromium as playwright } from "playwright-core";
import { afterFile } from "./after-file.js";
import { requires } from "./requires.js";

const candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/opt/google/chrome/chrome"];
const named = process.env["CHAINRULE_CHROMIUM"];
const path = (named === undefined ? candidates : [named]).find((candidate) => existsSync(candidate));

export const chromium = requires(path !== undefined, "Chromium (apt-get install chromium, or its path in CHAINRULE_CHROMIUM)");

/** Nothing but the page: no look-ups, no updates, no first-run screens. */
const FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"];

/** A headless browser, closed when the tests of the file have run. For a suite that needs `chromium`. */
export async function openBrowser(...flags: readonly string[]): Promise<Browser> {
  const browser = await playwright.launch({ executablePath: path!, args: [...FLAGS, "--disable-sync", ...flags] });
  afterFile(() => browser.close());
  return browser;
}
