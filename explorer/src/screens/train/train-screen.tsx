import { useLayoutEffect } from "preact/hooks";
import { recipe } from "../../state/recipe.js";
import { isOpen } from "../../state/run-data.js";
import { run } from "../../state/run.js";
import { session } from "../../state/session.js";
import { Charts } from "./charts-later.js";
import { Controls } from "./controls.js";
import { Events } from "./events.js";
import { FaultBanner } from "./fault-banner.js";
import { Learned } from "./learned.js";
import { Readout } from "./readout.js";
import { RecipeForm } from "./recipe-form.js";
import { followEdits } from "./start-state.js";
import "./train.css";

/** A recipe, the run that is made from it, and what the network learns. */
export function TrainScreen() {
  useLayoutEffect(() => {
    // Data that were opened from a file are what is to be trained on.
    const { dataset } = session.value!;
    if (run.peek() === undefined && !isOpen(recipe.peek())) recipe.value = { ...recipe.peek(), data: `file:${dataset.name}` };
  }, [session.value?.dataset]);
  useLayoutEffect(followEdits, [session.value]);
  return (
    <div class="tr">
      <h2 class="hidden">Train</h2>
      <FaultBanner />
      <RecipeForm />
      <div class="tr-middle">
        <Controls />
        <Readout />
        <Charts />
        <Events />
      </div>
      <Learned />
    </div>
  );
}
