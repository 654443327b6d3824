import { takeRowsOf } from "../base/arrays.js";
import type { EngineInputs, EngineProgram, StepRules } from "../kernels/contract.js";
import { dropoutScale } from "../kernels/portable/dropout.js";
import * as at from "../kernels/wasm/generated/addresses.js";
import { type CostPlan, planCost } from "../kernels/cost-plan.js";
import { type CostDescription, secondClassFrom } from "../network/costs.js";
import type { Layout, TensorLayout } from "../network/layout.js";
import { largest } from "./batches.js";
import type { InputPlan, LayerPlan, MemoryPlan } from "./memory-plan.js";
import { forwardOperations, trainOperations } from "./operations.js";
import { writeEntries } from "./sparse-rows.js";
import { slotsOf, type StepFactors } from "./step-factors.js";

// What is written into the memory of a run, and read from it, at the places of its plan.

type Numbers = Float32Array | Float64Array;

const COSTS: Readonly<Record<CostPlan["family"], number>> = {
  squares: at.COST_SQUARES,
  "cross-entropy": at.COST_CROSS_ENTROPY,
  huber: at.COST_HUBER,
  quantile: at.COST_QUANTILE,
  hinge: at.COST_HINGE,
  poisson: at.COST_POISSON,
};

/** The program's record, the layers' records and the operations. */
export function writeProgram(words: Uint32Array, plan: MemoryPlan, cost: CostDescription, rules: StepRules | undefined): void {
  const set = (offset: number, value: number): void => {
    words[(at.PROGRAM + offset) >>> 2] = value;
  };
  const { layers, threads, shape } = plan;
  const sparse = shape.kind.startsWith("sparse");
  const encoded = plan.input?.columns.flatMap(({ encoding }, column) => (encoding === undefined ? [] : [column])) ?? [];
  const planned = { sparse, changed: shape.source !== undefined, encoded };
  const train = trainOperations(layers, threads, planned, rules, shape.weighted === true);
  const forward = forwardOperations(layers, threads, planned);
  words.set([...train, ...forward], plan.operations >>> 2);
  const kinds = {
    "dense floats": at.DENSE_FLOATS,
    "dense bytes": at.DENSE_BYTES,
    "sparse bytes": at.SPARSE_BYTES,
    "sparse floats": at.SPARSE_FLOATS,
  };
  set(at.P_THREADS, threads);
  set(at.P_BATCH, plan.batch);
  set(at.P_PANEL, plan.panel);
  set(at.P_LAYER_TABLE, plan.layerTable);
  set(at.P_TRAIN_OPERATIONS, plan.operations);
  set(at.P_FORWARD_OPERATIONS, plan.operations + 4 * train.length);
  set(at.P_ROWS_KIND, kinds[shape.kind]);
  set(at.P_ROWS, plan.batchEntries === 0 ? plan.rows : plan.batchEntries);
  set(at.P_SOURCE, plan.rows);
  set(at.P_SOURCE_KIND, shape.source === "bytes" ? at.DENSE_BYTES : at.DENSE_FLOATS);
  set(at.P_AUGMENTATION, plan.augmentation);
  set(at.P_NUMBERS, plan.numbers === 0 ? plan.order : plan.numbers);
  set(at.P_BATCH_ORDER, plan.batchOrder);
  // Every other row, so that the one between says where the entries of a row end.
  if (plan.batchOrder !== 0) for (let row = 0; row < plan.batch; row++) words[(plan.batchOrder >>> 2) + row] = 2 * row;
  set(at.P_ROW_STARTS, plan.rowStarts);
  set(at.P_PARTS, plan.parts);
  set(at.P_TARGETS, plan.targets);
  set(at.P_TARGET_STRIDE, plan.targetStride);
  set(at.P_ORDER, plan.order);
  set(at.P_FACTORS, plan.factors);
  set(at.P_WEIGHTS, plan.weightsOfRows);
  set(at.P_THRESHOLDS, plan.thresholds);
  set(at.P_COSTS, plan.costs);
  set(at.P_CORRECT, plan.correct);
  set(at.P_OUTPUTS, plan.outputs);
  set(at.P_SCRATCH, plan.scratch);
  set(at.P_SCRATCH_BYTES, plan.scratchBytes);
  set(at.P_LIST_COUNTS, plan.listCounts);
  set(at.P_LISTS, plan.lists);
  set(at.P_LISTED, plan.listed);
  set(at.P_LISTED_COUNTS, plan.listedCounts);
  const { family, setting, termFactor, slopeFactor } = planCost(cost, layers.at(-1)!.nOut);
  set(at.P_COST, COSTS[family]);
  const floats = new Float32Array(words.buffer, at.PROGRAM);
  floats[at.P_COST_SETTING >>> 2] = setting;
  floats[at.P_TERM_FACTOR >>> 2] = termFactor;
  floats[at.P_SLOPE_FACTOR >>> 2] = slopeFactor;
  floats[at.P_SECOND_CLASS >>> 2] = secondClassFrom(cost);
  layers.forEach((layer, index) => {
    const field = (offset: number, value: number): void => {
      words[(plan.layerTable + index * at.LAYER_BYTES + offset) >>> 2] = value;
    };
    field(at.L_INPUTS, layer.nIn);
    field(at.L_OUTPUTS, layer.nOut);
    field(at.L_PANELS, layer.panels);
    field(at.L_LAST, layer.last);
    field(at.L_WEIGHTS, layer.weights);
    field(at.L_WEIGHT_PANEL, layer.weightPanel);
    field(at.L_BIASES, layer.biases);
    field(at.L_STATE1, plan.state1);
    field(at.L_STATE2, plan.state2);
    field(at.L_GRADIENT, plan.gradient);
    field(at.L_BEFORE, plan.before);
    field(at.L_AVERAGE, plan.average);
    field(at.L_SUMS, layer.sums);
    field(at.L_ACTIVATIONS, layer.activations);
    field(at.L_DERIVATIVES, layer.derivatives);
    field(at.L_BELOW, layer.below);
    field(at.L_ACTIVATION, layer.activation);
    field(at.L_SLOPES, layer.slopes);
    field(at.L_DROPOUT, layer.dropout);
    new Float32Array(words.buffer)[(plan.layerTable + index * at.LAYER_BYTES + at.L_DROPOUT_SCALE) >>> 2] = dropoutScale(layer.dropout);
    new Float32Array(words.buffer)[(plan.layerTable + index * at.LAYER_BYTES + at.L_SATURATED) >>> 2] = layer.saturated;
    field(at.L_BY_PANELS, Number(layer.byPanels));
    field(at.L_SUMS_OUT, layer.out);
    field(at.L_SKIP, layer.added);
    field(at.L_PENDING, layer.pending);
    field(at.L_BACK, layer.back);
    field(at.L_BACK_FIRST, Number(layer.backFirst));
    writeNormalisation(words, plan.layerTable + index * at.LAYER_BYTES, layer);
  });
  if (plan.input !== undefined) writeInputLayer(words, plan, plan.input);
}

