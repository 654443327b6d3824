import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { session } from "../../state/session.js";
import { BandsPanel } from "./bands-panel.js";
import { ConfusionPanel } from "./confusion-panel.js";
import { keepCourse, measureCourse } from "./course.js";
import { FinderPanel } from "./finder-panel.js";
import { followSession } from "./follow.js";
import { HeatPanel } from "./heat-panel.js";
import { MistakesPanel } from "./mistakes-panel.js";
import { ReportPanel } from "./report-panel.js";
import { followReports } from "./report-state.js";
import { isShown } from "./state.js";
import { Summary } from "./summary.js";
import { UnitsPanel } from "./units-panel.js";
import "./diagnose.css";
import "./charts.css";
import "./tables.css";
import "./report.css";

// From when this file is there: a run keeps its epochs also while another screen is looked at.
keepCourse();
measureCourse();
followSession();
followReports();

/** What keeps the network from learning, and what is odd in its data. */
export function DiagnoseScreen() {
  useEffect(() => {
    isShown.value = true;
    return () => (isShown.value = false);
  }, []);
  const ofValues = session.value!.model.task.kind === "regression";
  return (
    <div class="dg">
      <h2 class="hidden">Diagnose</h2>
      <div class="dg-verdicts">
        <Summary />
      </div>
      <div class="dg-panels">
        <Panel id="heat" title="Layers over time" content={HeatPanel} />
        <Panel id="units" title="Units" content={UnitsPanel} />
        <Panel id="bands" title="Weights and activations" content={BandsPanel} />
        <Panel id="confusion" title={ofValues ? "Predicted against true" : "Confusion matrix"} content={ConfusionPanel} />
        <Panel id="mistakes" title={ofValues ? "Largest errors" : "Worst mistakes"} content={MistakesPanel} />
        <Panel id="report" title="Report" content={ReportPanel} />
        <Panel id="finder" title="Learning rate" content={FinderPanel} />
      </div>
    </div>
  );
}

function Panel({ id, title, content: Content }: { readonly id: string; readonly title: string; readonly content: ComponentType }) {
  return (
    <section class="dg-panel" id={`dg-${id}`} aria-labelledby={`dg-${id}-title`}>
      <h3 id={`dg-${id}-title`}>{title}</h3>
      <Content />
    </section>
  );
}
