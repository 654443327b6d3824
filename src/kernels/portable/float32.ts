// exp, ln, sigmoid, tanh and others in float32 from + - * / alone, so that every runtime and the WebAssembly kernels give the same
// bits (ECMAScript leaves Math.exp and its like to the implementation). Every operation is rounded to float32 by `f`.
// NaN passes through; infinities and underflow come out as IEEE 754 says. Errors are measured over a dense sweep of float32
// by test/kernels/float32.test.ts.

const f = Math.fround;

/** 2^n for n = -75..64, exact: doubled from the smallest, since `**` is left to the runtime too. */
const POWERS = new Float32Array(140);
for (let index = 0, power = 1 / 0x800000 / 0x800000 / 0x20000000; index < POWERS.length; index++, power *= 2) POWERS[index] = power;
const LOG2_E = f(1.4426950408889634);
/** ln 2 in two parts: the first has 9 trailing zero bits, so that n times it is exact. */
const LN2_HIGH = f(0.693359375);
const LN2_LOW = f(-2.12194440054690583e-4);
/** Adding and subtracting 1.5 * 2^23 rounds to the nearest whole number, ties to even. */
const MAGIC = f(12582912);
/** (e^r - 1 - r) / r^2 on |r| <= ln 2 / 2: minimax in the relative error of e^r, 3.1e-9. */
const E0 = f(0.4999999403953552);
const E1 = f(0.1666651964187622);
const E2 = f(0.04166839271783829);
const E3 = f(0.008368780836462975);
const E4 = f(0.0013814467238262296);

/** e^r - 1 for |r| <= ln 2 / 2 */
function expm1Near(r: number): number {
  let q = f(f(E4 * r) + E3);
  q = f(f(q * r) + E2);
  q = f(f(q * r) + E1);
  q = f(f(q * r) + E0);
  return f(f(f(r * r) * q) + r);
}

/** e^x, at most 1 ulp where the result is normal. Above 88.72 it is Infinity, below -103.97 it is 0. */
export function exp(x: number): number {
  const t = x > 89 ? 89 : x < -104 ? -104 : x;
  const n = f(f(f(t * LOG2_E) + MAGIC) - MAGIC);
  const r = f(f(t - f(n * LN2_HIGH)) - f(n * LN2_LOW));
  const p = f(expm1Near(r) + 1);
  if (n !== n) return n;
  // Two factors, because 2^128 and the subnormal powers are not float32 of their own.
  const half = n >> 1;
  return f(f(p * POWERS[half + 75]!) * POWERS[n - half + 75]!);
}

/** e^x - 1 for x up to 0, at most 1.5 ulp: where |x| is no more than half of ln 2, the sum of e^x without its 1. */
export function expm1(x: number): number {
  return Math.abs(f(x * LOG2_E)) <= 0.5 ? expm1Near(x) : f(exp(x) - 1);
}

/** 1 / (1 + e^-z), at most 2.5 ulp where the result is normal. */
export function sigmoid(z: number): number {
  return f(1 / f(1 + exp(f(-z))));
}

/** (tanh z - z) / z^3 as a polynomial in z^2 on |z| < 0.625: minimax in the relative error of tanh, 4.4e-9. */
const T0 = f(-0.3333328068256378);
const T1 = f(0.13331441581249237);
const T2 = f(-0.05373971536755562);
const T3 = f(0.0206390880048275);
const T4 = f(-0.005704987328499556);

/** tanh z, at most 1.3 ulp; -0 stays -0. */
export function tanh(z: number): number {
  if (z === 0) return z;
  if (z > -0.625 && z < 0.625) {
    const s = f(z * z);
    let q = f(f(T4 * s) + T3);
    q = f(f(q * s) + T2);
    q = f(f(q * s) + T1);
    q = f(f(q * s) + T0);
    return f(f(f(q * s) * z) + z);
  }
  const magnitude = z < 0 ? f(-z) : z;
  const a = f(1 - f(2 / f(exp(f(2 * magnitude)) + 1)));
  return z < 0 ? f(-a) : a;
}

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);
/** (2 artanh(s) - 2 s) / s^3 as a polynomial in s^2, s = (m - 1) / (m + 1): minimax in the relative error, 8.1e-10. */
const L0 = f(0.6666677594184875);
const L1 = f(0.39977481961250305);
const L2 = f(0.2987362742424011);
const SQRT2 = f(Math.SQRT2);

