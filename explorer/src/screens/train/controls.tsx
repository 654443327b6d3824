import { newSeed, rewind, setSpeed, speed, type Speed, status, stepBatch, stepEpoch } from "../../state/run.js";
import { attempt, beginNew, isChanged, said, trainOrPause } from "./control-state.js";
import { RateControl } from "./rate-control.js";

const SPEEDS: readonly { readonly value: Speed; readonly text: string }[] = [
  { value: "max", text: "as fast as it goes" },
  { value: 10, text: "10 batches a second" },
  { value: 1, text: "1 batch a second" },
];

/** What moves the run. Its keys mean something while the focus is in it, and not where something is typed. */
export function Controls() {
  const isTraining = status.value === "training";
  const isOver = status.value === "done" || status.value === "failed";
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isPeriod = event.key === "." || event.code === "Period";
    if (!isPeriod || isOver) return;
    event.preventDefault();
    void attempt(event.shiftKey ? stepEpoch : stepBatch);
  };
  return (
    <section class="tr-controls" aria-label="Controls" onKeyDown={onKeyDown}>
      <button type="button" class="primary tr-train" aria-keyshortcuts="Space" onClick={() => void attempt(trainOrPause)}>
        {isTraining ? "Pause" : "Train"}
      </button>
      <button type="button" aria-keyshortcuts="." disabled={isOver} onClick={() => void attempt(stepBatch)}>
        One batch <kbd aria-hidden="true">.</kbd>
      </button>
      <button type="button" aria-keyshortcuts="Shift+." disabled={isOver} onClick={() => void attempt(stepEpoch)}>
        One epoch <kbd aria-hidden="true">⇧ .</kbd>
      </button>
      <button type="button" onClick={() => void attempt(rewind)}>
        Rewind
      </button>
      <button type="button" onClick={() => void attempt(newSeed)}>
        New seed
      </button>
      <label class="group">
        Speed
        <select
          value={String(speed.value)}
          onChange={({ currentTarget }) => {
            const chosen = SPEEDS.find(({ value }) => String(value) === currentTarget.value)!;
            void attempt(() => setSpeed(chosen.value));
          }}
        >
          {SPEEDS.map(({ value, text }) => (
            <option key={value} value={String(value)}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <RateControl />
      {isChanged.value && (
        <p class="tr-changed">
          The recipe was changed; it takes effect with the next run.{" "}
          <button type="button" onClick={() => void attempt(beginNew)}>
            Begin it
          </button>
        </p>
      )}
      <p class="problem" role="status">
        {said.value}
      </p>
    </section>
  );
}
