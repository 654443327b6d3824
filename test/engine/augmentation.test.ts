import { describe, expect, test } from "vitest";
import { bytesOf, createSha256 } from "../../src/base/sha256.js";
import { createWasmEngine } from "../../src/engine/wasm.js";
import { type AugmentationSettings, prepareAugmentation } from "../../src/kernels/augmentation.js";
import type { Engine } from "../../src/kernels/contract.js";
import { createAugment } from "../../src/kernels/portable/augment.js";
import { compare } from "../reference/compare.js";
import { findEngine } from "./engines.js";
import { createProblem, type EngineProblem, inFloat64, type ProblemShape, shuffled, titleOf } from "./problems.js";
import { together } from "./together.js";

const IMAGE = { height: 5, width: 7 };
const WARP: AugmentationSettings = { shift: 1, rotation: 20, scale: 0.2, shear: 10, elastic: { alpha: 6, sigma: 1.5 } };
const SETTINGS: readonly AugmentationSettings[] = [WARP, { ...WARP, noise: 0.1 }, { cutout: 3 }, { shift: 2 }];

const SHAPES: readonly ProblemShape[] = SETTINGS.flatMap((settings, s) =>
  (["numbers", "sparse", "bytes"] as const).map((inputs, i): ProblemShape => ({
    hidden: "tanh",
    output: "softmax",
    cost: "cross-entropy",
    // A first layer that threads share by rows, and one that they share by panels.
    widths: [35, (s + i) % 2 === 0 ? 9 : 50, 4],
    batch: 6,
    inputs,
    optimizer: { momentum: 0.9 },
    augmentation: prepareAugmentation(settings, IMAGE, 7 + s),
  })),
);
const titled = SHAPES.map(
  (shape, index) => [`${titleOf(shape)}, ${JSON.stringify(SETTINGS[Math.floor(index / 3)])}`, shape, index] as const,
);

function hash(vector: Float32Array): string {
  return createSha256()
    .update(bytesOf(vector.map((value) => (value === 0 ? 0 : value))))
    .hex();
}

/** Everything that an engine says of two epochs. */
function work(engine: Engine, { rowCount, program }: EngineProblem): unknown {
  const order = shuffled(rowCount, 3);
  const outputs = new Float32Array(rowCount * program.layout.sizes.at(-1)!);
  const gradient = hash(engine.gradient(order.subarray(0, 6), 4));
  const reports = [1, 2].map((epoch) => engine.train(order, 0, rowCount, { epoch }));
  const asked = engine.forward(order, outputs);
  return { gradient, reports, asked, outputs: hash(outputs), parameters: hash(engine.parameters()) };
}

describe("images changed while training", () => {
  test.each(titled)("the same bits in every float32 engine, for any number of threads: %s", async (_title, shape, index) => {
    const problem = createProblem(shape, 700 + index);
    const expected = work(findEngine("portable").create(problem.program, problem.rows), problem);
    expect(work(createWasmEngine(problem.program, problem.rows), problem)).toEqual(expected);
    expect(work(createWasmEngine(problem.program, problem.rows, { dense: true }), problem)).toEqual(expected);
    for (const threads of [2, 3]) expect(work(await together(problem, threads), problem), `${threads} threads`).toEqual(expected);
  });

  test.each(titled.slice(0, 6))("the same where rows are streamed: %s", (_title, shape) => {
    const rowCount = 20_000;
    const { program, rows: few } = createProblem(shape, 1);
    const repeat = <A extends Float32Array | Float64Array | Uint8Array>(values: A): A =>
      new (values.constructor as new (length: number) => A)((rowCount * values.length) / 21).map((_, i) => values[i % values.length]!) as A;
    const rows = { inputs: { ...few.inputs, values: repeat(few.inputs.values) }, targets: repeat(few.targets) } as typeof few;
    const whole = createWasmEngine(program, rows);
    const streamed = createWasmEngine(program, rows, { memory: whole.plan.bytes - 1 });
    expect([whole.plan.shape.streamed, streamed.plan.shape.streamed]).toEqual([false, true]);
    const order = shuffled(rowCount, 1);
    const reports = [whole, streamed].map((engine) => [engine.train(order, 0, rowCount, { epoch: 3 }), engine.forward(order)]);
    expect(reports[1]).toEqual(reports[0]);
    expect(hash(streamed.parameters())).toBe(hash(whole.parameters()));
  });

  test.each(titled)("the reference trains on the same images: %s", (_title, shape, index) => {
    const problem = createProblem(shape, 700 + index);
    const list = shuffled(problem.rowCount, 3).subarray(0, 6);
    const reference = findEngine("reference").create(problem.program, inFloat64(problem.rows)).gradient(list, 2);
    const wasm = createWasmEngine(problem.program, problem.rows).gradient(list, 2);
    expect(compare(wasm, reference, 1e-4).agrees).toBe(true);
  });

  test("the gradient is that of images changed by hand, and changes with the epoch; asking changes nothing", () => {
    const problem = createProblem(SHAPES[0]!, 700);
    const { augmentation, ...plain } = problem.program;
    const values = (problem.rows.inputs.values as Float32Array).slice();
    const augment = createAugment(augmentation!);
    for (let row = 0; row < problem.rowCount; row++) augment(values, 35 * row, values, 35 * row, row, 5);
    const list = shuffled(problem.rowCount, 3).subarray(0, 6);
    const changed = createWasmEngine(problem.program, problem.rows);
    const byHand = createWasmEngine(plain, { ...problem.rows, inputs: { kind: "numbers", values } });
    expect(hash(changed.gradient(list, 5))).toBe(hash(byHand.gradient(list)));
    expect(hash(changed.gradient(list, 6))).not.toBe(hash(byHand.gradient(list)));
    const unchanged = createWasmEngine(plain, problem.rows);
    expect(changed.forward(list)).toEqual(unchanged.forward(list));
  });
});
