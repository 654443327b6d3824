// The arithmetic of a sheet as a student would program it: nested lists, loops, a table of functions; nothing of the library.

export interface HandNetwork {
  readonly layers: readonly { readonly units: number; readonly activation: string }[];
  readonly cost: string | { readonly kind: "huber"; readonly delta: number };
  /** w2, b2, w3, ... */
  readonly [tensor: string]: unknown;
}

type Functions = Readonly<Record<string, { f: (z: number) => number; slope: (z: number) => number }>>;

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const functions: Functions = {
  identity: { f: (z) => z, slope: () => 1 },
  sigmoid: { f: sigmoid, slope: (z) => sigmoid(z) * (1 - sigmoid(z)) },
  tanh: { f: Math.tanh, slope: (z) => 1 / Math.cosh(z) ** 2 },
  relu: { f: (z) => Math.max(z, 0), slope: (z) => (z > 0 ? 1 : 0) },
  elu: { f: (z) => (z > 0 ? z : Math.exp(z) - 1), slope: (z) => (z > 0 ? 1 : Math.exp(z)) },
  silu: { f: (z) => z * sigmoid(z), slope: (z) => sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z)) },
};

/** Every z, a and derivative under its name (`z2[0]`, `dCost/dw2[0,1]`), and `Cost`. */
export function byHand(network: HandNetwork, x: readonly number[], y: readonly number[]): Map<string, number> {
  const values = new Map<string, number>();
  const w = (l: number): number[][] => network[`w${l}`] as number[][];
  const b = (l: number): number[] => network[`b${l}`] as number[];
  const L = network.layers.length + 1;
  const a: number[][] = [[], [...x]];
  const z: number[][] = [[], []];
  for (let l = 2; l <= L; l++) {
    const { activation } = network.layers[l - 2]!;
    const sums = w(l).map((row, j) => {
      let sum = b(l)[j]!;
      for (let k = 0; k < row.length; k++) sum += row[k]! * a[l - 1]![k]!;
      return sum;
    });
    const shares = sums.map(Math.exp);
    const total = shares.reduce((sum, share) => sum + share, 0);
    a[l] = activation === "softmax" ? shares.map((share) => share / total) : sums.map(functions[activation]!.f);
    z[l] = sums;
    sums.forEach((sum, j) => values.set(`z${l}[${j}]`, sum).set(`a${l}[${j}]`, a[l]![j]!));
  }

  const out = a[L]!;
  const squared = network.cost === "squared-error";
  const ofSoftmax = network.layers[L - 2]!.activation === "softmax";
  let cost = 0;
  let back = out.map((p, j) => {
    const t = y[j]!;
    if (squared) {
      cost += (p - t) ** 2;
      return 2 * p - 2 * t;
    }
    if (network.cost === "half-squared-error") {
      cost += (p - t) ** 2 / 2;
      return p - t;
    }
    if (typeof network.cost !== "string") {
      const { delta } = network.cost;
      const far = Math.abs(p - t) > delta;
      cost += far ? delta * (Math.abs(p - t) - delta / 2) : (p - t) ** 2 / 2;
      return far ? delta * Math.sign(p - t) : p - t;
    }
    cost -= t * Math.log(p) + (ofSoftmax ? 0 : (1 - t) * Math.log(1 - p));
    return -t / p + (ofSoftmax ? 0 : (1 - t) / (1 - p));
  });
  values.set("Cost", cost);

  for (let l = L; l >= 2; l--) {
    const { activation } = network.layers[l - 2]!;
    const into = back;
    into.forEach((value, j) => values.set(`dCost/da${l}[${j}]`, value));
    const dz = z[l]!.map((sum, i) => {
      if (activation !== "softmax") return into[i]! * functions[activation]!.slope(sum);
      return into.reduce((all, value, j) => all + value * a[l]![j]! * ((i === j ? 1 : 0) - a[l]![i]!), 0);
    });
    dz.forEach((value, j) => {
      values.set(`dCost/dz${l}[${j}]`, value).set(`dCost/db${l}[${j}]`, value);
      a[l - 1]!.forEach((input, k) => values.set(`dCost/dw${l}[${j},${k}]`, value * input));
    });
    back = a[l - 1]!.map((_, k) => dz.reduce((all, value, j) => all + value * w(l)[j]![k]!, 0));
  }
  return values;
}

/** The same network with `w2[0,1]` or `b2[0]` another number. */
export function changed(network: HandNetwork, name: string, value: number): HandNetwork {
  const [, tensor, j, k] = /^(\w\d+)\[(\d+)(?:,(\d+))?\]$/.exec(name)!;
  const copy = structuredClone(network[tensor!]) as (number | number[])[];
  if (k === undefined) copy[Number(j)] = value;
  else (copy[Number(j)] as number[])[Number(k)] = value;
  return { ...network, [tensor!]: copy };
}

/** True where a text of four significant digits is the number rounded. */
export function isRounded(text: string, value: number): boolean {
  const shown = Number(text);
  if (value === 0) return shown === 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 3);
  return Math.abs(shown - value) <= 0.5000001 * unit + 1e-15;
}
