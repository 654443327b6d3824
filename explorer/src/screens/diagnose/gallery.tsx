import { useSignal } from "@preact/signals";
import { numberText } from "chainrule/explain";
import type { Answers } from "../../analysis/messages.js";
import { session } from "../../state/session.js";
import { openRow } from "./go.js";
import { RowPicture } from "./row-picture.js";
import { counted } from "../../widgets/counted.js";

/** Rows that are shown at once. */
const PAGE = 100;

interface Props {
  readonly title: string;
  readonly rows: readonly number[];
  readonly answers: Answers;
  readonly isPast: boolean;
}

/** The rows of a cell, the largest cost first; each leads to its derivatives. */
export function Gallery({ title, rows, answers, isPast }: Props) {
  const from = useSignal(0);
  const { task } = session.value!.model;
  const name = (position: number): string => (task.kind === "classification" ? String(task.classes[position]) : "");
  const shown = rows.slice(from.value, from.value + PAGE);
  return (
    <section class="dg-gallery" aria-labelledby="dg-gallery-title">
      <h4 id="dg-gallery-title">
        {title}: {counted(rows.length, "row")}
      </h4>
      {rows.length > 0 && (
        <p class="dg-quiet">The largest cost first{isPast ? ", as it was at that epoch" : ""}. A row opens on the Equation screen.</p>
      )}
      <ul>
        {shown.map((row) => {
          const cost = answers.costs[row]!;
          return (
            <li key={row}>
              <button type="button" data-row={row} onClick={() => openRow(row)}>
                <RowPicture row={row} />
                <span class="dg-row-text">
                  <b>row {row}</b> true {name(answers.given[row]!)}, predicted {name(answers.predicted[row]!)}, cost{" "}
                  <span class="number" data-value={String(cost)} data-what="cost">
                    {numberText(cost, 3)}
                  </span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      {rows.length > PAGE && (
        <p class="dg-tools">
          <button type="button" disabled={from.value === 0} onClick={() => (from.value -= PAGE)}>
            Rows before
          </button>
          <span>
            {from.value + 1} to {from.value + shown.length} of {rows.length}
          </span>
          <button type="button" disabled={from.value + PAGE >= rows.length} onClick={() => (from.value += PAGE)}>
            Further rows
          </button>
        </p>
      )}
    </section>
  );
}
