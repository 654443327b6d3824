import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../scripts/lib/kernels.mjs";
import { activationKernels } from "../../src/kernels/portable/activations.js";
import * as portable from "../../src/kernels/portable/float32.js";
import * as addresses from "../../src/kernels/wasm/generated/addresses.js";
import { activations, type ScalarActivationName } from "../../src/network/activations.js";
import { root } from "../support/shared.js";

const NAMES = ["exp", "expm1", "sigmoid", "tanh", "log", "log1p", "erf", "sin", "cos"] as const;
const COUNT = 2 ** 16;
const START = 65_536;

interface Compiled {
  readonly exports: Readonly<Record<string, (...numbers: readonly number[]) => void>>;
}
// Types of the web are not those of the tests.
const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyLike }).WebAssembly;
interface WebAssemblyLike {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => { readonly buffer: ArrayBufferLike };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => Compiled;
}

const memory = new Memory({ initial: 16, maximum: 65_536, shared: true });
let kernels: Compiled["exports"];

beforeAll(async () => {
  const index = readFileSync(join(root, "assembly", "index.ts"), "utf8");
  const used = NAMES.map(
    (name) => `import { ${name} } from "./functions";
export function ${name}All(at: usize, bytes: usize): void {
  for (const end = at + bytes; at < end; at += 16) v128.store(at, ${name}(v128.load(at)));
}`,
  );
  const whole = 'export { activate, differentiate } from "./activations";';
  const binary = (await compile([], { "index.ts": [index, whole, ...used].join("\n") }))!;
  kernels = new Instance(new Module(binary), { env: { memory } }).exports;
  kernels["writeConstants"]!(0, 0);
});

describe("four numbers at a time give the bits of one at a time", () => {
  test.each(NAMES)("%s", (name) => {
    const values = new Float32Array(memory.buffer, START, COUNT);
    const patterns = new Uint32Array(memory.buffer, START, COUNT);
    const arguments_ = new Float32Array(COUNT);
    // Every so many-th of all float32; angles only where they are reduced exactly, logarithms from what is normal.
    for (let i = 0; i < COUNT; i++) {
      patterns[i] = i * 65_521;
      const x = values[i]!;
      const outside =
        name === "log1p"
          ? !(x >= 0 && x <= 1)
          : name === "log"
            ? Math.abs(x) < 2 ** -126
            : (name === "sin" || name === "cos") && Math.abs(x) > 2 ** 22;
      arguments_[i] = outside ? 0.5 : x;
    }
    values.set(arguments_);
    kernels[`${name}All`]!(START, 4 * COUNT);
    const wrong = arguments_.filter((x, i) => !Object.is(values[i], Math.fround(portable[name](x))));
    expect(wrong).toEqual(new Float32Array(0));
    expect(new Set(arguments_).size).toBeGreaterThan(COUNT / 8);
  });
});

describe("activations and derivatives over a whole vector give the bits of the portable ones", () => {
  const BYTES = 4 * COUNT;
  const vector = (place: number): Float32Array => new Float32Array(memory.buffer, place, COUNT);
  const [a, slopes, d] = [START, START + BYTES, START + 2 * BYTES];

  test.each(Object.keys(activations) as ScalarActivationName[])("%s", (name) => {
    const code = (addresses as Readonly<Record<string, number>>)[name.toUpperCase().replace("-", "_")]!;
    const fromZ = code >= addresses.GELU;
    const patterns = new Uint32Array(COUNT).map((_, i) => i * 65_521);
    const z = new Float32Array(patterns.buffer);
    vector(a).set(z);
    vector(slopes).fill(7);
    vector(d).fill(1);
    kernels["activate"]!(code, a, BYTES, BYTES);
    kernels["differentiate"]!(code, d, fromZ ? slopes : a, BYTES);
    const [value, derivative] = [new Float32Array(COUNT), new Float32Array(COUNT).fill(1)];
    activationKernels[name].value(z, value, COUNT);
    activationKernels[name].derivative(derivative, z, value, COUNT);
    const differ = (found: Float32Array, expected: Float32Array): number[] =>
      [...z].filter((_, i) => Number.isFinite(z[i]) && !Object.is(found[i], expected[i]));
    expect(differ(vector(a), value)).toEqual([]);
    // A zero may have either sign.
    expect(
      differ(
        vector(d).map((slope) => slope + 0),
        derivative.map((slope) => slope + 0),
      ),
    ).toEqual([]);
    expect([...vector(a)].filter((_, i) => Number.isNaN(z[i])).every(Number.isNaN)).toBe(true);
    // Where da/dz follows from a nothing is written beside it, nor in a pass that is not of training.
    expect(vector(slopes).every((slope) => slope === 7)).toBe(!fromZ);
    vector(slopes).fill(7);
    kernels["activate"]!(code, a, BYTES, 0);
    expect(vector(slopes).every((slope) => slope === 7)).toBe(true);
  });
});
