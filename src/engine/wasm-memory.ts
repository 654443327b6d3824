import { takeRowsOf } from "../base/arrays.js";
import type { EngineInputs, EngineProgram } from "../kernels/contract.js";
import * as at from "../kernels/wasm/generated/addresses.js";
import type { CostName } from "../network/costs.js";
import { largest } from "./batches.js";
import type { LayerPlan, MemoryPlan } from "./memory-plan.js";
import { forwardOperations, trainOperations } from "./operations.js";
import { writeEntries } from "./sparse-rows.js";

// What is written into the memory of a run, and read from it, at the places of its plan.

type Numbers = Float32Array | Float64Array;

/** The program's record, the layers' records and the operations. */
export function writeProgram(words: Uint32Array, plan: MemoryPlan, cost: CostName): void {
  const set = (offset: number, value: number): void => {
    words[(at.PROGRAM + offset) >>> 2] = value;
  };
  const { layers, threads, shape } = plan;
  const sparse = shape.kind.startsWith("sparse");
  const train = trainOperations(layers, threads, sparse);
  const forward = forwardOperations(layers, threads, sparse);
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
  set(at.P_ROWS, plan.rows);
  set(at.P_ROW_STARTS, plan.rowStarts);
  set(at.P_PARTS, plan.parts);
  set(at.P_TARGETS, plan.targets);
  set(at.P_TARGET_STRIDE, plan.targetStride);
  set(at.P_ORDER, plan.order);
  set(at.P_COSTS, plan.costs);
  set(at.P_CORRECT, plan.correct);
  set(at.P_OUTPUTS, plan.outputs);
  set(at.P_SCRATCH, plan.scratch);
  set(at.P_SCRATCH_BYTES, plan.scratchBytes);
  set(at.P_LIST_COUNTS, plan.listCounts);
  set(at.P_LISTS, plan.lists);
  set(at.P_LISTED, plan.listed);
  set(at.P_LISTED_COUNTS, plan.listedCounts);
  set(at.P_COST, cost === "squared-error" ? at.COST_SQUARED_ERROR : at.COST_CROSS_ENTROPY);
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
    field(at.L_ACTIVATIONS, layer.activations);
    field(at.L_DERIVATIVES, layer.derivatives);
    field(at.L_BELOW, layer.below);
    field(at.L_ACTIVATION, layer.activation);
    field(at.L_BY_PANELS, Number(layer.byPanels));
  });
}

export function writeOptimizer(
  words: Uint32Array,
  floats: Float32Array,
  doubles: Float64Array,
  optimizer: EngineProgram["optimizer"],
): void {
  const word = (offset: number): number => (at.OPTIMIZER + offset) >>> 2;
  const double = (offset: number): number => (at.OPTIMIZER + offset) >>> 3;
  floats[word(at.O_RATE)] = optimizer.learningRate;
  if (optimizer.kind === "sgd") {
    words[word(at.O_KIND)] = optimizer.momentum === 0 ? at.SGD : optimizer.nesterov ? at.NESTEROV : at.MOMENTUM;
    floats[word(at.O_MOMENTUM)] = optimizer.momentum;
    return;
  }
  const { learningRate, beta1, beta2, epsilon } = optimizer;
  words[word(at.O_KIND)] = at.ADAM;
  floats[word(at.O_BETA1)] = beta1;
  floats[word(at.O_REST1)] = 1 - beta1;
  floats[word(at.O_BETA2)] = beta2;
  floats[word(at.O_REST2)] = 1 - beta2;
  floats[word(at.O_EPSILON)] = epsilon;
  doubles[double(at.O_EXACT_RATE)] = learningRate;
  doubles[double(at.O_EXACT_BETA1)] = beta1;
  doubles[double(at.O_EXACT_BETA2)] = beta2;
  doubles[double(at.O_POWER1)] = 1;
  doubles[double(at.O_POWER2)] = 1;
}

/** The scaled value of each byte. */
export function writeTable(floats: Float32Array, inputs: EngineInputs): void {
  if (inputs.kind === "bytes") floats.set(inputs.table, at.BYTE_VALUES >>> 2);
}

/** Copies inputs in: whole, or as entries where `parts` is given. */
export function writeInputs(
  buffer: ArrayBufferLike,
  { rows, rowStarts, parts: partsAt, threads }: MemoryPlan,
  inputs: EngineInputs,
  nIn: number,
  parts: Uint32Array | undefined,
): void {
  if (parts !== undefined) {
    const words = new Uint32Array(buffer);
    words.set(parts, partsAt >>> 2);
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

/** Each parameter of a layer: its place in the flat vector, and in the memory (in floats). */
function eachParameter(layer: LayerPlan, { layout }: EngineProgram, index: number, visit: (at: number, place: number) => void): void {
  const { nIn, nOut } = layer;
  const weights = layout.tensors[2 * index]!.offset;
  const biases = layout.tensors[2 * index + 1]!.offset;
  for (let j = 0; j < nOut; j++) {
    const p = j >> 4;
    const column = ((layer.weights + p * layer.weightPanel) >>> 2) + (j & 15);
    for (let k = 0; k < nIn; k++) visit(weights + j * nIn + k, column + 16 * k);
    visit(biases + j, (layer.biases >>> 2) + j);
  }
}

export function writeParameters(floats: Float32Array, plan: MemoryPlan, program: EngineProgram): void {
  plan.layers.forEach((layer, index) => {
    eachParameter(layer, program, index, (from, place) => {
      floats[place] = program.parameters[from]!;
    });
  });
}

/** @param shift bytes from the parameters to what is read: 0, or to their derivatives */
export function readParameters(floats: Float32Array, plan: MemoryPlan, program: EngineProgram, shift: number): Float32Array {
  const vector = new Float32Array(program.layout.length);
  plan.layers.forEach((layer, index) => {
    eachParameter(layer, program, index, (to, place) => {
      vector[to] = floats[place + (shift >>> 2)]!;
    });
  });
  return vector;
}
