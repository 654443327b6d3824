import { takeRowsOf } from "../base/arrays.js";
import { ChainruleError } from "../base/errors.js";
import { keyOf } from "../base/random.js";
import type {
  Engine,
  EngineProgram,
  EngineRows,
  EngineSettings,
  LayerStatistics,
  NonFinite,
  StepCall,
  StepReport,
} from "../kernels/contract.js";
import { writeAugmentation } from "../kernels/wasm/augmentation.js";
import * as at from "../kernels/wasm/generated/addresses.js";
import { allocate, compile, instantiate, type KernelMemory, type KernelModule, type Kernels, unshared } from "../kernels/wasm/module.js";
import { firstNonFinite } from "./batches.js";
import { plainKernels } from "./binaries.js";
import { checkFits, LARGEST_MEMORY, type MemoryPlan, planMemory, type RowsShape } from "./memory-plan.js";
import { isSparse, measureDensity, partsOf } from "./sparse-rows.js";
import { createStepCounter, slotsOf } from "./step-factors.js";
import {
  readParameters,
  startOf,
  takeInputs,
  writeFactors,
  writeInputs,
  writeOptimizer,
  writeParts,
  writeParameters,
  writeProgram,
  writeTable,
  writeTargets,
  writeThresholds,
} from "./wasm-memory.js";

/** The engine together with what helper threads need to join it. */
export interface WasmEngine extends Engine {
  readonly module: KernelModule;
  readonly memory: KernelMemory;
  readonly plan: MemoryPlan;
}

/**
 * How the rows are kept, and where everything stands: rows that are mostly 0 as their entries, others whole; and where they
 * do not all fit, those of one call at a time.
 */
function planRun(
  program: EngineProgram,
  { inputs, weights, thresholds, stored }: EngineRows,
  { threads = 1, dense = false, observed = false, memory = LARGEST_MEMORY }: EngineSettings,
): { readonly plan: MemoryPlan; readonly parts: Uint32Array | undefined } {
  const nIn = program.layout.inputs;
  const about = { weighted: weights !== undefined, labelled: thresholds !== undefined };
  if (stored !== undefined) {
    const { rowCount } = stored;
    const plan = planMemory(program, { kind: "dense floats", rowCount, entries: 0, streamed: true, ...about }, threads, observed);
    checkFits(plan, memory);
    return { plan, parts: undefined };
  }
  const rowCount = inputs.values.length / nIn;
  const { encodings, layers } = program.description;
  // Columns that are encoded, and inputs that a layer adds, are needed whole.
  const whole = encodings !== undefined || layers.some(({ skip }) => skip === 1);
  const density = dense || whole ? undefined : measureDensity(inputs, nIn);
  const sparse = density !== undefined && isSparse(density, rowCount * nIn, nIn);
  const numbers = inputs.kind === "bytes" ? "bytes" : "floats";
  if (program.augmentation !== undefined) {
    // Noise leaves no pixel at 0.
    const entries = sparse && program.augmentation.noise === 0;
    const kind = entries ? "sparse floats" : "dense floats";
    const shape: RowsShape = { kind, rowCount, entries: 0, streamed: false, ...about, source: numbers };
    const parts = entries ? partsOf(density, threads) : undefined;
    const plan = planMemory(program, shape, threads, observed);
    if (plan.bytes <= memory) return { plan, parts };
    const streamed = planMemory(program, { ...shape, streamed: true }, threads, observed);
    checkFits(streamed, memory);
    return { plan: streamed, parts };
  }
  const shape: RowsShape = sparse
    ? { kind: `sparse ${numbers}`, rowCount, entries: density.entries, streamed: false, ...about }
    : { kind: `dense ${numbers}`, rowCount, entries: 0, streamed: false, ...about };
  const fitting = planMemory(program, shape, threads, observed);
  if (fitting.bytes <= memory) return { plan: fitting, parts: sparse ? partsOf(density, threads) : undefined };
  const plan = planMemory(program, { kind: `dense ${numbers}`, rowCount, entries: 0, streamed: true, ...about }, threads, observed);
  checkFits(plan, memory);
  return { plan, parts: undefined };
}

/**
 * The engine in WebAssembly: data, order, parameters, the optimizer's state and the program of the network stand in one
 * memory, and one call runs many steps. With more than one thread the others have to join by `help` before the first call.
 *
 * @throws ChainruleError `E_MEMORY` or `E_ENGINE_UNAVAILABLE`
 */
