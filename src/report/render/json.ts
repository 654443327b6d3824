import type { Report } from "../report.js";

/**
 * A report as JSON; docs/report.md names every field.
 *
 * @example
 * ```ts
 * import { train } from "chainrule";
 * import { iris } from "chainrule/iris";
 * import { createReport, type Report, reportJson } from "chainrule/report";
 *
 * const { model } = await train(iris(), { epochs: 20, seed: 1 }).result;
 * const { headline } = JSON.parse(reportJson(await createReport(model, iris()))) as Report;
 * console.log(headline.part, headline.rows); // test 30
 * ```
 */
export function reportJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
