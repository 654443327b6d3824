import type { NetworkDescription } from "../network/description.js";
import type { Layout } from "../network/layout.js";
import type { Augmentation } from "./augmentation.js";

// What an engine is. Every engine (the float64 reference, the portable one, faster ones to come) implements `Engine`; the
// conformance suite runs one body of tests over all of them with the reference's numbers as the expectation.
//
// Float32 engines agree in every bit, because they keep one order of operations, each rounded to float32:
//
// - forward: z_j starts at b_j and adds x_k * w_jk for k ascending, one accumulator an output. Inputs
//   that are 0 may be left out, here and in dCost/dw: adding 0 * w changes nothing while w is finite.
// - the batch mean: dCost/dz of the output layer is multiplied by 1 / rows once, so that every later sum is the mean.
// - weights of rows, while training: the cost of a row is multiplied by its weight, and its dCost/dz, the share of the mean in it, by
//   weight * rows / W, rounded once, W the sum of the batch's weights in float64.
// - backward: dCost/da_k sums dCost/dz_j * w_jk in four lanes (j modulo 4), j ascending, over blocks of 256 outputs; a block
//   is (lane 0 + lane 1) + (lane 2 + lane 3), and blocks are added in ascending order.
// - weights and biases: dCost/dw_jk and dCost/db_j start at 0 and add the rows of the batch in order.
// - normalisation, sums in float64: mean m = sum / count and s = 1 / sqrt(squares / count + epsilon), each rounded once, squares of
//   (z - m), rounded; u = (((z - m) * s) * gamma) + beta. Over a batch rows are added in order; over the units of a row in four lanes
//   (k modulo 4), (lane 0 + lane 1) + (lane 2 + lane 3). Of running statistics s = 1 / sqrt(var + epsilon).
//   With zhat = (z - m) * s: dCost/dbeta = sum d and dCost/dgamma = sum (d * zhat), products in float64, rows in order, rounded once.
//   Batch: d = (gamma * s) * ((d - mean of d) - (zhat * mean of (d * zhat))), the means rounded once. Layer: g = d * gamma,
//   d = s * ((g - mean of g) - (zhat * mean of (g * zhat))), lanes as above. dCost/db of a layer that batches normalise is 0.
//   Where a batch is applied: mean = (keep * mean) + (share * m), var with squares / (rows - 1), rounded; share is momentum.
// - connections: h = a + h of the earlier layer. Back: dCost/dh of that layer is its sum over the layer above it, plus what the layers that
//   add it hand back, which are added to each other from the highest down.
// - columns that are encoded: see portable/encode.ts; their derivatives start at 0 and add the rows of the batch in order.
// - dropout, while training: half a random word of the unit, row and epoch below 2^16 times the rate (rounded) makes its factor 0,
//   otherwise it is 1 / (1 - that rate), rounded once; a = a * factor, and da/dz = (da/dz) * factor.
// - update by sgd: without momentum w = w - rate * g. With it v = (momentum * v) + g, flushed, and then w = w - rate * v, or with
//   Nesterov w = w - rate * (g + (momentum * v)). v starts at 0.
// - around an update, where a rule asks for it. Derivatives first: each is kept within -clipValue..clipValue; all of them are
//   multiplied by c, c = min(1, clipNorm / (norm + 1e-6)) rounded once, norm in float64 from the squares (of what clipValue left):
//   summed for each unit, its weights k ascending, then its bias, gamma and beta, and these by layer and unit ascending, behind those
//   of each encoding in order. Then, of weights only,
//   g = g + (l2 * w), g = g + (l1 * sign w), and w = w * (1 - rate * weightDecay), rounded once. After the update, weights of a unit
//   whose norm, in float64 by k ascending, is above maxNorm are multiplied by maxNorm / norm, rounded once. Last the average:
//   e = (d * e) + ((1 - d) * w) with d = min(average, (1 + t) / (10 + t)) at step t from 1; it begins at the parameters.
// - update by adam and adamw: p1 and p2 start at 1, m and v at 0. Each step first computes in float64, and rounds the results
//   once: p1 = p1 * beta1 and p2 = p2 * beta2 (these two stay float64), b1 = beta1, c1 = 1 - beta1, b2 = beta2, c2 = 1 - beta2,
//   eps = epsilon, rate_t = rate / (1 - p1), s_t = 1 / (1 - p2). Then for each parameter
//     m = (b1 * m) + (c1 * g), flushed
//     v = (b2 * v) + (c2 * (g * g)), flushed
//     w = w - ((rate_t * m) / (sqrt(v * s_t) + eps))
// - update by nadam: m, v and s_t as in adam; mu_t = beta1 * (1 - q_t / 2), q_t = q_(t-1) * 0.96^0.004, q_0 = 1, M = M * mu_t from 1;
//   rate1 = rate * (1 - mu_t) / (1 - M), rate2 = rate * mu_(t+1) / (1 - M * mu_(t+1)), in float64 and rounded once. Then
//     w = w - (((rate1 * g) + (rate2 * m)) / (sqrt(v * s_t) + eps))
// - update by adagrad: s starts at `initial`; s = s + (g * g), flushed; w = w - ((rate * g) / (sqrt(s) + eps))
// - update by rmsprop: v = (rho * v) + ((1 - rho) * (g * g)), flushed; d = g / (sqrt(v) + eps); with momentum d = (momentum * d of
//   the step before) + d, flushed; w = w - (rate * d)
// - update by lion: w = w - (rate * sign((b1 * m) + (c1 * g))); m = (b2 * m) + (c2 * g), flushed; the sign of 0 is 0
// - flushed: a magnitude below 2^-126, the smallest normal float32, becomes 0; a NaN stays NaN. Otherwise the state of a weight
//   whose derivative stays 0 would decay into subnormal numbers, which many processors handle a hundred times slower.
// - exp, expm1, ln, log1p, erf, sigmoid and tanh are those of portable/float32.ts.
// - activations. From a follow the slopes of sigmoid, a * (1 - a); tanh, 1 - (a * a); relu; leaky-relu, z * 0.01 below 0; elu, z or
//   expm1(z), slope 1 or a + 1; selu, z * p or expm1(z) * q with p = lambda and q = lambda alpha, slope p or a + q; softplus,
//   max(z, 0) + log1p(exp(-|z|)), slope -expm1(-a); exponential, slope a. Which side counts is decided by z > 0 forward, a > 0 back.
//   The others are a = z * s, their slope from z:
//     gelu        s = 0.5 * (1 + erf(z * sqrt(1/2)))       s + (z * (exp(-(0.5 * (z * z))) * (1 / sqrt(2 pi))))
//     silu        s = sigmoid(z)                           s + ((z * (s * (1 - s))) * r) with r = 1
//     gelu-tanh   s = sigmoid(w * (c + ((w * w) * d)))     the same with r = c + ((w * w) * e); w is z kept within -12..12,
//                 c = sqrt(8 / pi), d = 0.044715 c, e = 3 d
//     mish        s = n / m, n = u * (u + 2), m = n + 2    s + (w * (4 * ((u * (u + 1)) / (m * m)))); w is z up to 20, u = exp(w)
//     hard-swish  s = (z + 3, kept within 0..6) / 6        1 above 3, (z / 3) + 0.5 above -3, otherwise 0
// - costs but for the cross-entropies, with d = a - y: the terms of the outputs are added in order from 0, then multiplied by the
//   factor t; dCost/da_j is the slope times the factor s. Factors are rounded once.
//     squared errors   term d * d; slope d                 t = 1, 1/2 or 1/n_L; s = 2 t
//     quantile         term d * v, v = 1 - q for d > 0, otherwise -q; slope v, or d where d is 0
//     mean-absolute    as quantile with q = 1/2            t = s = 2/n_L
//     huber            term k * (d - (k * 0.5)), k is d kept within -delta..delta; slope k
//     hinge            g = (y + y) - 1, m = 1 - (g * a); term m for m > 0, otherwise 0; slope -g for m > 0, otherwise 0
//     poisson          term a - (y * ln a), slope d / a; of y = 0 term a, slope 1. Of an exponential output term a - (y * z)
// - dCost/dz of the output: the product of slopes; of cross-entropy, and of poisson with an exponential output, a - y.

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

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019): the same step, beside `weightDecay` of the rules. */
export type AdamwDescription = Omit<AdamDescription, "kind"> & { readonly kind: "adamw" };

