import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { followRun } from "../../state/kept-follow.js";
import { openKeptRuns } from "../../state/kept-runs.js";
import { Charts } from "./charts.js";
import { chosen, said } from "./chosen.js";
import { DiffTable } from "./diff-table.js";
import { RepeatBar } from "./repeat-bar.js";
import { ResultsTable } from "./results-table.js";
import { RunList } from "./run-list.js";
import "./compare.css";

// From when this file is there, which the page fetches by itself: runs are kept whatever screen is looked at.
void openKeptRuns().then(followRun);

/** Runs beside each other: their courses, settings, results, parameters and answers. */
export function CompareScreen() {
  return (
    <div class="cp">
      <h2 class="hidden">Compare</h2>
      <div class="cp-side">
        <p class="cp-said" role="status">
          {said.value}
        </p>
        <RepeatBar />
        <RunList />
      </div>
      <div class="cp-panels">
        <Panel id="charts" title="Courses" content={Charts} />
        <Panel id="diff" title="Settings that differ" content={DiffTable} />
        <Panel id="results" title="Results" content={ResultsTable} />
        <Panel id="pair" title="Two networks" content={PairPanel} />
      </div>
    </div>
  );
}

const pairPanel = signal<ComponentType | undefined>(undefined);

/** Comes when there are two runs to compare. */
function PairPanel() {
  if (chosen.value.length < 2) return <p class="cp-quiet">Choose two runs to compare their parameters and their answers.</p>;
  const Found = pairPanel.value;
  if (Found !== undefined) return <Found />;
  void import("./pair-panel.js").then(({ PairPanel: found }) => (pairPanel.value = found));
  return null;
}

function Panel({ id, title, content: Content }: { readonly id: string; readonly title: string; readonly content: ComponentType }) {
  return (
    <section class="cp-panel" id={`cp-${id}`} aria-labelledby={`cp-${id}-title`}>
      <h3 id={`cp-${id}-title`}>{title}</h3>
      <Content />
    </section>
  );
}
