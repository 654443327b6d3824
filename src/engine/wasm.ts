import { ChainruleError } from "../base/errors.js";
import type { Engine, EngineProgram, EngineRows, EngineSettings, LayerStatistics, NonFinite, StepReport } from "../kernels/contract.js";
import * as at from "../kernels/wasm/generated/addresses.js";
import plainBinary from "../kernels/wasm/generated/plain.js";
import {
  allocate,
  compile,
  decodeBinary,
  instantiate,
  type KernelMemory,
  type KernelModule,
  type Kernels,
  unshared,
  whyNot,
} from "../kernels/wasm/module.js";
import { firstNonFinite, largest } from "./batches.js";
import { type LayerPlan, type MemoryPlan, planMemory, type RowsShape } from "./memory-plan.js";
import { forwardOperations, trainOperations } from "./operations.js";
import { isSparse, measureDensity, partsOf, writeEntries } from "./sparse-rows.js";

/** The engine together with what helper threads need to join it. */
export interface WasmEngine extends Engine {
  readonly module: KernelModule;
  readonly memory: KernelMemory;
  readonly plan: MemoryPlan;
}

let plain: Uint8Array | undefined;

/** The reproducible binary. */
export function plainKernels(): Uint8Array {
  return (plain ??= decodeBinary(plainBinary));
}

let refusal: { readonly reason: string | undefined } | undefined;

/** What keeps this machine from running the WebAssembly engine; undefined where nothing does. */
export function whyNoWasm(): string | undefined {
  refusal ??= { reason: whyNot(unshared(plainKernels())) };
  return refusal.reason;
}

/** Whether this machine has relaxed SIMD: asked with a function of one instruction, i8x16.relaxed_swizzle, so that nothing is loaded. */
export function hasRelaxed(): boolean {
  const bytes = "0 97 115 109 1 0 0 0 1 5 1 96 0 1 123 3 2 1 0 10 15 1 13 0 65 1 253 15 65 2 253 15 253 128 2 11";
  return whyNot(Uint8Array.from(bytes.split(" "), Number)) === undefined;
}

/**
 * The binary that may round a product and its sum once. It is loaded only when it is asked for.
 *
 * @throws ChainruleError `E_ENGINE_UNAVAILABLE` where the runtime has no relaxed SIMD
 */
export async function relaxedKernels(): Promise<Uint8Array> {
  if (hasRelaxed()) return decodeBinary((await import("../kernels/wasm/generated/relaxed.js")).default);
  throw new ChainruleError("E_ENGINE_UNAVAILABLE", {
    where: "reproducible: false",
    expected: "a runtime with relaxed SIMD (Node 22 or newer, Chrome 114, Firefox 146)",
    got: "none",
    hint: "reproducible: true runs here.",
  });
}

/**
 * The engine in WebAssembly: data, order, parameters, the optimizer's state and the program of the network stand in one
 * memory, and one call runs many steps. With more than one thread the others have to join by `help` before the first call.
 *
 * @throws ChainruleError `E_MEMORY` or `E_ENGINE_UNAVAILABLE`
 */