/** ln x of a normal positive float32, at most 2 ulp; NaN stays NaN, ln Infinity is Infinity, ln 0 is -Infinity. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  float[0] = x;
  let e = (bits[0]! >> 23) - 127;
  bits[0] = (bits[0]! & 0x7fffff) | 0x3f800000;
  let m = float[0];
  if (m > SQRT2) {
    m = f(m * 0.5);
    e += 1;
  }
  const s = f(f(m - 1) / f(m + 1));
  const s2 = f(s * s);
  let q = f(f(L2 * s2) + L1);
  q = f(f(q * s2) + L0);
  const lnM = f(f(2 * s) + f(f(s2 * q) * s));
  return f(f(e * LN2_HIGH) + f(f(e * LN2_LOW) + lnM));
}

/** ln(1 + t) for t in [0, 1], at most 4 ulp: what 1 + t rounds away is given back as a factor (Kahan). */
export function log1p(t: number): number {
  const u = f(1 + t);
  const rounded = f(u - 1);
  return rounded === 0 ? t : f(log(u) * f(t / rounded));
}

/** (erf x - x) / x as a polynomial in x^2 on |x| < 0.9375: minimax in the relative error of erf, 1.9e-8. */
const ERF_SMALL = [
  0.12837915122509003, -0.37612468004226685, 0.1128155067563057, -0.026756973937153816, 0.004979042336344719, -0.0005918974056839943,
].map(f);
/** (ln(1 - erf t) + t) / t as a polynomial in t on 0.9375 .. 4: minimax in the relative error of erf, 2.9e-9. */
const ERF_LARGE = [
  -0.1285085827112198, -0.6357377171516418, -0.1052364706993103, 0.022873787209391594, -0.0032099359668791294, 0.00021337867656257004,
].map(f);

/** erf x = 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x, at most 1.5 ulp; -0 stays -0. */
export function erf(x: number): number {
  const t = Math.abs(x);
  if (t < 0.9375) {
    const polynomial = horner(ERF_SMALL, f(x * x));
    return f(f(polynomial * x) + x);
  }
  // Beyond 4 it is 1 to the last bit.
  const within = t > 4 ? 4 : t;
  const magnitude = f(1 - exp(f(f(horner(ERF_LARGE, within) * within) - within)));
  return x < 0 ? f(-magnitude) : magnitude;
}

function horner(coefficients: readonly number[], x: number): number {
  let sum = coefficients.at(-1)!;
  for (let i = coefficients.length - 2; i >= 0; i--) sum = f(f(sum * x) + coefficients[i]!);
  return sum;
}

const TWO_OVER_PI = 0.6366197723675814;
/** pi / 2 in two parts, in float64: the first has 31 bits, so that n times it is exact for n below 2^22. */
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_LOW = 6.077100506506192e-11;
/** (sin r - r) / r^3 and (cos r - 1 + r^2 / 2) / r^4 as polynomials in r^2 on |r| <= pi / 4: minimax, 3.8e-9 and 1.2e-10. */
const SIN = [-0.16666655242443085, 0.00833216030150652, -0.00019515218446031213].map(f);
const COS = [0.04166664555668831, -0.0013887315290048718, 2.4433082217001356e-5].map(f);

/** sin x, at most 2 ulp for |x| up to 2^22; -0 stays -0. The angle is reduced in float64. */
export function sin(x: number): number {
  return x === 0 ? x : quarterWave(x, 0);
}

/** cos x, at most 2 ulp for |x| up to 2^22. */
export function cos(x: number): number {
  return quarterWave(x, 1);
}

/** sin(x + quarters * pi / 2): by the sine or the cosine of what is left of x when quarters of a turn are taken away. */
function quarterWave(x: number, quarters: number): number {
  const n = nearest(x * TWO_OVER_PI);
  const r = f(x - n * HALF_PI_HIGH - n * HALF_PI_LOW);
  const s = f(r * r);
  const quarter = (n + quarters) & 3;
  const wave = (quarter & 1) === 0 ? f(f(f(horner(SIN, s) * s) * r) + r) : f(f(f(f(horner(COS, s) * s) * s) - f(s * 0.5)) + 1);
  return quarter > 1 ? f(-wave) : wave;
}

/** The nearest whole number, ties to even. */
function nearest(x: number): number {
  const magic = 6755399441055744;
  return x + magic - magic;
}
