import { encodeText } from "../../base/platform.js";

/** A piece of the binary that comes often: bytes, and the kind of the number behind them, where there is one. */
interface Word {
  readonly bytes: readonly number[];
  readonly kind: number;
}

const SPACE = 32;
/** Kinds of numbers: 0 is none, 1 is a byte, those above 2 are LEB128. */
const SIXTEEN_BYTES = 2;

/**
 * The kernels as bytes of WebAssembly, from the text that scripts/lib/pack.mjs makes of them: the number of bytes, which words
 * follow each other, the words, and the numbers of each kind. It runs once, before an engine would compile it: the loop over
 * 26,000 words has no calls, and takes 5 milliseconds.
 */
export function unpackBinary(text: string): Uint8Array {
  const codes = encodeText(text);
  /** Where each part begins, and then where it is read: the order of the words, the words, each kind of number. */
  const at: number[] = [];
  for (let i = codes.indexOf(SPACE); i >= 0; i = codes.indexOf(SPACE, i + 1)) at.push(i + 1);
  // "#" to "|" without the backslash are 0 to 88; "}" and "~" stand before another one, which they add 89 or 173 to.
  const values = Uint8Array.from({ length: 127 }, (_, code) => (code > 124 ? 89 + 84 * (code - 125) : code - (code > 91 ? 36 : 35)));

  const ends = at[2]! - 1;
  const read = (): number => {
    const value = values[codes[at[1]!++]!]!;
    return value > 88 ? value + read() : value;
  };
  const words: Word[] = [];
  while (at[1]! < ends) words.push({ bytes: Array.from({ length: read() }, read), kind: read() });

  const binary = new Uint8Array(parseInt(text));
  let order = at[0]!;
  for (let i = 0; i < binary.length;) {
    let word = values[codes[order++]!]!;
    if (word > 88) word += values[codes[order++]!]!;
    const { bytes, kind } = words[word]!;
    for (let k = 0; k < bytes.length; k++) binary[i++] = bytes[k]!;
    if (kind === 0) continue;
    let from = at[kind + 1]!;
    // In LEB128 all bytes but the last are above 127.
    for (let left = kind === SIXTEEN_BYTES ? 16 : 1; left > 0;) {
      let byte = values[codes[from++]!]!;
      if (byte > 88) byte += values[codes[from++]!]!;
      binary[i++] = byte;
      if (byte < 128 || kind <= SIXTEEN_BYTES) left--;
    }
    at[kind + 1] = from;
  }
  return binary;
}
