import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { expect, test } from "vitest";
import { requires } from "../support/requires.js";
import { runNode, runNpm } from "../support/run.js";
import { temporaryFolder } from "../support/temporary.js";
import { emptyProject, installPacked, pack } from "./packed.js";

const packFolder = temporaryFolder();
const project = emptyProject();
const library = await pack(".", packFolder);
const cli = await pack("cli", packFolder);
const registry = requires(
  await installPacked(project, [library, cli], false),
  "the npm registry, which has the packages that the command line depends on",
);

registry.suite("the packed command line", () => {
  test("holds what is built, its command and its papers, and nothing else", () => {
    const [page, rest] = [true, false].map((of) => cli.files.filter((file) => file.startsWith("explorer/") === of)) as [string[], string[]];
    expect(page).toEqual(expect.arrayContaining(["explorer/index.html", "explorer/digits-64-16-16-10.safetensors"]));
    expect(page.filter((file) => !/\.(html|js|css|svg|safetensors|woff2|txt)$/.test(file))).toEqual([]);
    const others = rest.filter((file) => !/^dist\/.+(\.js|\.d\.ts)$/.test(file));
    const recipes = readdirSync(new URL("../../cli/recipes/", import.meta.url)).filter((file) => file.endsWith(".json"));
    const named = recipes.map((file) => `recipes/${file}`);
    expect(recipes.length).toBeGreaterThan(10);
    expect(others.sort()).toEqual(["LICENSE", "README.md", "bin/chainrule.js", "package.json", ...named].sort());
  });

  test("is what npx runs", async () => {
    const { code, stdout, stderr } = await runNpm(["exec", "--offline", "--", "chainrule", "--version"], { cwd: project });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string, stderr: "" });
  });

  test("is what the library's own command hands over to", async () => {
    const { code, stdout } = await runNode(["node_modules/chainrule/bin/chainrule.js", "--help"], { cwd: project });
    expect(code).toBe(0);
    expect(stdout).toContain("check-gradients");
  });

  test("trains", async () => {
    const { code, stdout } = await runNode(
      ["node_modules/@chainrule/cli/bin/chainrule.js", "train", "iris", "--epochs", "3", "--out", "iris.safetensors", "--json"],
      { cwd: project },
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ history: expect.any(Array) as unknown[] });
    expect(existsSync(join(project, "iris.safetensors"))).toBe(true);
  });

  test("is small with all that it needs, of which DuckDB is no part: a query says how to have it", async () => {
    const modules = join(project, "node_modules");
    const files = readdirSync(modules, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    expect(existsSync(join(modules, "chainrule"))).toBe(true);
    expect(bytes).toBeGreaterThan(1e6);
    expect(bytes).toBeLessThan(15e6);
    expect(existsSync(join(modules, "@duckdb"))).toBe(false);
    const { code, stderr } = await runNpm(["exec", "--offline", "--", "chainrule", "train", "--query", "select 1 as a", "--target", "a"], {
      cwd: project,
    });
    expect({ code, stderr }).toEqual({
      code: 5,
      stderr: expect.stringMatching(/^error: --query: .* got none\. npm i @duckdb\/node-api\n$/) as string,
    });
  });

  test("has nothing for publint to find", async () => {
    const pkgDir = join(project, "node_modules", "@chainrule", "cli");
    const { messages, pkg } = await publint({ pkgDir, pack: false, level: "warning", strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });
});
