import { lesson, stale } from "../share/slots.js";
import { stopKeeping } from "./keep.js";
import { exercise } from "./state.js";

/** Closes the exercise; the screens open again. */
export function endExercise(): void {
  stopKeeping();
  exercise.value = undefined;
  lesson.value = undefined;
  stale.value = [...stale.value, "exercise"];
}
