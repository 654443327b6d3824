import { ChainruleError } from "../../base/errors.js";
import type { NonFinite } from "../../kernels/contract.js";
import { parameterName } from "../../network/layout.js";
import type { TrainingPlan } from "../plan.js";

/** What ends a run whose signal was aborted. */
export function aborted(): ChainruleError {
  return new ChainruleError("E_ABORTED", "the run was aborted");
}

export function nonFiniteCost({ layer, cost }: NonFinite, when: string, learningRate: number): ChainruleError {
  return new ChainruleError("E_NON_FINITE", {
    where: `${when}, layer ${layer}`,
    expected: "a finite cost",
    got: String(cost),
    hint: `Training has diverged: try a learning rate below ${learningRate}.`,
  });
}

/** The last update comes after the last cost, so the parameters themselves are looked at too. `step`: how many were done. */
export function checkParameters(
  parameters: Float32Array | Float64Array,
  { network, parts, batchSize }: TrainingPlan,
  { step, learningRate }: { readonly step: number; readonly learningRate: number },
): void {
  const index = (parameters as Float64Array).findIndex((value) => !Number.isFinite(value));
  if (index < 0) return;
  const name = parameterName(network.layout, index);
  const last = Math.max(0, step - 1);
  const stepsPerEpoch = Math.ceil(parts.train.length / batchSize);
  const layer = network.layout.tensors.findLast(({ offset }) => offset <= index)!.layer;
  throw new ChainruleError("E_NON_FINITE", {
    where: `epoch ${Math.floor(last / stepsPerEpoch) + 1}, batch ${last % stepsPerEpoch}, layer ${layer}`,
    expected: `a finite ${name}`,
    got: String(parameters[index]),
    hint: `Training has diverged: try a learning rate below ${learningRate}.`,
  });
}
