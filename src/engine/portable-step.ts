import type { EngineProgram, StepOptimizer, EngineState } from "../kernels/contract.js";
import * as kernels from "../kernels/portable/update.js";
import { fromEngineOrder, toEngineOrder } from "./order.js";
import { createStepCounter, slotsOf } from "./step-factors.js";

/** The parameters of one layer and their derivatives: parts of the two vectors of the engine. */
export interface StepLayer {
  readonly w: Float32Array;
  readonly b: Float32Array;
  readonly dw: Float32Array;
  readonly db: Float32Array;
  /** Where it is normalised. */
  readonly dgamma?: Float32Array;
  readonly dbeta?: Float32Array;
}

/** An optimizer with its state. */
export interface PortableStep {
  /** Moves the parameters along their mean derivatives, which it may change. */
  readonly step: (rate: number) => void;
  readonly state: () => Omit<EngineState, "parameters">;
  readonly exchangeAverage: () => void;
}

const f = Math.fround;

/** Everything around one vector of parameters w and one of derivatives g, both in the engine's order. All memory is taken here. */
export function createPortableStep(
  { optimizer, rules = {}, state, layout }: Pick<EngineProgram, "optimizer" | "rules" | "state" | "layout">,
  w: Float32Array,
  g: Float32Array,
  layers: readonly StepLayer[],
): PortableStep {
  const { clipValue, clipNorm, l1 = 0, l2 = 0, weightDecay = 0, maxNorm, average = 0 } = rules;
  const restored = (vector: Float32Array | Float64Array): Float32Array => toEngineOrder(layout, Float32Array.from(vector));
  const fresh = (): Float32Array => new Float32Array(w.length).fill(optimizer.kind === "adagrad" ? optimizer.initial : 0);
  const slots = Array.from({ length: slotsOf(optimizer) }, (_, slot) => (state === undefined ? fresh() : restored(state.slots[slot]!)));
  const mean = average === 0 ? undefined : state?.average === undefined ? w.slice() : restored(state.average);
  const [first = w, second = w] = slots;
  const counter = createStepCounter(optimizer, rules, state?.counters);
  const update = updateOf(optimizer);
  const factors = factorsOf(optimizer);
  const sums = layers.map(({ b }) => new Float64Array(b.length));

  const norm = (): number => {
    let total = 0;
    for (const { layer, offset, rows, columns } of layout.tensors) {
      if (layer === 1) for (let i = offset; i < offset + rows * columns; i++) total += g[i]! * g[i]!;
    }
    layers.forEach(({ dw, db, dgamma, dbeta }, index) => {
      const units = sums[index]!.fill(0);
      kernels.addUnitSquares(dw, units);
      for (const vector of [db, dgamma, dbeta]) if (vector !== undefined) kernels.addUnitSquares(vector, units);
      for (const square of units) total += square;
    });
    return Math.sqrt(total);
  };

  return {
    step(given) {
      const { rate, rate2, scale, keep, average: kept, averageRest } = counter.next(given);
      factors.rate = f(rate);
      factors.rate2 = f(rate2);
      factors.scale = f(scale);
      if (clipValue !== undefined) kernels.clipValues(g, f(clipValue));
      if (clipNorm !== undefined) {
        const share = clipNorm / (norm() + 1e-6);
        kernels.scaleAll(g, f(share > 1 ? 1 : share));
      }
      for (const layer of layers) {
        if (l2 !== 0) kernels.addSquareDecay(layer.dw, layer.w, f(l2));
        if (l1 !== 0) kernels.addAbsoluteDecay(layer.dw, layer.w, f(l1));
        if (weightDecay !== 0) kernels.scaleAll(layer.w, f(keep));
      }
      update(w, g, first, second, factors);
      if (maxNorm !== undefined) layers.forEach((layer, index) => kernels.limitNorms(layer.w, sums[index]!, maxNorm));
      if (mean !== undefined) kernels.follow(mean, w, f(kept), f(averageRest));
    },
    state: () => ({
      slots: slots.map((slot) => fromEngineOrder(layout, slot)),
      ...(mean === undefined ? {} : { average: fromEngineOrder(layout, mean) }),
      counters: counter.counters(),
    }),
    exchangeAverage() {
      if (mean === undefined) return;
      const now = w.slice();
      w.set(mean);
      mean.set(now);
    },
  };
}

function updateOf(optimizer: StepOptimizer): kernels.Update {
  switch (optimizer.kind) {
    case "sgd":
      if (optimizer.momentum === 0) return kernels.descend;
      return optimizer.nesterov ? kernels.descendWithNesterov : kernels.descendWithMomentum;
    case "adam":
    case "adamw":
      return kernels.adam;
    default:
      return kernels[optimizer.kind];
  }
}

/** The settings, rounded once; what changes from step to step is filled in then. */
function factorsOf(optimizer: StepOptimizer): kernels.UpdateFactors {
  const {
    momentum = 0,
    beta1 = 0,
    beta2 = 0,
    rho = beta2,
    epsilon = 0,
  } = optimizer as Partial<Record<"momentum" | "beta1" | "beta2" | "rho" | "epsilon", number>>;
  return {
    momentum: f(momentum),
    beta1: f(beta1),
    rest1: f(1 - beta1),
    beta2: f(rho),
    rest2: f(1 - rho),
    epsilon: f(epsilon),
    rate: 0,
    rate2: 0,
    scale: 0,
  };
}