export function createWasmEngine(program: EngineProgram, rows: EngineRows, settings: EngineSettings = {}): WasmEngine {
  const { threads = 1, binary = plainKernels() } = settings;
  const { description, layout, batchSize } = program;
  const nIn = layout.inputs;
  const nL = layout.sizes[layout.depth]!;
  const { plan, parts } = planRun(program, rows, settings);
  const module = compile(threads > 1 ? binary : unshared(binary));
  const memory = allocate(plan.bytes, threads > 1);
  const kernels = instantiate(module, memory);
  kernels.writeConstants();

  const { buffer } = memory;
  const words = new Uint32Array(buffer);
  const floats = new Float32Array(buffer);
  const doubles = new Float64Array(buffer);
  const { streamed } = plan.shape;
  writeProgram(words, plan, description.cost, program.rules);
  writeOptimizer(buffer, plan, program);
  const [low, high] = keyOf(program.seed ?? 0);
  words[(at.PROGRAM + at.P_SEED) >>> 2] = low;
  words[(at.PROGRAM + at.P_SEED + 4) >>> 2] = high;
  if (rows.thresholds !== undefined) writeThresholds(floats, plan, rows.thresholds);
  writeTable(floats, rows.inputs);
  writeParts(words, plan, parts);
  if (program.augmentation !== undefined) writeAugmentation(words, floats, plan.augmentation, program.augmentation);
  if (!streamed) {
    writeInputs(buffer, plan, rows.inputs, nIn, plan.batchEntries === 0 ? parts : undefined);
    writeTargets(buffer, plan, rows.targets, nL);
    if (rows.weights !== undefined) floats.set(rows.weights, plan.weightsOfRows >>> 2);
  }
  writeParameters(floats, plan, layout, startOf(program), 0);
  const counter = createStepCounter(program.optimizer, program.rules, program.state?.counters);

  const setWord = (offset: number, value: number): void => {
    words[(at.PROGRAM + offset) >>> 2] = value;
  };
  const wordAt = (offset: number): number => words[(at.PROGRAM + offset) >>> 2]!;
  /** The order of a call; of streamed rows the rows themselves, which then stand in that order. */
  const load = (list: Uint32Array): void => {
    words.set(streamed ? list.map((_, position) => position) : list, plan.order >>> 2);
    if (!streamed) return;
    if (plan.numbers !== 0) words.set(list, plan.numbers >>> 2);
    const { inputs, targets } = rows.stored?.take(list) ?? {
      inputs: takeInputs(rows.inputs, nIn, list),
      targets: takeRowsOf(rows.targets, nL, list),
    };
    writeInputs(buffer, plan, inputs, nIn, undefined);
    writeTargets(buffer, plan, targets, nL);
    if (rows.weights !== undefined) floats.set(takeRowsOf(rows.weights, 1, list), plan.weightsOfRows >>> 2);
  };

  /** What the steps over positions [from, to) multiply by; `rates` begin at position `start`. */
  const loadFactors = (start: number, from: number, to: number, rates: StepCall["rates"]): void => {
    for (let position = from, step = 0; position < to; position += batchSize, step++) {
      writeFactors(floats, plan, step, counter.next(rates?.[(position - start) / batchSize] ?? program.optimizer.learningRate));
    }
  };

  /** One call over positions [from, to) of the list, which is copied in; results as the kernels left them. */
  const call = (ask: boolean, list: Uint32Array, from: number, to: number, before = 0): StepReport => {
    doubles[(at.PROGRAM + at.P_COST_SUM) >>> 3] = before;
    load(list.subarray(from, to));
    const reason = kernels.run(ask ? 1 : 0, 0, to - from);
    if (reason !== 0) throw stopped(reason);
    const costSum = doubles[(at.PROGRAM + at.P_COST_SUM) >>> 3]!;
    const correct = wordAt(at.P_CORRECT_SUM);
    const bad = wordAt(at.P_BAD_POSITION) | 0;
    if (bad < 0) return { costSum, correct };
    const cost = doubles[(at.PROGRAM + at.P_BAD_COST) >>> 3]!;
    const count = Math.min(batchSize, to - from - bad);
    const layer = whereNonFinite(kernels, plan, floats, bad, count, list.subarray(from + bad, from + bad + count), rows, nIn, !ask);
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
    rates?: StepCall["rates"],
  ): StepReport => {
    const sum = { costSum, correct: 0 };
    let nonFinite: NonFinite | undefined;
    for (let position = from; position < to; position += plan.positions) {
      const end = Math.min(to, position + plan.positions);
      if (!ask) loadFactors(from, position, end, rates);
      const report = call(ask, list, position, end, sum.costSum);
      sum.costSum = report.costSum;
      sum.correct += report.correct;
      nonFinite ??= report.nonFinite;
      each(position, end);
      if (nonFinite !== undefined && !ask) break;
    }
    return nonFinite === undefined ? sum : { ...sum, nonFinite };
  };

  const differentiate = (list: Uint32Array, { costSum = 0, epoch = 1 }: StepCall = {}): { report: StepReport; gradient: Float32Array } => {
    setWord(at.P_EPOCH, epoch);
    setWord(at.P_MODE, at.KEEP);
    const report = call(false, list, 0, list.length, costSum);
    setWord(at.P_MODE, at.APPLY);
    return { report, gradient: readParameters(floats, plan, layout, plan.gradient) };
  };

  return {
    name: "wasm",
    threads,
    module,
    memory,
    plan,
    train(order, from, to, { costSum, rates, epoch = 1 } = {}) {
      setWord(at.P_EPOCH, epoch);
      return calls(false, order, from, to, costSum, undefined, rates);
    },
    observe(order, from, to, { costSum, rates, epoch = 1 } = {}) {
      setWord(at.P_EPOCH, epoch);
      setWord(at.P_MODE, at.OBSERVE);
      loadFactors(from, from, to, rates);
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
    gradient: (list, epoch = 1) => differentiate(list, { epoch }).gradient,
    differentiate,
    parameters: () => readParameters(floats, plan, layout, 0),
    load: (vector) => writeParameters(floats, plan, layout, vector, 0),
    state: () => ({
      parameters: readParameters(floats, plan, layout, 0),
      slots: [plan.state1, plan.state2].slice(0, slotsOf(program.optimizer)).map((shift) => readParameters(floats, plan, layout, shift)),
      ...(plan.average === 0 ? {} : { average: readParameters(floats, plan, layout, plan.average) }),
      counters: counter.counters(),
    }),
    exchangeAverage() {
      if (plan.average === 0) return;
      const vectors = floats.subarray(plan.parameters >>> 2, (plan.parameters + plan.parameterBytes) >>> 2);
      const mean = floats.subarray((plan.parameters + plan.average) >>> 2, (plan.parameters + plan.average + plan.parameterBytes) >>> 2);
      const now = vectors.slice();
      vectors.set(mean);
      mean.set(now);
    },
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

/** The first layer whose z is not finite, by going up once more layer by layer; only thread 0 works, on all rows. */
function whereNonFinite(
  kernels: Kernels,
  plan: MemoryPlan,
  floats: Float32Array,
  position: number,
  count: number,
  list: Uint32Array,
  { inputs: all, stored }: EngineRows,
  nIn: number,
  train: boolean,
): number | undefined {
  const inputs = stored?.take(list).inputs ?? all;
  const values = inputs.kind === "bytes" ? inputs.table : inputs.values;
  const rows =
    inputs.kind === "bytes" || stored !== undefined
      ? [values as Float32Array]
      : Array.from(list, (row) => values.subarray(row * nIn, (row + 1) * nIn) as Float32Array);
  if (firstNonFinite(rows) !== undefined) return 1;
  const each = (operation: number): void => {
    for (let thread = 0; thread < plan.threads; thread++) kernels.operate(operation, position, count, thread, train);
  };
  if (plan.augmentation !== 0)
    for (let thread = 0; thread < plan.threads; thread++) kernels.operate(at.AUGMENT, position, count, thread, 1);
  else if (plan.input !== undefined) {
    each(at.ENCODE);
    if (!finitePanels(plan.x, plan.layers[0]!.nIn, plan, floats, count)) return 1;
  } else if (plan.shape.kind.startsWith("dense")) each(at.GATHER);
  for (const [index, layer] of plan.layers.entries()) {
    // z, and what becomes of it where it is normalised.
    const { nOut, out, activations } = layer;
    each(at.FORWARD | (index << 8));
    if (!finitePanels(out, nOut, plan, floats, count)) return index + 2;
    if (layer.norm !== undefined) each(at.NORM | (index << 8));
    if (!finitePanels(activations, nOut, plan, floats, count)) return index + 2;
    each(at.ACTIVATE | (index << 8));
  }
  return undefined;
}

/** Whether all values of n neurons are finite, in panels from `start` on. */
function finitePanels(start: number, n: number, { panel }: MemoryPlan, floats: Float32Array, rows: number): boolean {
  for (let j = 0; j < n; j++) {
    const column = ((start + (j >> 4) * panel) >>> 2) + (j & 15);
    for (let row = 0; row < rows; row++) if (!Number.isFinite(floats[column + 16 * row])) return false;
  }
  return true;
}
