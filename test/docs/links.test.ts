import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { root } from "../support/shared.js";

const markdownIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map(({ name }) => join(folder, name));
const FILES = [".", "docs", "bench"].flatMap(markdownIn);

const textOf = (file: string): string => readFileSync(join(root, file), "utf8").replace(/^```[\s\S]*?^```/gm, "");

/** The names that a page's headings have as anchors. */
function anchorsOf(file: string): Set<string> {
  const headings = [...textOf(file).matchAll(/^#+ +(.+)$/gm)].map(([, heading]) => heading!);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** The links of a page that lead nowhere in the repository. */
function broken(file: string): string[] {
  const links = [...textOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!).filter((link) => !/^(https?|mailto):/.test(link));
  return links.filter((link) => {
    const [path = "", anchor] = link.split("#");
    const to = path === "" ? file : normalize(join(dirname(file), path));
    if (!existsSync(join(root, to))) return true;
    return anchor !== undefined && !anchorsOf(to).has(anchor);
  });
}

test("pages are found, and headings as anchors", () => {
  expect(FILES.length).toBeGreaterThan(20);
  expect(anchorsOf("docs/teaching.md")).toContain("a-sheet-for-every-student");
});

test.each(FILES)("every link of %s leads to a file and a heading", (file) => {
  expect(broken(file)).toEqual([]);
});
