// Where everything stands in the one memory that the kernels share with src/engine/memory-plan.ts. Numbers are bytes; fields
// of a record are offsets from its start. The two lists are kept equal by test/kernels/addresses.test.ts.

/** Splatted constants, 16 bytes each; `writeConstants` fills them. */
export const CONSTANTS: usize = 64;
/** The scaled value of each of the 256 bytes, float32. At a fixed place, so that its address costs no register. */
export const BYTE_VALUES: usize = 1024;
/** Command, flags and a line of 64 bytes for each thread; see barrier.ts. */
export const CONTROL: usize = 2048;
export const MAX_THREADS: i32 = 32;

// The program: one record of 32-bit words (float64 where said), written once by the planner.
export const PROGRAM: usize = 8192;
export const P_THREADS: usize = 0;
/** Rows of a full batch, B. */
export const P_BATCH: usize = 4;
/** Bytes between two panels of a batch's activations. */
export const P_PANEL: usize = 8;
/** First layer record. */
export const P_LAYER_TABLE: usize = 16;
/** Lists of operations, one word each and ended by END: of a training step, and of a forward pass. */
export const P_TRAIN_OPERATIONS: usize = 20;
export const P_FORWARD_OPERATIONS: usize = 24;
/** How the rows are kept: DENSE_FLOATS, ... */
export const P_ROWS_KIND: usize = 28;
/** Dense rows, or the entries of sparse ones. */
export const P_ROWS: usize = 32;
/** Sparse rows: where each part of each row begins, in entries; (rows * threads + 1) words. */
export const P_ROW_STARTS: usize = 36;
/** Sparse rows: the input at which each thread's part begins; (threads + 1) words. */
export const P_PARTS: usize = 40;
/** Targets, and the bytes between two rows of them; the word behind a row's targets is its label, or -1. */
export const P_TARGETS: usize = 44;
export const P_TARGET_STRIDE: usize = 48;
/** Row numbers in the order of the pass. */
export const P_ORDER: usize = 52;
/** Of each row of the batch: its cost, and 1 where it is classified correctly. */
export const P_COSTS: usize = 56;
export const P_CORRECT: usize = 60;
/** Outputs of a forward pass, (rows x n_L), unpadded. */
export const P_OUTPUTS: usize = 64;
/** Scratch of the first thread; at least 8 KiB each. */
export const P_SCRATCH: usize = 68;
/** Column lists of sparse batches: counts (n_1 words), and for each input room for B entries. */
export const P_LIST_COUNTS: usize = 72;
export const P_LISTS: usize = 76;
/** The inputs with entries, part by part, those with equally many next to each other; (n_1 words), how many in each part. */
export const P_LISTED: usize = 120;
export const P_LISTED_COUNTS: usize = 124;
/** COST_SQUARES, COST_CROSS_ENTROPY, ... */
export const P_COST: usize = 80;
/** APPLY, KEEP or OBSERVE. */
export const P_MODE: usize = 84;
export const P_SCRATCH_BYTES: usize = 92;
/** Results of a call: sum of costs (float64), correct rows, position of the batch whose cost is not finite, that cost (float64). */
export const P_COST_SUM: usize = 96;
export const P_CORRECT_SUM: usize = 104;
export const P_BAD_POSITION: usize = 108;
export const P_BAD_COST: usize = 112;
/** Of a layer that was observed: sums of squares of dCost/dw, w and the change of w (float64 each), dead and saturated units. */
export const P_SQUARES: usize = 128;
export const P_DEAD: usize = 152;
export const P_SATURATED: usize = 156;
/** What the steps of a call are multiplied by: FACTOR_BYTES of float32 for each batch. */
export const P_FACTORS: usize = 160;
/** The pass over the rows, from 1. */
export const P_EPOCH: usize = 164;
/** How images are changed, as augment.ts reads it; 0 where they are not. */
export const P_AUGMENTATION: usize = 168;
/** Where rows that are changed come from, DENSE_FLOATS or DENSE_BYTES, and their numbers in the data by position. */
export const P_SOURCE: usize = 172;
export const P_SOURCE_KIND: usize = 176;
export const P_NUMBERS: usize = 180;
/** For rows of a batch that stand one after another: their numbers. */
export const P_BATCH_ORDER: usize = 184;
/** What dropout draws from: the lower and the upper 32 bits. */
export const P_SEED: usize = 188;
/** The weight of each row, float32. */
export const P_WEIGHTS: usize = 196;

/** What becomes of derivatives: parameters move along them; they are kept, and no parameter moves; both, and so is what was before. */
export const APPLY: i32 = 0;
export const KEEP: i32 = 1;
export const OBSERVE: i32 = 2;

