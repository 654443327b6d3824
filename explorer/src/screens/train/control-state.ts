import { computed, signal } from "@preact/signals";
import { ChainruleError } from "chainrule";
import { recipe } from "../../state/recipe.js";
import { pause, resume, run, standing, startRun, status } from "../../state/run.js";
import { byField, drafts, problems } from "./form-state.js";

/** What went wrong with something that was asked for, in a sentence. */
export const said = signal("");

/** Whether the form says something else than the run is made from. */
export const isChanged = computed((): boolean => {
  const own = run.value?.recipe;
  if (own === undefined || own === recipe.value) return false;
  return JSON.stringify(own) !== JSON.stringify(recipe.value);
});

/** Does what a control asks for; refused options are shown at their fields. */
export async function attempt(work: () => Promise<void>): Promise<void> {
  said.value = "";
  try {
    await work();
  } catch (error) {
    if (error instanceof ChainruleError && error.problems.length > 0) {
      problems.value = byField(error.problems);
      said.value = "The recipe cannot be trained: see its fields.";
    } else said.value = error instanceof Error ? error.message : String(error);
  }
}

/** Trains on, stands, or begins a run: of the changed recipe where nothing is lost by it. */
export async function trainOrPause(): Promise<void> {
  if (status.value === "training") return pause();
  const goesOn = status.value === "paused" && !(isChanged.value && standing.value.step === 0);
  return goesOn ? resume() : beginNew();
}

/** A run of the recipe, if all of its fields are right. */
export async function beginNew(): Promise<void> {
  if (Object.keys(drafts.value).length > 0) {
    const first = Object.keys(problems.value).find((id) => id !== "");
    document.getElementById(`tr-${first ?? ""}`)?.focus();
    throw new Error("The recipe cannot be trained: see its fields.");
  }
  return startRun();
}
