import { ChainruleError } from "../base/errors.js";
import type { EngineProgram } from "../kernels/contract.js";
import { augmentationBytes, augmentationScratch } from "../kernels/wasm/augmentation.js";
import * as at from "../kernels/wasm/generated/addresses.js";
import { dropoutThreshold } from "../kernels/portable/dropout.js";
import { activationOf, dropoutOf } from "../network/description.js";
import { type EncodedColumn, encodedColumns, type Normalisation } from "../network/parts.js";
import type { PlannedLayer } from "./operations.js";
import { saturationOf } from "./statistics.js";
import { slotsOf } from "./step-factors.js";

// Where everything of a run stands in its one memory: decided before the first step, and nothing grows after it.

/** How the rows are kept, and how much of it there is. */
export interface RowsShape {
  readonly kind: "dense floats" | "dense bytes" | "sparse bytes" | "sparse floats";
  readonly rowCount: number;
  /** Of sparse rows. */
  readonly entries: number;
  /** The rows of one call at a time are copied in, dense, because all of them do not fit; `rowCount` does not matter then. */
  readonly streamed: boolean;
  readonly weighted?: boolean;
  /** Rows have any number of labels. */
  readonly labelled?: boolean;
  /** Rows are images that are changed: kept dense, as bytes or floats, and `kind` is what becomes of those of a batch. */
  readonly source?: "bytes" | "floats";
}

/** Places are bytes from the start of the memory. */
export interface LayerPlan extends PlannedLayer {
  readonly nIn: number;
  readonly nOut: number;
  readonly panels: number;
  /** Vectors of 4 outputs in the last panel. */
  readonly last: number;
  readonly weights: number;
  /** Bytes from one panel of weights to the next. */
  readonly weightPanel: number;
  readonly biases: number;
  readonly activations: number;
  readonly derivatives: number;
  readonly below: number;
  readonly activation: number;
  /** Bytes from activations to da/dz; 0 where that follows from a. */
  readonly slopes: number;
  /** Of 2^16, how often a unit is dropped while training. */
  readonly dropout: number;
  /** A unit whose |da/dz| is at most this is saturated. */
  readonly saturated: number;
  /** A float64 for each unit; 0 where no rule needs them. */
  readonly sums: number;
  /** Where z is written. */
  readonly out: number;
  /** Of a normalised layer; 0 where it has none. */
  readonly gamma: number;
  readonly beta: number;
  readonly mean: number;
  readonly variance: number;
  readonly statistics: number;
  readonly normalisation: Normalisation | undefined;
  /** Of connections; 0 where there are none. */
  readonly added: number;
  readonly pending: number;
  readonly back: number;
  readonly backFirst: boolean;
}

/** The input layer where columns are encoded. */
export interface InputPlan {
  readonly derivatives: number;
  readonly pending: number;
  /** A record for each column, and the tables of those that are encoded in the order of the layout. */
  readonly records: number;
  readonly columns: readonly PlannedColumn[];
}

export interface PlannedColumn extends EncodedColumn {
  readonly table: number;
}

export interface MemoryPlan {
  readonly bytes: number;
  readonly shape: RowsShape;
  readonly threads: number;
  readonly batch: number;
  /** Bytes from one panel of a batch to the next. */
  readonly panel: number;
  readonly layers: readonly LayerPlan[];
  /** Inputs of a dense batch, in panels; 0 of a sparse one. */
  readonly x: number;
  readonly input: InputPlan | undefined;
  readonly layerTable: number;
  readonly operations: number;
  /** All of them, or of streamed ones those of a call. */
  readonly rows: number;
  /** Where images are changed: how, the entries of a batch if it is kept so, the numbers of its rows, and those of a call in the data. */
  readonly augmentation: number;
  readonly batchEntries: number;
  readonly batchOrder: number;
  readonly numbers: number;
  readonly rowStarts: number;
  readonly parts: number;
  readonly targets: number;
  /** Bytes from one row's targets to the next's. */
  readonly targetStride: number;
  readonly order: number;
  /** Of each row; 0 where all count alike. */
  readonly weightsOfRows: number;
  /** Of each label; 0 where rows have one class. */
  readonly thresholds: number;
  /** Positions that the order has room for: a multiple of the batch. */
  readonly positions: number;
  readonly costs: number;
  readonly correct: number;
  readonly outputs: number;
  readonly scratch: number;
  readonly scratchBytes: number;
  readonly listCounts: number;
  readonly lists: number;
  readonly listed: number;
  readonly listedCounts: number;
  /** Parameters, and the bytes from them to the optimizer's states and to their derivatives. */
  readonly parameters: number;
  readonly parameterBytes: number;
  readonly state1: number;
  readonly state2: number;
  readonly gradient: number;
  /** To what parameters were before a step; 0 where no step is observed. */
  readonly before: number;
  /** To their running mean; 0 where there is none. */
  readonly average: number;
  /** What each step of a call multiplies by. */
  readonly factors: number;
}

