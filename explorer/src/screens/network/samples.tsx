import { useSignal } from "@preact/signals";
import { drawing, row, session } from "../../state/session.js";
import { LOOKED_THROUGH, nextWorst } from "./worst.js";

/** Other rows of the data. */
export function Samples() {
  const { dataset } = session.value!;
  const { target } = dataset;
  const wanted = useSignal(0);
  const isBusy = useSignal(false);
  const show = (next: number): void => {
    drawing.value = undefined;
    row.value = next;
  };
  const nextOfClass = (indices: Int32Array): void => {
    for (let ahead = 1; ahead <= dataset.rowCount; ahead++) {
      const at = (row.value + ahead) % dataset.rowCount;
      if (indices[at] !== wanted.value) continue;
      show(at);
      return;
    }
  };
  return (
    <section class="samples" aria-labelledby="samples-title">
      <h3 id="samples-title">Other rows</h3>
      <div class="group wrap">
        <button type="button" onClick={() => show(Math.floor(Math.random() * dataset.rowCount))}>
          Random
        </button>
        <button
          type="button"
          aria-busy={isBusy.value}
          title={`By cost among the first ${Math.min(LOOKED_THROUGH, dataset.rowCount)} rows`}
          onClick={() => {
            if (isBusy.value) return;
            isBusy.value = true;
            void nextWorst(drawing.value === undefined ? row.value : undefined)
              .then((next) => {
                if (next !== undefined) show(next);
              })
              .finally(() => (isBusy.value = false));
          }}
        >
          Worst, then the next
        </button>
      </div>
      {target.kind === "classes" && (
        <span class="group">
          <button type="button" onClick={() => nextOfClass(target.indices)}>
            Next of class
          </button>
          <select
            name="class"
            aria-label="Class"
            value={String(wanted.value)}
            onChange={({ currentTarget }) => (wanted.value = Number(currentTarget.value))}
          >
            {target.classes.map((name, at) => (
              <option key={at} value={String(at)}>
                {String(name)}
              </option>
            ))}
          </select>
        </span>
      )}
    </section>
  );
}
