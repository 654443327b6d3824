import { useComputed } from "@preact/signals";
import type { Verdict, VerdictKind } from "chainrule/diagnose";
import { version } from "../../state/run.js";
import { type Heat, heatOf, heatOfDiagnosis, QUANTITIES, scaleOf } from "./heat-data.js";
import { HeatMap, locked, RECENT } from "./heat-map.js";
import { HeatTable } from "./heat-table.js";
import { LayerTable } from "./layer-table.js";
import { current, ownRun, stepText } from "./state.js";

/** Columns of the picture at most. */
const COLUMNS = 120;
/** Verdicts that are about what this panel shows. */
const ABOUT: readonly VerdictKind[] = ["vanishing-gradient", "exploding-gradient", "gradient-flow", "update-ratio", "non-finite"];

/** Sizes of derivatives, weights and steps by layer and time. */
export function HeatPanel() {
  const course = useComputed((): Heat | undefined => {
    // What it counts has grown.
    version.valueOf();
    const statistics = ownRun.value?.statistics ?? [];
    return statistics.length === 0 ? undefined : heatOf(statistics, COLUMNS);
  });
  const heat = useComputed((): Heat => {
    const found = current.value;
    if (course.value !== undefined) return course.value;
    return heatOfDiagnosis(found?.diagnosis.kind === "answer" ? found.diagnosis.value.layers : [], found?.session.step);
  });
  const diagnosis = current.value?.diagnosis;
  const verdicts: readonly Verdict[] = diagnosis?.kind === "answer" ? diagnosis.value.verdicts : [];
  const { columns } = heat.value;
  if (columns.length === 0) return <p class="dg-quiet">Nothing has been measured yet.</p>;
  const isCourse = course.value !== undefined;
  return (
    <>
      <p class="dg-quiet">
        {isCourse
          ? `Root mean squares over each layer's weights, in steps ${columns[0]!.from.toLocaleString("en-US")} to ${columns.at(-1)!.to.toLocaleString("en-US")}; derivatives are the mean of a batch. Layers stand at the left, the input being layer 1.`
          : "Root mean squares over each layer's weights, measured once by the diagnosis: derivatives of one example, a step of the model's own optimizer on a copy. Train it on the Train screen, and the course of a run is shown here."}
      </p>
      <div class="dg-heats">
        {QUANTITIES.map((quantity) => (
          <HeatMap key={quantity} quantity={quantity} heat={heat} />
        ))}
      </div>
      {isCourse && (
        <p class="dg-tools">
          <button
            type="button"
            aria-pressed={locked.value !== undefined}
            onClick={() =>
              (locked.value =
                locked.value !== undefined
                  ? undefined
                  : Object.fromEntries(QUANTITIES.map((quantity) => [quantity, scaleOf(heat.value, quantity, RECENT)])))
            }
          >
            Lock the colours
          </button>
          <span class="dg-quiet">
            {locked.value !== undefined
              ? "The ranges stay as they were."
              : `Each range is that of the last ${Math.min(RECENT, columns.length)} columns; a cross is 0 or no number.`}
          </span>
        </p>
      )}
      <ul class="dg-said">
        {verdicts
          .filter(({ kind }) => ABOUT.includes(kind))
          .map(({ kind, severity, message }) => (
            <li key={kind + message} class={severity}>
              {message}
            </li>
          ))}
      </ul>
      {isCourse && <HeatTable heat={heat} />}
      {diagnosis?.kind === "answer" && <LayerTable layers={diagnosis.value.layers} of={stepText(current.value!.session)} />}
    </>
  );
}
