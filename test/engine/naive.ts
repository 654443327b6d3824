import type { EngineProgram, EngineRows, StepOptimizer, StepRules } from "../../src/kernels/contract.js";
import { erf, exp, expm1, log1p, sigmoid, tanh } from "../../src/kernels/portable/float32.js";
import type { ActivationName } from "../../src/network/activations.js";
import type { CostDescription } from "../../src/network/costs.js";
import type { Layout } from "../../src/network/layout.js";

// A float32 engine written from the text of src/kernels/contract.ts alone, with plain loops over nested arrays: no blocks of
// registers, no lists of entries, no other layout. It says what the order of sums is.

const f = Math.fround;

interface Layer {
  readonly activation: ActivationName;
  /** w[j][k], b[j] */
  readonly w: number[][];
  readonly b: number[];
}

interface Derivatives {
  readonly dw: number[][];
  readonly db: number[];
}

function numbers(length: number, value = 0): number[] {
  return new Array<number>(length).fill(value);
}

/** z starts at b and adds x_k * w_jk, k ascending. */
function weightedSum({ w, b }: Layer, x: readonly number[]): number[] {
  return b.map((bias, j) => {
    let z = bias;
    for (let k = 0; k < x.length; k++) z = f(z + f(x[k]! * w[j]![k]!));
    return z;
  });
}

const [LAMBDA, BELOW, LEAK] = [1.0507009873554805, 1.0507009873554805 * 1.6732632423543772, 0.01].map(f) as [number, number, number];
const [G1, G3, G9] = [1, 0.044715, 3 * 0.044715].map((factor) => f(factor * Math.sqrt(8 / Math.PI))) as [number, number, number];
const clamped = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);

/** e^z of mish, for z up to 20, and the other numbers that it needs. */
function mish(z: number): { readonly w: number; readonly e: number; readonly n: number; readonly m: number } {
  const w = Math.min(z, 20);
  const e = exp(w);
  const n = f(e * f(e + 2));
  return { w, e, n, m: f(n + 2) };
}

/** What is taken of z: of gelu, gelu-tanh, silu, mish and hard-swish. */
function shareOf(name: ActivationName, z: number): number {
  if (name === "gelu") return f(0.5 * f(1 + erf(f(z * f(Math.SQRT1_2)))));
  if (name === "mish") return f(mish(z).n / mish(z).m);
  if (name === "hard-swish") return f(clamped(f(z + 3), 0, 6) / 6);
  const w = clamped(z, -12, 12);
  return sigmoid(name === "silu" ? z : f(w * f(G1 + f(f(w * w) * G3))));
}

/** da/dz of those that the table of the contract lists. */
function slopeOf(name: ActivationName, z: number, a: number): number {
  if (name === "exponential") return a;
  if (name === "leaky-relu") return z > 0 ? 1 : LEAK;
  if (name === "elu") return a > 0 ? 1 : f(a + 1);
  if (name === "selu") return a > 0 ? LAMBDA : f(a + BELOW);
  if (name === "softplus") return -expm1(-a);
  if (name === "hard-swish") return z > 3 ? 1 : z > -3 ? f(f(z / 3) + 0.5) : 0;
  const share = shareOf(name, z);
  if (name === "gelu") return f(share + f(z * f(exp(f(-f(0.5 * f(z * z)))) * f(0.3989422804014327))));
  if (name === "mish") {
    const { w, e, m } = mish(z);
    return f(share + f(w * f(4 * f(f(e * f(e + 1)) / f(m * m)))));
  }
  const w = clamped(z, -12, 12);
  return f(share + f(f(z * f(share * f(1 - share))) * (name === "silu" ? 1 : f(G1 + f(f(w * w) * G9)))));
}

function activate(name: ActivationName, z: readonly number[]): number[] {
  if (name === "sigmoid") return z.map(sigmoid);
  if (name === "tanh") return z.map(tanh);
  if (name === "relu") return z.map((value) => (value > 0 ? value : 0));
  if (name === "identity") return [...z];
  if (name === "exponential") return z.map(exp);
  if (name === "leaky-relu") return z.map((value) => (value > 0 ? value : f(value * LEAK)));
  if (name === "elu") return z.map((value) => (value > 0 ? value : expm1(value)));
  if (name === "selu") return z.map((value) => (value > 0 ? f(value * LAMBDA) : f(expm1(value) * BELOW)));
  if (name === "softplus") return z.map((value) => f((value > 0 ? value : 0) + log1p(exp(-Math.abs(value)))));
  if (name !== "softmax") return z.map((value) => f(value * shareOf(name, value)));
  const largest = Math.max(...z);
  const e = z.map((value) => exp(f(value - largest)));
  let sum = 0;
  for (const value of e) sum = f(sum + value);
  return e.map((value) => f(value / sum));
}

