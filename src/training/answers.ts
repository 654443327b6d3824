/** Outputs of rows, (rows x n_L), and the sum of their costs. */
export interface Answers {
  readonly outputs: Float32Array;
  readonly costSum: number;
}
