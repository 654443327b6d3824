import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { build, createLogger } from "vite";
import { runNode } from "../support/run.js";
import { root } from "../support/shared.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { everywhereOutput } from "./consumer/output.js";

const page = temporaryFolder();
const complaints: string[] = [];

beforeAll(async () => {
  mkdirSync(join(page, "node_modules"));
  symlinkSync(root, join(page, "node_modules", "chainrule"), "junction");
  cpSync(join(import.meta.dirname, "consumer", "everywhere.ts"), join(page, "everywhere.ts"));
  writeFiles(page, {
    "package.json": { type: "module" },
    "index.html": '<!doctype html><title>chainrule</title><script type="module" src="./everywhere.ts"></script>',
  });
  const logger = createLogger("warn");
  const complain = (message: string): void => void complaints.push(message);
  await build({
    root: page,
    configFile: false,
    logLevel: "warn",
    customLogger: { ...logger, warn: complain, warnOnce: complain, error: complain },
    // Preloading is for pages only, and this bundle is run by Node.
    build: { target: "es2022", modulePreload: false },
  });
});

test("a page that imports the library builds without a complaint, such as of a module of Node", () => {
  expect(complaints).toEqual([]);
});

test("the bundle runs outside of a browser too", async () => {
  const assets = join(page, "dist", "assets");
  const script = readdirSync(assets).find((file) => /^index-.*\.js$/.test(file));
  const { stdout, stderr } = await runNode([join(assets, script ?? "")]);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual(everywhereOutput);
});
