// The entry `chainrule/explain`: derivatives taken apart, and what can be said of them.
export { explain, type Explanation } from "./explain/explain.js";
export type { ConditionOptions } from "./explain/conditions.js";
export type { Mode } from "./explain/derivation/parts.js";
export {
  type Derivation,
  largestTerms,
  type ProductDerivation,
  type Rest,
  type SumDerivation,
  type Terms,
  type ValueDerivation,
  type Written,
} from "./explain/derivation/derivation.js";
export {
  type DerivationDocument,
  type ExplanationDocument,
  explanationDocument,
  type Opening,
  type RestDocument,
} from "./explain/render/json.js";
export { derivationText, explanationText, type TextOptions } from "./explain/render/text.js";
export type { Expression } from "./explain/derivation/expression.js";
export { expressionText } from "./explain/render/expression-text.js";
export { explanationLatex, expressionLatex } from "./explain/render/latex.js";
export type { MathOptions } from "./explain/render/math.js";
export { explanationMathml, expressionMathml } from "./explain/render/mathml.js";
export { agreeingDigits, agreementText, type Digits, numberText } from "./explain/render/number-text.js";
export { allPaths, type Path, type PathFactor, type PathList } from "./explain/paths.js";
export { type Cause, type CauseKind, why, type Why, WHY_THRESHOLDS } from "./explain/why.js";
export { type Nudge, type Proof, prove } from "./explain/proof.js";
export { update, type Update, updateText } from "./explain/update.js";
export type { WrittenStep } from "./explain/derivation/written-optimizers.js";
export { attribute, type Attribution, type RawColumn } from "./explain/attribution.js";
export { type Reason, reasons, type Reasons } from "./explain/reasons.js";
export { attributionSvg } from "./explain/render/svg.js";
export { tape, type Tape, type TapeStep } from "./explain/tape.js";
export { compareGradients, type FirstDeviation, type GradientComparison } from "./explain/mistakes/compare-gradients.js";
export type { ComparedDerivative, ComparedTensor } from "./explain/mistakes/compare.js";
export { type GivenGradients, readGradients } from "./explain/mistakes/read-gradients.js";
export type { RecognisedMistake } from "./explain/mistakes/recognised.js";
export { MISTAKE_NAMES, type MistakeName } from "./explain/mistakes/table.js";
export { type Exercise, type ExerciseOptions, makeExercise } from "./explain/exercise/exercise.js";
export { findParameter, findQuantity, type ParameterPlace, type Quantity, type QuantityKind } from "./network/names.js";
