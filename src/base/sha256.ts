// SHA-256 (FIPS 180-4): Node's where it is, otherwise our own, because that of browsers is asynchronous and takes no pieces.

import { nodeModule } from "./platform.js";

/** Round constants: the first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
const K = fractions(64, (prime) => rootBits(prime, 3n));
/** Initial state: the same of the square roots of the first 8 primes (5.3.3). */
const INITIAL = fractions(8, (prime) => rootBits(prime, 2n));

function fractions(count: number, bits: (prime: bigint) => number): Uint32Array {
  const out = new Uint32Array(count);
  for (let candidate = 2, found = 0; found < count; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) prime = false;
    if (prime) out[found++] = bits(BigInt(candidate));
  }
  return out;
}

/** floor(prime^(1/degree) * 2^32) modulo 2^32, by bisection over whole numbers. */
function rootBits(prime: bigint, degree: 2n | 3n): number {
  const target = prime << (32n * degree);
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle * middle * (degree === 3n ? middle : 1n) <= target) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn);
}

export interface Sha256 {
  update(bytes: Uint8Array): Sha256;
  /** 64 lower-case hexadecimal digits; the object is spent afterwards. */
  hex(): string;
}

interface NodeHash {
  update(bytes: Uint8Array): unknown;
  digest(encoding: "hex"): string;
}

export function createSha256(): Sha256 {
  const node = nodeModule("node:crypto") as { createHash(name: "sha256"): NodeHash } | undefined;
  if (node === undefined) return createOwnSha256();
  const hash = node.createHash("sha256");
  const sha: Sha256 = {
    update(bytes) {
      hash.update(bytes);
      return sha;
    },
    hex: () => hash.digest("hex"),
  };
  return sha;
}

interface WebCrypto {
  readonly crypto?: { readonly subtle?: { digest(name: "SHA-256", bytes: Uint8Array): Promise<ArrayBuffer> } };
}
/** Bytes that are worth a copy in one piece, which the hash of browsers needs. */
const MOST_AT_ONCE = 2 ** 28;

/** Computed by a browser beside this thread; undefined where there is no such thing, or too much to be copied. */
export async function sha256Beside(parts: readonly Uint8Array[]): Promise<string | undefined> {
  const { subtle } = (globalThis as WebCrypto).crypto ?? {};
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (subtle === undefined || length > MOST_AT_ONCE) return undefined;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  const digest = new Uint8Array(await subtle.digest("SHA-256", whole));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The same in plain TypeScript, for where there is no other. */
export function createOwnSha256(): Sha256 {
  const state = Int32Array.from(INITIAL);
  const schedule = new Int32Array(64);
  const block = new Uint8Array(64);
  let filled = 0;
  let length = 0;

  const compress = (bytes: Uint8Array, offset: number): void => {
    for (let t = 0, i = offset; t < 16; t++, i += 4) {
      schedule[t] = (bytes[i]! << 24) | (bytes[i + 1]! << 16) | (bytes[i + 2]! << 8) | bytes[i + 3]!;
    }
    for (let t = 16; t < 64; t++) {
      const w15 = schedule[t - 15]!;
      const w2 = schedule[t - 2]!;
      const s0 = ((w15 >>> 7) | (w15 << 25)) ^ ((w15 >>> 18) | (w15 << 14)) ^ (w15 >>> 3);
      const s1 = ((w2 >>> 17) | (w2 << 15)) ^ ((w2 >>> 19) | (w2 << 13)) ^ (w2 >>> 10);
      schedule[t] = (schedule[t - 16]! + s0 + schedule[t - 7]! + s1) | 0;
    }
    let a = state[0]!;
    let b = state[1]!;
    let c = state[2]!;
    let d = state[3]!;
    let e = state[4]!;
    let f = state[5]!;
    let g = state[6]!;
    let h = state[7]!;
    for (let t = 0; t < 64; t++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[t]! + schedule[t]!) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    state[0] = state[0]! + a;
    state[1] = state[1]! + b;
    state[2] = state[2]! + c;
    state[3] = state[3]! + d;
    state[4] = state[4]! + e;
    state[5] = state[5]! + f;
    state[6] = state[6]! + g;
    state[7] = state[7]! + h;
  };

  const update = (bytes: Uint8Array): void => {
    length += bytes.length;
    let offset = 0;
    if (filled > 0) {
      offset = Math.min(64 - filled, bytes.length);
      block.set(bytes.subarray(0, offset), filled);
      filled += offset;
      if (filled < 64) return;
      compress(block, 0);
      filled = 0;
    }
    for (; offset + 64 <= bytes.length; offset += 64) compress(bytes, offset);
    block.set(bytes.subarray(offset));
    filled = bytes.length - offset;
  };

  const sha: Sha256 = {
    update(bytes) {
      update(bytes);
      return sha;
    },
    hex() {
      const bits = length * 8;
      const padding = new Uint8Array((filled < 56 ? 56 : 120) - filled + 8);
      padding[0] = 0x80;
      const view = new DataView(padding.buffer, padding.length - 8);
      view.setUint32(0, Math.floor(bits / 0x100000000));
      view.setUint32(4, bits >>> 0);
      update(padding);
      return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    },
  };
  return sha;
}

/** The bytes behind a typed array, without a copy. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