const LINE = 64;
const ACTIVATIONS = {
  identity: at.IDENTITY,
  sigmoid: at.SIGMOID,
  tanh: at.TANH,
  relu: at.RELU,
  softmax: at.SOFTMAX,
  "leaky-relu": at.LEAKY_RELU,
  elu: at.ELU,
  selu: at.SELU,
  softplus: at.SOFTPLUS,
  exponential: at.EXPONENTIAL,
  gelu: at.GELU,
  "gelu-tanh": at.GELU_TANH,
  silu: at.SILU,
  mish: at.MISH,
  "hard-swish": at.HARD_SWISH,
} as const;
/** WebAssembly addresses 4 GiB. */
export const LARGEST_MEMORY = 2 ** 32 - 2 ** 16;
/** Positions of the order in one call, floats of outputs, and bytes of streamed rows; enough for calls of many milliseconds. */
const POSITIONS = 8192;
const OUTPUTS = 2 ** 22;
const STREAM = 2 ** 26;

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;

/**
 * A number of cache lines that is 4 more than a multiple of 8. Panels that far apart fall on different sets of a cache; at
 * powers of two they would all fall on the same ones and push each other out.
 */
function spread(lines: number): number {
  return roundUp(Math.max(lines, 4) - 4, 8) + 4;
}

/** Where everything stands; whether that fits is another question: `checkFits`. */
export function planMemory(
  { description, layout, batchSize, optimizer, rules = {}, augmentation }: Omit<EngineProgram, "parameters">,
  shape: RowsShape,
  threads: number,
  observed = false,
): MemoryPlan {
  let end = 16_384;
  const take = (bytes: number): number => {
    const start = end;
    end = roundUp(end + bytes, LINE);
    return start;
  };
  const { encodings = [] } = description;
  const sparse = shape.kind.startsWith("sparse");
  const changed = shape.source !== undefined;
  const bytes = shape.kind.endsWith("bytes");
  const L = layout.depth;
  const [nIn, nL] = [layout.inputs, layout.sizes[L]!];
  const panel = spread(batchSize) * LINE;
  const batchBytes = (n: number): number => Math.ceil(n / 16) * panel;

  // The record of the input layer stands in front of the others.
  const layerTable = take(L * at.LAYER_BYTES) + at.LAYER_BYTES;
  const operations = take(4 * 64 * (L + encodings.length));
  const inputBytes = nIn * ((shape.source ?? (bytes ? "bytes" : "floats")) === "bytes" ? 1 : 4);
  const most = Math.min(POSITIONS, OUTPUTS / nL, shape.streamed ? STREAM / inputBytes : Infinity);
  const positions = batchSize * Math.max(1, Math.floor(most / batchSize));
  const rowCount = shape.streamed ? positions : shape.rowCount;
  // A row of the batch, and what is needed to change it.
  const changes = augmentation === undefined ? 0 : roundUp(4 * nIn, LINE) + augmentationScratch(augmentation);
  const places = {
    order: take(4 * positions),
    factors: take((positions / batchSize) * at.FACTOR_BYTES),
    costs: take(4 * batchSize),
    correct: take(4 * batchSize),
    scratchBytes: roundUp(changes + Math.max(8192, 4 * (2 * nL + 16), 4 * (batchSize + 2)), LINE),
  };
  const scratch = take(threads * places.scratchBytes);
  const x = sparse ? 0 : take(batchBytes(layout.sizes[1]!));
  const byPanels = (n: number): boolean => isByPanels(n, threads);
  const listed = sparse && byPanels(layout.sizes[2]!);
  const listCounts = listed ? take(4 * nIn) : 0;
  const listedInputs = listed ? take(4 * nIn) : 0;
  const listedCounts = listed ? take(4 * threads) : 0;
  const lists = listed ? take(nIn * batchSize * (bytes ? 4 : 8)) : 0;

  const buffers = layout.sizes.slice(2).map((n, index) => {
    const name = activationOf(description, index + 2);
    const activation = ACTIVATIONS[name];
    const activations = take(batchBytes(n));
    const dropout = dropoutThreshold(dropoutOf(description, index + 2));
    const { skip, normalisation } = description.layers[index]!;
    const slopes = activation < at.GELU && dropout === 0 && skip === undefined ? 0 : take(batchBytes(n)) - activations;
    return {
      dropout,
      activations,
      derivatives: take(batchBytes(n)),
      activation,
      slopes,
      saturated: saturationOf(name),
      normalisation,
      out: normalisation === undefined ? activations : take(batchBytes(n)),
      statistics: normalisation === undefined ? 0 : take(Math.max(12 * roundUp(n, 16), 8 * batchSize)),
      pending: description.layers.some((above) => above.skip === index + 2) ? take(batchBytes(n)) : 0,
    };
  });
  const dx = encodings.length === 0 ? 0 : take(batchBytes(layout.sizes[1]!));
  const inputPending = dx !== 0 && description.layers.some(({ skip }) => skip === 1) ? take(batchBytes(layout.sizes[1]!)) : 0;
  const units = rules.clipNorm !== undefined || rules.maxNorm !== undefined;
  const sums = layout.sizes.slice(2).map((n) => (units ? take(8 * roundUp(n, 16)) : 0));
  const parameters = end;
  const columns = encodedColumns(nIn, encodings).map((place): PlannedColumn => {
    const { encoding, width } = place;
    if (encoding === undefined) return { ...place, table: 0 };
    return { ...place, table: take(4 * roundUp(encoding.kind === "embedding" ? encoding.categories * width : encoding.frequencies, 4)) };
  });
  const layers = layout.sizes.slice(2).map((nOut, index): LayerPlan => {
    const below = layout.sizes[index + 1]!;
    const panels = Math.ceil(nOut / 16);
    const last = Math.ceil((nOut - 16 * (panels - 1)) / 4);
    const weightPanel = spread(below) * LINE;
    const { skip, normalisation } = description.layers[index]!;
    const norm = normalisation?.kind;
    return {
      nIn: below,
      nOut,
      panels,
      last,
      weightPanel,
      weights: take(panels * weightPanel),
      biases: take(panels * LINE),
      ...buffers[index]!,
      gamma: norm === undefined ? 0 : take(panels * LINE),
      beta: norm === undefined ? 0 : take(panels * LINE),
      mean: norm === "batch-norm" ? take(panels * LINE) : 0,
      variance: norm === "batch-norm" ? take(panels * LINE) : 0,
      below: index === 0 ? x : buffers[index - 1]!.activations,
      byPanels: byPanels(nOut),
      sums: sums[index]!,
      norm,
      skip: skip === undefined ? undefined : skip - 2,
      added: skip === undefined ? 0 : skip === 1 ? x : buffers[skip - 2]!.activations,
      back: skip === undefined ? 0 : skip === 1 ? inputPending : buffers[skip - 2]!.pending,
      backFirst: !description.layers.slice(index + 1).some((above) => above.skip === skip),
    };
  });
  const parameterBytes = end - parameters;
  const states = slotsOf(optimizer);
  const state1 = states > 0 ? take(parameterBytes) - parameters : 0;
  const state2 = states > 1 ? take(parameterBytes) - parameters : 0;
  const gradient = take(parameterBytes) - parameters;
  const before = observed ? take(parameterBytes) - parameters : 0;
  const average = rules.average === undefined ? 0 : take(parameterBytes) - parameters;

  const targetStride = roundUp(4 * (nL + 1), 16);
  return {
    shape,
    threads,
    batch: batchSize,
    panel,
    layers,
    x,
    input:
      encodings.length === 0
        ? undefined
        : { derivatives: dx, pending: inputPending, columns, records: take(columns.length * at.ENCODING_BYTES) },
    layerTable,
    operations,
    ...places,
    positions,
    scratch,
    listCounts,
    lists,
    listed: listedInputs,
    listedCounts,
    parameters,
    parameterBytes,
    state1,
    state2,
    gradient,
    before,
    average,
    outputs: take(4 * positions * nL),
    targetStride,
    targets: take(rowCount * targetStride),
    weightsOfRows: shape.weighted === true ? take(4 * rowCount) : 0,
    thresholds: shape.labelled === true ? take(4 * nL) : 0,
    parts: take(4 * (threads + 1)),
    rowStarts: sparse ? take(4 * ((changed ? 2 * batchSize : rowCount) * threads + 1)) : 0,
    augmentation: augmentation === undefined ? 0 : take(augmentationBytes(augmentation)),
    batchEntries: changed && sparse ? take(8 * batchSize * nIn) : 0,
    batchOrder: changed && sparse ? take(4 * batchSize) : 0,
    numbers: (changed || buffers.some(({ dropout }) => dropout > 0)) && shape.streamed ? take(4 * positions) : 0,
    rows: take(sparse && !changed ? shape.entries * (bytes ? 4 : 8) : rowCount * inputBytes),
    bytes: end,
  };
}

