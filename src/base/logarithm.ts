const words = new Uint32Array(2);
const float = new Float64Array(words.buffer);
const LITTLE = ((): boolean => {
  float[0] = 1;
  return words[1] !== 0;
})();
const HIGH = LITTLE ? 1 : 0;

/**
 * Natural logarithm of a normal positive float64, the same bits in every runtime (ECMAScript leaves Math.log to the
 * implementation). With x = m 2^e and m in [sqrt(1/2), sqrt(2)): ln x = e ln 2 + 2 artanh(s), s = (m - 1) / (m + 1);
 * the series runs to s^21, whose remainder is below 2^-58 of the sum. Error at most 2 ulp.
 */
export function logarithm(x: number): number {
  float[0] = x;
  let exponent = (words[HIGH]! >>> 20) - 1023;
  words[HIGH] = (words[HIGH]! & 0xfffff) | 0x3ff00000;
  let mantissa = float[0];
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let series = 0;
  for (let power = 21; power >= 3; power -= 2) series = (series + 1 / power) * square;
  return exponent * Math.LN2 + 2 * (s + s * series);
}
