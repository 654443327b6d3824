import { lesson } from "../share/slots.js";
import { keepWork, keptOf } from "./keep.js";
import { ExerciseScreen } from "./exercise-screen.js";
import { exercise, learner, makeExercise, summary, work } from "./state.js";

/**
 * Opens an exercise about what is selected, in the place of the screens.
 *
 * @param link the address that it came with, without the place
 * @returns what is wrong with it, or undefined
 */
export function openExercise(ids: readonly string[], link: string): string | undefined {
  const kept = keptOf(link);
  const made = makeExercise(ids, link, kept?.begun ?? new Date().toISOString());
  if (made === undefined) return `exercise: none of its parts (${ids.join(", ")}) can be asked for here.`;
  work.value = new Map(kept?.work);
  learner.value = kept?.learner ?? "";
  summary.value = "";
  exercise.value = made;
  lesson.value = ExerciseScreen;
  keepWork();
  return undefined;
}
