import type { Answers } from "../diagnose/answers.js";
import { sharesOf } from "../diagnose/answers.js";
import type { Dataset, Label } from "../data/dataset.js";
import { inputRow } from "../data/read-rows.js";
import { reasonsWithin } from "../explain/reasons.js";
import type { Cell } from "../table/cell.js";
import type { RawRow } from "../table/source.js";
import { saidLabels } from "../training/measure-labels.js";
import type { Model } from "../training/model.js";
import { labelBits } from "../training/task.js";
import { reportCell } from "./raw-rows.js";
import type { Mistake, MistakeList, MistakeReasons } from "./report.js";

/** What the pushes may miss, as a share of what they explain: less than a picture of them would show, and many times faster than to the last digit. */
const ERROR = 1e-3;

/** A row that went wrong, by its position among those that were measured, and how much. */
interface Wrong {
  readonly at: number;
  /** Position of the target, of numbers. */
  readonly target: number;
  readonly size: number;
}

/** The worst first, of equal ones the first row. @param answers to the rows of the data set */
export function worstMistakes(
  model: Model,
  dataset: Dataset,
  answers: Answers,
  most: number,
): { readonly wrong: number | null; readonly worst: readonly Wrong[] } {
  const { task } = model;
  const { costs, classes, outputs, width, rows } = answers;
  const all: Wrong[] = [];
  if (task.kind === "regression") {
    const { values } = dataset.target as Extract<typeof dataset.target, { kind: "values" }>;
    // Each target in its own units: what is large of one is measured by its deviation.
    for (let at = 0; at < values.length; at++) {
      const j = at % width;
      const size = Math.abs(values[at]! - (outputs[at]! * task.deviation[j]! + task.mean[j]!));
      all.push({ at: Math.floor(at / width), target: j, size });
    }
    const relative = ({ target, size }: Wrong): number => size / task.deviation[target]!;
    return { wrong: null, worst: all.sort((a, b) => relative(b) - relative(a)).slice(0, most) };
  }
  const said = task.kind === "multi-label" ? saidLabels(task, outputs) : undefined;
  const bits = task.kind === "multi-label" ? labelBits(task, dataset.target, dataset.name) : undefined;
  const isWrong = (row: number): boolean =>
    classes === undefined
      ? said!.subarray(row * width, (row + 1) * width).some((one, j) => one !== bits![row * width + j])
      : classes.given[row] !== classes.predicted[row];
  for (let at = 0; at < rows; at++) if (isWrong(at)) all.push({ at, target: 0, size: costs[at]! });
  return { wrong: all.length, worst: all.sort((a, b) => b.size - a.size).slice(0, most) };
}

/** What is needed to write a mistake down. */
interface Place {
  /** The number of the row in its source. */
  readonly row: number;
  /** Its raw cells; undefined where they are not at hand. */
  readonly raw: RawRow | undefined;
}

/**
 * Mistakes with their cells and what pushed the output.
 *
 * @param place of a row by its position
 * @param top reasons a row
 */
export function mistakeList(
  model: Model,
  dataset: Dataset,
  answers: Answers,
  { wrong, worst }: ReturnType<typeof worstMistakes>,
  place: (at: number) => Place,
  top: number,
): MistakeList {
  const { task, columns } = model;
  const shares = sharesOf(model, answers);
  const rows = worst.map(({ at, target, size }): Mistake => {
    const { row, raw } = place(at);
    const said = saidOf(model, dataset, answers, at, target);
    const cells = raw ?? (model.preparation === undefined ? plainRow(columns, dataset, at) : undefined);
    const { image } = dataset;
    return {
      row,
      target: task.kind === "regression" ? task.targets[target]! : null,
      actual: said.actual,
      predicted: said.predicted,
      confidence: said.position === undefined || shares === undefined ? null : shares(at, said.position),
      size,
      cells: cells === undefined || image !== undefined ? null : cellsOf(cells),
      image: image === undefined ? null : { ...image, pixels: Array.from(inputRow(dataset, at)) },
      reasons: cells === undefined ? null : reasonsOf(model, cells, said.asked, top),
    };
  });
  return { by: task.kind === "regression" ? "error" : "cost", wrong, rows };
}

/** What was there, what was said, and the output that is asked about. */
interface Said extends Pick<Mistake, "actual" | "predicted"> {
  readonly asked: Label | undefined;
  /** Of the predicted class. */
  readonly position?: number;
}

function saidOf({ task }: Model, dataset: Dataset, { classes, outputs, width }: Answers, at: number, target: number): Said {
  if (task.kind === "classification") {
    const [given, position] = [classes!.given[at]!, classes!.predicted[at]!];
    return { actual: task.classes[given]!, predicted: task.classes[position]!, asked: task.classes[position]!, position };
  }
  const from = at * width;
  if (task.kind === "multi-label") {
    const bits = labelBits(task, dataset.target, dataset.name).subarray(from, from + width);
    const said = saidLabels(task, outputs.subarray(from, from + width));
    const wrong = said.findIndex((one, j) => one !== bits[j]);
    const listed = (list: Uint8Array): string[] => task.labels.filter((_, j) => list[j] === 1);
    return { actual: listed(bits), predicted: listed(said), asked: task.labels[wrong] };
  }
  const { values } = dataset.target as Extract<typeof dataset.target, { kind: "values" }>;
  return {
    actual: values[from + target]!,
    predicted: outputs[from + target]! * task.deviation[target]! + task.mean[target]!,
    asked: task.targets[target],
  };
}

function plainRow(columns: readonly string[], dataset: Dataset, at: number): RawRow {
  const values = inputRow(dataset, at);
  return Object.fromEntries(columns.map((name, k): [string, Cell] => [name, values[k]]));
}

function cellsOf(raw: RawRow): Mistake["cells"] {
  return Object.fromEntries(Object.entries(raw).map(([name, cell]) => [name, reportCell(cell)]));
}

function reasonsOf(model: Model, raw: RawRow, asked: Label | undefined, top: number): MistakeReasons {
  const { output, value, typical, reasons: all, rest } = reasonsWithin(model, raw, asked, ERROR);
  return {
    output,
    value,
    typical,
    columns: all.slice(0, top).map(({ column, cell, typical: usual, push }) => ({
      column,
      cell: reportCell(cell),
      typical: reportCell(usual),
      push,
    })),
    rest,
    others: all.slice(top).reduce((sum, { push }) => sum + push, 0),
  };
}
