import { useSignal } from "@preact/signals";
import { numberText } from "chainrule/explain";
import { openKept } from "../../state/kept-open.js";
import type { KeptRun } from "../../state/kept-run.js";
import { renameRun } from "../../state/kept-runs.js";
import { choose, chosen, marked, MOST_CHOSEN, said } from "./chosen.js";
import { Mark } from "./marks.js";
import { repeating, SEEDS } from "./repeat-state.js";
import { resultsOf } from "./results.js";
import { counted } from "../../widgets/counted.js";

const SOURCES: Readonly<Record<KeptRun["source"], string>> = { page: "", repeat: "repetition", file: "command line" };
/** Milliseconds without a word after which a run that was training is taken to have been cut off. */
const SILENT = 60_000;

/** One run. Pointing at it, or being in it with the keyboard, marks it in every chart. */
export function RunRow({ run, onDelete }: { readonly run: KeptRun; readonly onDelete: () => void }) {
  const isRenaming = useSignal(false);
  const own = chosen.value.find((one) => one.run.id === run.id);
  const leave = (): void => {
    if (marked.value === run.id) marked.value = undefined;
  };
  const rename = (name: string): void => {
    isRenaming.value = false;
    void renameRun(run.id, name);
  };
  return (
    <li
      class={marked.value === run.id ? "cp-run marked" : "cp-run"}
      data-run={run.id}
      onPointerEnter={() => (marked.value = run.id)}
      onPointerLeave={leave}
      onFocusIn={() => (marked.value = run.id)}
      onFocusOut={leave}
    >
      <p class="cp-run-head">
        {isRenaming.value ? (
          <input
            aria-label="Name of the run"
            defaultValue={run.name}
            maxLength={80}
            ref={(field) => field?.focus()}
            onBlur={({ currentTarget }) => rename(currentTarget.value)}
            onKeyDown={({ key, currentTarget }) => {
              if (key === "Enter") rename(currentTarget.value);
              if (key === "Escape") isRenaming.value = false;
            }}
          />
        ) : (
          <label>
            <input
              type="checkbox"
              checked={own !== undefined}
              disabled={own === undefined && chosen.value.length >= MOST_CHOSEN}
              onChange={({ currentTarget }) => choose(run.id, currentTarget.checked)}
            />
            {own !== undefined && <Mark place={own.place} />}
            <span class="cp-run-name">{run.name}</span>
          </label>
        )}
      </p>
      <p class="cp-quiet">{summary(run)}</p>
      <p class="cp-tools">
        <button type="button" aria-label={`Open ${run.name}`} onClick={() => void open(run)}>
          Open
        </button>
        <button type="button" aria-label={`Rename ${run.name}`} onClick={() => (isRenaming.value = true)}>
          Rename
        </button>
        <button
          type="button"
          aria-label={`Repeat ${run.name} with ${SEEDS} seeds`}
          disabled={repeating.value !== undefined || run.network !== undefined}
          title={run.network === undefined ? undefined : "Its network has parts that the page cannot train from a recipe."}
          onClick={() => void import("./repeat.js").then(({ repeatRun }) => repeatRun(run))}
        >
          {SEEDS} seeds
        </button>
        <button type="button" aria-label={`Delete ${run.name}`} onClick={onDelete}>
          Delete
        </button>
      </p>
    </li>
  );
}

async function open(run: KeptRun): Promise<void> {
  try {
    await openKept(run);
    said.value = `"${run.name}" is open on all screens, and its recipe is that of the next run.`;
  } catch (error) {
    said.value = error instanceof Error ? error.message : String(error);
  }
}

/** "done, 12 epochs, best validation cost 0.1234, 24 Nov 10:12, command line" */
function summary(run: KeptRun): string {
  const { bestValidation, finalCost } = resultsOf(run);
  const parts = [
    statusText(run),
    run.records.length > 0 ? counted(run.records.length, "epoch") : counted(run.steps, "step"),
    bestValidation !== undefined
      ? `best validation cost ${numberText(bestValidation)}`
      : finalCost !== undefined
        ? `final cost ${numberText(finalCost)}`
        : "",
    new Date(run.started).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }),
    SOURCES[run.source],
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function statusText({ status, updated }: KeptRun): string {
  const isSilent = performance.timeOrigin + performance.now() - updated > SILENT;
  return status === "training" && isSilent ? "cut off" : status;
}
