import { GELU_CUBE, LEAK, SELU } from "../network/activations.js";

// The functions that a module may need, as source text; «...» is TypeScript's. Sums are those of the engines, rounded to float32 in their
// order, so that classes and labels are theirs too; exp and its like are the runtime's, a few units in the last place away.

export interface Helper {
  readonly text: string;
  /** Other helpers that its text calls. */
  readonly needs?: readonly string[];
}

export type Helpers = Readonly<Record<string, Helper>>;

/** The named helpers of a table and those that they need, in the order of the table. */
export function collect(table: Helpers, names: ReadonlySet<string>): string[] {
  const needed = new Set<string>();
  const need = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    table[name]!.needs?.forEach(need);
  };
  names.forEach(need);
  return Object.keys(table).flatMap((name) => (needed.has(name) ? [table[name]!.text.trim()] : []));
}

const NETWORK: Helpers = {
  rounded: { text: "const f = Math.fround;" },
  dense: {
    needs: ["rounded"],
    text: String.raw`
/** z_j = b_j + the sum of h_k w_kj, in float32; w has a row for each input. */
function dense(h«: Vector», w«: Vector», b«: Vector»)«: Vector» {
  const n = b.length;
  const z = new Float32Array(b);
  // What is 0 adds nothing.
  const columns = new Int32Array(h.length);
  let count = 0;
  for (let k = 0; k < h.length; k++) if (h[k] !== 0) columns[count++] = k;
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    let z0 = b[j]«!»;
    let z1 = b[j + 1]«!»;
    let z2 = b[j + 2]«!»;
    let z3 = b[j + 3]«!»;
    for (let i = 0; i < count; i++) {
      const k = columns[i]«!»;
      const x = h[k]«!»;
      const at = k * n + j;
      z0 = f(z0 + f(x * w[at]«!»));
      z1 = f(z1 + f(x * w[at + 1]«!»));
      z2 = f(z2 + f(x * w[at + 2]«!»));
      z3 = f(z3 + f(x * w[at + 3]«!»));
    }
    z[j] = z0;
    z[j + 1] = z1;
    z[j + 2] = z2;
    z[j + 3] = z3;
  }
  for (; j < n; j++) {
    let sum = b[j]«!»;
    for (let i = 0; i < count; i++) {
      const k = columns[i]«!»;
      sum = f(sum + f(h[k]«!» * w[k * n + j]«!»));
    }
    z[j] = sum;
  }
  return z;
}`,
  },
  normaliseUnits: {
    needs: ["rounded"],
    text: String.raw`
/** gamma (z - mean) scale + beta, unit by unit, in place. */
function normaliseUnits(
  z«: Vector»,
  mean«: Vector»,
  scale«: Vector»,
  gamma«: Vector»,
  beta«: Vector»,
)«: void» {
  for (let k = 0; k < z.length; k++) {
    const zhat = f(f(z[k]«!» - mean[k]«!») * scale[k]«!»);
    z[k] = f(f(zhat * gamma[k]«!») + beta[k]«!»);
  }
}`,
  },
  normaliseRow: {
    needs: ["rounded"],
    text: String.raw`
/** The same with mean and deviation over the units of the row, in place. */
function normaliseRow(
  z«: Vector»,
  epsilon«: number»,
  gamma«: Vector»,
  beta«: Vector»,
)«: void» {
  let sum = 0;
  for (let k = 0; k < z.length; k++) sum += z[k]«!»;
  const mean = f(sum / z.length);
  let squares = 0;
  for (let k = 0; k < z.length; k++) squares += f(z[k]«!» - mean) ** 2;
  const scale = f(1 / Math.sqrt(squares / z.length + epsilon));
  for (let k = 0; k < z.length; k++) {
    const zhat = f(f(z[k]«!» - mean) * scale);
    z[k] = f(f(zhat * gamma[k]«!») + beta[k]«!»);
  }
}`,
  },
  each: {
    text: String.raw`
/** An activation of every unit, in place. */
function each(z«: Vector», activation«: (z: number) => number»)«: void» {
  for (let j = 0; j < z.length; j++) z[j] = activation(z[j]«!»);
}`,
  },
  add: {
    text: String.raw`
/** Adds what an earlier layer hands on, in place. */
function add(h«: Vector», earlier«: Vector»)«: void» {
  for (let k = 0; k < h.length; k++) h[k] = h[k]«!» + earlier[k]«!»;
}`,
  },
  embed: {
    text: String.raw`
/** Row x of a table, from place at on. */
function embed(
  x«: number»,
  table«: Vector»,
  width«: number»,
  h«: Vector»,
  at«: number»,
)«: void» {
  h.set(table.subarray(x * width, (x + 1) * width), at);
}`,
  },
  wave: {
    needs: ["rounded"],
    text: String.raw`
/** sin(2 pi f_i x) and cos(2 pi f_i x), from place at on. */
function wave(
  x«: number»,
  frequencies«: Vector»,
  h«: Vector»,
  at«: number»,
)«: void» {
  const n = frequencies.length;
  for (let i = 0; i < n; i++) {
    const angle = f(f(f(2 * Math.PI) * frequencies[i]«!») * x);
    h[at + i] = Math.sin(angle);
    h[at + n + i] = Math.cos(angle);
  }
}`,
  },
  softmax: {
    needs: ["rounded"],
    text: String.raw`
/** Shares that sum to 1, in place. */
function softmax(z«: Vector»)«: void» {
  let largest = z[0]«!»;
  for (let j = 1; j < z.length; j++) if (z[j]«!» > largest) largest = z[j]«!»;
  let sum = 0;
  for (let j = 0; j < z.length; j++) {
    z[j] = Math.exp(z[j]«!» - largest);
    sum = f(sum + z[j]«!»);
  }
  for (let j = 0; j < z.length; j++) z[j] = z[j]«!» / sum;
}`,
  },
  finite: {
    text: String.raw`
/** Outputs as a list. Finite inputs may still be too large for the network. */
function finite(h«: Vector»)«: number[]» {
  const outputs«: number[]» = [];
  for (let j = 0; j < h.length; j++) {
    const value = h[j]«!»;
    if (!Number.isFinite(value)) {
      throw new RangeError(
        "the prediction: expected finite outputs, got " +
          value +
          ". Are the inputs in the units of the training data?",
      );
    }
    outputs.push(value);
  }
  return outputs;
}`,
  },
  largestOf: {
    text: String.raw`
/** The place of the largest; the first one among equals. */
function largestOf(values«: readonly number[]»)«: number» {
  let best = 0;
  for (let j = 1; j < values.length; j++) {
    if (values[j]«!» > values[best]«!») best = j;
  }
  return best;
}`,
  },
  decode: {
    text: String.raw`
/** Float32 numbers, little-endian, from base64. */
function decode(text«: string», length«: number»)«: Vector» {
  const words = new Uint32Array(length);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; at < 4 * length; i++) {
    const c = text.charCodeAt(i);
    const digit =
      c > 96 ? c - 71 : c > 64 ? c - 65 : c > 47 ? c + 4 : c > 43 ? c + 16 : 62;
    bits = ((bits & 63) << 6) | digit;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    const byte = (bits >> held) & 255;
    words[at >> 2] = words[at >> 2]«!» | (byte << (8 * (at & 3)));
    at += 1;
  }
  return new Float32Array(words.buffer);
}`,
  },
};

