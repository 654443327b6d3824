import type { VerdictKind } from "chainrule/diagnose";

/** How the number of a verdict was found, in a line; docs/diagnose.md says it at length. */
export const MEASURES: Readonly<Record<VerdictKind, string>> = {
  "non-finite": "Every parameter, every output, and the cost of some more steps is looked at.",
  "vanishing-gradient":
    "The root mean square of one example's dCost/dw over the rows of the sample and the weights of a layer, over that of a later layer.",
  "exploding-gradient":
    "The root mean square of one example's dCost/dw over the rows of the sample and the weights of a layer, over that of a later layer; or that of dCost/da itself.",
  "gradient-flow": "The root mean square of dCost/dw of each layer over that of the next one.",
  "update-ratio": "Up to 20 steps of the model's own optimizer on a copy of it: root mean square of the step over that of the weights.",
  "dead-units": "Share of the layer's units whose da/dz is 0, to float32, on every row of the sample.",
  "constant-units": "Share of the layer's units whose activation is the same on every row of the sample.",
  "saturated-units": "Share of the layer's units whose da/dz is at most 5 % of the steepest on every row of the sample.",
  "saturated-layer": "Share of all pairs of unit and row whose da/dz is at most 5 % of the steepest.",
  "stuck-outputs": "Share of rows with an output that is wrong by more than 0.5 and whose dCost/dz hardly moves it.",
  "duplicate-units": "Share of units with the weights of another, or whose activations correlate with another's.",
  units: "Share of hidden units that are dead, saturated, constant, or a copy of another.",
  "unscaled-inputs": "Root mean square of a column as the network sees it; about 1 is best.",
  "uneven-columns": "Largest deviation of a column over the smallest, as the network sees them.",
  "constant-columns": "Columns that hold one value in every row.",
  "duplicate-columns": "Columns that go with another in every row of the sample.",
  inputs: "Root mean squares and deviations of the columns as the network sees them.",
  "class-imbalance": "Rows of the largest class over rows of the smallest.",
  "absent-classes": "Classes of the model without a row.",
  "conflicting-labels": "Share of rows whose inputs stand in the data with another class as well.",
  "suspicious-labels": "Confident learning: share of rows that the model is surer of another class than it usually is of that class.",
  "worst-mistakes": "Rows that are predicted wrong and cost more than 10 times the mean.",
  "constant-output": "Largest deviation of an output over the rows, as a share of that of its target.",
  baseline: "Accuracy beside that of always naming the largest class.",
  overfitting: "Accuracy on the training rows minus that on others.",
  calibration: "Mean probability of the predicted class minus the accuracy.",
};
