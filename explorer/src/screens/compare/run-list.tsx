import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { areLoaded, keptRuns, putBack, type Removed, removeRuns, storageProblem } from "../../state/kept-runs.js";
import { said } from "./chosen.js";
import { FilesField } from "./files-field.js";
import { RunRow } from "./run-row.js";
import { counted } from "../../widgets/counted.js";

/** What "Undo" brings back. */
const removed = signal<readonly Removed[]>([]);

/** All kept runs, the newest first. */
export function RunList() {
  const heading = useRef<HTMLHeadingElement>(null);
  const remove = async (ids: readonly string[]): Promise<void> => {
    removed.value = await removeRuns(ids);
    said.value = `${counted(removed.value.length, "run")} deleted.`;
    // The button that was pressed is gone.
    heading.current?.focus();
  };
  const undo = async (): Promise<void> => {
    const back = removed.value;
    removed.value = [];
    await putBack(back);
    said.value = `${counted(back.length, "run")} back.`;
    heading.current?.focus();
  };
  const runs = keptRuns.value;
  return (
    <section class="cp-panel" aria-labelledby="cp-list-title">
      <h3 id="cp-list-title" ref={heading} tabIndex={-1}>
        Runs
      </h3>
      {storageProblem.value !== undefined && (
        <p class="cp-problem" role="alert" data-what="storage">
          {storageProblem.value}
        </p>
      )}
      {runs.length === 0 ? (
        <p>{areLoaded.value ? "No run yet: train one on the Train screen, and it is kept here by itself." : "Reading the kept runs."}</p>
      ) : (
        <ul class="cp-runs">
          {runs.map((run) => (
            <RunRow key={run.id} run={run} onDelete={() => void remove([run.id])} />
          ))}
        </ul>
      )}
      <p class="cp-tools">
        {removed.value.length > 0 && (
          <>
            <span>
              {removed.value.length === 1 ? `"${removed.value[0]!.run.name}" was deleted.` : `${removed.value.length} runs were deleted.`}
            </span>
            <button type="button" onClick={() => void undo()}>
              Undo
            </button>
          </>
        )}
        {runs.length > 0 && (
          <button type="button" onClick={() => void remove(runs.map(({ id }) => id))}>
            Delete all
          </button>
        )}
      </p>
      <FilesField />
    </section>
  );
}