function writeNormalisation(words: Uint32Array, record: number, layer: LayerPlan): void {
  const { normalisation } = layer;
  if (normalisation === undefined) return;
  const field = (offset: number, value: number): void => {
    words[(record + offset) >>> 2] = value;
  };
  const floats = new Float32Array(words.buffer);
  field(at.L_NORM, normalisation.kind === "batch-norm" ? at.BATCH_NORM : at.LAYER_NORM);
  field(at.L_GAMMA, layer.gamma);
  field(at.L_BETA, layer.beta);
  field(at.L_MEAN, layer.mean);
  field(at.L_VAR, layer.variance);
  field(at.L_STATISTICS, layer.statistics);
  new Float64Array(words.buffer)[(record + at.L_EPSILON) >>> 3] = normalisation.epsilon;
  if (normalisation.kind === "layer-norm") return;
  floats[(record + at.L_KEEP) >>> 2] = 1 - normalisation.momentum;
  floats[(record + at.L_SHARE) >>> 2] = normalisation.momentum;
}

/** Layer 1 as the layers above it see it, and its columns. */
function writeInputLayer(words: Uint32Array, plan: MemoryPlan, { derivatives, pending, records, columns }: InputPlan): void {
  const n = plan.layers[0]!.nIn;
  const field = (offset: number, value: number): void => {
    words[(plan.layerTable - at.LAYER_BYTES + offset) >>> 2] = value;
  };
  field(at.L_OUTPUTS, n);
  field(at.L_PANELS, Math.ceil(n / 16));
  field(at.L_LAST, Math.ceil((n - 16 * (Math.ceil(n / 16) - 1)) / 4));
  field(at.L_ACTIVATIONS, plan.x);
  field(at.L_DERIVATIVES, derivatives);
  field(at.L_PENDING, pending);
  field(at.L_ACTIVATION, at.IDENTITY);
  field(at.L_STATE1, plan.state1);
  field(at.L_STATE2, plan.state2);
  field(at.L_GRADIENT, plan.gradient);
  field(at.L_BEFORE, plan.before);
  field(at.L_AVERAGE, plan.average);
  const set = (offset: number, value: number): void => {
    words[(at.PROGRAM + offset) >>> 2] = value;
  };
  set(at.P_COLUMNS, columns.length);
  set(at.P_ENCODINGS, records);
  set(at.P_ENCODING_COUNT, columns.length);
  columns.forEach(({ column, at: first, width, encoding, table }) => {
    const part = (offset: number, value: number): void => {
      words[(records + column * at.ENCODING_BYTES + offset) >>> 2] = value;
    };
    part(at.C_COLUMN, column);
    part(at.C_AT, first);
    part(at.C_WIDTH, width);
    if (encoding === undefined) return;
    part(at.C_KIND, encoding.kind === "embedding" ? at.EMBEDDED : at.PERIODIC);
    part(at.C_ROWS, encoding.kind === "embedding" ? encoding.categories : encoding.frequencies);
    part(at.C_TABLE, table);
  });
}

