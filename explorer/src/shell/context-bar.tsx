import { useComputed } from "@preact/signals";
import { numberText } from "chainrule/explain";
import { truth } from "../screens/network/names.js";
import { cellText, shownCells } from "../state/raw-rows.js";
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
  const [what, text] = truth(model, shown.value!);
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
        {shown.value!.name}, {drawing.value === undefined ? `true ${what}` : "meant as"} <b>{text}</b>
      </span>
      <RowCells />
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

/** Cells that stand beside the row's number; all of them are on the Network screen. */
const CELLS = 6;

/** The row as its table has it. */
function RowCells() {
  const cells = shownCells.value;
  if (cells === undefined) return null;
  const all = Object.entries(cells);
  return (
    <span class="row-cells">
      {all.slice(0, CELLS).map(([name, cell]) => (
        <span key={name}>
          {name} <b>{cellText(cell)}</b>
        </span>
      ))}
      {all.length > CELLS && <span>and {all.length - CELLS} more</span>}
    </span>
  );
}