/** dCost/dz from dCost/da. */
function throughActivation(name: ActivationName, d: readonly number[], z: readonly number[], a: readonly number[]): number[] {
  if (name === "sigmoid") return d.map((value, j) => f(value * f(a[j]! * f(1 - a[j]!))));
  if (name === "tanh") return d.map((value, j) => f(value * f(1 - f(a[j]! * a[j]!))));
  if (name === "relu") return d.map((value, j) => (z[j]! > 0 ? value : 0));
  if (name === "identity") return [...d];
  if (name !== "softmax") return d.map((value, j) => f(value * slopeOf(name, z[j]!, a[j]!)));
  let sum = 0;
  for (let j = 0; j < d.length; j++) sum = f(sum + f(d[j]! * a[j]!));
  return d.map((value, j) => f(a[j]! * f(value - sum)));
}

/** dCost/da of one output of n. */
function costSlope(cost: CostDescription, a: number, y: number, n: number): number {
  const d = f(a - y);
  const sided = (q: number): number => (d > 0 ? f(1 - f(q)) : d < 0 ? -f(q) : 0);
  if (typeof cost !== "string") return cost.kind === "huber" ? clamped(d, -f(cost.delta), f(cost.delta)) : sided(cost.quantile);
  switch (cost) {
    case "half-squared-error":
      return d;
    case "mean-squared-error":
      return f(d * f(2 / n));
    case "mean-absolute-error":
      return Math.sign(d) * f(1 / n);
    case "huber":
      return clamped(d, -1, 1);
    case "quantile":
      return sided(0.5);
    case "hinge": {
      const side = f(f(2 * y) - 1);
      return f(1 - f(side * a)) > 0 ? -side : 0;
    }
    case "poisson":
      return y === 0 ? 1 : f(d / a);
    default:
      return f(f(2 * a) - f(2 * y));
  }
}

/** One number of dCost/da: four lanes over blocks of 256 outputs. */
function blockedSum(terms: readonly number[]): number {
  let total = 0;
  for (let start = 0; start < terms.length; start += 256) {
    const lanes = numbers(4);
    for (let j = start; j < Math.min(start + 256, terms.length); j++) lanes[j % 4] = f(lanes[j % 4]! + terms[j]!);
    const block = f(f(lanes[0]! + lanes[1]!) + f(lanes[2]! + lanes[3]!));
    total = start === 0 ? block : f(total + block);
  }
  return total;
}

/** What becomes of one number of an optimizer's state on its way there. */
export type Flush = (value: number) => number;

/** Below the smallest normal float32 it is 0. */
const flushed: Flush = (value) => (Math.abs(value) < 2 ** -126 ? 0 : value);

/** The next value of parameter i from its value w and its derivative g; `newStep` is called once before those of a step. */
interface NaiveOptimizer {
  readonly newStep: () => void;
  readonly next: (i: number, w: number, g: number) => number;
}

