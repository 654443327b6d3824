import { extname, resolve } from "node:path";
import { ChainruleError, type CrossValidation, type Dataset, type Model } from "chainrule";
import { writeFileSafely } from "chainrule/node";
import {
  createFoldsReport,
  createReport,
  type FoldsReportOptions,
  type Report,
  reportHtml,
  reportJson,
  reportMarkdown,
  type ReportOptions,
  reportText,
} from "chainrule/report";
import { checkOut } from "./output-file.js";

const FORMATS: Readonly<Record<string, (report: Report) => string>> = {
  ".html": reportHtml,
  ".json": reportJson,
  ".txt": reportText,
  ".md": reportMarkdown,
};

export const REPORT_HELP = "how well the model does, with baselines, pictures and its worst mistakes: a file .html, .json, .txt or .md";

/**
 * Looks at `--report` before the work begins, whose format its ending names.
 *
 * @param inputs files that are read
 * @param out the file of the model, where one is written
 * @throws ChainruleError `E_USAGE` for another ending or the file of something else, `E_ENVIRONMENT` for a folder that cannot be written to
 */
export function checkReport(file: string, inputs: readonly (string | undefined)[], out?: string): void {
  checkOut(file, inputs, "--report");
  if (!Object.hasOwn(FORMATS, extname(file).toLowerCase())) {
    throw new ChainruleError("E_USAGE", {
      where: "--report",
      expected: `a file that ends in ${Object.keys(FORMATS)
        .join(", ")
        .replace(/, ([^,]*)$/, " or $1")}`,
      got: `"${file}"`,
      hint: "The ending says what is written: a page with pictures, JSON, text or Markdown.",
    });
  }
  if (out !== undefined && resolve(out) === resolve(file)) {
    throw new ChainruleError("E_USAGE", { where: "--report", expected: "another file than --out", got: `"${file}"` });
  }
}

/** Makes a report and writes it, whole or not at all. */
export async function writeReport(file: string, model: Model, dataset: Dataset, options: ReportOptions): Promise<void> {
  write(file, await createReport(model, dataset, options));
}

/** The same of a cross-validation. */
export async function writeFoldsReport(file: string, validation: CrossValidation, options: FoldsReportOptions): Promise<void> {
  write(file, await createFoldsReport(validation, options));
}

function write(file: string, report: Report): void {
  writeFileSafely(file, new TextEncoder().encode(FORMATS[extname(file).toLowerCase()]!(report)));
}
