import { ChainruleError } from "chainrule";
import { numberText } from "chainrule/explain";
import type { Course } from "./run-leg.js";
import type { Fault } from "./run-state.js";

/** What an error that ended a run means for it. `step` and `learningRate` are those that were last known. */
export async function faultOf(error: unknown, { store, stepsPerEpoch }: Course, step: number, learningRate: number): Promise<Fault> {
  const newest = (await store.steps())[0];
  const good = newest === undefined ? undefined : { step: newest, epoch: Math.floor(newest / stepsPerEpoch) };
  if (!(error instanceof ChainruleError) || error.code !== "E_NON_FINITE" || error.problems[0] === undefined) {
    return { message: `The run ended: ${error instanceof Error ? error.message : String(error)}`, step, learningRate, good };
  }
  const { where, expected, got } = error.problems[0];
  // "epoch 3, batch 12, layer 2", batches from 0; "epoch 3, validation after batch 40".
  const [, epoch, between, batch] = /^epoch (\d+), (validation after )?batch (\d+)/.exec(where) ?? [];
  const at = epoch === undefined ? step : (Number(epoch) - 1) * stepsPerEpoch + Number(batch) + 1;
  const what =
    expected === "a finite cost"
      ? between === undefined
        ? "The cost"
        : "The cost of the validation rows"
      : expected.slice("a finite ".length);
  const number = got === "null" || got === "NaN" ? "NaN" : got.startsWith("-") ? "-∞" : "infinite";
  const message = `${what} became ${number} at step ${at.toLocaleString("en-US")} with learning rate ${numberText(learningRate)}.`;
  return { message, step: at, learningRate, good };
}
