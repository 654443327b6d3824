import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { UsageError } from "./options.mjs";
import { startServer } from "./server.mjs";

// Nothing but the page: no look-ups, no updates, no first-run screens.
const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * A page in headless Chromium that measures the built library.
 *
 * @returns `measure(job)` as in a process of its own, each time in a fresh page; `version` of the browser; `close()`
 * @throws UsageError with exit code 5 where something is not installed
 */
export async function startBrowser({ files }) {
  const chromium = await findPlaywright();
  const executablePath = process.env.CHROME_PATH ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) throw new UsageError(`--browser: no Chromium at ${executablePath}; CHROME_PATH names another one`, 5);
  const server = await startServer(files);
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const version = `Chromium ${browser.version()}`;
  return {
    version,
    measure: async (job) => {
      const page = await browser.newPage();
      try {
        await page.goto(`${server.origin}/bench/page/index.html`);
        const { speeds, ...how } = await page.evaluate((given) => globalThis.measureJob(given), job);
        return { speeds, how: { ...how, browser: version } };
      } finally {
        await page.close();
      }
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

async function findPlaywright() {
  let path;
  try {
    path = createRequire(import.meta.url).resolve("playwright-core");
  } catch {
    throw new UsageError("--browser: playwright-core is not installed: npm install --no-save --ignore-scripts playwright-core", 5);
  }
  const { chromium, default: whole } = await import(pathToFileURL(path).href);
  return chromium ?? whole.chromium;
}