/** Adam with Nesterov's look ahead (Dozat 2016), its momentum warmed up as there. */
export type NadamDescription = Omit<AdamDescription, "kind"> & { readonly kind: "nadam" };

/** Adagrad (Duchi et al. 2011); `initial`, at least 0, is where the sums of squares begin. */
export interface AdagradDescription {
  readonly kind: "adagrad";
  readonly learningRate: number;
  readonly epsilon: number;
  readonly initial: number;
}

/** RMSProp (Tieleman and Hinton 2012); `rho` and `momentum` in [0, 1). */
export interface RmspropDescription {
  readonly kind: "rmsprop";
  readonly learningRate: number;
  readonly rho: number;
  readonly epsilon: number;
  readonly momentum: number;
}

/** Lion (Chen et al. 2023): steps of one length, along the sign of a mean derivative. */
export interface LionDescription {
  readonly kind: "lion";
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
}

/** L-BFGS over all rows at once: it works on whole gradients, beside the engine; `history` pairs are kept. */
export interface LbfgsDescription {
  readonly kind: "lbfgs";
  /** What the first length that is tried along a direction is multiplied by, above 0. */
  readonly learningRate: number;
  readonly history: number;
}

export type OptimizerDescription = StepOptimizer | LbfgsDescription;

/** The optimizers whose steps an engine does. */
export type StepOptimizer =
  SgdDescription | AdamDescription | AdamwDescription | NadamDescription | AdagradDescription | RmspropDescription | LionDescription;

