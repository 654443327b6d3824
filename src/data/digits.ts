import type { ClassTarget, Dataset } from "./dataset.js";
import { DIGIT_LABELS, DIGIT_PIXELS } from "./digits-values.js";

export type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
const CLASSES: readonly Digit[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const SIDE = 8;

let made: Dataset<ClassTarget<Digit>> | undefined;

/**
 * 1,797 handwritten digits of 43 writers, each 8x8 pixels of 0 (white) to 16: the test part of "Optical Recognition of
 * Handwritten Digits" by E. Alpaydin and C. Kaynak (1998), UCI Machine Learning Repository, CC BY 4.0.
 *
 * @returns inputs of shape (1797 x 64), one byte a pixel, and the classes 0..9
 * @example
 * ```ts
 * import { digits } from "chainrule/digits";
 *
 * const data = digits();
 * console.log(data.rowCount, data.target.classes[data.target.indices[0] ?? 0]); // 1797 0
 * ```
 */
export function digits(): Dataset<ClassTarget<Digit>> {
  made ??= {
    name: "digits",
    rowCount: DIGIT_LABELS.length,
    columns: Array.from({ length: SIDE * SIDE }, (_, pixel) => `pixel${pixel}`),
    inputs: unpack(DIGIT_PIXELS, DIGIT_LABELS.length * SIDE * SIDE),
    target: { kind: "classes", name: "digit", classes: CLASSES, indices: Int32Array.from(DIGIT_LABELS, Number) },
    image: { height: SIDE, width: SIDE, maximum: 16 },
  };
  return made;
}

/** Undoes the packing that `scripts/embed-data.mjs` describes. */
function unpack(text: string, length: number): Uint8Array {
  const pixels = new Uint8Array(length);
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 97) pixels[at++] = code - 97;
    else at += code - 65 + 2;
  }
  return pixels;
}
