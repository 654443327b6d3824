import { describe, expect, test } from "vitest";
import { bytesOf, createSha256 } from "../../src/base/sha256.js";
import { createWasmEngine } from "../../src/engine/wasm.js";
import { prepareAugmentation } from "../../src/kernels/augmentation.js";
import type { Engine } from "../../src/kernels/contract.js";
import { dropoutFactors, dropoutScale, dropoutThreshold } from "../../src/kernels/portable/dropout.js";
import { activations } from "../../src/network/activations.js";
import { batchCost, batchGradient } from "../../src/reference/batch.js";
import { compare } from "../reference/compare.js";
import { HIDDEN } from "../reference/networks.js";
import { findEngine } from "./engines.js";
import { createProblem, type EngineProblem, inFloat64, type ProblemShape, shuffled, titleOf } from "./problems.js";
import { together } from "./together.js";

// Every activation, since dropout keeps da/dz in another way, with widths on both sides of a panel and of a group of words.
const SHAPES: readonly ProblemShape[] = HIDDEN.map((hidden, index): ProblemShape => {
  const widths = [
    [7, 5, 3],
    [33, 40, 17, 4],
    [9, 65, 70, 2],
    [35, 16, 130, 3],
  ][index % 4]!;
  const inputs = (["numbers", "sparse", "bytes"] as const)[index % 3]!;
  const base = { hidden, output: "softmax", cost: "cross-entropy", widths, batch: [4, 7][index % 2]!, inputs } as const;
  return { ...base, dropout: [0.5, 0.2, 0.7][index % 3]!, optimizer: { momentum: 0.9 } };
});
const titled = SHAPES.map((shape, index) => [`${titleOf(shape)}, ${shape.dropout}`, shape, index] as const);

function hash(vector: Float32Array): string {
  return createSha256()
    .update(bytesOf(vector.map((value) => (value === 0 ? 0 : value))))
    .hex();
}

function problemOf(shape: ProblemShape, index: number): EngineProblem {
  const problem = createProblem(shape, 300 + index);
  return { ...problem, program: { ...problem.program, seed: 2 ** 40 + index } };
}

/** Everything that an engine says of two epochs. */
function work(engine: Engine, { rowCount, program }: EngineProblem): unknown {
  const order = shuffled(rowCount, 3);
  const outputs = new Float32Array(rowCount * program.layout.sizes.at(-1)!);
  const gradient = hash(engine.gradient(order.subarray(0, program.batchSize), 4));
  const { layers } = engine.observe(order, 0, program.batchSize, { epoch: 3 });
  const reports = [1, 2].map((epoch) => engine.train(order, 0, rowCount, { epoch }));
  const asked = engine.forward(order, outputs);
  const shares = layers!.map(({ dead, saturated }) => [dead, saturated]);
  return { gradient, shares, reports, asked, outputs: hash(outputs), parameters: hash(engine.parameters()) };
}

