import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../support/shared.js";
import { findCycle, importsOf, rankViolations } from "./ranks.js";

function importsIn(folder: string): [string, string[]][] {
  return (
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
      // Both endings are imported as .js.
      .map((path) => [path.replace(/\.tsx$/, ".ts"), importsOf(path, readFileSync(join(root, path), "utf8"))])
  );
}

describe("the folders of src, cli and explorer", () => {
  const imports = new Map([...importsIn("src"), ...importsIn("cli/src"), ...importsIn("explorer/src")]);

  test("import lower ranks only", () => {
    expect(imports.size).toBeGreaterThan(40);
    expect(rankViolations(imports)).toEqual([]);
  });

  test("import only files that exist", () => {
    const files = [...imports.values()].flat().filter((target) => target.endsWith(".ts"));
    expect(files.filter((file) => !imports.has(file))).toEqual([]);
  });

  test("have no cycle", () => {
    expect(findCycle(imports)).toBeUndefined();
  });
});

describe("the check", () => {
  const violations = (path: string, text: string): string[] => rankViolations(new Map([[path, importsOf(path, text)]]));

  test.each([
    ["src/network/names.ts", 'import { train } from "../training/train.js";', "rank 2 may not use rank 5"],
    ["src/reference/forward.ts", 'import type { Kernel } from "../kernels/contract.js";', "rank 3 may not use rank 3"],
    ["src/kernels/portable/dense.ts", 'export * from "../../reference/forward.js";', "rank 3 may not use rank 3"],
    ["src/explain/text.ts", 'const model = await import("../formats/model-file.js");', "rank 6 may not use rank 6"],
    ["src/engine/portable.ts", 'import { train } from "../index.js";', "rank 4 may not use rank 8"],
    ["src/data/idx.ts", 'import { readFileSync } from "node:fs";', "only src/node may need Node"],
    ["src/data/table.ts", 'import { parse } from "csv-parse";', "the library has no dependencies"],
    ["cli/src/main.ts", 'import { train } from "../../src/index.js";', "through its entries"],
    ["src/training/train.ts", 'import { createNetwork } from "chainrule";', "the library has no dependencies"],
    ["src/node/model-file.ts", 'import { encodeModel } from "../formats/model-file.js";', "through its entries"],
    ["src/newcomer/file.ts", "", "lies in no folder of the table"],
  ])("finds what %s must not do", (path, text, message) => {
    expect(violations(path, text)).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    ["src/engine/engine.ts", 'import { dense } from "../kernels/portable/dense.js"; import { forward } from "../reference/forward.js";'],
    ["src/kernels/portable/dense.ts", 'import type { Kernel } from "../contract.js";'],
    ["src/node/model-file.ts", 'import { open } from "node:fs/promises"; import { encodeModel } from "chainrule";'],
    [
      "cli/src/commands/train.ts",
      'import { train } from "chainrule"; import { Command } from "commander"; import { x } from "../options.js";',
    ],
  ])("lets %s do what it may", (path, text) => {
    expect(violations(path, text)).toEqual([]);
  });

  test("finds a cycle, of types too", () => {
    const file = (name: string, text: string): [string, string[]] => [`src/base/${name}.ts`, importsOf(`src/base/${name}.ts`, text)];
    const start = file("start", 'import "./a.js";');
    const a = file("a", 'import { b } from "./b.js";');
    const b = file("b", 'import type { C } from "./c.js";');
    expect(findCycle(new Map([start, a, b, file("c", "")]))).toBeUndefined();
    expect(findCycle(new Map([start, a, b, file("c", 'export { a } from "./a.js";')]))).toEqual([
      "src/base/a.ts",
      "src/base/b.ts",
      "src/base/c.ts",
      "src/base/a.ts",
    ]);
  });
});
