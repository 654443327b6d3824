import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createPortableEngine } from "../../src/engine/portable.js";
import { createReferenceEngine } from "../../src/engine/reference.js";
import { createReferenceStep } from "../../src/engine/reference-step.js";
import type { AdamDescription } from "../../src/kernels/contract.js";
import { type NetworkInput, readDescription, widthsOf } from "../../src/network/description.js";
import { layoutOf } from "../../src/network/layout.js";
import { batchGradient, type Example } from "../../src/reference/batch.js";
import type { ReferenceNetwork } from "../../src/reference/forward.js";
import { compare } from "../reference/compare.js";
import { awkwardProblems, type Candidate, disagreements } from "./conformance.js";

// The path of Adam by float64 PyTorch, an independent program: test/golden/make_adam.py says what each field is.
interface GoldenPath {
  readonly network: NetworkInput;
  readonly optimizer: AdamDescription;
  readonly x: readonly (readonly number[])[];
  readonly y: readonly (readonly number[])[];
  readonly batches: readonly (readonly number[])[];
  readonly path: readonly (readonly [step: number, parameters: readonly number[]])[];
}

const { cases } = JSON.parse(readFileSync(new URL("../golden/adam.json", import.meta.url), "utf8")) as {
  readonly cases: readonly GoldenPath[];
};
const titled = cases.map((golden) => [JSON.stringify(golden.optimizer), golden] as const);

/** Sums in another order differ by a few units of float64's rounding, which 50 steps hand on; a wrong factor by far more. */
const TOLERANCE = 1e-11;

/** Moves parameters w along derivatives g. */
type Step = (w: Float64Array, g: Float64Array) => void;
type CreateStep = (optimizer: AdamDescription, length: number) => Step;

const ofReference: CreateStep = (optimizer, length) =>
  createReferenceStep(
    { optimizer, layout: { depth: 2, inputs: 0, sizes: [], tensors: [], layers: [], trained: length, length } },
    new Float64Array(length),
  ).step;

function networkOf({ network }: GoldenPath): ReferenceNetwork {
  const { description, weights } = readDescription(network);
  return { description, layout: layoutOf(widthsOf(description)), parameters: weights! };
}

/** The parameters after each kept step, in float64: the derivatives of the reference, and a step of some Adam. */
function pathOf(golden: GoldenPath, createStep: CreateStep): Float64Array[] {
  const { description, layout, parameters } = networkOf(golden);
  const w = Float64Array.from(parameters);
  const step = createStep(golden.optimizer, w.length);
  const after = golden.batches.map((batch) => {
    const examples = batch.map((row): Example => ({ x: golden.x[row]!, y: golden.y[row]! }));
    step(w, batchGradient({ description, layout, parameters: w }, examples).gradient);
    return w.slice();
  });
  return golden.path.map(([number]) => after[number - 1]!);
}

/** The kept steps at which a path leaves PyTorch's; so written that a NaN does. */
function deviations(golden: GoldenPath, createStep: CreateStep): number[] {
  const own = pathOf(golden, createStep);
  return golden.path.filter(([, expected], at) => !compare(own[at]!, expected, TOLERANCE).agrees).map(([step]) => step);
}

describe("the reference's Adam goes PyTorch's way", () => {
  test.each(titled)("in float64: %s", (_title, golden) => {
    expect(golden.path.at(-1)![0]).toBe(50);
    expect(deviations(golden, ofReference)).toEqual([]);
  });

  test.each(titled)("as the engine hands it out, in one call a batch: %s", (_title, golden) => {
    const network = networkOf(golden);
    const parameters = Float32Array.from(network.parameters);
    expect(Array.from(parameters)).toEqual(Array.from(network.parameters));
    const rows = {
      inputs: { kind: "numbers" as const, values: Float64Array.from(golden.x.flat()) },
      targets: Float64Array.from(golden.y.flat()),
    };
    const engine = createReferenceEngine(
      { ...network, parameters, batchSize: golden.batches[0]!.length, optimizer: golden.optimizer },
      rows,
    );
    const kept = new Map(golden.path);
    golden.batches.forEach((batch, at) => {
      engine.train(Uint32Array.from(batch), 0, batch.length);
      const expected = kept.get(at + 1);
      if (expected === undefined) return;
      // Rounded once to float32.
      const far = Array.from(engine.parameters()).filter(
        (w, i) => !(Math.abs(w - expected[i]!) <= 2 ** -24 * Math.abs(expected[i]!) + 1e-11),
      );
      expect(far, `step ${at + 1}`).toEqual([]);
    });
  });

  test.each(titled)("a weight whose derivative is always 0 stays where it is: %s", (_title, golden) => {
    const { layout, parameters } = networkOf(golden);
    const [{ rows, columns }] = layout.tensors as [(typeof layout.tensors)[number]];
    const last = pathOf(golden, ofReference).at(-1)!;
    for (let j = 0; j < rows; j++) expect(last[(j + 1) * columns - 1]).toBe(parameters[(j + 1) * columns - 1]);
  });
});

interface AdamState extends AdamDescription {
  readonly m: number;
  readonly v: number;
  readonly t: number;
}

