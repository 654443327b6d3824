import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
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

  test("is small: all of it with the reproducible kernels comes compressed in less than 119 KB", () => {
    const whole = readFileSync(join(project, "node_modules", "chainrule", "dist", "chainrule.min.js"));
    expect(gzipSync(whole).length).toBeLessThan(119_000);
    expect(whole.length).toBeGreaterThan(100_000);
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
