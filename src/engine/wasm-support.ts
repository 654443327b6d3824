import { whyNot } from "../kernels/wasm/module.js";

// What this machine can run, asked with modules of one function, so that no kernels are loaded.

/** Of no parameters and a vector: its type, its number, its memory of a page, and its body up to its end. */
const HEAD = "0 97 115 109 1 0 0 0 1 5 1 96 0 1 123 3 2 1 0 5 3 1 0 1 10";

/** An i32.atomic.load, a memory.fill and an i8x16.splat: what the kernels need. */
const PLAIN = `${HEAD} 24 1 22 0 65 0 254 16 2 0 26 65 0 65 0 65 0 252 11 0 65 1 253 15 11`;

/** An i8x16.relaxed_swizzle. */
const RELAXED = `${HEAD} 15 1 13 0 65 1 253 15 65 2 253 15 253 128 2 11`;

const bytesOf = (numbers: string): Uint8Array => Uint8Array.from(numbers.split(" "), Number);

let refusal: { readonly reason: string | undefined } | undefined;

/** What keeps this machine from running the WebAssembly engine; undefined where nothing does. */
export function whyNoWasm(): string | undefined {
  refusal ??= { reason: whyNot(bytesOf(PLAIN)) };
  return refusal.reason;
}

/** Whether this machine has relaxed SIMD. */
export function hasRelaxed(): boolean {
  return whyNot(bytesOf(RELAXED)) === undefined;
}
