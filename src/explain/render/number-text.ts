import { ChainruleError } from "../../base/errors.js";

/** How many significant digits are shown: a whole number from 1 to 17, or all that the number has. */
export type Digits = number | "full";

/** What is shown where nothing is said. */
export const DEFAULT_DIGITS = 4;

/**
 * A number as it is shown: significant digits with the sign kept, powers of ten below 1e-4 and from 1e6 on. Exact short
 * numbers stay short: 1, -0.5.
 *
 * @throws ChainruleError `E_USAGE` for digits that are no whole number from 1 to 17
 * @example
 * ```ts
 * import { numberText } from "chainrule/explain";
 *
 * console.log(numberText(0.123456), numberText(-0.5), numberText(1.5e-7, 3), numberText(1 / 3, "full"));
 * ```
 */
export function numberText(value: number, digits: Digits = DEFAULT_DIGITS): string {
  if (digits !== "full" && !(Number.isInteger(digits) && digits >= 1 && digits <= 17)) {
    throw new ChainruleError("E_USAGE", { where: "digits", expected: 'a whole number from 1 to 17, or "full"', got: String(digits) });
  }
  if (!Number.isFinite(value)) return String(value);
  if (digits === "full" || value === 0) return String(value);
  const exact = String(value);
  // 0.5 stays 0.5, and 0.3125 with four digits stays what it is.
  if (!exact.includes("e") && exact.replace(/^-?0?\.?0*|[.-]/g, "").length < digits) return exact;
  const magnitude = Math.abs(value);
  if (magnitude < 1e-4 || magnitude >= 1e6) return value.toExponential(digits - 1);
  const shown = value.toPrecision(digits);
  // 12345 with four digits is 1.235e+4 there.
  return shown.includes("e") ? String(Number(shown)) : shown;
}

/**
 * How far two numbers agree, in words: "equal", "9 digits agree", "they differ".
 *
 * @example
 * ```ts
 * import { agreementText } from "chainrule/explain";
 *
 * console.log(agreementText(0.123456, 0.123457)); // 5 digits agree
 * ```
 */
export function agreementText(value: number, other: number): string {
  const agree = agreeingDigits(value, other);
  if (agree === Infinity) return "equal";
  return agree >= 1 ? `${agree} digit${agree === 1 ? "" : "s"} agree` : "they differ";
}

/**
 * The number of significant digits in which two numbers agree; Infinity where they are the same.
 *
 * @example
 * ```ts
 * import { agreeingDigits } from "chainrule/explain";
 *
 * console.log(agreeingDigits(0.123456, 0.123457)); // 5
 * ```
 */
export function agreeingDigits(value: number, other: number): number {
  if (value === other) return Infinity;
  const digits = Math.floor(-Math.log10(Math.abs(value - other) / Math.max(Math.abs(value), Math.abs(other))));
  return digits > 0 ? digits : 0;
}
