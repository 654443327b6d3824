import { signal, useSignalEffect } from "@preact/signals";
import { Num } from "../../widgets/network-number.js";
import { session } from "../../state/session.js";
import { lookAgain, stopLooking } from "./follow.js";
import { current, isLooking, isStopped, isTraining, stepText } from "./state.js";
import { headline, Verdicts, whichRows } from "./verdicts.js";

/** Milliseconds between two announcements while it trains. */
const QUIET = 10_000;

const said = signal("");
let saidAt = -Infinity;

/** How many of what, of which step, and every verdict. */
export function Summary() {
  useSignalEffect(() => {
    const found = current.value?.diagnosis;
    if (found?.kind !== "answer" || (isTraining.value && performance.now() - saidAt < QUIET)) return;
    said.value = headline(found.value.verdicts);
    saidAt = performance.now();
  });
  const found = current.value;
  const diagnosis = found?.diagnosis;
  return (
    <section aria-labelledby="dg-verdicts-title" aria-busy={isLooking.value} data-parameters={found?.session.model.parametersHash}>
      <h3 id="dg-verdicts-title">{diagnosis?.kind === "answer" ? `Verdicts: ${headline(diagnosis.value.verdicts)}` : "Verdicts"}</h3>
      <p class="dg-tools dg-quiet">
        {found !== undefined && diagnosis?.kind === "answer" && (
          <span>
            {stepText(found.session)}
            {found.session.model !== session.value?.model && " (the network has moved on)"}. {whichRows(diagnosis.value)}{" "}
            <Num of={found.milliseconds / 1000} what="seconds" digits={2} /> s.
          </span>
        )}
        {isLooking.value && found === undefined && <span>Looking at the network and its data …</span>}
        {isLooking.value && found === undefined && (
          <button type="button" onClick={stopLooking}>
            Stop
          </button>
        )}
        {isStopped.value && (
          <>
            <span>Stopped.</span>
            <button type="button" onClick={lookAgain}>
              Look again
            </button>
          </>
        )}
        {isTraining.value && found !== undefined && !isStopped.value && (
          <button type="button" onClick={stopLooking}>
            Stop following the run
          </button>
        )}
      </p>
      {diagnosis?.kind === "problem" && (
        <p class="dg-problem" role="alert">
          {diagnosis.message}
        </p>
      )}
      {diagnosis?.kind === "answer" && <Verdicts diagnosis={diagnosis.value} />}
      <p class="hidden" role="status">
        {said.value}
      </p>
    </section>
  );
}