/** @throws ChainruleError `E_MEMORY` for a network that does not fit into so many bytes, saying how many it needs */
export function checkFits({ bytes }: MemoryPlan, most: number): void {
  if (bytes <= most) return;
  throw new ChainruleError("E_MEMORY", {
    where: "the network and its batches",
    expected: `at most ${most.toLocaleString("en-US")} bytes, which WebAssembly can address`,
    got: `${bytes.toLocaleString("en-US")} bytes`,
    hint: 'Smaller layers or batches need less; engine: "portable" has no such limit.',
  });
}

/**
 * Refuses a network that does not fit into the memory of WebAssembly, before anything of its size is made; rows can be
 * streamed, and do not count.
 *
 * @throws ChainruleError `E_MEMORY`, saying how many bytes it needs
 */
export function checkMemory(program: Omit<EngineProgram, "parameters">): void {
  checkFits(planMemory(program, { kind: "dense floats", rowCount: 0, entries: 0, streamed: true }, 1), LARGEST_MEMORY);
}

/**
 * Whether threads own panels of a layer's outputs. One panel cannot be divided; and where shares would be too unequal, rows
 * of the batch are divided instead.
 */
function isByPanels(nOut: number, threads: number): boolean {
  const panels = Math.ceil(nOut / 16);
  if (panels < Math.max(2, threads)) return false;
  return panels / threads / Math.ceil(panels / threads) >= 0.7;
}
