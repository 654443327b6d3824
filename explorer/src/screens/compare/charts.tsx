import { AXES, axis, chosen, isLogarithmic } from "./chosen.js";
import { CurveChart } from "./curve-chart.js";
import { hasValidation } from "./curves.js";

/** Cost, validation cost and accuracy of the chosen runs. */
export function Charts() {
  const runs = chosen.value;
  if (runs.length === 0) return <p>Choose up to six runs of the list to see them here.</p>;
  return (
    <>
      <p class="cp-tools">
        <label>
          by{" "}
          <select value={axis.value} onChange={({ currentTarget }) => (axis.value = AXES.find((name) => name === currentTarget.value)!)}>
            {AXES.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          <input
            type="checkbox"
            checked={isLogarithmic.value}
            onChange={({ currentTarget }) => (isLogarithmic.value = currentTarget.checked)}
          />{" "}
          costs by powers of ten
        </label>
      </p>
      <CurveChart measure="cost" title="Cost of the training batches" unit="cost" nothing="No run has costs by this axis." />
      <CurveChart measure="validation" title="Cost of the validation rows" unit="validation cost" nothing="No run has validation rows." />
      {runs.some(({ run }) => run.records.length === 0 || run.records.some(({ accuracy }) => accuracy !== undefined)) && (
        <CurveChart
          measure="accuracy"
          title={hasValidation(runs) ? "Accuracy on the validation rows" : "Accuracy on the training rows"}
          unit="accuracy"
          nothing="No run has an epoch behind it."
        />
      )}
    </>
  );
}
