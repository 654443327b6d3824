import { createDataset, type Label } from "chainrule";
import type { ShownData, ShownTarget } from "../state/task.js";
import { isTable } from "./rows-csv.js";
import { numberOf, numeral } from "./settings-text.js";

// A few rows of numbers, as a textbook's network has them, stand in the link itself: names of the inputs, of what is learned, and a row after
// the other, `x1,x2;y1,y2;0.05,0.1,0.01,0.99`. Of classes the second part names them all, and rows have their positions: `x1,x2;kind:no,yes;...`.

/** Numbers of all rows together; a link with more asks for the file. */
const MOST = 48;
const NAME = /^[^,;:]+$/;

/** Undefined where there are too many rows, or rows that are more than numbers. */
export function rowsText(dataset: ShownData): string | undefined {
  const { columns, inputs, rowCount, target } = dataset;
  const { names, values, labels } = answersOf(target);
  if (!isTable(dataset) || "preparation" in dataset || inputs.length + values.length > MOST) return undefined;
  if (![...columns, ...names].every((name) => NAME.test(name)) || !labels.every(isPlain)) return undefined;
  const width = columns.length;
  const cells = Array.from({ length: rowCount }, (_, row) => [
    ...inputs.subarray(row * width, (row + 1) * width),
    ...values.subarray((row * values.length) / rowCount, ((row + 1) * values.length) / rowCount),
  ]);
  const learned = target.kind === "values" ? names.join(",") : `${target.name}:${labels.join(",")}`;
  return [columns.join(","), learned, cells.flat().map(numeral).join(",")].join(";");
}

interface Answers {
  readonly names: readonly string[];
  readonly values: Float64Array | Int32Array;
  readonly labels: readonly Label[];
}

function answersOf(target: ShownTarget): Answers {
  return target.kind === "values" ? { ...target, labels: [] } : { names: [target.name], values: target.indices, labels: target.classes };
}

/** Whether a class is read as what it is: of a text that is a number nobody could tell. */
function isPlain(label: Label): boolean {
  return typeof label === "number" || (NAME.test(label) && numberOf(label) === undefined);
}

/** The rows of such a text; undefined where it is none. */
export function rowsOf(text: string, name: string): ShownData | undefined {
  const [columns = [], learned = [], cells = [], ...more] = text.split(";").map((part) => part.split(","));
  const [, targetName, first] = /^(.+):(.*)$/.exec(learned[0] ?? "") ?? [];
  const width = columns.length + (targetName === undefined ? learned.length : 1);
  const numbers = cells.map(numberOf).filter((value) => value !== undefined);
  const names = targetName === undefined ? [...columns, ...learned] : [...columns, targetName];
  const isWhole = numbers.length > 0 && numbers.length === cells.length && numbers.length % width === 0;
  if (more.length > 0 || !isWhole) return undefined;
  if (new Set(names).size !== width || !names.every((title) => NAME.test(title))) return undefined;
  const rows = Array.from({ length: numbers.length / width }, (_, row) => numbers.slice(row * width, (row + 1) * width));
  const given = { name, columns, inputs: rows.map((row) => row.slice(0, columns.length)) };
  const answers = rows.map((row) => row.slice(columns.length));
  if (targetName === undefined) return createDataset({ ...given, targets: answers, targetNames: learned });
  const classes = [first!, ...learned.slice(1)].map((label): Label => numberOf(label) ?? label);
  const labels = answers.map(([at]) => classes[at!]);
  return labels.every((label) => label !== undefined) ? createDataset({ ...given, labels, classes, targetName }) : undefined;
}
