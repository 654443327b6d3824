// Every number that a verdict depends on, with its reason. docs/diagnose.md lists them.

export const DIAGNOSIS_THRESHOLDS = {
  /**
   * RMS of dCost/dw of a layer over that of the next one. A sigmoid multiplies derivatives by at most 1/4, so that 0.03 is what two and
   * a half of them do in one layer; what is 300 times smaller hardly learns at the same rate.
   */
  vanishing: { warn: 0.03, bad: 0.003 },
  /** The same ratio of the first layer to the last: what one learns in an epoch takes the other a hundred, or a thousand. */
  vanishingOverall: { warn: 0.01, bad: 0.001 },
  /** The reciprocals of `vanishing` and of `vanishingOverall`. */
  exploding: { warn: 1 / 0.03, bad: 1 / 0.003 },
  explodingOverall: { warn: 100, bad: 1000 },
  /** RMS of dCost/dw that counts as 0: the smallest normal float32. */
  nothing: 2 ** -126,
  /** RMS of a - y below which every output is right, as in `why`, and no derivative is missed. */
  right: 0.01,
  /** RMS of dCost/da of a hidden layer; 10 is `large` in `why`, where targets and outputs are of size 1. */
  largeDerivative: { warn: 10, bad: 1000 },
  /**
   * RMS of a step over RMS of the weights. About 1e-3 is usual (Karpathy, CS231n notes, "Neural Networks Part 3", ratio of weights
   * to updates): the warning stands a factor of 30 above, and a step of 0.3 replaces the weights within a few.
   */
  updateRatio: { warn: 0.03, bad: 0.3 },
  /** The same factor of 30 below. */
  lowUpdateRatio: 3e-5,
  /** |da/dz| as a share of the steepest slope (at most 1) at which a unit is dead: 2^-24, where float32 rounds 1 - a to 0. */
  deadSlope: 2 ** -24,
  /** Share of a layer's units. As many as 40 % of the units of a relu network can die at too high a rate (CS231n notes, Part 1). */
  deadUnits: { warn: 0.1, bad: 0.4 },
  /** Deviation of an activation over the rows, relative to its RMS: rounding of float32 or less. */
  constant: 1e-6,
  constantUnits: { warn: 0.1, bad: 0.4 },
  /** Units whose slope is at most 5 % of the steepest (`saturated` of the statistics of training) on every row. */
  saturatedUnits: { warn: 0.1, bad: 0.4 },
  /**
   * Share of all pairs of unit and row of a layer whose slope is at most 5 % of the steepest, for activations that are flat on both
   * sides: three of four leave a quarter of the derivative's paths (Glorot and Bengio 2010 show such layers).
   */
  saturatedLayer: { warn: 0.75, bad: 0.95 },
  /** |dCost/dz| / |a - y| of an output at which it is stuck: what is left of squared error, 2 sigma', at 5 % of a sigmoid's slope. */
  stuckSlope: 0.025,
  /** |a - y| from which an output counts as wrong: halfway between two classes. */
  stuckError: 0.5,
  /** Share of the rows with a stuck output. */
  stuckOutputs: { warn: 0.05, bad: 0.25 },
  /** |correlation| of two units' activations over the rows: one explains 99.8 % of the other's variance. */
  similarUnits: 0.999,
  /** Share of a layer's units that copy another: with half of them the layer is half as wide. Equal weights are bad, others a warning. */
  duplicateUnits: 0.5,
  /**
   * RMS of a column after the model's scaling. Inputs are best near mean 0 and deviation 1 (LeCun et al. 1998, "Efficient BackProp",
   * section 4.3); 3 is a value three deviations out on every row, 10 is `large` in `why`.
   */
  unscaled: { warn: 3, bad: 10 },
  /** RMS below which an input is silent, as in `why`. */
  silent: 0.01,
  /**
   * Largest deviation of a column over the smallest, scaled. The steps that gradient descent needs grow with its square, the
   * condition number of the inputs (LeCun et al. 1998, section 5): 10 is a hundred times as many.
   */
  uneven: { warn: 10, bad: 100 },
  /** |correlation| of two columns that are one, up to offset and factor. */
  similarColumns: 1 - 1e-9,
  /** Rows of the largest class over rows of the smallest; from 100 to 1 on one "severely outrepresents" the other (He and Garcia 2009). */
  imbalance: { warn: 10, bad: 100 },
  /** Share of rows whose inputs stand in the data with another class as well. */
  conflicting: 0.01,
  /** Accuracy below which a model is no witness against a label: it is wrong more often than right. */
  witness: 0.5,
  /** Share of rows with a likely wrong label; well-known test sets have 3.3 % on average, 0.15 % in MNIST (Northcutt et al. 2021). */
  suspicious: 0.01,
  /** Cost of a row as a multiple of the mean from which it is listed. */
  worst: 10,
  /** Largest deviation of an output over the rows, as a share of its target's: 1 % of the spread explains 0.01 % of the variance. */
  constantOutput: 0.01,
  /** Difference between training rows and others in accuracy or R2, beside two standard errors. */
  overfitting: { warn: 0.05, bad: 0.15 },
  /** Accuracy above that of always naming the largest class, or R2 above 0, as many standard errors. */
  baselineErrors: 2,
  /** |mean confidence - accuracy|, beside two standard errors; Guo et al. 2017 measured errors of 0.04 to 0.17 of most networks. */
  calibration: { info: 0.05, warn: 0.1 },
} as const;
