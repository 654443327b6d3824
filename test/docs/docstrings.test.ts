import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runNode } from "../support/run.js";
import { writeFiles } from "../support/temporary.js";
import { examplesIn, exportsWithoutExample, libraryExamples } from "./examples.js";
import { compile, openWorkshop } from "./workshop.js";

const workshop = openWorkshop();
// All that an example may take from its surroundings without importing it.
writeFiles(workshop, {
  "package.json": { type: "module" },
  "console.d.ts": "declare const console: { log(...values: unknown[]): void };",
});

const examples = libraryExamples().map((example, index) => {
  const file = join(workshop, `${index}-${example.path.replace(/\W/g, "-")}.ts`).replaceAll("\\", "/");
  writeFiles(workshop, { [file.slice(workshop.length + 1)]: example.code ?? "" });
  return { ...example, file, needsNode: example.path.startsWith("src/node/") };
});
const filesOf = (needsNode: boolean): string[] => examples.filter((example) => example.needsNode === needsNode).map(({ file }) => file);
const faults = new Map([...compile([...filesOf(false), join(workshop, "console.d.ts")], []), ...compile(filesOf(true), ["node"])]);

describe.concurrent("the examples of the docstrings", () => {
  test.each(examples.map((example) => [example.title, example] as const))("%s", async (_title, { file, code }) => {
    expect(code, "an example is a block of ts").toBeDefined();
    expect(faults.get(file) ?? []).toEqual([]);
    // Each has a folder of its own to read and write in.
    const cwd = file.replace(/\.ts$/, "");
    mkdirSync(cwd);
    const { code: exitCode, stderr } = await runNode([file.replace(/ts$/, "js")], { cwd });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  });
});

test("every exported function and class has an example", () => {
  const names = [
    "index",
    "explain",
    "diagnose",
    "predict",
    "reference",
    "tables",
    "formats",
    "export",
    "report",
    "node/node",
    "digits",
    "iris",
  ];
  const entries = names.map((name) => `src/${name}.ts`);
  expect(exportsWithoutExample(entries)).toEqual([]);
});

test("examples are found wherever they stand", () => {
  const text = `
    /**
     * One.
     * @example
     * \`\`\`ts
     * first();
     * \`\`\`
     */
    export function one() {}
    export interface Two {
      /** @example \`second()\` */
      second(): void;
    }`;
  expect(examplesIn("a.ts", text)).toEqual([
    { title: "a.ts:4", path: "a.ts", code: "first();" },
    { title: "a.ts:11", path: "a.ts", code: undefined },
  ]);
});
