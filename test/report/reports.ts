import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { createReport } from "../../src/report/create-report.js";
import type { Report } from "../../src/report/report.js";
import { prepareTable } from "../../src/table/prepare.js";
import { modelRows } from "../../src/training/rows-for-model.js";
import { train } from "../../src/training/train.js";

/** Names and cells that a page, a table or a terminal could obey. */
export const HOSTILE = {
  column: "<script>alert(1)</script>",
  target: 'a|b "c" & `d`',
  cell: "</title><img src=x onerror=alert(2)>",
  escape: "\u001b[31mred\nline | two",
} as const;

/** Two classes, a category, numbers and days that are sometimes missing, and names that are not harmless. */
export function hostileRows(): Readonly<Record<string, string | number | null>>[] {
  return Array.from({ length: 240 }, (_, i) => ({
    [HOSTILE.column]: i % 7 === 0 ? null : (i * 37) % 101,
    kind: i % 5 === 0 ? HOSTILE.cell : i % 3 === 0 ? HOSTILE.escape : "plain",
    day: `2024-${String(1 + (i % 12)).padStart(2, "0")}-${String(1 + (i % 28)).padStart(2, "0")}`,
    big: `${(i * 53) % 97 > 48}`,
    [HOSTILE.target]: ((i * 37) % 101) + (i % 5 === 0 ? 40 : 0) + ((i * 29) % 31) > 75 ? "<b>yes</b>" : "no",
  }));
}

async function hostile(): Promise<Report> {
  const rows = hostileRows();
  const { dataset, schema, notes, rows: tableRows } = await prepareTable(rows, { target: HOSTILE.target, test: 0.3, validation: 0.1 });
  const { model, history } = await train(dataset, { recipe: "tabular", epochs: 4 }).result;
  return createReport(model, dataset, { table: rows, tableRows, schema, notes, history, recipe: "tabular", bestEpoch: 4, mistakes: 3 });
}

async function pictures(): Promise<Report> {
  const { model, history } = await train(digits(), { recipe: "equations", epochs: 2 }).result;
  return createReport(model, digits(), { history, repeats: 1, mistakes: 2 });
}

async function flowers(): Promise<Report> {
  const { model } = await train(iris(), { epochs: 5 }).result;
  return createReport(model, iris(), { part: "validation" });
}

/** Two numbers, on rows that the model was not trained on. */
async function numbers(): Promise<Report> {
  const rows = Array.from({ length: 200 }, (_, i) => ({
    u: (i * 17) % 59,
    v: ["x", "y", "z"][i % 3],
    p: ((i * 17) % 59) * 3 + (i % 3),
    q: -((i * 17) % 59) + (i % 4),
  }));
  const { model } = await train(rows.slice(0, 150), { target: ["p", "q"], epochs: 4 }).result;
  const others = rows.slice(150);
  const { dataset, rows: tableRows } = await modelRows(model, others, { target: true });
  return createReport(model, dataset, { table: others, tableRows, mistakes: 3 });
}

async function labels(): Promise<Report> {
  const rows = Array.from({ length: 160 }, (_, i) => ({ u: (i * 17) % 59, v: (i * 7) % 13, hot: Number((i * 17) % 59 > 30), wet: i % 2 }));
  const { dataset, rows: tableRows } = await prepareTable(rows, { target: ["hot", "wet"] });
  const { model } = await train(dataset, { recipe: "tabular", epochs: 4 }).result;
  return createReport(model, dataset, { table: rows, tableRows, mistakes: 2 });
}

/** Outputs that are no probabilities, of two classes; without a linear model. */
async function margins(): Promise<Report> {
  const rows = Array.from({ length: 120 }, (_, i) => ({ u: (i * 17) % 59, v: (i * 7) % 13, side: (i * 17) % 59 > 30 ? "up" : "down" }));
  const { model, history } = await train(rows, { target: "side", hidden: [4], cost: "hinge", epochs: 2 }).result;
  const { dataset } = await modelRows(model, rows, { target: true });
  return createReport(model, dataset, { history, linear: false, mistakes: 0 });
}

/** One of each kind. */
export const REPORTS = { hostile, pictures, flowers, numbers, labels, margins } as const;
