import { cancelling, repeating, SEEDS } from "./repeat-state.js";

/** How far the repetition is. */
export function RepeatBar() {
  const now = repeating.value;
  if (now === undefined) return null;
  return (
    <p class="cp-tools cp-repeat">
      <span>
        "{now.of.name}": seed {Math.min(now.done + 1, SEEDS)} of {SEEDS}
      </span>
      <progress aria-label="Repetition" max={1} value={now.fraction} />
      <button type="button" onClick={() => cancelling.value.abort()}>
        Cancel
      </button>
    </p>
  );
}
