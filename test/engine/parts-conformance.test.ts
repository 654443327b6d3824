import { describe, expect, test } from "vitest";
import { bytesOf, createSha256 } from "../../src/base/sha256.js";
import { ENGINE_NAMES } from "../../src/engine/engine-names.js";
import { createPortableEngine } from "../../src/engine/portable.js";
import { createWasmEngine } from "../../src/engine/wasm.js";
import type { Engine, EngineRows } from "../../src/kernels/contract.js";
import { findEngine } from "./engines.js";
import { type Candidate, disagreements, toleranceOf } from "./conformance.js";
import { partsProblems } from "./parts-problems.js";
import { type EngineProblem, inFloat64, shuffled } from "./problems.js";
import { together } from "./together.js";

// Normalisation, residual blocks, encoded columns and dropout: every engine beside the float64 reference, and float32 engines bit by bit.

const judged = partsProblems("judged").map(({ title, problems }) => ({ title, problems: problems() }));
const exact = partsProblems("bits").map(({ title, problems }) => ({ title, problems: problems() }));

for (const name of ENGINE_NAMES) {
  describe(`${name} conforms`, () => {
    test.each(judged.map(({ title, problems }) => [title, problems] as const))("%s, on awkward sizes", (_title, problems) => {
      for (const problem of problems) {
        expect({ problem: problem.title, failed: disagreements({ name, ...findEngine(name) }, problem) }).toMatchObject({ failed: [] });
      }
    });

    test("the running mean of the parameters, where there is one", () => {
      const averaged = judged.flatMap(({ problems }) => problems.filter(({ program: { rules } }) => rules?.average !== undefined));
      expect(averaged.length).toBeGreaterThan(5);
      for (const problem of averaged) {
        const [own, expected] = [name, "reference" as const].map((each) => {
          const { create, precision } = findEngine(each);
          const engine = create(problem.program, precision === "float32" ? problem.rows : inFloat64(problem.rows));
          engine.train(shuffled(problem.rowCount, 7), 0, problem.rowCount);
          engine.exchangeAverage();
          return engine.parameters();
        }) as [Float32Array, Float32Array];
        const allowed = 4 * toleranceOf(problem.program);
        const far = Array.from(own, (value, i) => Math.abs(value - expected[i]!)).filter((error) => !(error <= allowed));
        expect({ problem: problem.title, far }).toMatchObject({ far: [] });
      }
    });
  });
}

function hash(vector: Float32Array | Float64Array): string {
  return createSha256()
    .update(bytesOf(vector.map((value) => (value === 0 ? 0 : value))))
    .hex();
}

/** Everything that an engine says of two epochs, its vectors as the hash of their bits. */
function work(engine: Engine, { rowCount, program }: EngineProblem): unknown {
  const order = shuffled(rowCount, 3);
  const outputs = new Float32Array(rowCount * program.layout.sizes.at(-1)!);
  const gradient = hash(engine.gradient(order.subarray(0, program.batchSize), 4));
  const differentiated = engine.differentiate(order.subarray(0, Math.ceil(program.batchSize / 2)), { epoch: 2 });
  const { layers } = engine.observe(order, 0, program.batchSize, { epoch: 3 });
  const shares = layers!.map(({ layer, dead, saturated }) => [layer, dead, saturated]);
  const reports = [1, 2].map((epoch) => engine.train(order, 0, rowCount, { epoch }));
  const asked = engine.forward(order, outputs);
  const { parameters, slots, average, counters } = engine.state();
  return {
    gradient,
    differentiated: [differentiated.report, hash(differentiated.gradient)],
    shares,
    reports,
    asked,
    outputs: hash(outputs),
    parameters: hash(parameters),
    slots: slots.map(hash),
    average: average && hash(average),
    counters,
  };
}

