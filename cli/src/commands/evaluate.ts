import { evaluate, type Evaluation, type PartName } from "chainrule";
import { loadModel } from "chainrule/node";
import type { Command } from "commander";
import { DATA_HELP, filesOf, loadForModel } from "../data/load.js";
import { type ReadFlags, readOptions } from "../data/reading.js";
import { checkReport, REPORT_HELP, writeReport } from "../report-file.js";
import { nameOption } from "../options.js";
import { rawOf } from "./training-data.js";
import type { Terminal } from "../terminal.js";
import { describeMetrics } from "../view/metrics.js";
import { describeEvaluation } from "../view/summary.js";

const PARTS: readonly PartName[] = ["all", "train", "validation", "test"];

interface Flags extends ReadFlags {
  readonly part?: PartName;
  readonly report?: string;
  readonly json?: boolean;
}

export function addEvaluate(program: Command, terminal: Terminal): void {
  const command = program
    .command("evaluate")
    .summary("measure a model on data")
    .description("Measures a model. On the data it was trained on it uses the held-out part, and says so; on other data every row.")
    .argument("<model>", "a model file")
    .argument("[data]", DATA_HELP)
    .option("--part <name>", `of the data it was trained on: ${PARTS.join(", ")}`, nameOption("--part", PARTS))
    .option("--report <file>", REPORT_HELP)
    .option("--json", "print one JSON document and nothing else");
  readOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  chainrule evaluate model.safetensors digits
  chainrule evaluate model.safetensors digits --part train --json
  chainrule evaluate model.safetensors houses.csv --report report.html`,
    )
    .action(async (path: string, data: string, { part, report, json, ...flags }: Flags) => {
      if (report !== undefined) checkReport(report, [path, ...filesOf(data, flags)]);
      const model = await loadModel(path);
      const { dataset, file, rows } = await loadForModel(data, model, "needed", flags);
      const evaluation = evaluate(model, dataset, part === undefined ? {} : { part });
      if (report !== undefined) {
        await writeReport(report, model, dataset, { ...rawOf(file, rows), ...(part === undefined ? {} : { part }) });
      }
      if (json === true) terminal.print(JSON.stringify(evaluation, null, 2));
      else
        terminal.print(
          `${whichRows(evaluation, data)}\n${describeEvaluation(evaluation, terminal)}\n\n${describeMetrics(evaluation, terminal)}`,
        );
    });
}

function whichRows({ part, trainedOn }: Evaluation, data: string): string {
  if (!trainedOn) return part === "all" ? `every row of ${data}` : `the ${part} part of ${data}`;
  if (part === "all") return `every row of ${data}, on which the model was trained`;
  return `the model was trained on ${data}: this is the ${part === "test" ? "held-out test" : part} part of it`;
}