/** From which output on each label of a row is there. */
export function writeThresholds(floats: Float32Array, { thresholds: place }: MemoryPlan, thresholds: Float32Array): void {
  floats.set(thresholds, place >>> 2);
  // Of a single output the kernels take it from the record.
  if (thresholds.length === 1) floats.set(thresholds, (at.PROGRAM + at.P_SECOND_CLASS) >>> 2);
}

/** Settings and rules, and what the optimizer keeps where it goes on from a state. */
export function writeOptimizer(buffer: ArrayBufferLike, plan: MemoryPlan, program: EngineProgram): void {
  const { optimizer, rules = {} } = program;
  const words = new Int32Array(buffer, at.OPTIMIZER);
  const floats = new Float32Array(buffer, at.OPTIMIZER);
  const doubles = new Float64Array(buffer, at.OPTIMIZER);
  const set = (offset: number, value = 0): void => {
    floats[offset >>> 2] = value;
  };
  words[at.O_KIND >>> 2] = kindOf(optimizer);
  const { momentum, beta1, beta2, rho, epsilon } = optimizer as Partial<Record<"momentum" | "beta1" | "beta2" | "rho" | "epsilon", number>>;
  set(at.O_MOMENTUM, momentum);
  set(at.O_BETA1, beta1);
  set(at.O_REST1, 1 - (beta1 ?? 0));
  set(at.O_BETA2, beta2 ?? rho);
  set(at.O_REST2, 1 - (beta2 ?? rho ?? 0));
  set(at.O_EPSILON, epsilon);
  const { clipValue, clipNorm, l1, l2, weightDecay, maxNorm } = rules;
  const flag = (value: number | undefined, rule: number): number => (value === undefined ? 0 : rule);
  words[at.O_RULES >>> 2] =
    flag(clipValue, at.RULE_CLIP_VALUE) |
    flag(clipNorm, at.RULE_CLIP_NORM) |
    flag(l1, at.RULE_L1) |
    flag(l2, at.RULE_L2) |
    flag(weightDecay, at.RULE_DECAY);
  set(at.O_CLIP_VALUE, clipValue);
  set(at.O_L1, l1);
  set(at.O_L2, l2);
  doubles[at.O_CLIP_NORM >>> 3] = clipNorm ?? 0;
  doubles[at.O_MAX_NORM >>> 3] = maxNorm ?? 0;

  const all = new Float32Array(buffer);
  const { state, layout } = program;
  for (const [slot, shift] of [plan.state1, plan.state2].slice(0, slotsOf(optimizer)).entries()) {
    const start = optimizer.kind === "adagrad" ? optimizer.initial : 0;
    writeParameters(all, plan, layout, state?.slots[slot] ?? new Float32Array(layout.length).fill(start), shift);
  }
  if (plan.average !== 0) writeParameters(all, plan, layout, state?.average ?? startOf(program), plan.average);
}

function kindOf(optimizer: EngineProgram["optimizer"]): number {
  switch (optimizer.kind) {
    case "sgd":
      return optimizer.momentum === 0 ? at.SGD : optimizer.nesterov ? at.NESTEROV : at.MOMENTUM;
    case "adam":
    case "adamw":
      return at.ADAM;
    case "nadam":
      return at.NADAM;
    case "adagrad":
      return at.ADAGRAD;
    case "rmsprop":
      return optimizer.momentum > 0 ? at.RMSPROP_MOMENTUM : at.RMSPROP;
    case "lion":
      return at.LION;
  }
}

/** What a step of a call multiplies by. */
export function writeFactors(floats: Float32Array, plan: MemoryPlan, step: number, factors: StepFactors): void {
  // Number by number: handing a list over takes longer than all the rest of a small step's beginning.
  const at0 = (plan.factors + step * at.FACTOR_BYTES) >>> 2;
  floats[at0] = factors.rate;
  floats[at0 + 1] = factors.rate2;
  floats[at0 + 2] = factors.scale;
  floats[at0 + 3] = factors.keep;
  floats[at0 + 4] = factors.average;
  floats[at0 + 5] = factors.averageRest;
}

