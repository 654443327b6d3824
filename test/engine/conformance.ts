import { describe, expect, test } from "vitest";
import { createReferenceEngine } from "../../src/engine/reference.js";
import type { Precision } from "../../src/engine/rows.js";
import type { CreateEngine, Engine, EngineProgram, EngineRows } from "../../src/kernels/contract.js";
import { costText } from "../../src/network/costs.js";
import { couplesRows, parameterName, tensorValues } from "../../src/network/layout.js";
import { CLASSIC, FURTHER, HIDDEN } from "../reference/networks.js";
import { AWKWARD, createProblem, type EngineProblem, inFloat64, type ProblemOptimizer, type ProblemShape, shuffled } from "./problems.js";

/** An engine to be judged. */
export interface Candidate {
  readonly name: string;
  readonly create: CreateEngine;
  readonly precision: Precision;
}

/** One quantity that an engine and the reference both gave: how far apart they are, in units of what they may be. */
export interface Finding {
  readonly what: string;
  readonly error: number;
  readonly bound: number;
  readonly agrees: boolean;
}

/** Half a unit in the last place of 1: the largest relative error of one float32 operation. */
const ROUNDING = 2 ** -24;
/** An activation, its derivative, the cost's derivative: a few roundings each, which a - y and 1 - a^2 magnify where they cancel. */
const ROUNDINGS_A_LAYER = 64;

/**
 * How far a float32 engine may be from the reference, relative to the largest number of the tensor. A derivative has come
 * through every sum of the network once: n_(l-1) products on the way up and n_l on the way down of each layer, then the rows
 * of the batch. A sum of n terms in float32 is off by at most n roundings of the sum of their magnitudes, so that
 *
 *     tolerance = 2^-24 * (rows + sum over layers of (n_(l-1) + n_l + 64)) * (L - 1)
 *
 * where the factor L - 1, the layers above the input, allows each of them to hand on what it got, and to add its own. A normalisation adds
 * its sums over the batch or over the layer, twice on each way, and a periodic column the roundings of an angle of a few turns.
 */
export function toleranceOf({ description, layout, batchSize }: EngineProgram): number {
  const { depth, sizes } = layout;
  let length = batchSize;
  for (let l = 2; l <= depth; l++) {
    length += sizes[l - 1]! + sizes[l]! + ROUNDINGS_A_LAYER;
    const kind = description.layers[l - 2]!.normalisation?.kind;
    if (kind !== undefined) length += 4 * (kind === "batch-norm" ? batchSize : sizes[l]!) + ROUNDINGS_A_LAYER;
  }
  if (description.encodings?.some(({ kind }) => kind === "periodic") === true) length += ROUNDINGS_A_LAYER;
  return ROUNDING * length * (depth - 1);
}

