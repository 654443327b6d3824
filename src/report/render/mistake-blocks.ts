import type { Headline, Mistake, MistakeList, MistakeReasons } from "../report.js";
import { type Block, heading, paragraph, picture, table } from "./blocks.js";
import { inputPicture } from "./pictures.js";
import { cellText, count, mistakeTitle, number, oneLine, plural, signed } from "./words.js";

/** Cells of a row that are listed. */
const MOST_CELLS = 40;

/** The worst mistakes, each with its row and what pushed its output. */
export function mistakeBlocks({ by, wrong, rows }: MistakeList, { rows: all }: Headline): Block[] {
  const title = by === "error" ? "Largest errors" : "Worst mistakes";
  if (rows.length === 0) {
    return [heading(2, title), paragraph(wrong === 0 ? `None: all of ${plural(all, "row")} are right.` : "None is shown.")];
  }
  const many = wrong === null ? "" : `${count(wrong)} of ${plural(all, "row")} ${wrong === 1 ? "is" : "are"} wrong. `;
  const order =
    by === "error"
      ? "The largest errors first; rows count from 0."
      : "The costliest first: those where the model was surest of something wrong; rows count from 0.";
  const pushes = rows.some(({ reasons }) => reasons !== null)
    ? " Pushes are integrated gradients from a typical row (median numbers, most frequent categories) to this one: how far each raw column moves the output of what was predicted."
    : " What pushed each is left out, since the raw rows are not at hand.";
  return [heading(2, title), paragraph(`${many}${order}${pushes}`), ...rows.flatMap((mistake) => oneMistake(mistake, by))];
}

function oneMistake(mistake: Mistake, by: MistakeList["by"]): Block[] {
  const { cells, image, reasons, size } = mistake;
  const title = mistakeTitle(mistake);
  return [
    { kind: "heading", level: 3, text: title, card: true },
    ...(by === "error" ? [paragraph(`Off by ${number(size)}.`)] : []),
    ...(image === null
      ? []
      : [picture(inputPicture(image, `The picture of row ${mistake.row}`), `The picture of row ${mistake.row}`, "The row")]),
    ...(reasons === null ? [] : [reasonTable(reasons)]),
    ...(cells === null ? [] : [paragraph(`The row: ${cellsText(cells)}`)]),
  ];
}

function reasonTable({ output, value, typical, columns, others }: MistakeReasons): Block {
  const rows = columns.map(({ column, cell, typical: usual, push }) => [column, cellText(cell), cellText(usual), signed(push)]);
  const rest = others === 0 ? [] : [["all others", "", "", signed(others)]];
  return table(
    `What pushed ${cellText(output)} from ${number(typical)} of a typical row to ${number(value)}`,
    ["column", "here", "typical", "#push"],
    [...rows, ...rest],
  );
}

function cellsText(cells: NonNullable<Mistake["cells"]>): string {
  const all = Object.entries(cells);
  const shown = all.slice(0, MOST_CELLS).map(([name, cell]) => `${oneLine(name)}: ${cellText(cell)}`);
  return [...shown, ...(all.length > MOST_CELLS ? [`and ${count(all.length - MOST_CELLS)} more cells`] : [])].join(", ");
}
