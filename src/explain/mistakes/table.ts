import { meanOverOutputs, missing2, sumOverExamples, swappedSign } from "./scale-mistakes.js";
import { extraSlope, missingSlope, ownTermOfSoftmax, slopeAtActivation, slopeFormulaOfZ, slopeOfNeighbour } from "./slope-mistakes.js";
import {
  inputOfNeighbour,
  oneExampleOfBatch,
  oneTermOfSum,
  transposedOnTheWayBack,
  transposedResult,
  weightsOfNeighbour,
} from "./sum-mistakes.js";
import type { Variant } from "./variant.js";

/** Every mistake that is recognised, by its name, the classic ones first: where two give the same numbers, both are named in this order. */
export const mistakes = {
  "missing-2": [missing2],
  "missing-slope": [missingSlope],
  "slope-of-activation": [slopeAtActivation, slopeFormulaOfZ],
  "transposed-weights": [transposedOnTheWayBack, transposedResult],
  "forgotten-sum": [...oneTermOfSum, ownTermOfSoftmax, ...oneExampleOfBatch],
  "sum-instead-of-mean": [sumOverExamples],
  "swapped-sign": [swappedSign],
  "off-by-one-layer": [...inputOfNeighbour, ...slopeOfNeighbour, ...weightsOfNeighbour],
  "mean-over-outputs": [meanOverOutputs],
  "extra-slope": [extraSlope],
} as const satisfies Record<string, readonly Variant[]>;

export type MistakeName = keyof typeof mistakes;
export const MISTAKE_NAMES = Object.keys(mistakes) as readonly MistakeName[];
