import { selection } from "../../state/session.js";
import { followed, trail } from "./state.js";

/** The way back to the quantity before. */
export function Trail() {
  const before = trail.value.at(-1);
  if (before === undefined) return null;
  const back = (): void => {
    trail.value = trail.value.slice(0, -1);
    followed.value = true;
    selection.value = before;
  };
  return (
    <button type="button" onClick={back}>
      ‹ Back to <span class="name">{before}</span>
    </button>
  );
}
