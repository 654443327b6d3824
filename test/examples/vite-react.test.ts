import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { digits } from "../../src/digits.js";
import { train } from "../../src/index.js";
import { installPacked, pack } from "../package/packed.js";
import { afterFile } from "../support/after-file.js";
import { chromium, openBrowser } from "../support/browser.js";
import { requires } from "../support/requires.js";
import { runNode } from "../support/run.js";
import { root } from "../support/shared.js";
import { serveFolder } from "../support/static-server.js";
import { temporaryFolder } from "../support/temporary.js";
import { copyExample, readManifest } from "./copy.js";

const folder = copyExample("vite-react");
const registry = requires(
  chromium.met && (await installPacked(folder, [await pack(".", temporaryFolder())], false)),
  "Chromium and the npm registry, which has React",
);
const bin = (...path: string[]): string => join(folder, "node_modules", ...path);

/** Starts Vite's development server as `npm start` does. @returns its address */
function startVite(): Promise<string> {
  const child = spawn(process.execPath, [bin("vite", "bin", "vite.js"), "--host=127.0.0.1", "--port=0"], { cwd: folder });
  afterFile(() => child.kill("SIGKILL"));
  let said = "";
  return new Promise((resolve, reject) => {
    const listen = (text: Buffer): void => {
      const [address] = /http:\/\/127\.0\.0\.1:\d+\//.exec((said += text.toString())) ?? [];
      if (address !== undefined) resolve(address);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("exit", (code) => reject(new Error(`vite ended with ${code}: ${said}`)));
  });
}

interface Watched {
  readonly page: Page;
  readonly complaints: string[];
  /** Workers that were ever made. */
  readonly made: () => Promise<number>;
}

interface Scope {
  Worker: new (url: string) => object;
  made: number;
}

async function open(browser: Browser, url: string): Promise<Watched> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  await page.addInitScript(() => {
    const scope = globalThis as unknown as Scope;
    scope.made = 0;
    scope.Worker = class extends scope.Worker {
      constructor(address: string) {
        super(address);
        scope.made += 1;
      }
    };
  });
  await page.goto(url);
  return { page, complaints, made: () => page.evaluate(() => (globalThis as unknown as Scope).made) };
}

const status = (page: Page): Promise<string | null> => page.textContent("[role=status]");
const figures = (page: Page): Promise<string[]> => page.locator("dd").allTextContents();

/** Starts a run that would take long, and waits until it is under way. */
async function trainLong(page: Page): Promise<void> {
  await page.fill("[name=epochs]", "100000");
  await page.click("button[type=submit]");
  await page.waitForFunction(() => {
    const { document } = globalThis as unknown as { document: { querySelector(selector: string): { textContent: string } } };
    return Number(document.querySelector("dd").textContent) > 2;
  });
  expect(page.workers().length).toBeGreaterThan(0);
}

registry.suite("examples/vite-react", () => {
  let browser: Browser;
  let expected: string[];

  beforeAll(async () => {
    browser = await openBrowser();
    const { history, test: tested } = await train(digits(), { hidden: [32], epochs: 40, seed: 1 }).result;
    const last = history.at(-1)!;
    const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
    const accuracies = [last.accuracy!, last.validation!.accuracy!, tested!.accuracy];
    expected = ["40", last.cost.toFixed(4), ...accuracies.map(percent)];
  });

  test("names the version that it goes with, and exact ones of all else", () => {
    const { dependencies, devDependencies } = readManifest(join(root, "examples", "vite-react"));
    expect(dependencies).toMatchObject({ chainrule: readManifest(root).version });
    const versions = Object.values({ ...dependencies, ...devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test("in StrictMode: mounted twice, one run counts; stopped or unmounted, none goes on", async () => {
    const { page, complaints, made } = await open(browser, await startVite());
    await expect.poll(() => status(page), { timeout: 60_000 }).toMatch(/^done, /);
    expect(await figures(page)).toEqual(expected);
    await expect.poll(() => page.workers().length).toBe(0);
    // Never more than one for each of the two mounts.
    expect([1, 2]).toContain(await made());

    const said = await page.getAttribute("ol", "aria-label");
    expect(said).toMatch(/^the model says \d$/);
    await page.click("text=Another digit");
    expect(await page.getAttribute("ol", "aria-label")).not.toBe(said);

    await trainLong(page);
    await page.click("text=Stop");
    await expect.poll(() => status(page)).toBe("stopped");
    await expect.poll(() => page.workers().length).toBe(0);

    await trainLong(page);
    await page.click("text=How it works");
    await expect.poll(() => page.workers().length).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("type-checks, builds, and trains as built", async () => {
    const types = await runNode([bin("typescript", "bin", "tsc")], { cwd: folder });
    expect(types.stdout + types.stderr).toBe("");
    const built = await runNode([bin("vite", "bin", "vite.js"), "build", "--logLevel=warn"], { cwd: folder });
    expect(built).toEqual({ code: 0, stdout: "", stderr: "" });
    const { page, complaints, made } = await open(browser, `${await serveFolder(join(folder, "dist"))}/`);
    await expect.poll(() => status(page), { timeout: 60_000 }).toMatch(/^done, /);
    expect(await figures(page)).toEqual(expected);
    expect({ made: await made(), complaints }).toEqual({ made: 1, complaints: [] });
    await page.close();
  });
});
