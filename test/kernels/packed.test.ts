import { describe, expect, test } from "vitest";
import { packBinary } from "../../scripts/lib/pack.mjs";
import plain from "../../src/kernels/wasm/generated/plain.js";
import relaxed from "../../src/kernels/wasm/generated/relaxed.js";
import { whyNot } from "../../src/kernels/wasm/module.js";
import { unpackBinary } from "../../src/kernels/wasm/unpack.js";

const { WebAssembly } = globalThis as unknown as { WebAssembly: { validate: (bytes: Uint8Array) => boolean } };
const validate = (bytes: Uint8Array): boolean => WebAssembly.validate(bytes);

const HEAD = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const leb = (value: number): number[] => (value < 128 ? [value] : [(value % 128) + 128, ...leb(Math.floor(value / 128))]);
const section = (id: number, content: readonly number[]): number[] => [id, ...leb(content.length), ...content];
const f64 = (value: number): number[] => [...new Uint8Array(Float64Array.of(value).buffer)];
const f32 = (value: number): number[] => [...new Uint8Array(Float32Array.of(value).buffer)];
const sixteen = Array.from({ length: 16 }, (_, i) => (255 - 7 * i) % 256);

/** A module with a memory of one page and one function (i32) -> (), of these instructions. */
function moduleOf(instructions: readonly number[], data: readonly number[] = []): Uint8Array {
  const body = [1, 3, 0x7b, ...instructions, 0x0b];
  return Uint8Array.from([
    ...HEAD,
    ...section(1, [1, 0x60, 1, 0x7f, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 3, 1, 1]),
    ...section(10, [1, ...leb(body.length), ...body]),
    ...(data.length > 0 ? section(11, [1, 0, 0x41, 0, 0x0b, ...leb(data.length), ...data]) : []),
  ]);
}

const DROP = 0x1a;
const GET = [0x20, 0];
const programs: Readonly<Record<string, Uint8Array>> = {
  nothing: moduleOf([]),
  "whole numbers of one to ten bytes": moduleOf([
    ...[[0], [0x7f], [0x80, 1], [0xff, 0xff, 3], [0x80, 0x80, 0x80, 0x80, 0x78]].flatMap((value) => [0x41, ...value, DROP]),
    ...[0x42, ...Array<number>(9).fill(0x80), 0x7f, DROP],
  ]),
  "decimal numbers with every byte above 127": moduleOf([0x43, ...f32(-1.7e38), DROP, 0x44, ...f64(-1e-300), DROP]),
  "vectors, and the same one again and again": moduleOf([
    ...[0xfd, 12, ...sixteen, 0x22, 1, 0x22, 2, 0x20, 3, 0xfd, 13, ...sixteen.map((value) => value % 32), DROP],
    ...Array.from({ length: 9 }, () => [0xfd, 12, ...sixteen, DROP]).flat(),
  ]),
  "jumps, and a table of them": moduleOf([
    ...[0x02, 0x40, 0x03, 0x40, 0x20, 0, 0x0d, 1, 0x20, 0, 0x0e, 3, 0, 1, 0, 1, 0x0b, 0x0b],
    ...[0x20, 0, 0x04, 0x40, 0x05, 0x0b],
  ]),
  "memory, plain and shared, with far offsets": moduleOf([
    ...[...GET, 0x28, 2, 0x80, 0x80, 4, DROP, ...GET, ...GET, 0x36, 2, 5, 0x3f, 0, DROP],
    ...[...GET, 0xfd, 0, 4, 0x90, 1, 0x21, 1, ...GET, 0x20, 1, 0xfd, 11, 4, 0],
    ...[...GET, 0x20, 1, 0xfd, 84, 0, 9, 3, DROP, ...GET, 0xfd, 92, 2, 8, 0xfd, 27, 2, DROP],
    ...[...GET, 0xfe, 0x10, 2, 0, DROP, ...GET, ...GET, 0xfe, 0x1e, 2, 4, DROP, 0xfe, 3, 0],
    ...[...GET, ...GET, ...GET, 0xfc, 11, 0, ...GET, ...GET, ...GET, 0xfc, 10, 0, 0],
  ]),
  "every byte in its data": moduleOf(
    [],
    Array.from({ length: 600 }, (_, i) => (i * 37) % 256),
  ),
};

describe("the text of a binary", () => {
  test.each(Object.entries(programs))("is read as the same bytes: %s", (_, binary) => {
    expect(validate(binary)).toBe(true);
    const text = packBinary(binary);
    expect([...unpackBinary(text)]).toEqual([...binary]);
    // No quote, backslash or letter of two bytes, so that a file holds it as it is.
    expect(text).toMatch(/^[ #-[\]-~]+$/);
  });

  test.each([
    ["plain", plain],
    ["relaxed", relaxed],
  ])("is that of the kernels (%s)", (name, text) => {
    const binary = unpackBinary(text);
    expect([...binary.subarray(0, 8)]).toEqual(HEAD);
    if (name === "plain") expect(whyNot(binary)).toBeUndefined();
    expect(packBinary(binary)).toBe(text);
  });

  test("has digits, however many instructions are worth one", () => {
    const load = (offset: number): number[] => [...GET, 0x2d, 0, ...leb(offset), DROP];
    const binary = moduleOf(Array.from({ length: 300 }, (_, i) => Array.from({ length: 16 }, () => load(1000 + i))).flat(2));
    expect(validate(binary)).toBe(true);
    expect(Buffer.compare(unpackBinary(packBinary(binary)), binary)).toBe(0);
  });

  test("is not made where an instruction is not known", () => {
    // 0xff is no instruction; what follows it is then read wrongly, over the function's end.
    expect(() => packBinary(moduleOf([0xff, 0, 0x44]))).toThrow("does not know an instruction");
  });
});
