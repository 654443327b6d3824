import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, test } from "vitest";
import { runNode } from "../support/run.js";
import { root } from "../support/shared.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { everywhereOutput } from "./consumer/output.js";
import { emptyProject, installPacked, pack, type Packed } from "./packed.js";

const packFolder = temporaryFolder();
const project = emptyProject();
let library: Packed;

beforeAll(async () => {
  library = await pack(".", packFolder);
  await installPacked(project, [library], true);
});

const tsc = (config: string) => runNode([join(root, "node_modules", "typescript", "bin", "tsc"), "-p", config], { cwd: project });

describe("the packed library", () => {
  test("holds what is built, its command and its papers, and nothing else", () => {
    const others = library.files.filter((file) => !/^dist\/.+(\.js|\.d\.ts)$/.test(file));
    expect(others.sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "bin/chainrule.js", "package.json"]);
  });

  test.each([
    ["nodenext", "nodenext"],
    ["bundler", "esnext"],
  ])("type-checks in a strict program that knows neither DOM nor Node (%s)", async (moduleResolution, module) => {
    const config = `tsconfig.${moduleResolution}.json`;
    const strict = { strict: true, skipLibCheck: false, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
    const plain = { types: [], lib: ["ES2022"], target: "ES2022", outDir: moduleResolution, rootDir: "." };
    writeFiles(project, { [config]: { compilerOptions: { ...strict, ...plain, module, moduleResolution }, include: ["*.ts"] } });
    const { code, stdout } = await tsc(config);
    expect(stdout).toBe("");
    expect(code).toBe(0);
  });

  test("runs", async () => {
    const everywhere = await runNode(["nodenext/everywhere.js"], { cwd: project });
    expect(everywhere.stderr).toBe("");
    expect(JSON.parse(everywhere.stdout)).toEqual(everywhereOutput);
    const files = await runNode(["nodenext/files.js"], { cwd: project });
    expect(files.stderr).toBe("");
    expect(JSON.parse(files.stdout)).toEqual({ kind: "classification", same: true });
  });

  // docs/browser.md has these figures.
  test("is small: a page without a bundler loads 75 KB to train, and 127 KB with every file beside them", () => {
    const dist = join(project, "node_modules", "chainrule", "dist");
    const files = readdirSync(dist).filter((file) => file.endsWith(".min.js"));
    const sizeOf = (file: string): number => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
    const first = sizeOf("chainrule.min.js");
    const all = files.reduce((sum, file) => sum + sizeOf(file), 0);
    expect(first).toBeGreaterThan(40_000);
    expect(first).toBeLessThan(75_000);
    expect(files.length).toBe(8);
    expect(all).toBeLessThan(127_000);
  });

  test("is small in a bundler's page too: 35 KB before a run starts, 16 of kernels with the first, and 27 with the first worker", async () => {
    writeFiles(project, { "page.js": 'import { train } from "chainrule"; globalThis.page = train;' });
    const bundle = await rolldown({ input: join(project, "page.js") });
    const { output } = await bundle.generate({ minify: true });
    await bundle.close();
    const chunks = output.filter((file) => file.type === "chunk");
    const sizeOf = (names: Iterable<string>): number =>
      [...names].reduce((sum, name) => sum + gzipSync(chunks.find(({ fileName }) => fileName === name)!.code, { level: 9 }).length, 0);
    const reachedFrom = (start: string): Set<string> => {
      const reached = new Set<string>();
      const visit = (name: string): void => {
        if (reached.has(name)) return;
        reached.add(name);
        chunks.find(({ fileName }) => fileName === name)!.imports.forEach(visit);
      };
      visit(start);
      return reached;
    };
    const first = reachedFrom(output[0].fileName);
    /** With a part that is loaded later, what that brings beside the first files. */
    const laterSize = (part: string): number => {
      const { fileName } = chunks.find(({ name }) => name === part)!;
      return sizeOf([...reachedFrom(fileName)].filter((name) => !first.has(name)));
    };
    expect(sizeOf(first)).toBeGreaterThan(20_000);
    expect(sizeOf(first)).toBeLessThan(36_000);
    expect(laterSize("kernels")).toBeGreaterThan(10_000);
    expect(laterSize("kernels")).toBeLessThan(17_000);
    expect(laterSize("source")).toBeGreaterThan(10_000);
    expect(laterSize("source")).toBeLessThan(28_000);
  });

  test("has a command that says how to install the command line, and ends with 5", async () => {
    const { code, stdout, stderr } = await runNode(["node_modules/chainrule/bin/chainrule.js", "--help"], { cwd: project });
    expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
    expect(stderr).toContain("npm install @chainrule/cli");
  });

  test("has nothing for publint to find", async () => {
    const pkgDir = join(project, "node_modules", "chainrule");
    const { messages, pkg } = await publint({ pkgDir, pack: false, level: "warning", strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test("has nothing for attw to find", async () => {
    const attw = join(root, "node_modules", "@arethetypeswrong", "cli", "dist", "index.js");
    const { code, stdout, stderr } = await runNode([attw, library.path, "--profile", "esm-only", "--no-color"]);
    expect(code, stdout + stderr).toBe(0);
  });
});
