import { GELU_CUBE, LEAK, SELU } from "../network/activations.js";
import type { Helpers } from "./helper.js";

/** exp and its like in float32, as the kernels compute them: src/kernels/portable/float32.ts has reasons, sources and errors. */
export const FUNCTIONS: Helpers = {
  expm1Near: {
    needs: ["rounded"],
    text: String.raw`
/** e^r - 1 of an r near 0. */
function expm1Near(r«: number»)«: number» {
  let q = f(f(f(0.0013814467238262296) * r) + f(0.008368780836462975));
  q = f(f(q * r) + f(0.04166839271783829));
  q = f(f(q * r) + f(0.1666651964187622));
  q = f(f(q * r) + f(0.4999999403953552));
  return f(f(f(r * r) * q) + r);
}`,
  },
  powers: {
    text: String.raw`
const powers«: readonly number[]» = Array.from({ length: 140 }, (_, k) => {
  let power = 1;
  for (let i = 75; i < k; i++) power *= 2;
  for (let i = k; i < 75; i++) power /= 2;
  return power;
});`,
  },
  exp: {
    needs: ["expm1Near", "powers"],
    text: String.raw`
/** e^x in float32, from operations that every runtime rounds alike. */
function exp(x«: number»)«: number» {
  const t = x > 89 ? 89 : x < -104 ? -104 : x;
  const magic = 12582912;
  const n = f(f(f(t * f(Math.LOG2E)) + magic) - magic);
  const whole = f(n * f(0.693359375));
  const r = f(f(t - whole) - f(n * f(-2.12194440054690583e-4)));
  const p = f(expm1Near(r) + 1);
  if (Number.isNaN(n)) return n;
  const half = n >> 1;
  // Two factors: 2^128 and what lies below 2^-126 are no float32 of their own, or have fewer digits.
  return f(f(p * powers[half + 75]«!») * powers[n - half + 75]«!»);
}`,
  },
  expm1: {
    needs: ["exp"],
    text: String.raw`
/** e^x - 1 for x up to 0. */
function expm1(x«: number»)«: number» {
  const near = Math.abs(f(x * f(Math.LOG2E))) <= 0.5;
  return near ? expm1Near(x) : f(exp(x) - 1);
}`,
  },
  log1p: {
    needs: ["rounded"],
    text: String.raw`
/** ln(1 + t) for t of 0 to 1. */
function log1p(t«: number»)«: number» {
  const u = f(1 + t);
  const over = f(u - 1);
  if (over === 0) return t;
  const [m, e] = u > f(Math.SQRT2) ? [f(u * 0.5), 1] : [u, 0];
  const s = f(f(m«!» - 1) / f(m«!» + 1));
  const s2 = f(s * s);
  let q = f(f(f(0.2987362742424011) * s2) + f(0.39977481961250305));
  q = f(f(q * s2) + f(0.6666677594184875));
  const ln = f(f(2 * s) + f(f(s2 * q) * s));
  const low = f(f(e«!» * f(-2.12194440054690583e-4)) + ln);
  return f(f(f(e«!» * f(0.693359375)) + low) * f(t / over));
}`,
  },
  horner: {
    needs: ["rounded"],
    text: String.raw`
/** A polynomial by its coefficients, that of the highest power first. */
function horner(coefficients«: readonly number[]», x«: number»)«: number» {
  let sum = 0;
  coefficients.forEach((c, i) => {
    sum = i === 0 ? f(c) : f(f(sum * x) + f(c));
  });
  return sum;
}`,
  },
  erf: {
    needs: ["exp", "horner"],
    text: String.raw`
/** The error function. */
function erf(x«: number»)«: number» {
  const t = Math.abs(x);
  if (t < 0.9375) {
    const small = [
      -0.0005918974056839943, 0.004979042336344719, -0.026756973937153816,
      0.1128155067563057, -0.37612468004226685, 0.12837915122509003,
    ];
    return f(f(horner(small, f(x * x)) * x) + x);
  }
  const within = t > 4 ? 4 : t;
  const large = [
    0.00021337867656257004, -0.0032099359668791294, 0.022873787209391594,
    -0.1052364706993103, -0.6357377171516418, -0.1285085827112198,
  ];
  const magnitude = f(1 - exp(f(f(horner(large, within) * within) - within)));
  return x < 0 ? f(-magnitude) : magnitude;
}`,
  },
  quarterWave: {
    needs: ["horner"],
    text: String.raw`
/** sin(x + quarters pi / 2), by what is left of x when quarters of a turn are taken away. */
function quarterWave(x«: number», quarters«: number»)«: number» {
  const magic = 6755399441055744;
  const n = x * 0.6366197723675814 + magic - magic;
  const r = f(x - n * 1.5707963267341256 - n * 6.077100506506192e-11);
  const s = f(r * r);
  const sine = [-0.00019515218446031213, 0.00833216030150652, -0.16666655242443085];
  const cosine = [2.4433082217001356e-5, -0.0013887315290048718, 0.04166664555668831];
  const quarter = (n + quarters) & 3;
  const wave =
    (quarter & 1) === 0
      ? f(f(f(horner(sine, s) * s) * r) + r)
      : f(f(f(f(horner(cosine, s) * s) * s) - f(s * 0.5)) + 1);
  return quarter > 1 ? f(-wave) : wave;
}`,
  },
};

