import { useComputed, useSignal } from "@preact/signals";
import { run, standing, version } from "../../state/run.js";
import { Chart } from "./chart.js";
import { ACCURACY_CURVES, COST_CURVES, type Line, linesOf } from "./chart-data.js";
import { ChartTable } from "./chart-table.js";

const SHARES = [0, 1] as const;

/** Cost and accuracy over steps, of batches and of the validation rows, and both as a table. */
export function Charts() {
  const isLog = useSignal(false);
  const isTable = useSignal(false);
  const lines = useComputed((): readonly Line[] => {
    // What it reads has grown.
    version.valueOf();
    const own = run.value;
    return own === undefined ? [] : linesOf(own.costs, own.records, standing.value.stepsPerEpoch);
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
      <Chart id="accuracy" title="Accuracy" lines={lines} curves={ACCURACY_CURVES} height={170} isLog={false} range={SHARES} />
      {isTable.value && <ChartTable lines={lines} />}
    </section>
  );
}
