import { ACTIVATIONS, FUNCTIONS } from "./function-helpers.js";
import type { Helpers } from "./helper.js";

// The functions that a module may need, as source text; «...» is TypeScript's. Every operation is that of the engines, rounded to float32 in
// their order, so that a module has the bits of `predict`.

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
  const n = z.length;
  const sums = [0, 0, 0, 0];
  for (let k = 0; k < n; k++) sums[k & 3] = sums[k & 3]«!» + z[k]«!»;
  const mean = f((sums[0]«!» + sums[1]«!» + (sums[2]«!» + sums[3]«!»)) / n);
  const squares = [0, 0, 0, 0];
  for (let k = 0; k < n; k++) {
    const off = f(z[k]«!» - mean);
    squares[k & 3] = squares[k & 3]«!» + off * off;
  }
  const whole = squares[0]«!» + squares[1]«!» + (squares[2]«!» + squares[3]«!»);
  const scale = f(1 / Math.sqrt(whole / n + epsilon));
  for (let k = 0; k < z.length; k++) {
    const zhat = f(f(z[k]«!» - mean) * scale);
    z[k] = f(zhat * gamma[k]«!») + beta[k]«!»;
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
    needs: ["quarterWave"],
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
    h[at + i] = angle === 0 ? angle : quarterWave(angle, 0);
    h[at + n + i] = quarterWave(angle, 1);
  }
}`,
  },
  softmax: {
    needs: ["exp"],
    text: String.raw`
/** Shares that sum to 1, in place. */
function softmax(z«: Vector»)«: void» {
  let largest = z[0]«!»;
  for (let j = 1; j < z.length; j++) if (z[j]«!» > largest) largest = z[j]«!»;
  let sum = 0;
  for (let j = 0; j < z.length; j++) {
    z[j] = exp(f(z[j]«!» - largest));
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

export const HELPERS: Helpers = { ...NETWORK, ...FUNCTIONS, ...ACTIVATIONS, ...REFUSALS };