// The optimizer's record: settings, words of float32 but where said.
export const OPTIMIZER: usize = 8448;
export const O_KIND: usize = 0;
export const O_MOMENTUM: usize = 4;
export const O_BETA1: usize = 8;
export const O_REST1: usize = 12;
export const O_BETA2: usize = 16;
export const O_REST2: usize = 20;
export const O_EPSILON: usize = 24;
/** The factors of the step under way, FACTOR_BYTES of them; src/engine/step-factors.ts says what they are. */
export const O_RATE: usize = 32;
export const O_RATE2: usize = 36;
export const O_SCALE: usize = 40;
export const O_KEEP: usize = 44;
export const O_AVERAGE: usize = 48;
export const O_AVERAGE_REST: usize = 52;
export const FACTOR_BYTES: usize = 32;
/** What is done around the optimizer's step: a sum of RULE_... */
export const O_RULES: usize = 64;
export const O_CLIP_VALUE: usize = 68;
export const O_L2: usize = 72;
export const O_L1: usize = 76;
/** float64 */
export const O_CLIP_NORM: usize = 80;
export const O_MAX_NORM: usize = 88;
/** What all derivatives are multiplied by, so that they are no longer than O_CLIP_NORM. */
export const O_CLIP_SCALE: usize = 96;

export const RULE_CLIP_VALUE: i32 = 1;
export const RULE_CLIP_NORM: i32 = 2;
export const RULE_L2: i32 = 4;
export const RULE_L1: i32 = 8;
export const RULE_DECAY: i32 = 16;

export const SGD: i32 = 0;
export const MOMENTUM: i32 = 1;
export const NESTEROV: i32 = 2;
export const ADAM: i32 = 3;
export const NADAM: i32 = 4;
export const ADAGRAD: i32 = 5;
export const RMSPROP: i32 = 6;
export const RMSPROP_MOMENTUM: i32 = 7;
export const LION: i32 = 8;

// A layer's record.
export const LAYER_BYTES: usize = 192;
export const L_INPUTS: usize = 0;
export const L_OUTPUTS: usize = 4;
/** Panels of 16 outputs; the last one holds L_LAST vectors of 4. */
export const L_PANELS: usize = 8;
export const L_LAST: usize = 12;
/** Weights: panel p begins at L_WEIGHTS + p * L_WEIGHT_PANEL; input k of it is a row of 4 vectors, 64 bytes. */
export const L_WEIGHTS: usize = 16;
export const L_WEIGHT_PANEL: usize = 20;
export const L_BIASES: usize = 24;
/** Bytes from a parameter to its first and second state of the optimizer, and to its derivative. */
export const L_STATE1: usize = 28;
export const L_STATE2: usize = 32;
export const L_GRADIENT: usize = 36;
/** The layer's activations a (its weighted sums z before them), panel by panel, and dCost/da, then dCost/dz, in the same shape. */
export const L_ACTIVATIONS: usize = 40;
export const L_DERIVATIVES: usize = 44;
/** What it reads: activations of the layer below, or the inputs of a dense batch. */
export const L_BELOW: usize = 48;
export const L_ACTIVATION: usize = 52;
/** Bytes from a parameter to what it was before the step that is observed. */
export const L_BEFORE: usize = 60;
/** Bytes from a parameter to its running mean; 0 where there is none. */
export const L_AVERAGE: usize = 64;
/** A sum for each unit, float64: of the squares of what leads to it. */
export const L_SUMS: usize = 68;
/** Bytes from an activation to its da/dz, where that is kept; 0 where da/dz follows from a. */
export const L_SLOPES: usize = 72;
/** float32: a unit whose |da/dz| is at most this is saturated. */
export const L_SATURATED: usize = 76;
/** Units are dropped where 16 random bits are below this; 0 where none are. What the others are multiplied by, float32. */
export const L_DROPOUT: usize = 80;
export const L_DROPOUT_SCALE: usize = 84;
/** Where z is written: its activations, or a buffer of its own in the same shape where z is normalised. */
export const L_SUMS_OUT: usize = 88;
/** 0, or BATCH_NORM or LAYER_NORM; gamma, beta, and the running mean and variance of batches, by unit. */
export const L_NORM: usize = 92;
export const L_GAMMA: usize = 96;
export const L_BETA: usize = 100;
export const L_MEAN: usize = 104;
export const L_VAR: usize = 108;
/** Of the batch under way: mean, scale and unbiased variance by unit, or mean and scale by row. */
export const L_STATISTICS: usize = 112;
/** Activations of the layer whose values are added; 0 where none are. */
export const L_SKIP: usize = 116;
/** What layers that add this one's values hand back; that of the layer whose values this one adds, and 1 where this is the highest such. */
export const L_PENDING: usize = 120;
export const L_BACK: usize = 124;
export const L_BACK_FIRST: usize = 128;
/** Shares of running statistics that are kept and replaced, float32. */
export const L_KEEP: usize = 132;
export const L_SHARE: usize = 136;
/** float64 */
export const L_EPSILON: usize = 144;
/** 1: threads own panels of outputs; 0: they own rows of the batch and, of weights, ranges of inputs. */
export const L_BY_PANELS: usize = 56;

export const BATCH_NORM: i32 = 1;
export const LAYER_NORM: i32 = 2;

