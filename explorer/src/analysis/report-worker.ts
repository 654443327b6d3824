import { createReport, reportHtml, reportJson } from "chainrule/report";
import type { MadeReport, ReportDetails } from "./messages.js";
import { serve } from "./serve.js";
import { cellsOf, type RawRows } from "../state/raw-cells.js";
import type { ShownData, ShownModel } from "../state/task.js";

// A thread of the page that makes reports: it trains a linear model and goes over the rows some hundred times.

async function reportOf(model: ShownModel, dataset: ShownData, { raw, ...options }: ReportDetails): Promise<MadeReport> {
  const report = await createReport(model, dataset, { ...options, ...(raw === undefined ? {} : tableOf(raw)) });
  return { report, html: reportHtml(report), json: reportJson(report) };
}

/** The raw rows, as reports take them. */
function tableOf(raw: RawRows) {
  const { schema, notes, rows, starts } = raw;
  const table = function* () {
    for (let row = 0; row < starts.length - 1; row++) yield cellsOf(raw, row);
  };
  return { table, tableRows: rows, ...(schema === undefined ? {} : { schema }), ...(notes === undefined ? {} : { notes }) };
}

serve({ report: reportOf });