/** The parameters that a run starts from. */
export function startOf({ state, parameters }: EngineProgram): Numbers {
  return state?.parameters ?? parameters;
}

/** The scaled value of each byte. */
export function writeTable(floats: Float32Array, inputs: EngineInputs): void {
  if (inputs.kind === "bytes") floats.set(inputs.table, at.BYTE_VALUES >>> 2);
}

/** Which inputs each thread sums derivatives for, of rows that are kept as entries. */
export function writeParts(words: Uint32Array, plan: MemoryPlan, parts: Uint32Array | undefined): void {
  if (parts !== undefined) words.set(parts, plan.parts >>> 2);
}

/** Copies inputs in: whole, or as entries where `parts` is given. */
export function writeInputs(
  buffer: ArrayBufferLike,
  { rows, rowStarts, threads }: MemoryPlan,
  inputs: EngineInputs,
  nIn: number,
  parts: Uint32Array | undefined,
): void {
  if (parts !== undefined) {
    const words = new Uint32Array(buffer);
    const rowCount = inputs.values.length / nIn;
    const starts = words.subarray(rowStarts >>> 2, (rowStarts >>> 2) + rowCount * threads + 1);
    writeEntries(inputs, nIn, parts, starts, words.subarray(rows >>> 2));
  } else if (inputs.kind === "bytes") new Uint8Array(buffer).set(inputs.values, rows);
  else new Float32Array(buffer).set(inputs.values, rows >>> 2);
}

/** Copies targets in, each row's with its label behind it. */
export function writeTargets(buffer: ArrayBufferLike, { targets: place, targetStride }: MemoryPlan, targets: Numbers, nL: number): void {
  const floats = new Float32Array(buffer);
  const words = new Uint32Array(buffer);
  for (let from = 0, to = place >>> 2; from < targets.length; from += nL, to += targetStride >>> 2) {
    for (let j = 0; j < nL; j++) floats[to + j] = targets[from + j]!;
    words[to + nL] = nL === 1 ? Number(targets[from]! >= 0.5) : largest(targets, from, nL);
  }
}

/** The listed rows. */
export function takeInputs(inputs: EngineInputs, nIn: number, list: Uint32Array): EngineInputs {
  if (inputs.kind === "bytes") return { ...inputs, values: takeRowsOf(inputs.values, nIn, list) };
  return { ...inputs, values: takeRowsOf(inputs.values, nIn, list) };
}

/** Each parameter: its place in the flat vector, and in the memory (in floats). */
function eachParameter({ layers, input }: MemoryPlan, layout: Layout, visit: (at: number, place: number) => void): void {
  const straight = ({ offset, rows, columns }: TensorLayout, place: number): void => {
    for (let i = 0; i < rows * columns; i++) visit(offset + i, (place >>> 2) + i);
  };
  const tables = input?.columns.filter(({ encoding }) => encoding !== undefined) ?? [];
  tables.forEach(({ table }, index) => {
    straight(layout.tensors[index]!, table);
  });
  layers.forEach((layer, index) => {
    const { nIn, nOut } = layer;
    const { w, b, gamma, beta, mean, var: variance } = layout.layers[index + 2]!;
    for (let j = 0; j < nOut; j++) {
      const column = ((layer.weights + (j >> 4) * layer.weightPanel) >>> 2) + (j & 15);
      for (let k = 0; k < nIn; k++) visit(w.offset + j * nIn + k, column + 16 * k);
    }
    straight(b, layer.biases);
    if (gamma !== undefined) straight(gamma, layer.gamma);
    if (beta !== undefined) straight(beta, layer.beta);
    if (mean !== undefined) straight(mean, layer.mean);
    if (variance !== undefined) straight(variance, layer.variance);
  });
}

/** @param shift bytes from the parameters to what is written: 0, or to a state of the optimizer */
export function writeParameters(floats: Float32Array, plan: MemoryPlan, layout: Layout, vector: Numbers, shift: number): void {
  eachParameter(plan, layout, (from, place) => {
    floats[place + (shift >>> 2)] = vector[from]!;
  });
}

/** @param shift bytes from the parameters to what is read: 0, or to their derivatives */
export function readParameters(floats: Float32Array, plan: MemoryPlan, layout: Layout, shift: number): Float32Array {
  const vector = new Float32Array(layout.length);
  eachParameter(plan, layout, (to, place) => {
    vector[to] = floats[place + (shift >>> 2)]!;
  });
  return vector;
}
