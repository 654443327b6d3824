import type { GradientTensor } from "../../../src/training/gradients.js";
import type { Example } from "../../../src/reference/batch.js";
import type { ReferenceNetwork } from "../../../src/reference/forward.js";

// A student's program: plain loops, nothing of the library's. Each slip is written where a student would make it, and says at
// which layers it is made.

export type SlipName =
  | "missing 2"
  | "mean over outputs"
  | "y - a"
  | "no slope"
  | "slope at a"
  | "formula of z"
  | "slope twice"
  | "slope of the next layer"
  | "slope of the layer before"
  | "diagonal of softmax"
  | "W transposed"
  | "last term"
  | "first term"
  | "term j = k"
  | "W of the layer before"
  | "W of the next layer"
  | "a of this layer"
  | "a two layers before"
  | "dw transposed"
  | "sum of rows"
  | "last row"
  | "first row divided"
  | "w without 2"
  | "b without slope"
  | "sign of w"
  | "sign of b"
  | "b summed";

/** Which slips are made at which layers. */
export type Slips = Readonly<Partial<Record<SlipName, readonly number[]>>>;

type Vector = number[];
type Matrix = number[][];

export interface Work {
  readonly w: Matrix[];
  readonly b: Vector[];
  readonly a: Vector[];
  readonly z: Vector[];
}

const sigma: Record<string, (z: number) => number> = {
  identity: (z) => z,
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: (z) => Math.tanh(z),
  relu: (z) => Math.max(z, 0),
};
/** sigma' by z, with no help of the saved a. */
const sigmaPrime: Record<string, (z: number) => number> = {
  identity: () => 1,
  sigmoid: (z) => Math.exp(-z) / (1 + Math.exp(-z)) ** 2,
  tanh: (z) => 1 / Math.cosh(z) ** 2,
  relu: (z) => (z > 0 ? 1 : 0),
};
/** sigma' as a formula of a. */
const formula: Record<string, (a: number) => number> = { sigmoid: (a) => a * (1 - a), tanh: (a) => 1 - a ** 2 };