/** Columns that enter encoded: number of columns of a row, and a record for each of them. */
export const P_COLUMNS: usize = 220;
export const P_ENCODINGS: usize = 224;
export const P_ENCODING_COUNT: usize = 228;
export const ENCODING_BYTES: usize = 32;
export const C_COLUMN: usize = 0;
/** The first of its places in a^(1), and how many there are. */
export const C_AT: usize = 4;
export const C_WIDTH: usize = 8;
/** 0, or EMBEDDED or PERIODIC; categories or frequencies; the table. */
export const C_KIND: usize = 12;
export const C_ROWS: usize = 16;
export const C_TABLE: usize = 20;
export const EMBEDDED: i32 = 1;
export const PERIODIC: i32 = 2;

export const DENSE_FLOATS: i32 = 0;
export const DENSE_BYTES: i32 = 1;
export const SPARSE_BYTES: i32 = 2;
export const SPARSE_FLOATS: i32 = 3;

/** Of the cost: src/kernels/cost-plan.ts says what they are. float32 */
export const P_COST_SETTING: usize = 200;
export const P_TERM_FACTOR: usize = 204;
export const P_SLOPE_FACTOR: usize = 208;
/** A single output of at least this speaks for the second class; float32. */
export const P_SECOND_CLASS: usize = 212;
/** Of rows with any number of labels: the output from which on each label is there, float32 (n_L); 0 where rows have one class. */
export const P_THRESHOLDS: usize = 216;

export const COST_SQUARES: i32 = 0;
export const COST_CROSS_ENTROPY: i32 = 1;
export const COST_HUBER: i32 = 2;
export const COST_QUANTILE: i32 = 3;
export const COST_HINGE: i32 = 4;
export const COST_POISSON: i32 = 5;

export const IDENTITY: i32 = 0;
export const SIGMOID: i32 = 1;
export const TANH: i32 = 2;
export const RELU: i32 = 3;
export const SOFTMAX: i32 = 4;
export const LEAKY_RELU: i32 = 5;
export const ELU: i32 = 6;
export const SELU: i32 = 7;
export const SOFTPLUS: i32 = 8;
export const EXPONENTIAL: i32 = 9;
/** From here on da/dz does not follow from a. */
export const GELU: i32 = 10;
export const GELU_TANH: i32 = 11;
export const SILU: i32 = 12;
export const MISH: i32 = 13;
export const HARD_SWISH: i32 = 14;

// The record of augmentation, words of float32 but where said; src/kernels/augmentation.ts says what they are. It stands wherever
// the caller puts it.
/** Whole numbers, as are the two words of the key, the reach of the Gaussian and the side of the square. */
export const A_HEIGHT: usize = 0;
export const A_WIDTH: usize = 4;
export const A_KEY: usize = 8;
export const A_REACH: usize = 16;
export const A_CUTOUT: usize = 20;
/** 1 where pixels move. */
export const A_WARPED: usize = 24;
export const A_BACKGROUND: usize = 28;
export const A_SHIFT: usize = 32;
export const A_ROTATION: usize = 36;
export const A_SCALE: usize = 40;
export const A_SHEAR: usize = 44;
export const A_ALPHA: usize = 48;
export const A_NOISE: usize = 52;
/** Weights of the Gaussian for distances from -(reach + 7) to reach + 7, those beyond the reach 0. */
export const A_TABLE: usize = 64;

// Operations: the code in the low byte, the index of the layer above it.
export const END: i32 = 0;
export const BARRIER: i32 = 1;
export const GATHER: i32 = 2;
export const TOUCH: i32 = 3;
export const LISTS: i32 = 4;
export const FORWARD: i32 = 5;
export const ACTIVATE: i32 = 6;
export const LOSS: i32 = 7;
export const CHECK: i32 = 8;
export const BACKWARD: i32 = 9;
export const WEIGHTS: i32 = 10;
export const OUTPUT: i32 = 11;
export const SUM: i32 = 12;
/** Of derivatives that are kept until all of them are known: their squares, their norm, and the step. */
export const SQUARES: i32 = 13;
export const CLIP: i32 = 14;
export const UPDATE: i32 = 15;
/** Behind the step: the norms of units are limited; the running mean follows. */
export const LIMIT: i32 = 16;
export const AVERAGE: i32 = 17;
/** In the place of GATHER, where images are changed. */
export const AUGMENT: i32 = 18;
/** Behind LOSS, where rows have weights. */
export const WEIGH: i32 = 19;
/** Between FORWARD and ACTIVATE; behind BACKWARD: sums over the batch, and where units of a row are normalised what follows from them. */
export const NORM: i32 = 20;
export const NORM_SUMS: i32 = 21;
export const NORM_ROWS: i32 = 22;
/** In the place of GATHER, where columns are encoded. */
export const ENCODE: i32 = 23;
/** Of what encodes columns, its number in the place of a layer's: derivatives and step, the step alone, the running mean. */
export const ENCODE_BACK: i32 = 24;
export const ENCODE_UPDATE: i32 = 25;
export const ENCODE_AVERAGE: i32 = 26;