/** Compares so that a NaN fails, and that a tensor of zeros has to be zero. */
function compare(what: string, actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, scale = 0): Finding {
  let error = actual.length === expected.length ? 0 : NaN;
  let largest = scale;
  for (let i = 0; i < expected.length; i++) {
    error = Math.max(error, Math.abs(actual[i]! - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  const bound = tolerance * largest;
  return { what, error, bound, agrees: error <= bound };
}

/** A number or several that an engine answered, and how they are to be compared. */
interface Answer {
  readonly what: string;
  readonly values: ArrayLike<number>;
  readonly tolerance: number;
  /** What the tolerance is relative to, where the answer itself may be smaller. */
  readonly scale?: number;
}

/** Everything that an engine answers about a problem. */
function ask(engine: Engine, { program, rowCount }: EngineProblem): Answer[] {
  const { layout, batchSize } = program;
  const tolerance = toleranceOf(program);
  const order = shuffled(rowCount, 7);
  const answers: Answer[] = [];
  const tensors = (what: string, vector: Float32Array, allowed: number, scale = 0): void => {
    for (const tensor of layout.tensors) {
      const values = tensorValues(vector, tensor);
      answers.push({ what: `${what} ${tensor.name}`, values, tolerance: allowed, scale: values.every((value) => value === 0) ? 0 : scale });
    }
  };
  // The mean of a batch takes out what its rows have in common: a bias below, a category that all rows share. What rounding leaves of such
  // a derivative is relative to the others; where the reference has zeros they are zeros.
  const scaleOf = (gradient: Float32Array): number =>
    couplesRows(layout) ? gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0) : 0;

  answers.push({ what: "parameters", values: engine.parameters(), tolerance: 0 });
  // The gradient of a whole batch, of one row, and of a batch that is not full.
  for (const list of [
    order.subarray(0, batchSize),
    order.subarray(batchSize - 1, batchSize),
    order.subarray(0, Math.ceil(batchSize / 2)),
  ]) {
    const gradient = engine.gradient(list);
    tensors(`gradient of ${list.length} rows,`, gradient, tolerance, scaleOf(gradient));
  }

  // Outputs, cost and correct rows of a list longer than a batch, with a row that comes twice.
  const list = Uint32Array.of(...order, order[0]!);
  const look = (what: string, allowed: number): void => {
    const outputs = new Float32Array(list.length * layout.sizes[layout.depth]!);
    const { costSum, correct, nonFinite } = engine.forward(list, outputs);
    answers.push({ what: `${what} outputs`, values: outputs, tolerance: allowed });
    // A cost near 0 is a difference of numbers near 1, and its rounding is theirs.
    answers.push({ what: `${what} cost`, values: [costSum], tolerance: allowed, scale: list.length });
    answers.push({ what: `${what} correct rows`, values: [correct], tolerance: 0 });
    answers.push({ what: `${what} finite`, values: [Number(nonFinite === undefined)], tolerance: 0 });
  };
  look("forward", tolerance);

  // Two passes over the rows, the first in two calls; the last batch of each is not full. Each step adds its own error, and
  // hands on what the gradient makes of the parameters' error.
  const steps = 2 * Math.ceil(rowCount / batchSize);
  for (const [from, to] of [
    [0, batchSize],
    [batchSize, rowCount],
    [0, rowCount],
  ] as const) {
    const { costSum, correct } = engine.train(order, from, to);
    answers.push({ what: `cost of rows ${from}..${to}`, values: [costSum], tolerance: tolerance * steps, scale: to - from });
    answers.push({ what: `correct of rows ${from}..${to}`, values: [correct], tolerance: 0 });
  }
  // A running mean near 0 is a mean of numbers near 1.
  tensors("after training,", engine.parameters(), tolerance * steps, couplesRows(layout) ? 1 : 0);
  look("forward after training", tolerance * steps);
  return answers;
}

const known = new WeakMap<EngineProblem, Answer[]>();

/** The float64 reference's answers, asked once for all engines. */
function expectedAnswers(problem: EngineProblem): Answer[] {
  const answers = known.get(problem) ?? ask(createReferenceEngine(problem.program, inFloat64(problem.rows)), problem);
  known.set(problem, answers);
  return answers;
}

/** Everything that an engine answers about a problem, beside the reference's answer. */
export function judge(candidate: Candidate, problem: EngineProblem): Finding[] {
  const rows = candidate.precision === "float32" ? problem.rows : inFloat64(problem.rows);
  const expected = expectedAnswers(problem);
  return ask(candidate.create(problem.program, rows), problem).map(({ what, values }, i) => {
    const { values: wanted, tolerance, scale } = expected[i]!;
    return compare(what, values, wanted, tolerance, scale);
  });
}

/** The findings that an engine fails; none where it conforms. */
export function disagreements(candidate: Candidate, problem: EngineProblem): Finding[] {
  return judge(candidate, problem).filter(({ agrees }) => !agrees);
}

/** Each dimension takes every awkward size, in company that changes with `shift`. */
function awkwardShapes(shift: number): Pick<ProblemShape, "widths" | "batch" | "inputs">[] {
  const size = (index: number): number => AWKWARD[index % AWKWARD.length]!;
  const kinds = ["numbers", "sparse", "bytes"] as const;
  return AWKWARD.map((_, i) => ({
    widths: [size(i), size(5 * i + shift), size(3 * i + 2 * shift + 1), size(7 * i + 3 * shift + 2)],
    batch: size(2 * i + shift + 5),
    inputs: kinds[(i + shift) % kinds.length]!,
  }));
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

const OPTIMIZERS: readonly ProblemOptimizer[] = [
  { momentum: 0, nesterov: false },
  { momentum: 0.9, nesterov: false },
  { momentum: 0.9, nesterov: true },
  { kind: "adam" },
];

/** Activations and costs on awkward sizes, the classic ones on all of them; optimizers take turns. */
export const awkwardProblems: readonly { readonly title: string; readonly problems: () => EngineProblem[] }[] = [
  ...CLASSIC.map((pairing, at) => ({ pairing, pair: Math.floor(at / 4), index: at % 4, sizes: AWKWARD.map((_, i) => i) })),
  ...FURTHER.map((pairing, at) => ({ pairing, pair: at, index: 5, sizes: [(5 * at + 6) % 13] })),
].map(({ pairing: { hidden, output, cost }, pair, index, sizes }) => ({
  title: `${hidden} hidden, ${output} with ${costText(cost)}`,
  problems: once(() => {
    const shapes = awkwardShapes(4 * pair + index);
    return sizes.map((i) =>
      createProblem({ ...shapes[i]!, hidden, output, cost, optimizer: OPTIMIZERS[i % OPTIMIZERS.length]! }, 100 * pair + 13 * index + i),
    );
  }),
}));

/** Layers wider than the 256 outputs of a block of dCost/da: a whole block, one output more, two blocks, and what is left. */
export const wideProblems: readonly { readonly title: string; readonly problem: () => EngineProblem }[] = [
  { widths: [3, 256, 2], batch: 2 },
  { widths: [2, 257, 256, 3], batch: 3 },
  { widths: [5, 4, 257], batch: 4 },
  { widths: [300, 3, 511, 5], batch: 2 },
  { widths: [4, 512, 513, 2], batch: 2 },
  { widths: [784, 30, 10], batch: 10, inputs: "bytes" as const },
].map((shape, index) => {
  const full: ProblemShape = {
    ...shape,
    hidden: HIDDEN[(index + 1) % 4]!,
    output: index % 2 === 0 ? "sigmoid" : "softmax",
    cost: index % 2 === 0 ? "squared-error" : "cross-entropy",
    optimizer: OPTIMIZERS[index % OPTIMIZERS.length]!,
  };
  return { title: `${shape.widths.join("-")} in batches of ${shape.batch}`, problem: once(() => createProblem(full, 900 + index)) };
});

function named<T extends { readonly title: string }>(cases: readonly T[]): (readonly [string, T])[] {
  return cases.map((value) => [value.title, value]);
}

/** The one body of tests that every engine passes. */
export function conformance(candidate: Candidate): void {
  describe(`${candidate.name} conforms`, () => {
    test.each(named(awkwardProblems))("%s, on awkward sizes", (_title, { problems }) => {
      for (const problem of problems())
        expect({ problem: problem.title, failed: disagreements(candidate, problem) }).toMatchObject({ failed: [] });
    });

    test.each(named(wideProblems))("%s", (_title, { problem }) => {
      expect(disagreements(candidate, problem())).toEqual([]);
    });

    test("parameters are a copy, and what the engine was made from stays as it was", () => {
      const problem = createProblem({ hidden: "tanh", output: "identity", cost: "squared-error", widths: [3, 4, 2], batch: 5 }, 1);
      const rows = candidate.precision === "float32" ? problem.rows : inFloat64(problem.rows);
      const start = problem.program.parameters.slice();
      const engine = candidate.create(problem.program, rows);
      engine.parameters().fill(9);
      expect(engine.parameters()).toEqual(start);
      engine.gradient(Uint32Array.of(0)).fill(9);
      engine.train(shuffled(problem.rowCount, 1), 0, problem.rowCount);
      expect(problem.program.parameters).toEqual(start);
      expect(engine.parameters()).not.toEqual(start);
    });

    test("looking changes nothing: forward and gradient leave the parameters and the next step as they were", () => {
      const shape = { hidden: "relu", output: "softmax", cost: "cross-entropy", widths: [5, 9, 3], batch: 4 } as const;
      const problem = createProblem({ ...shape, optimizer: { momentum: 0.5 } }, 2);
      const rows = candidate.precision === "float32" ? problem.rows : inFloat64(problem.rows);
      const order = shuffled(problem.rowCount, 2);
      const [curious, plain] = [candidate.create(problem.program, rows), candidate.create(problem.program, rows)];
      for (const engine of [curious, plain]) {
        engine.train(order, 0, 4);
        if (engine === curious) {
          engine.forward(order);
          engine.gradient(order.subarray(0, 3));
        }
        engine.train(order, 4, problem.rowCount);
      }
      expect(curious.parameters()).toEqual(plain.parameters());
    });

    describe("a cost that is not finite", () => {
      const widths = [3, 4, 3, 2];
      const shape = { hidden: "relu", output: "softmax", cost: "cross-entropy", widths, batch: 4 } as const;

      test.each([NaN, Infinity, -Infinity])("%d among the inputs: the batch is named and not applied, layer 1", (bad) => {
        const problem = createProblem(shape, 3);
        const { program, rowCount } = problem;
        const order = shuffled(rowCount, 3);
        // Row order[9] stands in the third batch of four, which begins at 8.
        const values = problem.rows.inputs.values.slice() as Float32Array;
        values[order[9]! * 3 + 1] = bad;
        const poisoned: EngineRows = { ...problem.rows, inputs: { kind: "numbers", values } };
        const rows = candidate.precision === "float32" ? poisoned : inFloat64(poisoned);
        const engine = candidate.create(program, rows);
        const report = engine.train(order, 0, rowCount);
        expect(report.nonFinite).toMatchObject({ position: 8, layer: 1 });
        expect(report.nonFinite!.cost).not.toSatisfy(Number.isFinite);
        const before = candidate.create(program, rows);
        const sound = before.train(order, 0, 8);
        expect(sound.nonFinite).toBeUndefined();
        expect(report).toMatchObject({ costSum: sound.costSum, correct: sound.correct });
        expect(engine.parameters()).toEqual(before.parameters());
      });

      test("a NaN among the parameters: the layer that it feeds, by its name", () => {
        const { program, rows: rows32, rowCount } = createProblem({ ...shape, hidden: "tanh" }, 4);
        const rows = candidate.precision === "float32" ? rows32 : inFloat64(rows32);
        for (const [index, value] of program.parameters.entries()) {
          const parameters = program.parameters.slice();
          parameters[index] = NaN;
          const engine = candidate.create({ ...program, parameters }, rows);
          const name = parameterName(program.layout, index);
          const { nonFinite } = engine.train(shuffled(rowCount, 4), 0, rowCount);
          expect({ name, value, ...nonFinite }).toMatchObject({ name, position: 0, layer: Number(name[1]) });
          expect(engine.forward(Uint32Array.of(0)).nonFinite).toMatchObject({ layer: Number(name[1]) });
        }
      });
    });
  });
}
