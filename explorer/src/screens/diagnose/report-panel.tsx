import type { Report } from "chainrule/report";
import { download, fileName } from "../../share/download.js";
import { session } from "../../state/session.js";
import { PARTS } from "./confusion-data.js";
import { ImportanceTable } from "./importance-table.js";
import { PartSelect } from "./part-select.js";
import { chosenPart, isMaking, isWanted, makeReport, reportPart, reportParts, shownReport, stopReport } from "./report-state.js";
import { ScoreTable } from "./score-table.js";
import { currentRows, isTraining, stepText } from "./state.js";
import { ThresholdTable } from "./threshold-table.js";
import { counted } from "../../widgets/counted.js";

/** What the model goes by and what it is compared with, as the library's report has it, and that report as a file. */
export function ReportPanel() {
  if (currentRows.value === undefined) return null;
  const [parts, part, shown] = [reportParts.value, reportPart.value, shownReport.value];
  const reply = shown?.reply;
  const isOld = shown !== undefined && shown.session.model !== session.value?.model;
  return (
    <div class="dg-report" aria-busy={isMaking.value} data-parameters={shown?.session.model.parametersHash}>
      <p class="dg-tools">
        {part !== undefined && <PartSelect parts={parts} part={part} onPart={(next) => (chosenPart.value = next)} />}
        {isWanted.value ? (
          (isMaking.value || isTraining.value) && (
            <button type="button" onClick={stopReport}>
              Stop
            </button>
          )
        ) : (
          <button type="button" onClick={makeReport}>
            Make the report
          </button>
        )}
        {reply?.kind === "answer" &&
          (["html", "json"] as const).map((ending) => (
            <button
              key={ending}
              type="button"
              onClick={() => download(fileName(shown!.session.title, `-report.${ending}`), reply.value[ending], TYPES[ending])}
            >
              Download report.{ending}
            </button>
          ))}
      </p>
      {shown === undefined && !isWanted.value && (
        <p class="dg-quiet">
          How much each column matters, what a constant and a linear model reach, and of two classes what each threshold would get right:
          what <code>chainrule train --report report.html</code> writes. It takes some seconds, beside the page.
        </p>
      )}
      <p class="dg-quiet" role="status">
        {isMaking.value
          ? "A linear model is trained, and each column is shuffled …"
          : isWanted.value && isTraining.value
            ? "A report follows when the training stands."
            : reply?.kind === "answer"
              ? `Of ${counted(reply.value.report.headline.rows, "row")} (${PARTS[reply.value.report.headline.part]}), ${stepText(shown!.session)}${isOld ? "; the network has moved on" : ""}.`
              : ""}
      </p>
      {reply?.kind === "problem" && (
        <p class="dg-problem" role="alert">
          {reply.message}
        </p>
      )}
      {reply?.kind === "answer" && <Sections report={reply.value.report} />}
    </div>
  );
}

const TYPES = { html: "text/html", json: "application/json" } as const;

function Sections({ report: { sections, baselines, headline } }: { readonly report: Report }) {
  return (
    <>
      {sections.map((section) => (
        <section key={section.target} aria-label={section.target}>
          {sections.length > 1 && <h4>{section.target}</h4>}
          <ScoreTable scores={section.scores} baselines={baselines} />
          <ImportanceTable importance={section.importance} image={headline.image} />
          {section.kind === "classification" && section.thresholds !== null && <ThresholdTable thresholds={section.thresholds} />}
        </section>
      ))}
    </>
  );
}
