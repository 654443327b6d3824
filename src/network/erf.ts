/** From here on the continued fraction of 1 - erf has settled after so many of its steps; before it the series is short. */
const FAR = 2.5;
const STEPS = 60;

/**
 * erf x = 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x, in float64: off by at most 1e-15. NaN stays NaN.
 *
 * Near 0 by the series 2 / sqrt(pi) e^(-x^2) sum_n 2^n x^(2n+1) / (1 * 3 * ... * (2n+1)), whose terms all have one sign; far out
 * as 1 - e^(-x^2) / sqrt(pi) / (x + (1/2) / (x + (2/2) / (x + (3/2) / ...))).
 */
export function erf(x: number): number {
  const t = Math.abs(x);
  const scale = Math.exp(-t * t) / Math.sqrt(Math.PI);
  if (t < FAR) {
    let term = 2 * x;
    let sum = term;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) sum += term *= (2 * t * t) / (2 * n + 1);
    return scale * sum;
  }
  let fraction = 0;
  for (let k = STEPS; k > 0; k--) fraction = k / 2 / (t + fraction);
  return Math.sign(x) * (1 - scale / (t + fraction));
}