function naiveOptimizer(optimizer: StepOptimizer, length: number, flush: Flush): NaiveOptimizer {
  const v = numbers(length);
  if (optimizer.kind === "sgd") {
    const rate = f(optimizer.learningRate);
    const momentum = f(optimizer.momentum);
    return {
      newStep: () => undefined,
      next(i, w, g) {
        if (optimizer.momentum === 0) return f(w - f(rate * g));
        v[i] = flush(f(f(momentum * v[i]!) + g));
        return f(w - f(rate * (optimizer.nesterov ? f(g + f(momentum * v[i])) : v[i])));
      },
    };
  }
  const rate = f(optimizer.learningRate);
  if (optimizer.kind === "adagrad") {
    v.fill(f(optimizer.initial));
    return {
      newStep: () => undefined,
      next(i, w, g) {
        v[i] = flush(f(v[i]! + f(g * g)));
        return f(w - f(f(rate * g) / f(f(Math.sqrt(v[i])) + f(optimizer.epsilon))));
      },
    };
  }
  const m = numbers(length);
  if (optimizer.kind === "rmsprop") {
    const [rho, rest, eps, momentum] = [optimizer.rho, 1 - optimizer.rho, optimizer.epsilon, optimizer.momentum].map(f) as [
      number,
      number,
      number,
      number,
    ];
    return {
      newStep: () => undefined,
      next(i, w, g) {
        v[i] = flush(f(f(rho * v[i]!) + f(rest * f(g * g))));
        const d = f(g / f(f(Math.sqrt(v[i])) + eps));
        m[i] = optimizer.momentum === 0 ? d : flush(f(f(momentum * m[i]!) + d));
        return f(w - f(rate * m[i]));
      },
    };
  }
  const { learningRate, beta1, beta2 } = optimizer;
  const [b1, c1, b2, c2] = [f(beta1), f(1 - beta1), f(beta2), f(1 - beta2)];
  if (optimizer.kind === "lion") {
    return {
      newStep: () => undefined,
      next(i, w, g) {
        const c = f(f(b1 * m[i]!) + f(c1 * g));
        m[i] = flush(f(f(b2 * m[i]!) + f(c2 * g)));
        return f(w - f(rate * (Number.isNaN(c) ? c : Math.sign(c))));
      },
    };
  }
  const eps = f(optimizer.epsilon);
  let [p1, p2, rate_t, rate2, s_t, q] = [1, 1, NaN, NaN, NaN, 1];
  return {
    newStep() {
      p2 = p2 * beta2;
      s_t = f(1 / (1 - p2));
      if (optimizer.kind === "nadam") {
        q = q * 0.96 ** 0.004;
        const mu = beta1 * (1 - q / 2);
        const next = beta1 * (1 - (q * 0.96 ** 0.004) / 2);
        p1 = p1 * mu;
        rate_t = f((learningRate * (1 - mu)) / (1 - p1));
        rate2 = f((learningRate * next) / (1 - p1 * next));
        return;
      }
      p1 = p1 * beta1;
      rate_t = f(learningRate / (1 - p1));
    },
    next(i, w, g) {
      m[i] = flush(f(f(b1 * m[i]!) + f(c1 * g)));
      v[i] = flush(f(f(b2 * v[i]!) + f(c2 * f(g * g))));
      const root = f(Math.sqrt(f(v[i] * s_t)));
      if (optimizer.kind === "nadam") return f(w - f(f(f(rate_t * g) + f(rate2 * m[i])) / f(root + eps)));
      return f(w - f(f(rate_t * m[i]) / f(root + eps)));
    },
  };
}

export interface NaiveEngine {
  readonly gradient: (rows: EngineRows, list: Uint32Array) => Float32Array;
  readonly step: (rows: EngineRows, list: Uint32Array) => void;
  readonly parameters: () => Float32Array;
  readonly average: () => Float32Array | undefined;
  readonly outputs: (rows: EngineRows, row: number) => number[];
}

/** The positions of each unit's weights, and of its bias behind them, layer by layer. */
function unitsOf(layout: Layout): number[][] {
  return layout.tensors
    .filter(({ kind }) => kind === "weight")
    .flatMap(({ offset, rows, columns }) =>
      Array.from({ length: rows }, (_, j) => [
        ...Array.from({ length: columns }, (_, k) => offset + j * columns + k),
        offset + rows * columns + j,
      ]),
    );
}

/** What the rules make of parameters and derivatives before the step. */
function ruled(rules: StepRules, layout: Layout, w: Float32Array, gradient: Float32Array, rate: number): [Float32Array, Float32Array] {
  const { clipValue = Infinity, clipNorm = Infinity, l1 = 0, l2 = 0, weightDecay = 0 } = rules;
  let g = gradient.map((value) => (value > f(clipValue) ? f(clipValue) : value < -f(clipValue) ? -f(clipValue) : value));
  let total = 0;
  for (const unit of unitsOf(layout)) {
    let sum = 0;
    for (const i of unit) sum += g[i]! * g[i]!;
    total += sum;
  }
  const share = f(Math.min(1, clipNorm / (Math.sqrt(total) + 1e-6)));
  if (clipNorm < Infinity) g = g.map((value) => f(value * share));
  const moved = w.slice();
  for (const unit of unitsOf(layout)) {
    for (const i of unit.slice(0, -1)) {
      if (l2 !== 0) g[i] = f(g[i]! + f(f(l2) * w[i]!));
      if (l1 !== 0) g[i] = f(g[i]! + f(f(l1) * Math.sign(w[i]!)));
      if (weightDecay !== 0) moved[i] = f(w[i]! * f(1 - rate * weightDecay));
    }
  }
  return [moved, g];
}

function limited(maxNorm = Infinity, layout: Layout, w: Float32Array): Float32Array {
  const limits = w.slice();
  for (const unit of unitsOf(layout)) {
    let sum = 0;
    for (const i of unit.slice(0, -1)) sum += w[i]! * w[i]!;
    const norm = Math.sqrt(sum);
    if (norm > maxNorm) for (const i of unit.slice(0, -1)) limits[i] = f(w[i]! * f(maxNorm / norm));
  }
  return limits;
}

