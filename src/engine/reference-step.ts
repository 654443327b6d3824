import type { EngineProgram, StepOptimizer, EngineState, StepRules } from "../kernels/contract.js";
import type { Layout } from "../network/layout.js";
import { tensorValues } from "../network/layout.js";

/** An optimizer with its state, as docs/math.md writes it, in float64; all vectors are in the order of the layout. */
export interface ReferenceStep {
  /** Moves the parameters w along their mean derivatives g. */
  readonly step: (w: Float64Array, gradient: Float64Array, rate?: number) => void;
  readonly state: () => Omit<EngineState, "parameters">;
  readonly exchangeAverage: (w: Float64Array) => void;
}

/** @param w the parameters to start from */
export function createReferenceStep(
  { optimizer, rules = {}, state, layout }: Pick<EngineProgram, "optimizer" | "rules" | "state" | "layout">,
  w: Float64Array,
): ReferenceStep {
  const method = methodOf(optimizer, state, layout.length);
  const average = rules.average === undefined ? undefined : Float64Array.from(state?.average ?? w);
  let t = state?.counters[0] ?? 0;
  return {
    step(parameters, gradient, rate = optimizer.learningRate) {
      t += 1;
      const g = ruled(rules, layout, parameters, gradient, rate);
      method.step(parameters, g, rate, t);
      if (rules.maxNorm !== undefined) limit(layout, parameters, rules.maxNorm);
      if (average === undefined) return;
      const kept = Math.min(rules.average!, (1 + t) / (10 + t));
      parameters.forEach((value, i) => (average[i] = kept * average[i]! + (1 - kept) * value));
    },
    state: () => ({
      slots: method.slots.map((slot) => slot.slice()),
      ...(average === undefined ? {} : { average: average.slice() }),
      counters: [t, ...method.counters()],
    }),
    exchangeAverage(parameters) {
      if (average === undefined) return;
      const now = parameters.slice();
      parameters.set(average);
      average.set(now);
    },
  };
}

/** The derivatives that the optimizer is given; decoupled decay moves the weights themselves. */
function ruled(
  { clipValue, clipNorm, l1 = 0, l2 = 0, weightDecay = 0 }: StepRules,
  layout: Layout,
  w: Float64Array,
  gradient: Float64Array,
  rate: number,
): Float64Array {
  let g = gradient;
  if (clipValue !== undefined) g = g.map((value) => (value > clipValue ? clipValue : value < -clipValue ? -clipValue : value));
  if (clipNorm !== undefined) {
    const norm = Math.sqrt(g.reduce((sum, value) => sum + value ** 2, 0));
    const share = clipNorm / (norm + 1e-6);
    if (!(share >= 1)) g = g.map((value) => value * share);
  }
  if (l1 === 0 && l2 === 0 && weightDecay === 0) return g;
  g = g.slice();
  for (const { kind, offset, rows, columns } of layout.tensors) {
    if (kind !== "weight") continue;
    for (let i = offset; i < offset + rows * columns; i++) {
      g[i]! += l2 * w[i]! + l1 * Math.sign(w[i]!);
      w[i]! *= 1 - rate * weightDecay;
    }
  }
  return g;
}

function limit(layout: Layout, w: Float64Array, maxNorm: number): void {
  for (const tensor of layout.tensors) {
    if (tensor.kind !== "weight") continue;
    for (let j = 0; j < tensor.rows; j++) {
      const row = tensorValues(w, tensor).subarray(j * tensor.columns, (j + 1) * tensor.columns);
      const norm = Math.sqrt(row.reduce((sum, value) => sum + value ** 2, 0));
      if (norm > maxNorm) row.set(row.map((value) => (value * maxNorm) / norm));
    }
  }
}

interface Method {
  readonly step: (w: Float64Array, g: Float64Array, rate: number, t: number) => void;
  readonly slots: readonly Float64Array[];
  readonly counters: () => readonly number[];
}

function methodOf(optimizer: StepOptimizer, state: EngineState | undefined, length: number): Method {
  const slot = (index: number, start = 0): Float64Array =>
    state === undefined ? new Float64Array(length).fill(start) : Float64Array.from(state.slots[index]!);
  const none = (): readonly number[] => [];
  switch (optimizer.kind) {
    case "sgd": {
      const { momentum, nesterov } = optimizer;
      if (momentum === 0)
        return { slots: [], counters: none, step: (w, gradient, rate) => gradient.forEach((g, i) => (w[i]! -= rate * g)) };
      const v = slot(0);
      return {
        slots: [v],
        counters: none,
        step: (w, gradient, rate) =>
          gradient.forEach((g, i) => {
            v[i] = momentum * v[i]! + g;
            w[i]! -= rate * (nesterov ? g + momentum * v[i] : v[i]);
          }),
      };
    }
    case "adam":
    case "adamw":
    case "nadam": {
      const { beta1, beta2, epsilon } = optimizer;
      const [m, v] = [slot(0), slot(1)];
      // Nadam's momentum warms up: mu_t = beta1 (1 - 0.96^(0.004 t) / 2); M is the product of those so far.
      const mu = (t: number): number => beta1 * (1 - 0.96 ** (0.004 * t) / 2);
      let M = state?.counters[1] ?? 1;
      return {
        slots: [m, v],
        counters: () => (optimizer.kind === "nadam" ? [M] : []),
        step(w, gradient, rate, t) {
          M *= mu(t);
          gradient.forEach((g, i) => {
            m[i] = beta1 * m[i]! + (1 - beta1) * g;
            v[i] = beta2 * v[i]! + (1 - beta2) * g ** 2;
            // The weights of the derivatives in m and v add up to these shares; the rest is the 0 that they began at.
            const mHat =
              optimizer.kind === "nadam" ? ((1 - mu(t)) * g) / (1 - M) + (mu(t + 1) * m[i]) / (1 - M * mu(t + 1)) : m[i] / (1 - beta1 ** t);
            const vHat = v[i] / (1 - beta2 ** t);
            w[i]! -= (rate * mHat) / (Math.sqrt(vHat) + epsilon);
          });
        },
      };
    }
    case "adagrad": {
      const s = slot(0, optimizer.initial);
      return {
        slots: [s],
        counters: none,
        step: (w, gradient, rate) =>
          gradient.forEach((g, i) => {
            s[i] = s[i]! + g ** 2;
            w[i]! -= (rate * g) / (Math.sqrt(s[i]) + optimizer.epsilon);
          }),
      };
    }
    case "rmsprop": {
      const { rho, momentum, epsilon } = optimizer;
      const v = slot(0);
      const d = momentum > 0 ? slot(1) : undefined;
      return {
        slots: d === undefined ? [v] : [v, d],
        counters: none,
        step: (w, gradient, rate) =>
          gradient.forEach((g, i) => {
            v[i] = rho * v[i]! + (1 - rho) * g ** 2;
            const step = g / (Math.sqrt(v[i]) + epsilon);
            if (d !== undefined) d[i] = momentum * d[i]! + step;
            w[i]! -= rate * (d === undefined ? step : d[i]!);
          }),
      };
    }
    case "lion": {
      const { beta1, beta2 } = optimizer;
      const m = slot(0);
      return {
        slots: [m],
        counters: none,
        step: (w, gradient, rate) =>
          gradient.forEach((g, i) => {
            w[i]! -= rate * Math.sign(beta1 * m[i]! + (1 - beta1) * g);
            m[i] = beta2 * m[i]! + (1 - beta2) * g;
          }),
      };
    }
  }
}