describe("float32 engines agree in every bit, for any number of threads", () => {
  test.each(exact.map(({ title, problems }) => [title, problems] as const))("%s", async (_title, problems) => {
    for (const [index, problem] of problems.entries()) {
      const { program, rows, title } = problem;
      const expected = work(createPortableEngine(program, rows), problem);
      expect(work(createWasmEngine(program, rows, { observed: true }), problem), title).toEqual(expected);
      for (const threads of index % 3 === 0 ? [2, 3] : [2 + (index % 2)]) {
        expect(work(await together(problem, threads, { observed: true }), problem), `${threads} threads, ${title}`).toEqual(expected);
      }
    }
  });

  test.each(exact.map(({ title, problems }) => [title, problems] as const))("also where zeros take part: %s", (_title, problems) => {
    for (const problem of problems.filter((_, index) => index % 4 === 1)) {
      const { program, rows, title } = problem;
      const expected = work(createPortableEngine(program, rows), problem);
      expect(work(createWasmEngine(program, rows, { observed: true, dense: true }), problem), title).toEqual(expected);
    }
  });
});

describe("rows that do not fit into memory", () => {
  // More than the 8192 of a call, which are kept at once.
  const count = 12_000;
  const cases = exact.flatMap(({ title, problems }) =>
    [2, 5, 6, 9].map((at) => [`${title}, ${problems[at]!.program.layout.sizes.slice(1).join("-")}`, problems[at]!] as const),
  );

  test.each(cases)("give the same bits as all at once: %s", (_title, { program, rows }) => {
    const repeat = <A extends Float32Array | Uint8Array>(values: A, length: number): A => {
      const all = new (values.constructor as new (length: number) => A)(length);
      for (let i = 0; i < length; i++) all[i] = values[i % values.length]!;
      return all;
    };
    const { layout, batchSize } = program;
    const inputs = { ...rows.inputs, values: repeat(rows.inputs.values as Float32Array, count * layout.inputs) };
    const targets = repeat(rows.targets as Float32Array, count * layout.sizes.at(-1)!);
    const all = { inputs, targets } as EngineRows;
    const whole = createWasmEngine(program, all, { dense: true });
    const streamed = createWasmEngine(program, all, { dense: true, memory: whole.plan.bytes - 1 });
    expect(streamed.plan.shape.streamed).toBe(true);
    const order = shuffled(count, 2);
    const parts = [whole, streamed].map((engine) => {
      const outputs = new Float32Array(40 * layout.sizes.at(-1)!);
      const reports = [engine.train(order, 0, 30 * batchSize, { epoch: 2 }), engine.forward(order.subarray(0, 40), outputs)];
      return { reports, outputs: hash(outputs), parameters: hash(engine.parameters()) };
    });
    expect(parts[1]).toEqual(parts[0]);
  });
});

/** Where a pass over the rows meets a cost that is not finite. */
function saying(engine: Engine, problem: EngineProblem): unknown {
  const { nonFinite } = engine.train(shuffled(problem.rowCount, 4), 0, problem.rowCount);
  return nonFinite && { position: nonFinite.position, layer: nonFinite.layer };
}

function engineOf(name: (typeof ENGINE_NAMES)[number], { program, rows }: EngineProblem): Engine {
  const { create, precision } = findEngine(name);
  return create(program, precision === "float32" ? rows : inFloat64(rows));
}

describe("what a step did to each layer", () => {
  test.each(judged.map(({ title, problems }) => [title, problems] as const))("is what the reference says: %s", (_title, problems) => {
    for (const problem of problems) {
      const { program, title } = problem;
      const order = shuffled(problem.rowCount, 7);
      const [expected, ...others] = (["reference", "portable", "wasm"] as const).map((name) => {
        const { create, precision } = findEngine(name);
        const engine = create(program, precision === "float32" ? problem.rows : inFloat64(problem.rows), { observed: true });
        return { name, layers: engine.observe(order, 0, program.batchSize).layers! };
      });
      for (const { name, layers } of others) {
        expect(layers.length).toBe(program.layout.depth - 1);
        layers.forEach(({ layer, ...own }, at) => {
          const wanted = expected!.layers[at]!;
          // Root mean squares of numbers that the mean of a batch takes out may be next to nothing; a step is at most about a rate long.
          const near = (key: "gradient" | "weight" | "update"): boolean => Math.abs(own[key] - wanted[key]) <= 1e-3 * wanted[key] + 1e-7;
          const alike = {
            gradient: near("gradient"),
            weight: near("weight"),
            update: near("update"),
            dead: own.dead,
            saturated: own.saturated,
          };
          expect({ title, name, layer, ...alike }).toEqual({
            ...{ title, name, layer: wanted.layer, gradient: true, weight: true, update: true },
            ...{ dead: wanted.dead, saturated: wanted.saturated },
          });
        });
      }
    }
  });
});