/** The mean derivatives over the examples, by layer number. */
export function work(network: ReferenceNetwork, examples: readonly Example[], slips: Slips = {}): Work {
  const { description } = network;
  const sizes = [0, description.inputs, ...description.layers.map(({ units }) => units)];
  const L = sizes.length - 1;
  const names = ["", "", ...description.layers.map(({ activation }) => activation as string)];
  const crossEntropy = description.cost === "cross-entropy";
  const made = (slip: SlipName, l: number): boolean => slips[slip]?.includes(l) === true;
  const n = examples.length;

  const W: Matrix[] = [[], []];
  const B: Vector[] = [[], []];
  let at = 0;
  for (let l = 2; l <= L; l++) {
    W.push(zeros(sizes[l]!).map(() => zeros(sizes[l - 1]!).map(() => network.parameters[at++]!)));
    B.push(zeros(sizes[l]!).map(() => network.parameters[at++]!));
  }
  const total: Work = {
    w: W.map((rows) => rows.map((row) => row.map(() => 0))),
    b: B.map((row) => row.map(() => 0)),
    a: sizes.map((size) => zeros(size)),
    z: sizes.map((size, l) => zeros(l < 2 ? 0 : size)),
  };

  examples.forEach(({ x, y }, e) => {
    const z: Vector[] = [[], []];
    const a: Vector[] = [[], Array.from(x)];
    for (let l = 2; l <= L; l++) {
      z.push(W[l]!.map((row, j) => row.reduce((sum, w, k) => sum + w * a[l - 1]![k]!, B[l]![j]!)));
      if (names[l] === "softmax") {
        const e = z[l]!.map((value) => Math.exp(value));
        const sum = e.reduce((s, value) => s + value, 0);
        a.push(e.map((value) => value / sum));
      } else a.push(z[l]!.map(sigma[names[l]!]!));
    }
    let da = a[L]!.map((p, j) => {
      if (!crossEntropy) return (made("missing 2", L) ? 1 : 2) * (made("y - a", L) ? y[j]! - p : p - y[j]!);
      return names[L] === "softmax" ? -y[j]! / p : -y[j]! / p + (1 - y[j]!) / (1 - p);
    });
    if (made("mean over outputs", L)) da = da.map((d) => d / sizes[L]!);
    for (let l = L; l >= 1; l--) {
      const rowShare = (): number => {
        if (made("sum of rows", l)) return 1;
        if (made("last row", l)) return e === n - 1 ? 1 : 0;
        if (made("first row divided", l)) return e === 0 ? 1 / n : 0;
        return 1 / n;
      };
      const share = rowShare();
      da.forEach((d, j) => (total.a[l]![j]! += share * d));
      if (l === 1) break;
      const name = names[l]!;
      const slope = (j: number): number => {
        const zj = z[l]![j]!;
        const aj = a[l]![j]!;
        if (made("no slope", l)) return 1;
        if (made("slope at a", l)) return sigmaPrime[name]!(aj);
        if (made("formula of z", l)) return formula[name]!(zj);
        if (made("slope twice", l)) return sigmaPrime[name]!(zj) ** 2;
        if (made("slope of the next layer", l)) return sigmaPrime[name]!(z[l + 1]![j]!);
        if (made("slope of the layer before", l)) return sigmaPrime[name]!(z[l - 1]![j]!);
        return sigmaPrime[name]!(zj);
      };
      let dz: Vector;
      if (l === L && crossEntropy && !made("no slope", l) && !made("diagonal of softmax", l)) {
        dz = a[L]!.map((p, j) => {
          const d = made("y - a", L) ? y[j]! - p : p - y[j]!;
          return (d * (made("slope twice", L) ? p * (1 - p) : 1)) / (made("mean over outputs", L) ? sizes[L]! : 1);
        });
      } else if (name === "softmax" && !made("no slope", l)) {
        const p = a[L]!;
        dz = p.map((pi, i) => {
          if (made("diagonal of softmax", l)) return da[i]! * pi * (1 - pi);
          let sum = 0;
          for (let j = 0; j < p.length; j++) sum += da[j]! * (i === j ? pi * (1 - pi) : -p[j]! * pi);
          return sum;
        });
      } else {
        dz = da.map((d, j) => d * (name === "softmax" ? 1 : slope(j)));
      }
      for (let j = 0; j < sizes[l]!; j++) {
        let forBias = share * dz[j]!;
        if (made("b without slope", l)) forBias = share * da[j]!;
        if (made("sign of b", l)) forBias = -forBias;
        if (made("b summed", l)) forBias = n * forBias;
        total.b[l]![j]! += forBias;
        total.z[l]![j]! += share * dz[j]!;
        for (let k = 0; k < sizes[l - 1]!; k++) {
          const below = made("a of this layer", l) ? a[l]! : made("a two layers before", l) ? a[l - 2]! : a[l - 1]!;
          let forWeight = share * dz[j]! * below[k]!;
          if (made("w without 2", l)) forWeight /= 2;
          if (made("sign of w", l)) forWeight = -forWeight;
          if (made("dw transposed", l)) total.w[l]![k]![j]! += forWeight;
          else total.w[l]![j]![k]! += forWeight;
        }
      }
      const way = made("W of the layer before", l) ? W[l - 1]! : made("W of the next layer", l) ? W[l + 1]! : W[l]!;
      da = zeros(sizes[l - 1]!).map((_, k) => {
        if (made("last term", l)) return dz.at(-1)! * way.at(-1)![k]!;
        if (made("first term", l)) return dz[0]! * way[0]![k]!;
        if (made("term j = k", l)) return dz[k]! * way[k]![k]!;
        let sum = 0;
        for (let j = 0; j < sizes[l]!; j++) sum += dz[j]! * (made("W transposed", l) ? way[k]![j]! : way[j]![k]!);
        return sum;
      });
    }
  });
  return total;
}

function zeros(length: number): Vector {
  return Array.from({ length }, () => 0);
}

/** w2, b2, w3, ... of a student's work as nested lists, as a JSON file holds them. */
export function parametersOf({ w, b }: Work): Record<string, Vector | Matrix> {
  const entries = w.flatMap((matrix, l): [string, Vector | Matrix][] =>
    l < 2
      ? []
      : [
          [`w${l}`, matrix],
          [`b${l}`, b[l]!],
        ],
  );
  return Object.fromEntries(entries);
}

/** The same numbers, each changed by `change`. */
export function mapped(
  tensors: Readonly<Record<string, GradientTensor>>,
  change: (value: number) => number,
): Record<string, GradientTensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape, values }]) => [name, { shape, values: values.map(change) }]));
}
