import { useComputed } from "@preact/signals";
import { numberText } from "chainrule/explain";
import { drawing, passes, row, selection, session, shown } from "../state/session.js";
import { modelStep } from "../widgets/step.js";
import { SelectionField } from "./selection-field.js";

/** What every number on the screen belongs to: the network, the example, the selection. */
export function ContextBar() {
  const { title, dataset, step, model } = session.value!;
  const move = (by: number): void => {
    drawing.value = undefined;
    row.value = (row.value + by + dataset.rowCount) % dataset.rowCount;
  };
  const cost = useComputed(() => passes.value?.backward.cost ?? NaN);
  return (
    <section class="context" aria-label="What is shown">
      <span>
        <b>{title}</b>
        {step === undefined ? "" : `, step ${step.toLocaleString("en-US")}`}
      </span>
      <span class="group">
        <button type="button" class="icon" aria-label="Previous row" onClick={() => move(-1)}>
          ‹
        </button>
        <label>
          row{" "}
          <input
            type="number"
            min={0}
            max={dataset.rowCount - 1}
            value={row.value}
            onChange={({ currentTarget }) => {
              const wanted = Number(currentTarget.value);
              if (Number.isInteger(wanted) && wanted >= 0 && wanted < dataset.rowCount) {
                drawing.value = undefined;
                row.value = wanted;
              } else currentTarget.value = String(row.value);
            }}
          />
        </label>
        <button type="button" class="icon" aria-label="Next row" onClick={() => move(1)}>
          ›
        </button>
      </span>
      <span>
        {shown.value!.name}, {drawing.value === undefined ? "true class" : "meant as"}{" "}
        <b>{String(model.task.classes[shown.value!.label])}</b>
      </span>
      <span>
        cost{" "}
        <span class="number" data-value={cost.value} data-step={modelStep}>
          {numberText(cost.value)}
        </span>
      </span>
      <SelectionField key={selection.value} />
    </section>
  );
}
