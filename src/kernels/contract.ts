import type { NetworkDescription } from "../network/description.js";
import type { Layout } from "../network/layout.js";

// What an engine is. Every engine (the float64 reference, the portable one, faster ones to come) implements `Engine`; the
// conformance suite runs one body of tests over all of them with the reference's numbers as the expectation.
//
// Float32 engines agree in every bit, because they keep one order of operations, each rounded to float32:
//
// - forward: z_j starts at b_j and adds x_k * w_jk for k ascending, one accumulator an output. Inputs
//   that are 0 may be left out, here and in dCost/dw: adding 0 * w changes nothing while w is finite.
// - the batch mean: dCost/dz of the output layer is multiplied by 1 / rows once, so that every later sum is the mean.
// - backward: dCost/da_k sums dCost/dz_j * w_jk in four lanes (j modulo 4), j ascending, over blocks of 256 outputs; a block
//   is (lane 0 + lane 1) + (lane 2 + lane 3), and blocks are added in ascending order.
// - weights and biases: dCost/dw_jk and dCost/db_j start at 0 and add the rows of the batch in order.
// - update by sgd: without momentum w = w - rate * g. With it v = (momentum * v) + g, flushed, and then w = w - rate * v, or with
//   Nesterov w = w - rate * (g + (momentum * v)). v starts at 0.
// - update by adam: p1 and p2 start at 1, m and v at 0. Each step first computes in float64, and rounds the results once:
//   p1 = p1 * beta1 and p2 = p2 * beta2 (these two stay float64), b1 = beta1, c1 = 1 - beta1, b2 = beta2, c2 = 1 - beta2,
//   eps = epsilon, rate_t = learningRate / (1 - p1), s_t = 1 / (1 - p2). Then for each parameter
//     m = (b1 * m) + (c1 * g), flushed
//     v = (b2 * v) + (c2 * (g * g)), flushed
//     w = w - ((rate_t * m) / (sqrt(v * s_t) + eps))
// - flushed: a magnitude below 2^-126, the smallest normal float32, becomes 0; a NaN stays NaN. Otherwise the state of a weight
//   whose derivative stays 0 would decay into subnormal numbers, which many processors handle a hundred times slower.
// - exp, ln, sigmoid and tanh are those of portable/float32.ts.

/** Stochastic gradient descent; `learningRate` above 0, `momentum` in [0, 1). */
export interface SgdDescription {
  readonly kind: "sgd";
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
}

/** Adam (Kingma and Ba 2015); `learningRate` and `epsilon` above 0, `beta1` and `beta2` in [0, 1). */
export interface AdamDescription {
  readonly kind: "adam";
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export type OptimizerDescription = SgdDescription | AdamDescription;

/** What an engine is made for. */
export interface EngineProgram {
  readonly description: NetworkDescription;
  readonly layout: Layout;
  /** The parameters to start from, in the order of the layout; the engine keeps a copy. */
  readonly parameters: Float32Array;
  /** The largest number of rows in a step. */
  readonly batchSize: number;
  readonly optimizer: OptimizerDescription;
}

/**
 * Scaled inputs, shape (rows x n_1): as numbers, or as bytes with the scaled value of each of the 256 bytes. Float32
 * engines are given float32, the reference float64.
 */
export type EngineInputs =
  | { readonly kind: "numbers"; readonly values: Float32Array | Float64Array }
  | { readonly kind: "bytes"; readonly values: Uint8Array; readonly table: Float32Array | Float64Array };

/** The rows that an engine reads, by row number. */
export interface EngineRows {
  readonly inputs: EngineInputs;
  /** Shape (rows x n_L). */
  readonly targets: Float32Array | Float64Array;
}

/** A non-finite cost: the position in the order at which its batch starts, and the first layer that holds NaN or infinity. */
export interface NonFinite {
  readonly position: number;
  readonly layer: number;
  readonly cost: number;
}

/** What one step did to one layer l >= 2. */
export interface LayerStatistics {
  readonly layer: number;
  /** Root mean square over the weights of the layer: of dCost/dw, of w after the step, and of what the step changed. */
  readonly gradient: number;
  readonly weight: number;
  readonly update: number;
  /** Share of the layer's units whose da/dz was 0 on every row of the batch, 0..1: a relu that is off, for example. */
  readonly dead: number;
  /** Share of the others whose da/dz was at most 5 % of the largest that a sigmoid or tanh has, on every row. */
  readonly saturated: number;
}

export interface StepReport {
  /** Sum of the examples' costs, each taken before the update of its batch, on top of what the call was given. */
  readonly costSum: number;
  /** Rows whose largest output is that of the target (one output: on the same side of 1/2). */
  readonly correct: number;
  /** Set where a cost was not finite; the batch was not applied, and later ones were not begun. */
  readonly nonFinite?: NonFinite;
  /** From layer 2 on; where a step was observed and its cost was finite. */
  readonly layers?: readonly LayerStatistics[];
}

/** A network being trained or asked, with its rows, its parameters and the optimizer's state. */
export interface Engine {
  readonly name: "reference" | "portable" | "wasm";
  readonly threads: number;
  /**
   * Trains on rows order[from..to) in batches of `batchSize`; the last batch may be smaller. Sums go on from `costSum` (0), so
   * that it does not matter where a pass is cut into calls.
   */
  train(order: Uint32Array, from: number, to: number, costSum?: number): StepReport;
  /**
   * Trains on rows order[from..to), at most `batchSize` of them, and measures what that did to each layer; the step is that
   * of `train`, in every bit.
   */
  observe(order: Uint32Array, from: number, to: number, costSum?: number): StepReport;
  /** Outputs a^(L) of the listed rows, written into `outputs` (rows x n_L) where it is given; costs as in `train`. */
  forward(list: Uint32Array, outputs?: Float32Array, costSum?: number): StepReport;
  /** Mean derivatives over the listed rows, at most `batchSize` of them, in the order of the layout. */
  gradient(list: Uint32Array): Float32Array;
  /** A copy of the parameters, in the order of the layout. */
  parameters(): Float32Array;
}

/** What may be asked of an engine that has a choice; the others leave it. */
export interface EngineSettings {
  /** How many threads share each step (1); the bits are the same for any number. */
  readonly threads?: number;
  /** Inputs that are 0 take part like any other, though their products change nothing. */
  readonly dense?: boolean;
  /** `observe` will be called, which needs room for the parameters as they were. */
  readonly observed?: boolean;
  /** Bytes of memory at most; rows that do not fit are streamed. All that WebAssembly can address where it is left out. */
  readonly memory?: number;
  /** WebAssembly to run in place of the reproducible kernels. */
  readonly binary?: Uint8Array;
}

/** Makes an engine; it keeps the rows, by reference or as a copy in its own memory. */
export type CreateEngine = (program: EngineProgram, rows: EngineRows, settings?: EngineSettings) => Engine;