describe("dropout", () => {
  test.each(titled)("the same bits in every float32 engine, for any number of threads: %s", async (_title, shape, index) => {
    const problem = problemOf(shape, index);
    const expected = work(findEngine("portable").create(problem.program, problem.rows), problem);
    expect(work(createWasmEngine(problem.program, problem.rows, { observed: true }), problem)).toEqual(expected);
    for (const threads of [2, 3]) {
      expect(work(await together(problem, threads, { observed: true }), problem), `${threads} threads`).toEqual(expected);
    }
  });

  test.each(titled)("the reference drops the same units: %s", (_title, shape, index) => {
    const problem = problemOf(shape, index);
    const list = shuffled(problem.rowCount, 3).subarray(0, problem.program.batchSize);
    const reference = findEngine("reference").create(problem.program, inFloat64(problem.rows)).gradient(list, 2);
    for (const name of ["portable", "wasm"] as const) {
      expect(compare(findEngine(name).create(problem.program, problem.rows).gradient(list, 2), reference, 1e-4).agrees, name).toBe(true);
    }
  });

  test.each(titled)("its derivatives are those of the cost with the same units dropped: %s", (_title, shape, index) => {
    const { program, rows } = problemOf(shape, index);
    if (!(shape.hidden in activations)) throw new Error(shape.hidden);
    const { description, layout } = program;
    const parameters = Float64Array.from(program.parameters);
    const n = layout.sizes[1]!;
    const { values } = inFloat64(rows).inputs;
    const table = rows.inputs.kind === "bytes" ? rows.inputs.table : undefined;
    const masks = layout.sizes.map((size, l) =>
      l < 2 || l === layout.depth ? undefined : Float64Array.from({ length: size }, (_, k) => (k % 3 === 0 ? 0 : 1.25)),
    );
    const examples = [0, 1, 2].map((row) => ({
      x: Float64Array.from(values.subarray(row * n, (row + 1) * n), (x) => table?.[x] ?? x),
      y: rows.targets.subarray(row * layout.sizes.at(-1)!, (row + 1) * layout.sizes.at(-1)!),
      masks,
    }));
    const network = { description, layout, parameters };
    const { gradient } = batchGradient(network, examples);
    for (let i = 0; i < parameters.length; i += Math.max(1, Math.floor(parameters.length / 60))) {
      const h = 1e-5 * Math.max(1, Math.abs(parameters[i]!));
      const moved = (by: number): number => {
        const changed = parameters.slice();
        changed[i]! += by;
        return batchCost({ ...network, parameters: changed }, examples);
      };
      const central = (moved(h) - moved(-h)) / (2 * h);
      // A kink of relu and its kin between the two sides shows as a difference from one side only.
      const kinked = Math.abs(moved(h) + moved(-h) - 2 * moved(0)) > 1e-8;
      if (!kinked)
        expect(Math.abs(central - gradient[i]!) <= 1e-6 * Math.abs(gradient[i]!) + 1e-8, `${i}: ${central} ${gradient[i]}`).toBe(true);
    }
    // A dropped unit hands nothing on, and nothing comes back to it; the others do.
    const [into, out] = [layout.tensors[0]!, layout.tensors[2]!];
    const slopes = (k: number): number[] => [
      ...gradient.subarray(into.offset + k * into.columns, into.offset + (k + 1) * into.columns),
      ...Array.from({ length: out.rows }, (_, j) => gradient[out.offset + j * out.columns + k]!),
    ];
    for (let k = 0; k < into.rows; k += 3) expect(slopes(k).every((slope) => slope === 0)).toBe(true);
    expect(Array.from({ length: into.rows }, (_, k) => k).some((k) => k % 3 !== 0 && slopes(k).some((slope) => slope !== 0))).toBe(true);
  });

  test("together with images that are changed, and streamed rows", () => {
    const shape: ProblemShape = {
      ...SHAPES[3]!,
      inputs: "bytes",
      augmentation: prepareAugmentation({ shift: 2 }, { height: 5, width: 7 }, 3),
    };
    const problem = problemOf(shape, 1);
    const expected = work(findEngine("portable").create(problem.program, problem.rows), problem);
    expect(work(createWasmEngine(problem.program, problem.rows, { observed: true }), problem)).toEqual(expected);
    for (const changed of [shape, { ...SHAPES[3]!, inputs: "bytes" as const }]) {
      const { program, rows } = problemOf(changed, 1);
      const many = 20_000;
      const inputs = { ...rows.inputs, values: Uint8Array.from({ length: many * 35 }, (_, i) => rows.inputs.values[i % 700]!) };
      const targets = Float32Array.from({ length: many * 3 }, (_, i) => rows.targets[i % 60]!);
      const all = { inputs, targets } as typeof rows;
      const whole = createWasmEngine(program, all, { dense: true });
      const streamed = createWasmEngine(program, all, { dense: true, memory: whole.plan.bytes - 1 });
      expect(streamed.plan.shape.streamed).toBe(true);
      const order = shuffled(many, 2);
      for (const engine of [whole, streamed]) engine.train(order, 0, many, { epoch: 2 });
      expect(hash(streamed.parameters())).toBe(hash(whole.parameters()));
    }
  });

  test("asking drops nothing; another epoch, row, layer or seed draws anew", () => {
    const { program, rows } = problemOf(SHAPES[1]!, 1);
    const { description } = program;
    const plain = { ...description, layers: description.layers.map(({ units, activation }) => ({ units, activation })) };
    const list = shuffled(20, 1).subarray(0, 7);
    const engine = createWasmEngine(program, rows);
    expect(engine.forward(list)).toEqual(createWasmEngine({ ...program, description: plain }, rows).forward(list));
    const gradients = [
      engine.gradient(list, 1),
      engine.gradient(list, 2),
      createWasmEngine({ ...program, seed: 5 }, rows).gradient(list, 1),
    ];
    expect(new Set(gradients.map(hash)).size).toBe(3);
  });
});

describe("the factors", () => {
  const draw = (rate: number, layer: number, row: number, epoch: number, n = 4096): Float32Array => {
    const out = new Float32Array(n);
    dropoutFactors([1, 2], layer, row, epoch, dropoutThreshold(rate), n, out, 0);
    return out;
  };

  test.each([0.1, 0.25, 0.5, 0.9])("drop a share of %d, and keep the mean", (rate) => {
    const factors = [0, 1, 2, 3].flatMap((row) => [...draw(rate, 2, row, 1)]);
    const dropped = factors.filter((factor) => factor === 0).length / factors.length;
    // Four standard deviations of 16,384 draws.
    expect(Math.abs(dropped - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / factors.length));
    expect(new Set(factors)).toEqual(new Set([0, dropoutScale(dropoutThreshold(rate))]));
    expect(Math.abs(dropoutScale(dropoutThreshold(rate)) * (1 - rate) - 1)).toBeLessThan(2 ** -12);
  });

  test("are others for another layer, row or epoch, and the first of a wider layer are those of a narrower one", () => {
    const draws = [draw(0.5, 2, 0, 1), draw(0.5, 3, 0, 1), draw(0.5, 2, 1, 1), draw(0.5, 2, 0, 2)];
    expect(new Set(draws.map((factors) => factors.join())).size).toBe(4);
    expect(draw(0.5, 2, 0, 1, 100)).toEqual(draws[0]!.slice(0, 100));
  });
});
