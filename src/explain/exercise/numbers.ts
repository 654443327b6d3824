import { numberText } from "../render/number-text.js";

/** A number that the sheet gives: 0.15 where float32 has 0.15000000596. */
export function givenText(value: number): string {
  return String(Number(value.toPrecision(7)));
}

/** A central difference, whose digits behind the sixth are the step's and the rounding's. */
export function differenceText(value: number): string {
  return numberText(Number(value.toPrecision(6)));
}
