import type { Engine, EngineProgram, EngineRows, NonFinite, StepReport } from "../kernels/contract.js";
import { planCost } from "../kernels/cost-plan.js";
import { slopesOf } from "../kernels/portable/activations.js";
import { outputDerivative, rowCost } from "../kernels/portable/costs.js";
import { secondClassFrom } from "../network/costs.js";
import { activationOf } from "../network/description.js";
import { createAugmentedRows } from "./augmented-rows.js";
import { countCorrect, firstNonFinite, gather, takeTargets } from "./batches.js";
import { fromEngineOrder, toEngineOrder } from "./order.js";
import { createInputs, NO_INPUTS } from "./portable-inputs.js";
import {
  createLayers,
  finishBackward,
  finishForward,
  handBack,
  moveStatistics,
  sumBackward,
  sumForward,
  takeBelow,
  type Training,
} from "./portable-layers.js";
import { createPortableStep } from "./portable-step.js";
import { measureLayer } from "./statistics.js";

/** The float32 engine in plain TypeScript: runs everywhere, and is the witness for the bits of the fast ones. */
export function createPortableEngine(program: EngineProgram, rows: EngineRows): Engine {
  const { description, layout, batchSize, optimizer } = program;
  const L = layout.depth;
  const nIn = layout.inputs;
  const nL = layout.sizes[L]!;
  const output = activationOf(description, L);
  const costPlan = planCost(description.cost, nL);
  const costOf = rowCost(costPlan, output);
  const secondClass = secondClassFrom(description.cost);

  // All memory is planned here; a step allocates nothing. Parameters of all layers stand in one vector, their derivatives in another.
  const parameters = toEngineOrder(layout, Float32Array.from(program.state?.parameters ?? program.parameters));
  const gradient = new Float32Array(layout.length);
  const y = new Float32Array(batchSize * nL);
  const inputs = createInputs(program, parameters, gradient);
  const layers = createLayers(program, parameters, gradient, inputs ?? NO_INPUTS);
  const { step, state, exchangeAverage } = createPortableStep(program, parameters, gradient, layers);
  const bottom = layers[0]!;
  const top = layers.at(-1)!;

  /** Of the rows of a batch that is trained on, and their sum. */
  const weights = rows.weights === undefined ? undefined : new Float32Array(batchSize);
  let weightSum = 0;

  /** @param training of a pass that is trained on */
  const forwardPass = (rows: number, training?: Training): void => {
    layers.forEach((layer, index) => {
      const below = layers[index - 1] ?? inputs;
      if (below !== undefined) takeBelow(layer, below.h, rows);
      sumForward(layer, rows);
      finishForward(layer, rows, program.seed ?? 0, training);
    });
  };

  const backwardPass = (rows: number): void => {
    outputDerivative(costPlan, output, top.z, top.h, y, top.d, rows, nL);
    if (weights !== undefined) {
      for (let row = 0; row < rows; row++) {
        const factor = Math.fround((weights[row]! * rows) / weightSum);
        for (let at = row * nL; at < (row + 1) * nL; at++) top.d[at] = Math.fround(top.d[at]! * factor);
      }
    }
    for (let index = layers.length - 1; index >= 0; index--) {
      const layer = layers[index]!;
      sumBackward(layer, rows);
      const below = layers[index - 1];
      if (below !== undefined) {
        handBack(layer, below.d, rows);
        finishBackward(below, rows);
      } else if (inputs?.d !== undefined) {
        handBack(layer, inputs.d, rows);
        inputs.back(rows);
      }
    }
  };

  /** The sum of the batch's costs, in float64, rows in order. */
  const batchCost = (rows: number, weighted = false): number => {
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const cost = costOf(top.z, top.h, y, row * nL, nL);
      sum += weights === undefined || !weighted ? cost : Math.fround(cost * weights[row]!);
    }
    return sum;
  };

  const changed = program.augmentation === undefined ? undefined : createAugmentedRows(program.augmentation, rows, nIn);
  /** @param epoch where the batch is trained on */
  const load = (list: Uint32Array, from: number, count: number, epoch?: number): void => {
    if (weights !== undefined && epoch !== undefined) {
      weightSum = 0;
      for (let row = 0; row < count; row++) weightSum += weights[row] = rows.weights![list[from + row]!]!;
    }
    const taken = rows.stored?.take(list.subarray(from, from + count));
    if (taken === undefined) takeTargets(rows, list, from, count, y, nL);
    else y.set(taken.targets);
    const own = taken?.inputs ?? (changed === undefined || epoch === undefined ? undefined : changed(list, from, count, epoch));
    const source = own === undefined ? rows : { ...rows, inputs: own };
    if (inputs === undefined) gather(source, list, from, count, bottom.input, nIn, own !== undefined);
    else inputs.load(source.inputs, list, from, count, own !== undefined);
  };

  const nonFinite = (position: number, rows: number, cost: number): NonFinite => {
    const entered = inputs?.h.subarray(0, rows * bottom.nIn) ?? bottom.input.value.subarray(0, bottom.input.start[rows]);
    // z, and what becomes of it where it is normalised.
    const at = firstNonFinite([entered, ...layers.flatMap(({ z, u, nOut }) => [z.subarray(0, rows * nOut), u.subarray(0, rows * nOut)])]);
    return { position, cost, layer: at === undefined ? L : 1 + (at >> 1) };
  };

  /** Where a step is observed: its derivatives, before rules change them. */
  let seen: Float32Array | undefined;
  const train: Engine["train"] = (order, from, to, { costSum = 0, rates, epoch = 1 } = {}) => {
    let correct = 0;
    for (let position = from; position < to; position += batchSize) {
      const count = Math.min(batchSize, to - position);
      load(order, position, count, epoch);
      forwardPass(count, { list: order, from: position, count, epoch });
      const cost = batchCost(count, true);
      if (!Number.isFinite(cost)) return { costSum, correct, nonFinite: nonFinite(position, count, cost) };
      costSum += cost;
      correct += countCorrect(top.h, y, count, nL, secondClass, rows.thresholds);
      backwardPass(count);
      seen?.set(gradient);
      layers.forEach(moveStatistics);
      step(rates?.[(position - from) / batchSize] ?? optimizer.learningRate);
    }
    return { costSum, correct };
  };

  return {
    name: "portable",
    threads: 1,
    train,
    observe(order, from, to, call) {
      const before = layers.map(({ w }) => w.slice());
      seen = new Float32Array(layout.length);
      const derivatives = seen;
      const report = train(order, from, to, call);
      seen = undefined;
      if (report.nonFinite !== undefined) return report;
      const measured = layers.map(({ layer, activation, w, dw, u, h, nOut, slopes: kept }, index) =>
        measureLayer({
          layer,
          activation,
          before: before[index]!,
          after: w,
          gradient: derivatives.subarray((dw.byteOffset - gradient.byteOffset) / 4, (dw.byteOffset - gradient.byteOffset) / 4 + dw.length),
          slopes: kept ?? slopesOf(activation, u, h),
          rows: to - from,
          n: nOut,
        }),
      );
      return { ...report, layers: measured };
    },
    forward(list, outputs, costSum = 0): StepReport {
      let correct = 0;
      let bad: NonFinite | undefined;
      for (let position = 0; position < list.length; position += batchSize) {
        const count = Math.min(batchSize, list.length - position);
        load(list, position, count);
        forwardPass(count);
        const cost = batchCost(count);
        if (!Number.isFinite(cost)) bad ??= nonFinite(position, count, cost);
        costSum += cost;
        correct += countCorrect(top.h, y, count, nL, secondClass, rows.thresholds);
        outputs?.set(top.h.subarray(0, count * nL), position * nL);
      }
      return { costSum, correct, ...(bad === undefined ? {} : { nonFinite: bad }) };
    },
    gradient(list, epoch = 1): Float32Array {
      load(list, 0, list.length, epoch);
      forwardPass(list.length, { list, from: 0, count: list.length, epoch });
      backwardPass(list.length);
      return fromEngineOrder(layout, gradient);
    },
    differentiate(list, { costSum = 0, epoch = 1 } = {}) {
      const count = list.length;
      load(list, 0, count, epoch);
      forwardPass(count, { list, from: 0, count, epoch });
      const cost = batchCost(count, true);
      const report = { costSum: costSum + cost, correct: countCorrect(top.h, y, count, nL, secondClass, rows.thresholds) };
      backwardPass(count);
      const bad = Number.isFinite(cost) ? {} : { nonFinite: nonFinite(0, count, cost) };
      return { report: { ...report, ...bad }, gradient: fromEngineOrder(layout, gradient) };
    },
    parameters: () => fromEngineOrder(layout, parameters),
    load: (vector) => parameters.set(toEngineOrder(layout, Float32Array.from(vector))),
    state: () => ({ parameters: fromEngineOrder(layout, parameters), ...state() }),
    exchangeAverage,
  };
}
