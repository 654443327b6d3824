import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runNode } from "../support/run.js";
import { mnist, root } from "../support/shared.js";
import { slow } from "../support/requires.js";
import { writeFiles } from "../support/temporary.js";
import { type Block, codeBlocks, shellLines } from "./markdown.js";
import { compile, openWorkshop } from "./workshop.js";

// Every code block of the documentation works as it stands. The blocks of one document run in their order and in one folder,
// which has a copy of examples/; a block whose opening line names a file (```csv houses.csv) is written there.
const documents = ["README.md", "cli/README.md", ...markdownIn("docs"), ...markdownIn("examples")].filter((path) =>
  existsSync(join(root, path)),
);

function markdownIn(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".md") && !file.includes("node_modules"))
    .map((file) => `${folder}/${file.replaceAll("\\", "/")}`);
}

const workshop = openWorkshop();
const chapters = documents.map((path) => {
  const folder = join(workshop, path.replace(/\W/g, "-"));
  mkdirSync(folder);
  writeFiles(folder, { "package.json": { type: "module" } });
  cpSync(join(root, "examples"), join(folder, "examples"), { recursive: true, filter: (path) => !path.includes("node_modules") });
  return { path, folder, blocks: codeBlocks(readFileSync(join(root, path), "utf8")) };
});
const moduleName = ({ name, line }: Block): string => name ?? `line-${line}.ts`;
const modules = chapters.flatMap(({ folder, blocks }) =>
  blocks
    .filter(({ language }) => language === "ts")
    .map((block) => {
      writeFiles(folder, { [moduleName(block)]: block.code });
      return join(folder, moduleName(block)).replaceAll("\\", "/");
    }),
);
const faults = compile(modules, ["node"]);

describe.each(chapters.filter(({ blocks }) => blocks.some(({ language }) => language !== "text")))("$path", ({ folder, blocks }) => {
  for (const block of blocks) testBlock(block, folder);
});

function testBlock(block: Block, folder: string): void {
  const { language, name, code, line } = block;
  const title = `line ${line}`;
  if (language === "text") return;
  if (language === "sh") {
    for (const { text, run } of shellLines(code)) testCommand(`${title}: ${text}`, run, folder);
    return;
  }
  test(`${title}: ${language}${name === undefined ? "" : ` ${name}`}`, async () => {
    if (language === "ts") {
      const file = join(folder, moduleName(block));
      expect(faults.get(file.replaceAll("\\", "/")) ?? []).toEqual([]);
      await runs([file.replace(/ts$/, "js")], folder);
    } else if (language === "js") {
      const file = name ?? `line-${line}.js`;
      writeFiles(folder, { [file]: code });
      await runs([file], folder);
    } else {
      expect(["json", "csv"], "blocks are ts, js, json, csv, sh or text").toContain(language);
      if (language === "json") JSON.parse(code);
      if (name !== undefined) writeFiles(folder, { [name]: `${code}\n` });
    }
  });
}

function testCommand(title: string, command: readonly string[] | "elsewhere", folder: string): void {
  if (command === "elsewhere") return;
  const body = () => runs([join(root, "cli", "bin", "chainrule.js"), ...command], folder);
  if (!title.includes("mnist")) test(title, body);
  else (slow.met ? mnist : slow).test(title, body);
}

async function runs(args: readonly string[], cwd: string): Promise<void> {
  const { code, stdout, stderr } = await runNode(args, { cwd });
  expect(code, `${stdout}${stderr}`).toBe(0);
}
