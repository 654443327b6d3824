import { makeExercise } from "chainrule/explain";

/** A sheet for paper and its answers, in Markdown: the same seed makes the same again, here and by `chainrule exercise`. */
export function paperSheet(seed: string): { readonly sheet: string; readonly answers: string } {
  return makeExercise({ seed });
}