describe("a cost that is not finite", () => {
  /** Of each family one whose sizes are above 1. */
  const telling = judged.map(({ title, problems }) => ({
    title,
    problem: problems.find(
      ({ program: { layout, batchSize } }) => batchSize > 3 && [layout.inputs, ...layout.sizes.slice(1)].every((n) => n > 1),
    )!,
  }));

  test.each(telling.map(({ title, problem }) => [title, problem] as const))(
    "a NaN in the second batch: it is named with layer 1 and not applied, running statistics neither: %s",
    (_title, problem) => {
      const { program, rows, rowCount } = problem;
      const order = shuffled(rowCount, 4);
      const { inputs } = rows;
      const n = program.layout.inputs;
      const values = Float32Array.from(inputs.values, (value) => (inputs.kind === "bytes" ? inputs.table[value]! : value));
      values[order[program.batchSize + 2]! * n + 1] = NaN;
      const poisoned: EngineRows = { ...rows, inputs: { kind: "numbers", values } };
      for (const name of ENGINE_NAMES) {
        const engine = engineOf(name, { ...problem, rows: poisoned });
        expect({ name, ...engine.train(order, 0, rowCount).nonFinite }).toMatchObject({ name, position: program.batchSize, layer: 1 });
        const before = engineOf(name, { ...problem, rows: poisoned });
        before.train(order, 0, program.batchSize);
        expect(hash(engine.parameters()), name).toBe(hash(before.parameters()));
      }
    },
  );

  test.each(telling.map(({ title, problem }) => [title, problem] as const))(
    "a NaN among the parameters: the layer that it feeds: %s",
    (_title, problem) => {
      const { layout } = problem.program;
      for (const tensor of layout.tensors) {
        if (tensor.kind === "mean" || tensor.kind === "var") continue;
        const parameters = problem.program.parameters.slice();
        // Every category, since not every one of them is in the first batch.
        parameters.fill(NaN, tensor.offset, tensor.offset + tensor.rows * tensor.columns);
        for (const name of ENGINE_NAMES) {
          const engine = engineOf(name, { ...problem, program: { ...problem.program, parameters } });
          expect({ engine: name, tensor: tensor.name, said: saying(engine, problem) }).toEqual({
            engine: name,
            tensor: tensor.name,
            said: { position: 0, layer: tensor.layer },
          });
        }
      }
    },
  );

  test.each([-1, 5, 0.5, 1.25, NaN])("%d is no category: layer 1", (value) => {
    const { problem } = telling[4]!;
    const { layout, description } = problem.program;
    const order = shuffled(problem.rowCount, 4);
    expect(description.encodings).toMatchObject([{ kind: "embedding", column: 0, categories: 5 }, {}]);
    const values = (problem.rows.inputs.values as Float32Array).slice();
    values[order[1]! * layout.inputs] = value;
    for (const name of ENGINE_NAMES) {
      const engine = engineOf(name, { ...problem, rows: { ...problem.rows, inputs: { kind: "numbers", values } } });
      expect({ name, said: saying(engine, problem) }).toEqual({ name, said: { position: 0, layer: 1 } });
      expect(engine.forward(order.subarray(0, 2)).nonFinite, name).toMatchObject({ layer: 1 });
    }
  });

  test("a NaN among running statistics is met by those who ask, not by training", () => {
    const { problem } = telling[0]!;
    const { layout } = problem.program;
    const tensors = layout.tensors.filter(({ kind }) => kind === "mean" || kind === "var");
    expect(tensors.length).toBe(4);
    for (const { offset, layer, name: tensor } of tensors) {
      const parameters = problem.program.parameters.slice();
      parameters[offset] = NaN;
      for (const name of ENGINE_NAMES) {
        const engine = engineOf(name, { ...problem, program: { ...problem.program, parameters } });
        expect({ name, tensor, ...engine.forward(Uint32Array.of(0)).nonFinite }).toMatchObject({ name, tensor, layer });
        expect(saying(engine, problem), name).toBeUndefined();
      }
    }
  });
});

