import { encodeText } from "../../base/platform.js";
import { createSha256 } from "../../base/sha256.js";
import type { Report } from "../report.js";
import type { Block, TableBlock } from "./blocks.js";
import { escapeXml } from "./escape.js";
import { reportBlocks } from "./report-blocks.js";
import { STYLE } from "./style.js";
import { oneLine } from "./words.js";

/**
 * A report as one page that needs nothing else: pictures are drawn in it, and its policy lets in no script, no style but its own and nothing from
 * the network. What comes from the data is escaped.
 *
 * @example
 * ```ts
 * import { train } from "chainrule";
 * import { iris } from "chainrule/iris";
 * import { createReport, reportHtml } from "chainrule/report";
 *
 * const { model, history } = await train(iris(), { epochs: 20, seed: 1 }).result;
 * const page = reportHtml(await createReport(model, iris(), { history }));
 * console.log(page.slice(0, 15)); // <!doctype html>
 * ```
 */
export function reportHtml(report: Report): string {
  const blocks = reportBlocks(report);
  const title = blocks.find((block) => block.kind === "heading");
  const policy = `default-src 'none'; style-src 'sha256-${styleHash()}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title?.text ?? "Report")}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${bodyOf(blocks)}
</main>
<footer>Made by chainrule. Model ${escapeXml(report.headline.parametersHash.slice(0, 12))}.</footer>
</body>
</html>
`;
}

/** Pictures that follow each other stand side by side, and so do cards. */
function bodyOf(blocks: readonly Block[]): string {
  const parts: string[] = [];
  let inCard = false;
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i]!;
    if (block.kind === "heading") {
      const card = block.card === true;
      const end = inCard ? (card ? "</section>" : "</section></div>") : card ? '<div class="cards">' : "";
      parts.push(`${end}${card ? "<section>" : ""}`);
      inCard = card;
    }
    if (block.kind !== "picture") {
      parts.push(htmlOf(block, i));
      continue;
    }
    const figures = [figure(block)];
    for (let next = blocks[i + 1]; next?.kind === "picture"; next = blocks[i + 1]) {
      figures.push(figure(next));
      i += 1;
    }
    const small = block.svg.includes('class="frame"') ? " small" : "";
    parts.push(`<div class="pictures${small}">${figures.join("")}</div>`);
  }
  if (inCard) parts.push("</section></div>");
  return parts.filter((part) => part !== "").join("\n");
}

function figure({ svg, caption }: Extract<Block, { kind: "picture" }>): string {
  return `<figure>${svg}<figcaption>${text(caption)}</figcaption></figure>`;
}

/** @param id of a table, on the page */
function htmlOf(block: Exclude<Block, { kind: "picture" }>, id: number): string {
  switch (block.kind) {
    case "heading":
      return `<h${block.level}>${text(block.text)}</h${block.level}>`;
    case "paragraph":
      return `<p>${text(block.text)}</p>`;
    case "list":
      return `<ul>${block.items.map((item) => `<li>${text(item)}</li>`).join("")}</ul>`;
    case "facts":
      return `<dl>${block.facts.map(([name, value]) => `<dt>${text(name)}</dt><dd>${text(value)}</dd>`).join("")}</dl>`;
    case "table":
      return tableOf(block, id);
  }
}

/** A table that is wider than the page scrolls by itself, with the keyboard too. */
function tableOf({ caption, columns, rows, shades }: TableBlock, id: number): string {
  const head = columns.map(({ title, numeric }) => `<th scope="col"${numeric ? ' class="n"' : ""}>${text(title)}</th>`).join("");
  const body = rows.map((cells, i) => {
    const written = cells.map((cell, k) => {
      const shade = shades?.[i]?.[k] ?? 0;
      const classes = [...(columns[k]!.numeric ? ["n"] : []), ...(shade > 0 ? [`h${shade}`] : [])].join(" ");
      const attribute = classes === "" ? "" : ` class="${classes}"`;
      return k === 0 && !columns[k]!.numeric ? `<th scope="row"${attribute}>${text(cell)}</th>` : `<td${attribute}>${text(cell)}</td>`;
    });
    return `<tr>${written.join("")}</tr>`;
  });
  const shaded = shades === undefined ? "" : ' class="shaded"';
  // Above the part that scrolls, so that it can be read whole.
  return `<p class="caption" id="t${id}">${text(caption)}</p><div class="scroll" role="region" tabindex="0" aria-labelledby="t${id}"><table${shaded}><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}

const text = (raw: string): string => escapeXml(oneLine(raw));

/** SHA-256 of the style, in base64. */
function styleHash(): string {
  const hex = createSha256().update(encodeText(STYLE)).hex();
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  // 64 hexadecimal digits are 256 bits: 42 letters of 6 bits, one of the last 4, and a sign that fills up.
  const bits = Array.from(hex, (digit) => parseInt(digit, 16).toString(2).padStart(4, "0")).join("");
  const letters = bits.match(/.{1,6}/g) ?? [];
  return `${letters.map((six) => alphabet.charAt(parseInt(six.padEnd(6, "0"), 2))).join("")}=`;
}
