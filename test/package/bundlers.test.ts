import { join } from "node:path";
import type { Browser } from "playwright-core";
import { build, createLogger, createServer, type InlineConfig } from "vite";
import { beforeAll, expect, test } from "vitest";
import { addSite, ask, askNode, openPage, pageOf } from "../browser/site.js";
import { afterFile } from "../support/after-file.js";
import { chromium, openBrowser } from "../support/browser.js";
import { requires } from "../support/requires.js";
import { runNode } from "../support/run.js";
import { serveFolder } from "../support/static-server.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { emptyProject, installPacked, pack } from "./packed.js";

// Each bundler as it is, without a line of configuration. Webpack and esbuild are installed here only: esbuild has an install
// script, which it does not need.
const OTHERS = ["webpack@5.112.2", "webpack-cli@7.3.1", "esbuild@0.28.2"];

const project = emptyProject();
const library = await pack(".", temporaryFolder());
const registry = requires(
  chromium.met && (await installPacked(project, [library], false, OTHERS)),
  "Chromium and the npm registry, which has webpack and esbuild",
);

/** What a bundler has complained of. */
let complaints: string[] = [];

const complain = (message: string): void => void complaints.push(message);
const vite: InlineConfig = {
  root: project,
  configFile: false,
  logLevel: "warn",
  customLogger: { ...createLogger("warn"), warn: complain, warnOnce: complain, error: complain },
  server: { host: "127.0.0.1", port: 0 },
};

/** Runs a bundler's command; whatever else it prints is a complaint. */
async function bundle(...command: [program: string, ...parameters: string[]]): Promise<void> {
  const [program, ...parameters] = command;
  const { code, stdout, stderr } = await runNode([join(project, "node_modules", program), ...parameters], { cwd: project });
  const printed = stdout.replace("webpack compiled successfully\n", "") + stderr;
  if (code !== 0 || printed !== "") complain(`${code}: ${printed}`);
}

/** Bundles `site/installed.js` and serves it. @returns the page's address */
const bundlers: Readonly<Record<string, () => Promise<string>>> = {
  "Vite's development server": async () => {
    const server = await createServer(vite);
    afterFile(() => server.close());
    await server.listen();
    return server.resolvedUrls!.local[0]!;
  },
  "Vite's build": async () => {
    await build({ ...vite, build: { outDir: "vite" } });
    return `${await serveFolder(join(project, "vite"))}/`;
  },
  webpack: async () => {
    const quiet = ["--stats=errors-warnings", "--no-performance"];
    await bundle("webpack/bin/webpack.js", "--mode=production", "--entry=./installed.js", "--output-path=webpack", ...quiet);
    return servePage("webpack");
  },
  esbuild: async () => {
    await bundle("esbuild/bin/esbuild", "installed.js", "--bundle", "--minify", "--outfile=esbuild/main.js", "--log-level=warning");
    return servePage("esbuild");
  },
};

async function servePage(folder: string): Promise<string> {
  writeFiles(join(project, folder), { "index.html": pageOf("./main.js") });
  return `${await serveFolder(join(project, folder))}/`;
}

registry.suite("the packed library, in a page bundled without configuration", () => {
  const options = { hidden: [12], epochs: 25, seed: 4 } as const;
  let browser: Browser;
  let hash: string | undefined;

  beforeAll(async () => {
    addSite(project);
    browser = await openBrowser();
    const inNode = await askNode(project, "trains", "iris", options);
    expect(inNode).toMatchObject({ engine: "wasm", epochs: 25 });
    hash = inNode.hash;
  });

  test.each(Object.keys(bundlers))("%s: trains in its worker, with the bits of Node", async (name) => {
    complaints = [];
    const url = await bundlers[name]!();
    expect(complaints).toEqual([]);
    const page = await browser.newPage();
    let workers = 0;
    let optimized = false;
    page.on("worker", () => (workers += 1));
    page.on("request", (request) => (optimized ||= request.url().includes("/.vite/deps/chainrule.js")));
    await openPage(page, url);
    const outcome = await ask(page, "trains", "iris", options);
    expect(outcome).toMatchObject({ engine: "wasm", hash });
    expect(outcome.note).toBeUndefined();
    expect({ workers, optimized }).toEqual({ workers: 1, optimized: name === "Vite's development server" });
    // Its kernels are a file that is loaded only now.
    expect(await ask(page, "trains", "iris", { ...options, reproducible: false })).toMatchObject({ engine: "wasm", epochs: 25 });
    expect(complaints).toEqual([]);
    await page.close();
  });
});
