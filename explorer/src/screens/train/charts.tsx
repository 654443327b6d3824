import { useComputed, useSignal } from "@preact/signals";
import { run, standing, version } from "../../state/run.js";
import { Chart } from "./chart.js";
import { COST_CURVES, type Line, linesOf, SCORE_CURVES } from "./chart-data.js";
import { session } from "../../state/session.js";
import { ChartTable } from "./chart-table.js";
import { errorsOf } from "./errors.js";

const SHARES = [0, 1] as const;

/** Cost and accuracy (of numbers RMSE) over steps, of batches and of the validation rows, and both as a table. */
export function Charts() {
  const isLog = useSignal(false);
  const isTable = useSignal(false);
  const ofValues = useComputed(() => session.value!.model.task.kind === "regression");
  // Of one run they stay the same: its task and its rows do.
  const errors = useComputed(() => (ofValues.value ? errorsOf(session.value!) : undefined));
  const lines = useComputed((): readonly Line[] => {
    // What it reads has grown.
    version.valueOf();
    const own = run.value;
    return own === undefined ? [] : linesOf(own.costs, own.records, standing.value.stepsPerEpoch, errors.value?.rmse);
  });
  return (
    <section class="tr-charts" aria-label="Charts">
      <p class="tr-tools">
        <button type="button" aria-pressed={isLog.value} onClick={() => (isLog.value = !isLog.value)}>
          Logarithmic cost
        </button>
        <button type="button" aria-pressed={isTable.value} onClick={() => (isTable.value = !isTable.value)}>
          Show as table
        </button>
      </p>
      <Chart id="cost" title="Cost" lines={lines} curves={COST_CURVES} height={260} isLog={isLog.value} />
      {!ofValues.value && (
        <Chart id="accuracy" title="Accuracy" lines={lines} curves={SCORE_CURVES} height={170} isLog={false} range={SHARES} />
      )}
      {errors.value !== undefined && (
        <Chart id="rmse" title={`RMSE, in units of ${errors.value.name}`} lines={lines} curves={SCORE_CURVES} height={170} isLog={false} />
      )}
      {isTable.value && <ChartTable lines={lines} score={ofValues.value ? "RMSE" : "accuracy"} />}
    </section>
  );
}
