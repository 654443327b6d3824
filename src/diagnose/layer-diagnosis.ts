import type { ActivationName } from "../network/activations.js";
import type { Model } from "../training/model.js";
import type { Passes } from "./passes.js";
import type { Rehearsal } from "./rehearsal.js";
import type { FlatUnits } from "./units.js";
import { weightSizes } from "./weight-sizes.js";

/** What was measured of one layer l >= 2; root mean squares over rows and weights, or rows and units. */
export interface LayerDiagnosis {
  readonly layer: number;
  readonly activation: ActivationName;
  readonly units: number;
  /** Of one example's dCost/dw and dCost/da; null where one is not finite, as dCost/da of a cross-entropy may be. */
  readonly dCost_dw: number | null;
  readonly dCost_da: number | null;
  readonly weight: number;
  /** Of a step of the model's optimizer, relative to the weights; null where there is none, or the weights are 0. */
  readonly updateRatio: number | null;
  /** Shares of the units, 0..1. */
  readonly dead: number;
  readonly saturated: number;
  readonly constant: number;
}

export function layerDiagnoses(
  { network }: Model,
  { layers }: Passes,
  flat: readonly FlatUnits[],
  rehearsal?: Rehearsal,
): LayerDiagnosis[] {
  const sizes = weightSizes(network);
  return layers.map(({ layer, activation, units, dCost_dw, dCost_da }, index) => {
    const { dead, saturated, constant } = flat[index]!;
    return {
      ...{ layer, activation, units },
      dCost_dw: finite(dCost_dw),
      dCost_da: finite(dCost_da),
      weight: sizes[index]!.rms,
      updateRatio: finite(rehearsal?.ratios.find((one) => one.layer === layer)?.ratio ?? NaN),
      dead: dead.length / units,
      saturated: saturated.length / units,
      constant: constant.length / units,
    };
  });
}

/** JSON knows neither NaN nor Infinity. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
