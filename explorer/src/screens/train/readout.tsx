import type { StopReason } from "chainrule";
import { outcome, run, standing, status, version } from "../../state/run.js";
import { session } from "../../state/session.js";
import { Count, Num } from "../../widgets/network-number.js";
import { errorsOf } from "./errors.js";

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
  const open = session.value!;
  const { task } = open.model;
  const errors = errorsOf(open);
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
            <Count of={step} what="step" />
          </Entry>
          <Entry term="Epoch">
            <Count of={epoch} what="epoch" /> of {own.recipe.options.epochs?.toLocaleString("en-US") ?? "?"}
          </Entry>
          <Entry term="Cost of the batches">
            <Num of={last?.mean} what="cost" />
          </Entry>
          {task.kind === "classification" && (
            <Entry term="Accuracy">
              <Num of={last?.accuracy} what="accuracy" />
            </Entry>
          )}
          {errors !== undefined && (
            <Entry term="RMSE, R²">
              <Num of={last && errors.rmse(last.mean)} what="rmse" />, <Num of={last && errors.r2(last.mean, "train")} what="r2" />
            </Entry>
          )}
          {validation !== undefined && validation !== null && (
            <>
              <Entry term={task.kind === "classification" ? "Validation cost, accuracy" : "Validation cost"}>
                <Num of={validation.cost} what="validation-cost" />
                {validation.accuracy !== undefined && (
                  <>
                    , <Num of={validation.accuracy} what="validation-accuracy" />
                  </>
                )}
              </Entry>
              {errors !== undefined && (
                <Entry term="Validation RMSE, R²">
                  <Num of={errors.rmse(validation.cost)} what="validation-rmse" />,{" "}
                  <Num of={errors.r2(validation.cost, "validation")} what="validation-r2" />
                </Entry>
              )}
            </>
          )}
          <Entry term="Rows a second">
            <Count of={Math.round(samplesPerSecond)} what="samples-per-second" />
          </Entry>
          {status.value === "training" && (
            <Entry term="Seconds left">
              <Num of={secondsLeft} what="seconds-left" digits={2} />
            </Entry>
          )}
          {end?.test?.kind === "regression" && (
            <Entry term="Test RMSE, R²">
              <Num of={end.test.rmse} what="test-rmse" />, <Num of={end.test.r2 ?? undefined} what="test-r2" />
            </Entry>
          )}
          {end?.test?.kind === "classification" && (
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