/** sigma(z) of one unit. */
const ACTIVATIONS: Helpers = {
  sigmoid: {
    text: String.raw`
function sigmoid(z«: number»)«: number» {
  return 1 / (1 + Math.exp(-z));
}`,
  },
  tanh: {
    text: String.raw`
function tanh(z«: number»)«: number» {
  return Math.tanh(z);
}`,
  },
  relu: {
    text: String.raw`
function relu(z«: number»)«: number» {
  return z <= 0 ? 0 : z;
}`,
  },
  leakyRelu: {
    text: String.raw`
function leakyRelu(z«: number»)«: number» {
  return z > 0 ? z : ${LEAK} * z;
}`,
  },
  elu: {
    text: String.raw`
function elu(z«: number»)«: number» {
  return z > 0 ? z : Math.expm1(z);
}`,
  },
  selu: {
    text: String.raw`
function selu(z«: number»)«: number» {
  const lambda = ${SELU.lambda};
  const alpha = ${SELU.alpha};
  return lambda * (z > 0 ? z : alpha * Math.expm1(z));
}`,
  },
  softplus: {
    text: String.raw`
function softplus(z«: number»)«: number» {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}`,
  },
  erf: {
    text: String.raw`
/** The error function: a series near 0, a continued fraction far out. */
function erf(x«: number»)«: number» {
  const t = Math.abs(x);
  const scale = Math.exp(-t * t) / Math.sqrt(Math.PI);
  if (t < 2.5) {
    let term = 2 * x;
    let sum = term;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (2 * t * t) / (2 * n + 1);
      sum += term;
    }
    return scale * sum;
  }
  let fraction = 0;
  for (let k = 60; k > 0; k--) fraction = k / 2 / (t + fraction);
  return Math.sign(x) * (1 - scale / (t + fraction));
}`,
  },
  gelu: {
    needs: ["erf"],
    text: String.raw`
function gelu(z«: number»)«: number» {
  return (z * (1 + erf(z * Math.SQRT1_2))) / 2;
}`,
  },
  geluTanh: {
    needs: ["sigmoid"],
    text: String.raw`
function geluTanh(z«: number»)«: number» {
  return z * sigmoid(Math.sqrt(8 / Math.PI) * (z + ${GELU_CUBE} * z ** 3));
}`,
  },
  silu: {
    needs: ["sigmoid"],
    text: String.raw`
function silu(z«: number»)«: number» {
  return z * sigmoid(z);
}`,
  },
  mish: {
    needs: ["softplus"],
    text: String.raw`
function mish(z«: number»)«: number» {
  return z * Math.tanh(softplus(z));
}`,
  },
  hardSwish: {
    text: String.raw`
function hardSwish(z«: number»)«: number» {
  return z * (Math.min(Math.max(z + 3, 0), 6) / 6);
}`,
  },
  exponential: {
    text: String.raw`
function exponential(z«: number»)«: number» {
  return Math.exp(z);
}`,
  },
};

/** Refusals of inputs, in the words of the library. */
const REFUSALS: Helpers = {
  refuse: {
    text: String.raw`
/** Says which input is wrong, and how. */
function refuse(name«: string», expected«: string», got«: string»)«: never» {
  throw new TypeError(
    'input "' + name + '": expected ' + expected + ", got " + got + ".",
  );
}`,
  },
  show: {
    text: String.raw`
function show(value«: unknown»)«: string» {
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? text.slice(0, 57) + "..." : text;
}`,
  },
};

export const HELPERS: Helpers = { ...NETWORK, ...ACTIVATIONS, ...REFUSALS };
