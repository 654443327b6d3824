import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compile } from "../../scripts/lib/kernels.mjs";
import { createPortableEngine } from "../../src/engine/portable.js";
import { plainKernels } from "../../src/engine/binaries.js";
import { createWasmEngine } from "../../src/engine/wasm.js";
import * as addresses from "../../src/kernels/wasm/generated/addresses.js";
import { awkwardProblems, disagreements, wideProblems } from "../engine/conformance.js";
import { createProblem, type EngineProblem, shuffled } from "../engine/problems.js";
import { root } from "../support/shared.js";

// Kernels broken on purpose: one line of assembly/ changed, compiled, and judged by the conformance suite.
const FAULTS: readonly { readonly what: string; readonly file: string; readonly from: string; readonly to: string }[] = [
  {
    what: "the tail of a batch's odd row left out",
    file: "generated/tiles.ts",
    from: "for (; row < to; row++) {",
    to: "for (; row < 0; row++) {",
  },
  {
    what: "the odd input's derivative left out",
    file: "generated/tiles.ts",
    from: "for (; k < n; k++) weights1x",
    to: "for (; k < 0; k++) weights1x",
  },
  {
    what: "blocks of outputs beyond the first not added",
    file: "dense.ts",
    from: "block < all; block += BACKWARD_BLOCK",
    to: "block < min(all, BACKWARD_BLOCK); block += BACKWARD_BLOCK",
  },
  { what: "the second vector of a panel dropped", file: "generated/tiles.ts", from: "    c01 = madd(c01, x00, w01);", to: "" },
  { what: "the fourth step of a turn left out", file: "generated/tiles.ts", from: "if (!(a + 12 < end)) break;", to: "break;" },
  { what: "the last vectors of a panel not carried back", file: "generated/tiles.ts", from: "if (n <= 3) break;", to: "break;" },
  { what: "the slope of tanh forgotten", file: "activations.ts", from: "f32x4.sub(one, f32x4.mul(t, t))", to: "one" },
  {
    what: "a NaN that relu turns into 0",
    file: "activations.ts",
    from: "v128.andnot(z, f32x4.le(z, zero()))",
    to: "f32x4.pmax(zero(), z)",
  },
  {
    what: "the second lane of a mean forgotten in Adam",
    file: "update.ts",
    from: "f32x4.mul(slope, slope)",
    to: "f32x4.replace_lane(f32x4.mul(slope, slope), 1, 0)",
  },
  { what: "the momentum of the step before lost", file: "update.ts", from: "v128.store(v, velocity);", to: "" },
  {
    what: "an entry of a sparse row taken for its neighbour's",
    file: "generated/tiles.ts",
    from: "((word1 >>> 4) & ~63)",
    to: "(((word1 >>> 4) & ~63) ^ 64)",
  },
  {
    what: "the slopes of gelu and others not kept",
    file: "activations.ts",
    from: "if (slopes != 0) v128.store(at + slopes, slope);",
    to: "",
  },
  {
    what: "a difference that huber does not limit",
    file: "loss.ts",
    from: "f32x4.pmax(f32x4.pmin(difference, setting), f32x4.neg(setting))",
    to: "difference",
  },
  { what: "lanes behind the outputs not masked", file: "loss.ts", from: "if (j + 4 > n) e = v128.and(e, lanesBelow(n - j));", to: "" },
];

const problems = (): EngineProblem[] => [
  ...awkwardProblems.flatMap(({ problems: made }, index) => made().filter((_, at) => (at + index) % 4 === 0)),
  ...wideProblems.map(({ problem }) => problem()),
];

const engineOf = (binary: Uint8Array) => ({
  name: "broken",
  precision: "float32" as const,
  create: (...[program, rows]: Parameters<typeof createWasmEngine>) => createWasmEngine(program, rows, { binary }),
});

describe("the kernels", () => {
  test("the same sources give the same bytes, and those are the embedded ones", async () => {
    expect(Buffer.from((await compile([]))!).equals(plainKernels())).toBe(true);
  });

  test("the addresses of both sides are the same", () => {
    const text = readFileSync(join(root, "assembly", "addresses.ts"), "utf8");
    const stated = Array.from(text.matchAll(/^export const (\w+): \w+ = (\d+);$/gm), ([, name, value]) => [name!, Number(value)]);
    expect(stated.length).toBeGreaterThan(80);
    expect(Object.fromEntries(stated)).toEqual({ ...addresses });
  });
});

describe("the conformance suite turns red", () => {
  test.each(FAULTS.map((fault) => [fault.what, fault] as const))("%s", async (_what, { file, from, to }) => {
    const text = readFileSync(join(root, "assembly", file), "utf8");
    expect(text).toContain(from);
    // What is wrong stays wrong with less optimisation, which takes a tenth of the time.
    const binary = (await compile([], { [file]: text.replaceAll(from, to) }, ["-O1"]))!;
    const candidate = engineOf(binary);
    const red = problems().some((problem) => disagreements(candidate, problem).length > 0) || hidesNaN(binary) || otherBits(binary);
    expect(red).toBe(true);
  });

  test("and stays green for the kernels as they are", () => {
    const candidate = engineOf(plainKernels());
    expect(problems().filter((problem) => disagreements(candidate, problem).length > 0)).toEqual([]);
    expect(hidesNaN(plainKernels()) || otherBits(plainKernels())).toBe(false);
  });
});

/** Whether training ends on other bits than the portable engine's; small errors hide in the tolerance of many steps. */
function otherBits(binary: Uint8Array): boolean {
  const shape = { hidden: "tanh", output: "softmax", cost: "squared-error", widths: [5, 7, 6, 3], batch: 5 } as const;
  const { program, rows, rowCount } = createProblem(shape, 7);
  const [expected, found] = [createPortableEngine(program, rows), createWasmEngine(program, rows, { binary })].map((engine) => {
    engine.train(shuffled(rowCount, 1), 0, rowCount);
    return engine.parameters();
  });
  return found!.some((value, i) => value !== expected![i]);
}

/** Whether a NaN among the weights of a relu network goes unnoticed, where the portable engine names it. */
function hidesNaN(binary: Uint8Array): boolean {
  const { program, rows, rowCount } = awkwardProblems.find(({ title }) => title.startsWith("relu"))!.problems()[8]!;
  const parameters = program.parameters.slice().fill(NaN, 0, 1);
  const order = Uint32Array.from({ length: rowCount }, (_, row) => row);
  const seen = createPortableEngine({ ...program, parameters }, rows).forward(order).nonFinite;
  const found = createWasmEngine({ ...program, parameters }, rows, { binary }).forward(order).nonFinite;
  return seen?.layer !== found?.layer;
}