/** The portable engine with something wrong. */
function broken(name: string, change: (engine: Engine, problem: Pick<EngineProblem, "program" | "rows">) => Partial<Engine>): Candidate {
  return {
    name,
    precision: "float32",
    create: (program, rows) => {
      const engine = createPortableEngine(program, rows);
      return { ...engine, ...change(engine, { program, rows }) };
    },
  };
}

const gradientOf = (name: string, kind: string, factor: number): Candidate =>
  broken(name, (engine, { program }) => ({
    gradient: (list) => {
      const gradient = engine.gradient(list);
      for (const tensor of program.layout.tensors.filter((own) => own.kind === kind)) {
        for (let i = tensor.offset; i < tensor.offset + tensor.rows * tensor.columns; i++) gradient[i]! *= factor;
      }
      return gradient;
    },
  }));

const parametersOf = (name: string, kind: string, change: (value: number, start: number) => number): Candidate =>
  broken(name, (engine, { program }) => ({
    parameters: () => {
      const parameters = engine.parameters();
      for (const tensor of program.layout.tensors.filter((own) => own.kind === kind)) {
        for (let i = tensor.offset; i < tensor.offset + tensor.rows * tensor.columns; i++) {
          parameters[i] = change(parameters[i]!, program.parameters[i]!);
        }
      }
      return parameters;
    },
  }));

/** The engine of the network with parts of its description left out or changed. */
const otherwise = (name: string, change: (program: EngineProblem["program"]) => EngineProblem["program"]): Candidate =>
  broken(name, (_engine, { program, rows }) => {
    const other = createPortableEngine(change(program), rows);
    return { gradient: (list) => other.gradient(list), forward: (list, outputs) => other.forward(list, outputs) };
  });

function withLayers(
  program: EngineProblem["program"],
  change: (layer: EngineProblem["program"]["description"]["layers"][number]) => EngineProblem["program"]["description"]["layers"][number],
): EngineProblem["program"] {
  return { ...program, description: { ...program.description, layers: program.description.layers.map(change) } };
}

const BROKEN: readonly (readonly [families: readonly number[], candidate: Candidate])[] = [
  ...(["gamma", "beta"] as const).map((kind) => [[0, 1, 5], gradientOf(`dCost/d${kind} 1 % too large`, kind, 1.01)] as const),
  [[4, 5], gradientOf("dCost/de 1 % too large", "embedding", 1.01)],
  [[4, 5], gradientOf("dCost/df 1 % too large", "frequency", 1.01)],
  [[4, 5], gradientOf("dCost/df left at 0", "frequency", 0)],
  [[0, 5], parametersOf("running means that stay", "mean", (_value, start) => start)],
  [[0, 5], parametersOf("running variances that move twice as far", "var", (value, start) => 2 * value - start)],
  [
    [0, 1, 5],
    otherwise("another epsilon", (program) =>
      withLayers(program, (layer) =>
        layer.normalisation === undefined ? layer : { ...layer, normalisation: { ...layer.normalisation, epsilon: 0.505 } },
      ),
    ),
  ],
  [[2, 3, 5], otherwise("nothing added behind a block", (program) => withLayers(program, ({ skip: _skip, ...layer }) => layer))],
  [[5], otherwise("other units dropped", (program) => ({ ...program, seed: 9 }))],
];

describe("the suite turns red", () => {
  test.each(BROKEN.map(([families, candidate]) => [candidate.name, families, candidate] as const))("%s", (_name, families, candidate) => {
    for (const family of families) {
      const { title, problems } = judged[family]!;
      const chosen = problems.filter(
        ({ program: { layout, batchSize } }) => batchSize > 2 && [layout.inputs, ...layout.sizes.slice(1)].every((n) => n > 1),
      );
      const red = chosen.filter((problem) => disagreements(candidate, problem).length > 0).length;
      expect({ title, of: chosen.length, noticed: red > 0 }).toMatchObject({ noticed: true });
    }
  });
});
