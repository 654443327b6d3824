import type { StopReason } from "chainrule";
import { outcome, run, standing, status, version } from "../../state/run.js";
import { Num } from "../../widgets/network-number.js";

const WORDS = { none: "no run yet", training: "training", paused: "paused", done: "done", failed: "ended by a fault" } as const;
const REASONS: Readonly<Record<StopReason, string>> = {
  epochs: "all epochs are done",
  patience: "no improvement for as long as was asked",
  target: "the target is reached",
  time: "its time is over",
  converged: "it has converged",
};

/** Where the run stands, all of it at one step. */
export function Readout() {
  // What it reads has grown.
  version.valueOf();
  const { step, epoch, samplesPerSecond, secondsLeft } = standing.value;
  const own = run.value;
  const last = own?.costs.at(-1);
  const validation = own?.records.at(-1)?.validation;
  const end = outcome.value;
  return (
    <dl class="tr-readout">
      <Entry term="Run">
        <span class="tr-status" role="status">
          {WORDS[status.value]}
          {end !== undefined && `: ${REASONS[end.stopped]}`}
        </span>
      </Entry>
      {own !== undefined && (
        <>
          <Entry term="Step">
            <Num of={step} what="step" digits={9} />
          </Entry>
          <Entry term="Epoch">
            <Num of={epoch} what="epoch" digits={9} /> of {own.recipe.options.epochs ?? "?"}
          </Entry>
          <Entry term="Cost of the batches">
            <Num of={last?.mean} what="cost" />
          </Entry>
          <Entry term="Accuracy">
            <Num of={last?.accuracy} what="accuracy" />
          </Entry>
          {validation !== undefined && validation !== null && (
            <Entry term="Validation cost, accuracy">
              <Num of={validation.cost} what="validation-cost" />, <Num of={validation.accuracy} what="validation-accuracy" />
            </Entry>
          )}
          <Entry term="Rows a second">
            <Num of={Math.round(samplesPerSecond)} what="samples-per-second" digits={9} />
          </Entry>
          {status.value === "training" && (
            <Entry term="Seconds left">
              <Num of={secondsLeft} what="seconds-left" digits={2} />
            </Entry>
          )}
          {end?.test !== undefined && (
            <Entry term="Test accuracy">
              <Num of={end.test.accuracy} what="test-accuracy" />
            </Entry>
          )}
          {end?.bestEpoch !== undefined && <Entry term="Parameters of epoch">{end.bestEpoch}</Entry>}
        </>
      )}
    </dl>
  );
}

function Entry({ term, children }: { readonly term: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
