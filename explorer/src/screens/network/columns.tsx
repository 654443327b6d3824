import { drawing, row, session, shown } from "../../state/session.js";
import { MeantChoice } from "./meant.js";
import { rangesOf } from "./ranges.js";

/** Inputs that are no image: every column by its name, as a bar that can be moved and a number that can be typed. */
export function Columns() {
  const { dataset } = session.value!;
  const ranges = rangesOf(dataset);
  const { inputs } = shown.value!;
  const set = (column: number, value: number): void => {
    if (!Number.isFinite(value)) return;
    const changed = inputs.slice();
    changed[column] = value;
    drawing.value = changed;
  };
  return (
    <section class="columns" aria-labelledby="columns-title">
      <h3 id="columns-title">Input</h3>
      <div class="list" role="region" aria-label="Columns" tabIndex={0}>
        <ul>
          {dataset.columns.map((name, column) => (
            <li key={name}>
              <label for={`column-${column}`}>{name}</label>
              <input
                id={`column-${column}`}
                type="number"
                step="any"
                value={Number(inputs[column]!.toPrecision(7))}
                onChange={({ currentTarget }) => set(column, currentTarget.valueAsNumber)}
              />
              <input
                type="range"
                aria-label={`${name}, as a bar`}
                min={ranges[column]![0]}
                max={ranges[column]![1]}
                step="any"
                value={inputs[column]}
                onInput={({ currentTarget }) => set(column, currentTarget.valueAsNumber)}
              />
            </li>
          ))}
        </ul>
      </div>
      <button type="button" disabled={drawing.value === undefined} onClick={() => (drawing.value = undefined)}>
        Back to row {row.value}
      </button>
      <MeantChoice />
    </section>
  );
}
