import { signal } from "@preact/signals";
import type { Problem } from "chainrule";
import { changed, recipe, type RecipeOptions } from "../../state/recipe.js";
import { problemsOf, sentence } from "./check.js";
import { type Field, FIELDS } from "./fields.js";

// What stands in the form. A recipe takes over only what can be trained with; the rest waits as it was typed, with what is wrong.

/** Texts that are not in the recipe, by their fields. */
export const drafts = signal<Readonly<Record<string, string>>>({});
/** What is wrong, by fields; under "" what belongs to none. */
export const problems = signal<Readonly<Record<string, string>>>({});

export function textOf(field: Field, options: RecipeOptions): string {
  return drafts.value[field.id] ?? field.text(options);
}

/** Takes a text over, together with those that wait. */
export async function type(field: Field, text: string): Promise<void> {
  const typed = { ...drafts.value, [field.id]: text };
  drafts.value = typed;
  // A field of this task may stand in the place of one of the list.
  const next = FIELDS.map((each) => (each.id === field.id ? field : each)).reduce(
    (grown, each) => (typed[each.id] === undefined ? grown : changed(grown, each.change(typed[each.id]!, grown.options))),
    recipe.value,
  );
  const found = await problemsOf(next);
  if (drafts.value !== typed) return;
  problems.value = byField(found);
  if (found.length > 0) return;
  drafts.value = {};
  recipe.value = next;
}

/** Forgets what waits: the form is as the recipe. */
export function forget(): void {
  drafts.value = {};
  problems.value = {};
}

export function byField(found: readonly Problem[]): Readonly<Record<string, string>> {
  const sentences: Record<string, string> = {};
  for (const problem of found) {
    const { id } = closest(problem.where) ?? { id: "" };
    const text = id === "" && problem.where !== "" ? `${problem.where}: ${sentence(problem)}` : sentence(problem);
    sentences[id] = sentences[id] === undefined ? text : `${sentences[id]} ${text}`;
  }
  return sentences;
}

/** The field with the longest beginning of a place. */
function closest(where: string): Field | undefined {
  const fits = FIELDS.flatMap((field) => field.where.filter((begin) => where.startsWith(begin)).map((begin) => ({ field, begin })));
  return fits.sort((left, right) => right.begin.length - left.begin.length)[0]?.field;
}
