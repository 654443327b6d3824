import { ChainruleError } from "../../base/errors.js";
import { encodeText } from "../../base/platform.js";
import { checkSeed } from "../../base/random.js";
import { createSha256 } from "../../base/sha256.js";

/** Whose sheet it is: the text as it stands on the sheet, and the number that the draws begin from. */
export interface ExerciseSeed {
  readonly text: string;
  readonly number: number;
}

/** 13 hexadecimal digits are 52 bits: a whole number in 0..2^53. */
const DIGITS = 13;

/**
 * A whole number or any text. Both are hashed as text, so that 7 and "7" are the same student; blanks around a name, and how
 * its accents are put together, make no difference.
 *
 * @throws ChainruleError `E_USAGE`
 */
export function exerciseSeed(seed: number | string): ExerciseSeed {
  const text = String(typeof seed === "number" ? checkSeed(seed) : seed)
    .normalize("NFC")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  if (text === "") {
    throw new ChainruleError("E_USAGE", {
      where: "seed",
      expected: "a whole number, or a text such as a student's name",
      got: JSON.stringify(seed),
      hint: "The same seed makes the same sheet again.",
    });
  }
  const hash = createSha256().update(encodeText(text)).hex();
  return { text, number: parseInt(hash.slice(0, DIGITS), 16) };
}