/** sigma(z) of one unit. */
export const ACTIVATIONS: Helpers = {
  sigmoid: {
    needs: ["exp"],
    text: String.raw`
function sigmoid(z«: number»)«: number» {
  return f(1 / f(1 + exp(f(-z))));
}`,
  },
  tanh: {
    needs: ["exp"],
    text: String.raw`
function tanh(z«: number»)«: number» {
  if (z === 0) return z;
  if (z > -0.625 && z < 0.625) {
    const s = f(z * z);
    let q = f(f(f(-0.005704987328499556) * s) + f(0.0206390880048275));
    q = f(f(q * s) + f(-0.05373971536755562));
    q = f(f(q * s) + f(0.13331441581249237));
    q = f(f(q * s) + f(-0.3333328068256378));
    return f(f(f(q * s) * z) + z);
  }
  const magnitude = z < 0 ? f(-z) : z;
  const a = f(1 - f(2 / f(exp(f(2 * magnitude)) + 1)));
  return z < 0 ? f(-a) : a;
}`,
  },
  relu: {
    text: String.raw`
function relu(z«: number»)«: number» {
  return z <= 0 ? 0 : z;
}`,
  },
  leakyRelu: {
    needs: ["rounded"],
    text: String.raw`
function leakyRelu(z«: number»)«: number» {
  return z > 0 ? z : f(z * f(${LEAK}));
}`,
  },
  elu: {
    needs: ["expm1"],
    text: String.raw`
function elu(z«: number»)«: number» {
  return z > 0 ? z : expm1(z);
}`,
  },
  selu: {
    needs: ["expm1"],
    text: String.raw`
function selu(z«: number»)«: number» {
  const lambda = ${SELU.lambda};
  const alpha = ${SELU.alpha};
  return z > 0 ? f(z * f(lambda)) : f(expm1(z) * f(lambda * alpha));
}`,
  },
  softplus: {
    needs: ["exp", "log1p"],
    text: String.raw`
function softplus(z«: number»)«: number» {
  return f((z > 0 ? z : 0) + log1p(exp(-Math.abs(z))));
}`,
  },
  gelu: {
    needs: ["erf"],
    text: String.raw`
function gelu(z«: number»)«: number» {
  return f(z * f(0.5 * f(1 + erf(f(z * f(Math.SQRT1_2))))));
}`,
  },
  geluTanh: {
    needs: ["sigmoid"],
    text: String.raw`
function geluTanh(z«: number»)«: number» {
  // sqrt(8 / pi), and the same times ${GELU_CUBE}.
  const c1 = f(1.5957691216057308);
  const c3 = f(1.5957691216057308 * ${GELU_CUBE});
  const w = z > 12 ? 12 : z < -12 ? -12 : z;
  return f(z * sigmoid(f(w * f(c1 + f(f(w * w) * c3)))));
}`,
  },
  silu: {
    needs: ["sigmoid"],
    text: String.raw`
function silu(z«: number»)«: number» {
  return f(z * sigmoid(z));
}`,
  },
  mish: {
    needs: ["exp"],
    text: String.raw`
function mish(z«: number»)«: number» {
  const e = exp(z > 20 ? 20 : z);
  const n = f(e * f(e + 2));
  return f(z * f(n / f(n + 2)));
}`,
  },
  hardSwish: {
    needs: ["rounded"],
    text: String.raw`
function hardSwish(z«: number»)«: number» {
  const moved = f(z + 3);
  return f(z * f((moved > 6 ? 6 : moved < 0 ? 0 : moved) / 6));
}`,
  },
  exponential: {
    needs: ["exp"],
    text: String.raw`
function exponential(z«: number»)«: number» {
  return exp(z);
}`,
  },
};