/** An Adam that takes something else away from w. */
function taking(amount: (state: AdamState) => number): CreateStep {
  return (optimizer, length) => {
    const { beta1, beta2 } = optimizer;
    const [m, v] = [new Float64Array(length), new Float64Array(length)];
    let t = 0;
    return (w, gradient) => {
      t += 1;
      gradient.forEach((g, i) => {
        m[i] = beta1 * m[i]! + (1 - beta1) * g;
        v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
        w[i]! -= amount({ ...optimizer, m: m[i], v: v[i], t });
      });
    };
  };
}

const hat = (mean: number, beta: number, t: number): number => mean / (1 - beta ** t);
const WRONG: readonly (readonly [string, CreateStep])[] = [
  ["m is not corrected", taking(({ learningRate: r, m, v, t, beta2, epsilon }) => (r * m) / (Math.sqrt(hat(v, beta2, t)) + epsilon))],
  ["v is not corrected", taking(({ learningRate: r, m, v, t, beta1, epsilon }) => (r * hat(m, beta1, t)) / (Math.sqrt(v) + epsilon))],
  [
    "epsilon stands inside the root",
    taking(({ learningRate: r, m, v, t, beta1, beta2, epsilon }) => (r * hat(m, beta1, t)) / Math.sqrt(hat(v, beta2, t) + epsilon)),
  ],
  [
    "epsilon is added before the correction of v",
    taking(
      ({ learningRate: r, m, v, t, beta1, beta2, epsilon }) =>
        (r * hat(m, beta1, t)) / ((Math.sqrt(v) + epsilon) / Math.sqrt(1 - beta2 ** t)),
    ),
  ],
  [
    "the root is left out",
    taking(({ learningRate: r, m, v, t, beta1, beta2, epsilon }) => (r * hat(m, beta1, t)) / (hat(v, beta2, t) + epsilon)),
  ],
  [
    "t counts from 2",
    taking(
      ({ learningRate: r, m, v, t, beta1, beta2, epsilon }) => (r * hat(m, beta1, t + 1)) / (Math.sqrt(hat(v, beta2, t + 1)) + epsilon),
    ),
  ],
  [
    "the two betas change places",
    (optimizer, length) => ofReference({ ...optimizer, beta1: optimizer.beta2, beta2: optimizer.beta1 }, length),
  ],
  ["the rate is 1 % too large", (optimizer, length) => ofReference({ ...optimizer, learningRate: 1.01 * optimizer.learningRate }, length)],
];

/** The portable engine with another step: its own derivatives, and parameters that are moved outside it. */
function stepping(name: string, createStep: CreateStep): Candidate {
  return {
    name,
    precision: "float32",
    create: (program, rows) => {
      const { batchSize, optimizer, parameters } = program;
      if (optimizer.kind !== "adam") throw new Error("this is about Adam");
      const w = Float64Array.from(parameters);
      const step = createStep(optimizer, w.length);
      const engine = (): ReturnType<typeof createPortableEngine> =>
        createPortableEngine({ ...program, parameters: Float32Array.from(w) }, rows);
      return {
        name: "portable",
        threads: 1,
        train: (order, from, to) => {
          let [costSum, correct] = [0, 0];
          for (let position = from; position < to; position += batchSize) {
            const list = order.subarray(position, Math.min(position + batchSize, to));
            const report = engine().forward(list);
            costSum += report.costSum;
            correct += report.correct;
            step(w, Float64Array.from(engine().gradient(list)));
          }
          return { costSum, correct };
        },
        observe: () => {
          throw new Error("nobody asks");
        },
        forward: (list, outputs) => engine().forward(list, outputs),
        gradient: (list) => engine().gradient(list),
        differentiate: () => {
          throw new Error("nobody asks");
        },
        parameters: () => Float32Array.from(w),
        load: (vector) => w.set(vector),
        state: () => ({ parameters: w, slots: [], counters: [] }),
        exchangeAverage: () => undefined,
      };
    },
  };
}

describe("an Adam with something wrong is found", () => {
  // Not all of them: each step here makes two engines.
  const problems = awkwardProblems
    .flatMap((group) => group.problems().filter(({ program: { optimizer } }) => optimizer.kind === "adam"))
    .filter(({ program: { layout, batchSize } }) => batchSize > 2 && layout.sizes.slice(1).every((n) => n > 1))
    .filter((_, index) => index % 3 === 0);

  test.each(WRONG)("on PyTorch's path: %s", (_title, createStep) => {
    expect(cases.some((golden) => deviations(golden, createStep).length > 0)).toBe(true);
  });

  test("the conformance suite accepts the right one", () => {
    expect(problems.length).toBeGreaterThan(15);
    const right = stepping("right", ofReference);
    for (const problem of problems) expect(disagreements(right, problem), problem.title).toEqual([]);
  });

  test.each(WRONG)("by the conformance suite: %s", (title, createStep) => {
    const wrong = stepping(title, createStep);
    const red = problems.filter((problem) => disagreements(wrong, problem).length > 0).length;
    expect(red).toBeGreaterThan(problems.length / 2);
  });
});