export function createWasmEngine(program: EngineProgram, rows: EngineRows, settings: EngineSettings = {}): WasmEngine {
  const { threads = 1, dense = false, observed = false, binary = plainKernels() } = settings;
  const { description, layout, batchSize } = program;
  const nIn = layout.sizes[1]!;
  const nL = layout.sizes[layout.depth]!;
  const rowCount = rows.inputs.values.length / nIn;
  const density = dense ? undefined : measureDensity(rows.inputs, nIn);
  const sparse = density !== undefined && isSparse(density, rowCount * nIn, nIn);
  const shape: RowsShape = {
    kind: `${sparse ? "sparse" : "dense"} ${rows.inputs.kind === "bytes" ? "bytes" : "floats"}`,
    rowCount,
    entries: sparse ? density.entries : 0,
  };
  const plan = planMemory(program, shape, threads, observed);
  const module = compile(threads > 1 ? binary : unshared(binary));
  const memory = allocate(plan.bytes, threads > 1);
  const kernels = instantiate(module, memory);
  kernels.writeConstants();

  const { buffer } = memory;
  const words = new Uint32Array(buffer);
  const floats = new Float32Array(buffer);
  const doubles = new Float64Array(buffer);
  const optimizer = program.optimizer;
  writeProgram(words, plan, shape, description.cost === "squared-error" ? at.COST_SQUARED_ERROR : at.COST_CROSS_ENTROPY, sparse);
  writeOptimizer(words, floats, doubles, optimizer);
  writeRows(buffer, plan, rows, nIn, nL, sparse ? partsOf(density, threads) : undefined);
  plan.layers.forEach((layer, index) => writeParameters(floats, layer, program, index));

  const setWord = (offset: number, value: number): void => {
    words[(at.PROGRAM + offset) >>> 2] = value;
  };
  const wordAt = (offset: number): number => words[(at.PROGRAM + offset) >>> 2]!;

  /** One call over positions [from, to) of the list, which is copied in; results as the kernels left them. */
  const call = (ask: boolean, list: Uint32Array, from: number, to: number, before = 0): StepReport => {
    doubles[(at.PROGRAM + at.P_COST_SUM) >>> 3] = before;
    words.set(list.subarray(from, to), plan.order >>> 2);
    const reason = kernels.run(ask ? 1 : 0, 0, to - from);
    if (reason !== 0) throw stopped(reason);
    const costSum = doubles[(at.PROGRAM + at.P_COST_SUM) >>> 3]!;
    const correct = wordAt(at.P_CORRECT_SUM);
    const bad = wordAt(at.P_BAD_POSITION) | 0;
    if (bad < 0) return { costSum, correct };
    const cost = doubles[(at.PROGRAM + at.P_BAD_COST) >>> 3]!;
    const count = Math.min(batchSize, to - from - bad);
    const layer = whereNonFinite(kernels, plan, floats, bad, count, list.subarray(from + bad, from + bad + count), rows, nIn);
    return { costSum, correct, nonFinite: { position: from + bad, cost, layer: layer ?? layout.depth } };
  };

  /** Calls over more positions than the order has room for; ends at a cost that is not finite if `stop`. */
  const calls = (
    ask: boolean,
    list: Uint32Array,
    from: number,
    to: number,
    costSum = 0,
    each: (position: number, end: number) => void = () => undefined,
  ): StepReport => {
    const sum = { costSum, correct: 0 };
    let nonFinite: NonFinite | undefined;
    for (let position = from; position < to; position += plan.positions) {
      const end = Math.min(to, position + plan.positions);
      const report = call(ask, list, position, end, sum.costSum);
      sum.costSum = report.costSum;
      sum.correct += report.correct;
      nonFinite ??= report.nonFinite;
      each(position, end);
      if (nonFinite !== undefined && !ask) break;
    }
    return nonFinite === undefined ? sum : { ...sum, nonFinite };
  };

  return {
    name: "wasm",
    threads,
    module,
    memory,
    plan,
    train: (order, from, to, costSum) => calls(false, order, from, to, costSum),
    observe(order, from, to, costSum) {
      setWord(at.P_MODE, at.OBSERVE);
      const report = call(false, order, from, to, costSum);
      setWord(at.P_MODE, at.APPLY);
      if (report.nonFinite !== undefined) return report;
      const layers = plan.layers.map(({ nIn, nOut }, index): LayerStatistics => {
        kernels.measureLayer(index, to - from);
        const rms = (which: number): number => Math.sqrt(doubles[((at.PROGRAM + at.P_SQUARES) >>> 3) + which]! / (nIn * nOut));
        const share = (offset: number): number => wordAt(offset) / nOut;
        return {
          layer: index + 2,
          gradient: rms(0),
          weight: rms(1),
          update: rms(2),
          dead: share(at.P_DEAD),
          saturated: share(at.P_SATURATED),
        };
      });
      return { ...report, layers };
    },
    forward: (list, outputs, costSum) =>
      calls(true, list, 0, list.length, costSum, (position, end) => {
        const start = plan.outputs >>> 2;
        outputs?.set(floats.subarray(start, start + (end - position) * nL), position * nL);
      }),
    gradient(list) {
      setWord(at.P_MODE, at.KEEP);
      call(false, list, 0, list.length);
      setWord(at.P_MODE, at.APPLY);
      return readParameters(floats, plan, program, plan.gradient);
    },
    parameters: () => readParameters(floats, plan, program, 0),
  };
}

/** A worker that did not come to a barrier. */
function stopped(reason: number): ChainruleError {
  return new ChainruleError("E_WORKER", {
    where: reason >= 256 ? `thread ${reason - 256}` : "the worker threads",
    expected: "every thread to finish its share of a step",
    got: reason >= 256 ? "no sign of work for more than a second" : "the run was stopped",
    hint: "threads: 1 needs no other thread.",
  });
}

