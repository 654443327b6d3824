import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Report } from "../../src/report/report.js";
import { reportHtml, reportJson, reportMarkdown, reportText } from "../../src/report.js";
import { root } from "../support/shared.js";
import { HOSTILE, REPORTS } from "./reports.js";

const guide = readFileSync(join(root, "docs", "report.md"), "utf8");

/** Names of fields that are free: cells by column. */
const FREE = new Set(["cells"]);

function fieldsOf(value: unknown): Set<string> {
  const names = new Set<string>();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit);
    else if (typeof part === "object" && part !== null) {
      for (const [name, inner] of Object.entries(part)) {
        names.add(name);
        if (!FREE.has(name)) visit(inner);
      }
    }
  };
  visit(value);
  return names;
}

describe.each(Object.entries(REPORTS))("the report of %s", (name, make) => {
  let report: Report;
  beforeAll(async () => {
    report = await make();
  });

  test("is the same as JSON, and every field of it is documented", () => {
    expect(JSON.parse(reportJson(report))).toEqual(report);
    const named = new Set(Array.from(guide.matchAll(/`([^`\n]+)`/g), ([, code]) => code!.replace(/\[\]$/, "").split(".")).flat());
    expect([...fieldsOf(report)].filter((field) => !named.has(field))).toEqual([]);
  });

  test("has nothing in it that a program left behind, in any form", () => {
    for (const text of [reportHtml(report), reportText(report), reportMarkdown(report)]) {
      expect(text).not.toMatch(/NaN|undefined|Infinity|\[object|\bnull\b/);
      expect(text).toContain(report.headline.parametersHash);
    }
  });

  test("is a page without a script, a style attribute or an address", () => {
    const page = reportHtml(report);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<img|<link|<iframe|<b>|\sstyle=|\son\w+=|https?:|url\(|@import/i);
    expect(page).toMatch(/content="default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'"/);
    // Every element that is opened is closed.
    for (const element of ["table", "section", "div", "figure", "svg", "p", "th", "td", "h3", "ul", "dl"]) {
      const opened = page.match(new RegExp(`<${element}[ >]`, "g"))?.length ?? 0;
      expect({ name, element, closed: page.match(new RegExp(`</${element}>`, "g"))?.length ?? 0 }).toEqual({
        name,
        element,
        closed: opened,
      });
    }
  });
});

test("what comes from the data is shown, and obeyed nowhere", async () => {
  const report = await REPORTS.hostile();
  expect(report.mistakes.rows.length).toBeGreaterThan(0);
  expect(Object.keys(report.mistakes.rows[0]!.cells!)).toContain(HOSTILE.column);
  expect(reportHtml(report)).toContain("&#60;script&#62;alert(1)&#60;/script&#62;");
  const markdown = reportMarkdown(report);
  expect(markdown).not.toMatch(/<\w|<\//);
  // As many cells in a row as its head has, whatever stands in them.
  const cells = (line: string): number => line.replace(/\\./g, "").split("|").length;
  const tables = markdown.split("\n\n").filter((part) => part.startsWith("|"));
  expect(tables.length).toBeGreaterThan(5);
  for (const table of tables) expect(new Set(table.trim().split("\n").map(cells)).size).toBe(1);
  expect(reportText(report)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
});