/** What is done around the step of any optimizer; what is left out is not done. Biases are never decayed. */
export interface StepRules {
  /** Each derivative is kept within -clipValue..clipValue. */
  readonly clipValue?: number;
  /** All derivatives together are shortened to this length where they are longer. */
  readonly clipNorm?: number;
  /** Adds l1 * sign(w) to the derivative of each weight. */
  readonly l1?: number;
  /** Adds l2 * w to the derivative of each weight. */
  readonly l2?: number;
  /** Multiplies each weight by 1 - rate * weightDecay before its step: decay that no optimizer rescales. */
  readonly weightDecay?: number;
  /** The weights that lead to a unit are shortened to this length where they are longer. */
  readonly maxNorm?: number;
  /** Share of the running mean of the parameters that is kept at each step; the mean is what is asked and saved. */
  readonly average?: number;
}

/** What an engine is made for. */
export interface EngineProgram {
  readonly description: NetworkDescription;
  readonly layout: Layout;
  /** The parameters to start from where there is no state, in the order of the layout; the engine keeps a copy. */
  readonly parameters: Float32Array;
  /** The largest number of rows in a step. */
  readonly batchSize: number;
  readonly optimizer: StepOptimizer;
  readonly rules?: StepRules;
  /** What is drawn while training is drawn from it (0). */
  readonly seed?: number;
  /** How inputs, which are images then, are changed while training. */
  readonly augmentation?: Augmentation;
  /** Where an earlier run stood; a fresh start where left out. */
  readonly state?: EngineState;
}

/** All that a step leaves behind; vectors are in the order of the layout and in the precision that the engine computes in. */
export interface EngineState {
  readonly parameters: Float32Array | Float64Array;
  /** What the optimizer keeps for each parameter: v of momentum, m and v of Adam, ... */
  readonly slots: readonly (Float32Array | Float64Array)[];
  /** The running mean of the parameters, where there is one. */
  readonly average?: Float32Array | Float64Array;
  /** Numbers that count steps: products of beta1 and of beta2, ... */
  readonly counters: readonly number[];
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
  /** Shape (rows): how much each counts in a step; alike where left out. */
  readonly weights?: Float32Array;
  /**
   * Shape (n_L): of rows with any number of labels, the output from which on each label is there. A row is right where every output
   * is on its target's side then, and where this is left out where the largest output is that of the target.
   */
  readonly thresholds?: Float32Array;
  /** Set where the rows are not in memory: `inputs` and `targets` are empty then, and asked of this, some at a time. */
  readonly stored?: StoredEngineRows;
}

/** Rows that are read when they are needed. */
export interface StoredEngineRows {
  readonly rowCount: number;
  /** The listed rows, one after another, inputs as numbers; valid until the next call. */
  readonly take: (list: Uint32Array) => Pick<EngineRows, "inputs" | "targets">;
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
  /** Sum of the examples' costs (in a step of training each times its row's weight), each taken before the update of its batch, on top of what the call was given. */
  readonly costSum: number;
  /** Rows whose largest output is that of the target (one output: on the same side of 1/2; of 0 under hinge); with thresholds, see there. */
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
   * Trains on rows order[from..to) in batches of `batchSize`; the last batch may be smaller. Sums go on from `costSum`, so
   * that it does not matter where a pass is cut into calls.
   */
  train(order: Uint32Array, from: number, to: number, call?: StepCall): StepReport;
  /**
   * Trains on rows order[from..to), at most `batchSize` of them, and measures what that did to each layer; the step is that
   * of `train`, in every bit.
   */
  observe(order: Uint32Array, from: number, to: number, call?: StepCall): StepReport;
  /** Outputs a^(L) of the listed rows, written into `outputs` (rows x n_L) where it is given; costs as in `train`. */
  forward(list: Uint32Array, outputs?: Float32Array, costSum?: number): StepReport;
  /** Mean derivatives over the listed rows, at most `batchSize` of them, in the order of the layout, as a step of the epoch has them. */
  gradient(list: Uint32Array, epoch?: number): Float32Array;
  /**
   * The same with what a step would say of these rows, and as exact as the engine computes: `costSum` goes on from what is given, and
   * where a cost is not finite the derivatives are of no use. No parameter moves.
   */
  differentiate(
    list: Uint32Array,
    call?: Omit<StepCall, "rates">,
  ): { readonly report: StepReport; readonly gradient: Float32Array | Float64Array };
  /** A copy of the parameters, in the order of the layout. */
  parameters(): Float32Array;
  /** Puts parameters in the place of its own; what the optimizer keeps stays as it is. */
  load(parameters: Float32Array | Float64Array): void;
  /** A copy of everything that the next step depends on. */
  state(): EngineState;
  /** Exchanges the parameters and their running mean, so that the mean is asked; once more, and training goes on. */
  exchangeAverage(): void;
}

/** What a call of `train` goes on with. */
export interface StepCall {
  /** Of the rows of the pass before these (0). */
  readonly costSum?: number;
  /** The learning rate of each batch; the optimizer's where left out. */
  readonly rates?: readonly number[];
  /** The pass over the rows, from 1 (1): what is drawn for a row is drawn anew in each. */
  readonly epoch?: number;
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
