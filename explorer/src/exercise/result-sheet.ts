import { csv } from "../share/history-csv.js";

// What a learner did, for whoever marks it. It stays on the machine until it is saved as a file.

export interface Attempt {
  /** As it was typed. */
  readonly answer: string;
  /** ISO 8601 */
  readonly time: string;
  readonly right: boolean;
  /** The mistake that gives this answer, by the name that `check-gradients` has for it. */
  readonly mistake?: string;
}

export interface SheetLine {
  /** dCost/da4[3] */
  readonly part: string;
  readonly attempts: readonly Attempt[];
  /** The learner asked for the number. */
  readonly shown: boolean;
}

export interface ResultSheet {
  readonly exercise: string;
  readonly link: string;
  readonly learner: string;
  readonly begun: string;
  readonly lines: readonly SheetLine[];
}

/** Found by the learner alone. */
export function isSolved({ attempts, shown }: SheetLine): boolean {
  return !shown && attempts.some(({ right }) => right);
}

export function sheetJson(sheet: ResultSheet): string {
  const lines = sheet.lines.map((line) => ({ ...line, solved: isSolved(line) }));
  const solved = lines.filter((line) => line.solved).length;
  return `${JSON.stringify({ ...sheet, lines, solved, asked: lines.length }, undefined, 2)}\n`;
}

/** One line an answer, and one for a part without any. */
export function sheetCsv({ learner, exercise, link, lines }: ResultSheet): string {
  const head = ["learner", "exercise", "part", "attempt", "answer", "result", "mistake", "time", "solved", "shown", "link"];
  const rows = lines.flatMap((line) => {
    const end = [isSolved(line) ? "yes" : "no", line.shown ? "yes" : "no", link];
    if (line.attempts.length === 0) return [[learner, exercise, line.part, 0, "", "", "", "", ...end]];
    return line.attempts.map(({ answer, right, mistake, time }, at) => [
      learner,
      exercise,
      line.part,
      at + 1,
      answer,
      right ? "right" : "wrong",
      mistake ?? "",
      time,
      ...end,
    ]);
  });
  return csv(
    head,
    rows.map((row) => row.map(inert)),
  );
}

/** A spreadsheet would compute a text that begins like a formula; numbers may begin with a sign. */
function inert(cell: string | number): string | number {
  const isFormula = typeof cell === "string" && /^[=+\-@\t\r]/.test(cell) && !/^[+-]?[\d.,]+(e[+-]?\d+)?$/i.test(cell);
  return isFormula ? `'${cell}` : cell;
}
