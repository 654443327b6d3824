import type { Engine, EngineProgram, EngineRows } from "../kernels/contract.js";
import { planCost } from "../kernels/cost-plan.js";
import { slopesOf } from "../kernels/portable/activations.js";
import { outputDerivative } from "../kernels/portable/costs.js";
import { activationOf } from "../network/description.js";
import { createAugmentedRows } from "./augmented-rows.js";
import { fromEngineOrder, toEngineOrder } from "./order.js";
import { createPortableForward } from "./portable-forward.js";
import { finishBackward, handBack, moveStatistics, sumBackward } from "./portable-layers.js";
import { createPortableStep } from "./portable-step.js";
import { measureLayer } from "./statistics.js";

/** The float32 engine in plain TypeScript: runs everywhere, and is the witness for the bits of the fast ones. */
export function createPortableEngine(program: EngineProgram, rows: EngineRows): Engine {
  const { description, layout, batchSize, optimizer } = program;
  const L = layout.depth;
  const nL = layout.sizes[L]!;
  const output = activationOf(description, L);
  const costPlan = planCost(description.cost, nL);

  const passes = createPortableForward(program, rows);
  const { parameters, gradient, inputs, layers, y, forward, nonFinite } = passes;
  const { step, state, exchangeAverage } = createPortableStep(program, parameters, gradient, layers);
  const top = layers.at(-1)!;

  /** Of the rows of a batch that is trained on, and their sum. */
  const weights = rows.weights === undefined ? undefined : new Float32Array(batchSize);
  let weightSum = 0;

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

  const changed = program.augmentation === undefined ? undefined : createAugmentedRows(program.augmentation, rows, layout.inputs);
  /** The forward pass of rows that are trained on. */
  const forwardPass = (list: Uint32Array, from: number, count: number, epoch: number): void => {
    if (weights !== undefined) {
      weightSum = 0;
      for (let row = 0; row < count; row++) weightSum += weights[row] = rows.weights![list[from + row]!]!;
    }
    passes.load(list, from, count, rows.stored === undefined ? changed?.(list, from, count, epoch) : undefined);
    passes.pass(count, { list, from, count, epoch });
  };

  /** Where a step is observed: its derivatives, before rules change them. */
  let seen: Float32Array | undefined;
  const train: Engine["train"] = (order, from, to, { costSum = 0, rates, epoch = 1 } = {}) => {
    let correct = 0;
    for (let position = from; position < to; position += batchSize) {
      const count = Math.min(batchSize, to - position);
      forwardPass(order, position, count, epoch);
      const cost = passes.cost(count, weights);
      if (!Number.isFinite(cost)) return { costSum, correct, nonFinite: nonFinite(position, count, cost) };
      costSum += cost;
      correct += passes.correct(count);
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
    forward,
    gradient(list, epoch = 1): Float32Array {
      forwardPass(list, 0, list.length, epoch);
      backwardPass(list.length);
      return fromEngineOrder(layout, gradient);
    },
    differentiate(list, { costSum = 0, epoch = 1 } = {}) {
      const count = list.length;
      forwardPass(list, 0, count, epoch);
      const cost = passes.cost(count, weights);
      const report = { costSum: costSum + cost, correct: passes.correct(count) };
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
