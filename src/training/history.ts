/** Mean cost of the rows, and the share of them whose class, or whose every label, is right (left out for regression). */
export interface Score {
  readonly cost: number;
  readonly accuracy?: number;
}

/** One pass over the training rows. */
export interface EpochRecord extends Score {
  /** From 1. `cost` and `accuracy` are means over the epoch, each batch as it was before its own update. */
  readonly epoch: number;
  /** Of the validation rows at the end of the epoch; null where there are none. */
  readonly validation: Score | null;
  /** Of the last step. */
  readonly learningRate: number;
  /** The watched metric of the validation rows; left out where it is their cost or their accuracy, and where it is not defined for them. */
  readonly metric?: number;
}
