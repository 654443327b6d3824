// The entry `chainrule/reference`: the equations in float64, to be read, stepped through and trusted.
export { backward, type Backward, type Carried, carryBack } from "./reference/backward.js";
export { batchCost, batchGradient, type BatchGradient, type Example } from "./reference/batch.js";
export { forward, type Forward, type ReferenceNetwork } from "./reference/forward.js";
export { centralDifference, type CheckedDerivative, type GradientCheck, gradientCheck } from "./reference/gradient-check.js";
export { checkGradients, gradients, type Gradients, type GradientTensor } from "./training/gradients.js";
