import type { Report } from "../report.js";
import type { Block, TableBlock } from "./blocks.js";
import { reportBlocks } from "./report-blocks.js";
import { oneLine } from "./words.js";

const WIDTH = 100;

/**
 * A report as plain text.
 *
 * @example
 * ```ts
 * import { train } from "chainrule";
 * import { iris } from "chainrule/iris";
 * import { createReport, reportText } from "chainrule/report";
 *
 * const { model } = await train(iris(), { epochs: 20, seed: 1 }).result;
 * console.log(reportText(await createReport(model, iris())));
 * ```
 */
export function reportText(report: Report): string {
  return `${reportBlocks(report)
    .flatMap((block) => {
      const lines = linesOf(block);
      return lines.length === 0 ? [] : [lines.join("\n")];
    })
    .join("\n\n")}\n`;
}

function linesOf(block: Block): string[] {
  switch (block.kind) {
    case "heading": {
      const text = oneLine(block.text);
      return block.level === 3 ? [text] : [text, (block.level === 1 ? "=" : "-").repeat(text.length)];
    }
    case "paragraph":
      return wrapped(oneLine(block.text), WIDTH);
    case "list":
      return block.items.flatMap((item) => wrapped(oneLine(item), WIDTH - 2).map((text, i) => `${i === 0 ? "- " : "  "}${text}`));
    case "facts": {
      const width = Math.max(...block.facts.map(([name]) => name.length));
      return block.facts.flatMap(([name, value]) =>
        wrapped(oneLine(value), WIDTH - width - 2).map((text, i) => `${(i === 0 ? name : "").padEnd(width)}  ${text}`),
      );
    }
    case "table":
      return tableLines(block);
    case "picture":
      return [];
  }
}

function tableLines({ caption, columns, rows }: TableBlock): string[] {
  const all = [columns.map(({ title }) => oneLine(title)), ...rows.map((row) => row.map(oneLine))];
  const widths = columns.map((_, k) => Math.max(...all.map((row) => row[k]!.length)));
  const lines = all.map((row) =>
    row
      .map((cell, k) => (columns[k]!.numeric ? cell.padStart(widths[k]!) : cell.padEnd(widths[k]!)))
      .join("  ")
      .trimEnd(),
  );
  return [oneLine(caption), ...lines.map((text) => `  ${text}`)];
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