/** @param flush what the contract calls flushed, where nothing else is asked for */
export function createNaiveEngine({ description, layout, parameters, optimizer, rules }: EngineProgram, flush = flushed): NaiveEngine {
  const layers: Layer[] = description.layers.map(({ activation }, index) => {
    const [weights, biases] = [layout.tensors[2 * index]!, layout.tensors[2 * index + 1]!];
    return {
      activation,
      w: Array.from({ length: weights.rows }, (_, j) =>
        Array.from({ length: weights.columns }, (_, k) => parameters[weights.offset + j * weights.columns + k]!),
      ),
      b: Array.from({ length: biases.rows }, (_, j) => parameters[biases.offset + j]!),
    };
  });
  const { newStep, next } = naiveOptimizer(optimizer, layout.length, flush);
  const L = layers.length - 1;

  const inputOf = ({ inputs }: EngineRows, row: number): number[] => {
    const n = description.inputs;
    const raw = Array.from(inputs.values.subarray(row * n, (row + 1) * n));
    return inputs.kind === "bytes" ? raw.map((byte) => inputs.table[byte]!) : raw;
  };

  const forward = (x: number[]): { z: number[][]; a: number[][] } => {
    const z: number[][] = [];
    const a: number[][] = [x];
    for (const layer of layers) {
      z.push(weightedSum(layer, a.at(-1)!));
      a.push(activate(layer.activation, z.at(-1)!));
    }
    return { z, a };
  };

  /** dCost/dz of the output, already the row's share of the mean. */
  const outputDerivative = (z: readonly number[], a: readonly number[], y: readonly number[], share: number): number[] => {
    const output = layers[L]!.activation;
    const { cost } = description;
    if (cost === "cross-entropy" || (cost === "poisson" && output === "exponential")) {
      return a.map((value, j) => f(f(value - y[j]!) * share));
    }
    const d = a.map((value, j) => costSlope(cost, value, y[j]!, a.length));
    return throughActivation(layers[L]!.activation, d, z, a).map((value) => f(value * share));
  };

  const derivatives = (rows: EngineRows, list: Uint32Array): Derivatives[] => {
    const sums = layers.map(({ w, b }) => ({ dw: w.map((row) => numbers(row.length)), db: numbers(b.length) }));
    const nL = layers[L]!.b.length;
    const share = f(1 / list.length);
    for (const row of list) {
      const { z, a } = forward(inputOf(rows, row));
      const y = Array.from(rows.targets.subarray(row * nL, (row + 1) * nL));
      let dz = outputDerivative(z[L]!, a[L + 1]!, y, share);
      for (let l = L; l >= 0; l--) {
        const { dw, db } = sums[l]!;
        for (let j = 0; j < dz.length; j++) {
          db[j] = f(db[j]! + dz[j]!);
          for (let k = 0; k < dw[j]!.length; k++) dw[j]![k] = f(dw[j]![k]! + f(a[l]![k]! * dz[j]!));
        }
        if (l === 0) break;
        const { w } = layers[l]!;
        const below = dz;
        const da = a[l]!.map((_, k) => blockedSum(below.map((d, j) => f(d * w[j]![k]!))));
        dz = throughActivation(layers[l - 1]!.activation, da, z[l - 1]!, a[l]!);
      }
    }
    return sums;
  };

  const flatten = (list: readonly { readonly w: readonly (readonly number[])[]; readonly b: readonly number[] }[]): Float32Array =>
    Float32Array.from(list.flatMap(({ w, b }) => [...w.flat(), ...b]));
  const gradient = (rows: EngineRows, list: Uint32Array): Float32Array =>
    flatten(derivatives(rows, list).map(({ dw, db }) => ({ w: dw, b: db })));

  let t = 0;
  let average = rules?.average === undefined ? undefined : flatten(layers);
  return {
    gradient,
    step(rows, list) {
      newStep();
      const [before, g] = ruled(rules ?? {}, layout, flatten(layers), gradient(rows, list), optimizer.learningRate);
      const w = limited(
        rules?.maxNorm,
        layout,
        before.map((value, i) => next(i, value, g[i]!)),
      );
      t += 1;
      if (average !== undefined) {
        const d = Math.min(rules!.average!, (1 + t) / (10 + t));
        average = average.map((e, i) => f(f(f(d) * e) + f(f(1 - d) * w[i]!)));
      }
      for (const { name, offset, rows: height, columns, layer, kind } of layout.tensors) {
        const target = layers[layer - 2]!;
        if (!name.startsWith(kind[0]!)) throw new Error(name);
        for (let j = 0; j < height; j++) {
          if (kind === "bias") target.b[j] = w[offset + j]!;
          else for (let k = 0; k < columns; k++) target.w[j]![k] = w[offset + j * columns + k]!;
        }
      }
    },
    parameters: () => flatten(layers),
    average: () => average,
    outputs: (rows, row) => forward(inputOf(rows, row)).a.at(-1)!,
  };
}
