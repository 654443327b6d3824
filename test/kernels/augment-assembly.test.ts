import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../scripts/lib/kernels.mjs";
import { STREAM } from "../../src/base/random.js";
import { type AugmentationSettings, prepareAugmentation } from "../../src/kernels/augmentation.js";
import { createAugment } from "../../src/kernels/portable/augment.js";
import { drawWords, GROUP } from "../../src/kernels/portable/philox.js";
import { augmentationBytes, augmentationScratch, writeAugmentation } from "../../src/kernels/wasm/augmentation.js";
import { root } from "../support/shared.js";

interface AugmentKernels {
  writeConstants(): void;
  augmentRow(source: number, target: number, settings: number, scratch: number, row: number, pass: number): void;
  augmentScratch(height: number, width: number): number;
  writeKey(low: number, high: number, at: number): void;
  drawWords(key: number, group: number, row: number, pass: number, stream: number, out: number): void;
}
// Types of the web are not those of the tests.
const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyLike }).WebAssembly;
interface WebAssemblyLike {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => { readonly buffer: ArrayBufferLike };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const INDEX = `export { writeConstants } from "./functions";
export { augmentRow } from "./augment";
export { augmentScratch } from "./augment-scratch";
export { drawWords, writeKey } from "./philox";`;

const memory = new Memory({ initial: 16, maximum: 65_536, shared: true });
const bytes = new Uint8Array(memory.buffer);
const words = new Uint32Array(memory.buffer);
const floats = new Float32Array(memory.buffer);
const RECORD = 16_384;
const START = 32_768;
const GUARD = 64;

async function build(features: string[] = [], changes: Record<string, string> = {}): Promise<AugmentKernels> {
  const binary = (await compile(features, { ...changes, "index.ts": INDEX }))!;
  const kernels = new Instance(new Module(binary), { env: { memory } }).exports as AugmentKernels;
  kernels.writeConstants();
  return kernels;
}

const SIZES = [
  [8, 8],
  [28, 28],
  [5, 7],
  [1, 1],
  [65, 33],
  [2, 17],
  [9, 4],
] as const;
const ALL = {
  shift: 1,
  rotation: 30,
  scale: 0.3,
  shear: 20,
  elastic: { alpha: 34, sigma: 4 },
  noise: 0.1,
  cutout: 1,
} as const satisfies AugmentationSettings;
const SETTINGS: readonly AugmentationSettings[] = [
  {},
  ALL,
  ...Object.entries(ALL).map(([name, value]) => ({ [name]: value })),
  { elastic: { alpha: 20, sigma: 0.3 } },
  { elastic: { alpha: 200, sigma: 30 }, shift: 1 },
  { shift: 1, rotation: 180, scale: 9, shear: 80 },
  { shift: 0.5, noise: 1, cutout: 1 },
];
/** Rows and passes from the whole range of 32 bits. */
const WHERE = Array.from({ length: 12 }, (_, i) => [Math.imul(i, 0x9e3779b1) >>> 0, Math.imul(i * i, 0x85ebca6b) >>> 0] as const);

/** One copy. The room that it works in is full of NaN before; nothing around what it may write may change. */
function copyOf(kernels: AugmentKernels, image: Float32Array, at: { row: number; pass: number; scratchBytes: number }): Float32Array {
  const source = START;
  const target = source + 4 * image.length + GUARD;
  const scratch = (target + 4 * image.length + GUARD + 63) & ~63;
  const end = scratch + at.scratchBytes;
  bytes.fill(0x3f, START, end + GUARD);
  bytes.fill(0xff, scratch, end);
  floats.set(image, source >>> 2);
  kernels.augmentRow(source, target, RECORD, scratch, at.row, at.pass);
  const untouched = (from: number): boolean => bytes.subarray(from, from + GUARD).every((byte) => byte === 0x3f);
  if (![target - GUARD, target + 4 * image.length, end].every(untouched)) throw new Error("written outside");
  return floats.slice(target >>> 2, (target >>> 2) + image.length);
}

/** Settings, sizes and rows whose copies are not the portable ones, bit by bit. */
function disagreements(kernels: AugmentKernels, sizes: readonly (readonly [number, number])[] = SIZES): string[] {
  return sizes.flatMap(([height, width]) => {
    const image = Float32Array.from({ length: height * width }, (_, i) => Math.sin(1 + i * i));
    return SETTINGS.flatMap((settings, index) => {
      const augmentation = prepareAugmentation(settings, { height, width }, 123_456_789_012_345 + index, index % 2 === 0 ? 0 : 0.3);
      const augment = createAugment(augmentation);
      writeAugmentation(words, floats, RECORD, augmentation);
      return WHERE.filter(([row, pass]) => {
        const expected = new Float32Array(image.length);
        augment(image, 0, expected, 0, row, pass);
        try {
          const found = copyOf(kernels, image, { row, pass, scratchBytes: augmentationScratch(augmentation) });
          return found.some((value, i) => !Object.is(value, expected[i]));
        } catch {
          return true;
        }
      }).map(([row, pass]) => `${JSON.stringify(settings)}, ${height} x ${width}, row ${row}, pass ${pass}`);
    });
  });
}

let kernels: AugmentKernels;
beforeAll(async () => {
  kernels = await build();
});

describe("random words", () => {
  test("are those of the portable engine", () => {
    const out = new Uint32Array(GROUP);
    for (const [row, pass] of WHERE) {
      for (const group of [0, 1, 2 ** 26, 2 ** 27 + 5, 2 ** 29 - 1]) {
        const key: [number, number] = [pass ^ 0x55555555, row >>> 7];
        drawWords([key[0] >>> 0, key[1]], group, row, pass, STREAM.dropout, out);
        kernels.writeKey(key[0], key[1], START);
        kernels.drawWords(START, group, row, pass, STREAM.dropout, START + 512);
        expect(words.slice((START + 512) >>> 2, ((START + 512) >>> 2) + GROUP)).toEqual(out);
      }
    }
  });

  test("have the streams of the library", () => {
    const text = readFileSync(join(root, "assembly", "philox.ts"), "utf8");
    expect(text).toContain(`AUGMENTATION: u32 = ${STREAM.augmentation};`);
    expect(text).toContain(`DROPOUT: u32 = ${STREAM.dropout};`);
  });
});

describe("copies of four pixels at a time have the bits of one at a time", () => {
  test.each(SIZES)("%d x %d, with every setting alone and all together", (height, width) => {
    expect(disagreements(kernels, [[height, width]])).toEqual([]);
  });

  test("in the relaxed build too", async () => {
    expect(disagreements(await build(["relaxed-simd"]))).toEqual([]);
  });

  test("where the copy takes the place of the image", () => {
    const augmentation = prepareAugmentation(ALL, { height: 9, width: 10 }, 1);
    const image = Float32Array.from({ length: 90 }, (_, i) => Math.cos(i));
    writeAugmentation(words, floats, RECORD, augmentation);
    const expected = new Float32Array(90);
    createAugment(augmentation)(image, 0, expected, 0, 2, 3);
    floats.set(image, START >>> 2);
    kernels.augmentRow(START, START, RECORD, START + 4096, 2, 3);
    expect(floats.slice(START >>> 2, (START >>> 2) + 90)).toEqual(expected);
  });

  test("with NaN and infinities among the pixels", () => {
    for (const settings of SETTINGS) {
      const augmentation = prepareAugmentation(settings, { height: 9, width: 10 }, 1);
      const image = Float32Array.from({ length: 90 }, (_, i) => [i, NaN, Infinity, -Infinity, -0][i % 5]!);
      writeAugmentation(words, floats, RECORD, augmentation);
      const expected = new Float32Array(90);
      createAugment(augmentation)(image, 0, expected, 0, 2, 3);
      expect(copyOf(kernels, image, { row: 2, pass: 3, scratchBytes: augmentationScratch(augmentation) })).toEqual(expected);
    }
  });
});

test("both sides count the same bytes", () => {
  for (const [height, width] of [...SIZES, [1, 1000], [1000, 1], [13, 14]] as const) {
    const augmentation = prepareAugmentation({}, { height, width }, 1);
    expect(augmentationScratch(augmentation)).toBe(kernels.augmentScratch(height, width));
    const elastic = prepareAugmentation({ elastic: { alpha: 1, sigma: 4 } }, { height, width }, 1);
    const length = augmentationBytes(elastic);
    const before = RECORD + length;
    bytes.fill(0xff, RECORD, before + GUARD);
    writeAugmentation(words, floats, RECORD, elastic);
    expect(bytes.subarray(before, before + GUARD).every((byte) => byte === 0xff)).toBe(true);
    expect(floats[(before >>> 2) - 1]).toBe(0);
  }
});

// Kernels broken on purpose: one line changed and compiled.
const FAULTS: readonly (readonly [what: string, file: string, from: string, to: string])[] = [
  ["a key that is not raised as it should", "philox.ts", "low += 0x9e3779b9", "low += 0x9e3779b8"],
  ["two words changed round", "philox.ts", "v128.store(out, b2, 96)", "v128.store(out, b3, 96)"],
  ["the last row of a window left out", "displacement.ts", "min(h, y + 4 + reach)", "min(h, y + 3 + reach)"],
  ["the last column of a window left out", "displacement.ts", "min(w, x + 8 + reach)", "min(w, x + 7 + reach)"],
  ["the fourth row of a block forgotten", "displacement.ts", "c31 = f32x4.add(c31, f32x4.mul(x3, b1));", ""],
  ["columns behind the last without a place", "augment.ts", "x < roundUp(w, 4)", "x < w"],
  ["the third pixel of a row's end not written", "augment.ts", "if (count > 2)", "if (count > 3)"],
  ["shrunk in place of grown", "augment.ts", "growth > 0 ?", "growth < 0 ?"],
  ["noise beyond the last pixel", "augment.ts", "pixels - pixel - 4", "pixels - pixel"],
  ["the margin not closed", "augment.ts", "fill(image, MARGIN * stride - MARGIN, background);", ""],
  ["a square a pixel too high", "augment.ts", "min(h, y + side)", "min(h, y + side + 1)"],
  ["background of 0 in the square", "augment.ts", "length, setting(settings, A_BACKGROUND)", "length, 0"],
];

describe("the comparison turns red", () => {
  test.each(FAULTS)("%s", async (_what, file, from, to) => {
    const text = readFileSync(join(root, "assembly", file), "utf8");
    expect(text.split(from).length).toBe(2);
    const broken = await build([], { [file]: text.replace(from, to) });
    expect(disagreements(broken).length).toBeGreaterThan(0);
  });
});
