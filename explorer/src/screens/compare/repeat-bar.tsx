import { cancelRepeat, repeating, SEEDS } from "./repeat.js";

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
      <button type="button" onClick={cancelRepeat}>
        Cancel
      </button>
    </p>
  );
}