function writeProgram(words: Uint32Array, plan: MemoryPlan, shape: RowsShape, cost: number, sparse: boolean): void {
  const set = (offset: number, value: number): void => {
    words[(at.PROGRAM + offset) >>> 2] = value;
  };
  const { layers, threads } = plan;
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
  set(at.P_COST, cost);
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

function writeOptimizer(words: Uint32Array, floats: Float32Array, doubles: Float64Array, optimizer: EngineProgram["optimizer"]): void {
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

/** Copies the rows in: whole, or as entries where `parts` is given; and their targets, each with its label behind it. */
function writeRows(
  buffer: ArrayBufferLike,
  plan: MemoryPlan,
  { inputs, targets }: EngineRows,
  nIn: number,
  nL: number,
  parts: Uint32Array | undefined,
): void {
  const floats = new Float32Array(buffer);
  const words = new Uint32Array(buffer);
  if (inputs.kind === "bytes") floats.set(inputs.table, at.BYTE_VALUES >>> 2);
  if (parts !== undefined) {
    words.set(parts, plan.parts >>> 2);
    const rowCount = inputs.values.length / nIn;
    const starts = words.subarray(plan.rowStarts >>> 2, (plan.rowStarts >>> 2) + rowCount * plan.threads + 1);
    writeEntries(inputs, nIn, parts, starts, words.subarray(plan.rows >>> 2));
  } else if (inputs.kind === "bytes") new Uint8Array(buffer).set(inputs.values, plan.rows);
  else floats.set(inputs.values, plan.rows >>> 2);
  const stride = plan.targetStride >>> 2;
  for (let from = 0, to = plan.targets >>> 2; from < targets.length; from += nL, to += stride) {
    for (let j = 0; j < nL; j++) floats[to + j] = targets[from + j]!;
    words[to + nL] = nL === 1 ? Number(targets[from]! >= 0.5) : largest(targets, from, nL);
  }
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

function writeParameters(floats: Float32Array, layer: LayerPlan, program: EngineProgram, index: number): void {
  eachParameter(layer, program, index, (from, place) => {
    floats[place] = program.parameters[from]!;
  });
}

/** @param shift bytes from the parameters to what is read: 0, or to their derivatives */
function readParameters(floats: Float32Array, plan: MemoryPlan, program: EngineProgram, shift: number): Float32Array {
  const vector = new Float32Array(program.layout.length);
  plan.layers.forEach((layer, index) => {
    eachParameter(layer, program, index, (to, place) => {
      vector[to] = floats[place + (shift >>> 2)]!;
    });
  });
  return vector;
}

/** The first layer whose z is not finite, by going up once more layer by layer; only thread 0 works, on all rows. */
function whereNonFinite(
  kernels: Kernels,
  plan: MemoryPlan,
  floats: Float32Array,
  position: number,
  count: number,
  list: Uint32Array,
  { inputs }: EngineRows,
  nIn: number,
): number | undefined {
  const values = inputs.kind === "bytes" ? inputs.table : inputs.values;
  const rows =
    inputs.kind === "bytes"
      ? [values as Float32Array]
      : Array.from(list, (row) => values.subarray(row * nIn, (row + 1) * nIn) as Float32Array);
  if (firstNonFinite(rows) !== undefined) return 1;
  const each = (operation: number): void => {
    for (let thread = 0; thread < plan.threads; thread++) kernels.operate(operation, position, count, thread, 0);
  };
  if (plan.rowStarts === 0) each(at.GATHER);
  for (const [index, layer] of plan.layers.entries()) {
    for (const operation of [at.FORWARD, at.ACTIVATE]) {
      each(operation | (index << 8));
      if (operation === at.FORWARD && !finiteLayer(layer, plan, floats, count)) return index + 2;
    }
  }
  return undefined;
}

function finiteLayer({ nOut, activations }: LayerPlan, { panel }: MemoryPlan, floats: Float32Array, rows: number): boolean {
  for (let j = 0; j < nOut; j++) {
    const column = ((activations + (j >> 4) * panel) >>> 2) + (j & 15);
    for (let row = 0; row < rows; row++) if (!Number.isFinite(floats[column + 16 * row])) return false;
  }
  return true;
}
