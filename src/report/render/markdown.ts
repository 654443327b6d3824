import type { Report } from "../report.js";
import type { Block, TableBlock } from "./blocks.js";
import { escapeMarkdown } from "./escape.js";
import { reportBlocks } from "./report-blocks.js";
import { oneLine } from "./words.js";

/**
 * A report as Markdown. What comes from the data is escaped.
 *
 * @example
 * ```ts
 * import { train } from "chainrule";
 * import { iris } from "chainrule/iris";
 * import { createReport, reportMarkdown } from "chainrule/report";
 *
 * const { model } = await train(iris(), { epochs: 20, seed: 1 }).result;
 * console.log(reportMarkdown(await createReport(model, iris())).split("\n")[0]); // # species in iris: ...
 * ```
 */
export function reportMarkdown(report: Report): string {
  return `${reportBlocks(report)
    .flatMap((block) => (block.kind === "picture" ? [] : [markdownOf(block)]))
    .join("\n\n")}\n`;
}

function markdownOf(block: Exclude<Block, { kind: "picture" }>): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${written(block.text)}`;
    case "paragraph":
      return written(block.text);
    case "list":
      return block.items.map((item) => `- ${written(item)}`).join("\n");
    case "facts":
      return block.facts.map(([name, value]) => `- **${name}**: ${written(value)}`).join("\n");
    case "table":
      return tableOf(block);
  }
}

function tableOf({ caption, columns, rows }: TableBlock): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const lines = [
    row(columns.map(({ title }) => written(title))),
    row(columns.map(({ numeric }) => (numeric ? "---:" : "---"))),
    ...rows.map((cells) => row(cells.map(written))),
  ];
  return `${written(caption)}\n\n${lines.join("\n")}`;
}

const written = (text: string): string => escapeMarkdown(oneLine(text));
