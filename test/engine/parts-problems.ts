import { createRandom } from "../../src/base/random.js";
import type { EngineRows, StepRules } from "../../src/kernels/contract.js";
import { type ActivationName, activations, type ScalarActivationName } from "../../src/network/activations.js";
import type { CostDescription } from "../../src/network/costs.js";
import { describedLayout, type NetworkDescription } from "../../src/network/description.js";
import type { LayerDescription } from "../../src/network/layers.js";
import type { TensorKind } from "../../src/network/layout.js";
import { type Encoding, type Normalisation, widthOfInputs } from "../../src/network/parts.js";
import { type Forward, forward, forwardBatch, type ReferenceNetwork } from "../../src/reference/forward.js";
import { AWKWARD, createProblem, type EngineProblem, inFloat64, type ProblemOptimizer, type ProblemShape, shuffled } from "./problems.js";

// Problems whose networks have normalisation, residual blocks and encoded columns, on awkward sizes.

export interface PartsShape {
  /** Number of columns of a row. */
  readonly columns: number;
  readonly encodings?: readonly Encoding[];
  readonly layers: readonly LayerDescription[];
  readonly cost: CostDescription;
  readonly batch: number;
  readonly inputs?: NonNullable<ProblemShape["inputs"]>;
  readonly optimizer?: ProblemOptimizer;
  readonly rules?: StepRules;
}

/** What is nearer to a kink than this could fall on the other side in float32; such data are drawn again. */
const KINK = 1e-4;

/** A problem with random float32 parameters, and 3 batches and a bit of rows. */
export function createPartsProblem(shape: PartsShape, seed: number): EngineProblem {
  const { columns, encodings = [], layers, cost, batch, inputs, optimizer, rules } = shape;
  const description: NetworkDescription = { inputs: columns, ...(encodings.length > 0 ? { encodings } : {}), layers, cost };
  const layout = describedLayout(description);
  const output = layers.at(-1)!.activation;
  for (let attempt = 0; ; attempt++) {
    // Rows, targets and the optimizer are those of the plain network on the same columns.
    const plain = createProblem(
      {
        hidden: "tanh",
        output,
        cost,
        widths: [columns, ...layers.map(({ units }) => units)],
        batch,
        ...(inputs && { inputs }),
        ...(optimizer && { optimizer }),
        ...(rules && { rules }),
      },
      1000 * seed + attempt,
    );
    const random = createRandom(seed, 203, attempt);
    const draws: Readonly<Record<TensorKind, (columns: number) => number>> = {
      weight: (width) => random.normal() / Math.sqrt(width),
      bias: () => 0.3 * random.normal(),
      gamma: () => 1 + 0.3 * random.normal(),
      beta: () => 0.3 * random.normal(),
      mean: () => 0.5 * random.normal(),
      var: () => 0.5 + random.uniform(),
      embedding: () => random.normal(),
      frequency: () => 0.5 * random.normal(),
    };
    const parameters = Float32Array.from(
      layout.tensors.flatMap(({ kind, rows, columns: width }) => Array.from({ length: rows * width }, () => draws[kind](width))),
    );
    const program = { ...plain.program, description, layout, parameters };
    const problem = {
      ...plain,
      title: titleOfParts(shape),
      program,
      rows: withCategories(plain.rows, columns, encodings, () => random.uniform()),
    };
    if (attempt === 20 || !atKink(problem)) return problem;
  }
}

/** Puts a category in the place of each number of an embedding's column. */
function withCategories(rows: EngineRows, columns: number, encodings: readonly Encoding[], uniform: () => number): EngineRows {
  if (encodings.length === 0) return rows;
  if (rows.inputs.kind !== "numbers") throw new Error("columns are encoded among numbers");
  const values = rows.inputs.values.slice();
  for (const encoding of encodings) {
    if (encoding.kind !== "embedding") continue;
    for (let at = encoding.column; at < values.length; at += columns) values[at] = Math.floor(encoding.categories * uniform());
  }
  return { ...rows, inputs: { kind: "numbers", values } };
}

/** Whether what an activation is given stands near its kink: of any row that is asked, and of the batches that the suite begins with. */
function atKink({ program, rows, rowCount }: EngineProblem): boolean {
  const { description, layout, parameters, batchSize } = program;
  const kinks = description.layers.map(({ activation }) => (activation === "softmax" ? [] : activations[activation].kinks));
  if (kinks.every(({ length }) => length === 0)) return false;
  const network: ReferenceNetwork = { description, layout, parameters };
  const { inputs } = inFloat64(rows);
  const rowOf = (row: number): { x: Float64Array } => {
    const raw = inputs.values.subarray(row * layout.inputs, (row + 1) * layout.inputs);
    return { x: Float64Array.from(raw, (value) => (inputs.kind === "bytes" ? inputs.table[value]! : value)) };
  };
  const order = Array.from(shuffled(rowCount, 7), rowOf);
  const near = ({ u }: Forward): boolean =>
    kinks.some((own, index) => own.some((kink) => u[index + 2]!.some((value) => Math.abs(value - kink) < KINK)));
  const batches = [order.slice(0, batchSize), order.slice(batchSize - 1, batchSize), order.slice(0, Math.ceil(batchSize / 2))];
  return order.some(({ x }) => near(forward(network, x))) || batches.some((batch) => forwardBatch(network, batch).some(near));
}

function titleOfParts({ columns, encodings = [], layers, cost, batch, inputs, optimizer, rules }: PartsShape): string {
  const encoded = encodings.map((part) =>
    part.kind === "embedding" ? `${part.categories}x${part.width} categories` : `${part.frequencies} waves`,
  );
  const written = layers.map(({ units, activation, normalisation, dropout, skip }) =>
    [`${units} ${activation}`, normalisation?.kind, dropout && `dropout ${dropout}`, skip && `plus ${skip}`].filter(Boolean).join(" "),
  );
  const around = rules === undefined ? [] : [Object.keys(rules).join(" ")];
  const name = typeof cost === "string" ? cost : cost.kind;
  return [
    `${columns} columns`,
    ...encoded,
    ...written,
    name,
    `batches of ${batch}`,
    inputs ?? "numbers",
    optimizer?.kind ?? "sgd",
    ...around,
  ].join(", ");
}

/**
 * How much an error of z grows: 1 / sqrt(variance + epsilon). A batch of two rows, or a layer of two units, may have next to no variance, and
 * derivatives that cancel but for epsilon; beside the float64 reference it is therefore large. Bits are compared with the usual one.
 */
const EPSILON = { judged: 0.5, bits: 1e-5 } as const;

export type Purpose = keyof typeof EPSILON;

interface Family {
  readonly title: string;
  /** @param size of awkward size number i, from a list that begins elsewhere each time */
  readonly shape: (
    size: (i: number) => number,
    at: number,
    parts: Readonly<Record<"batch" | "layer", Normalisation>>,
  ) => Omit<PartsShape, "batch">;
}

const OUTPUTS: readonly (readonly [ActivationName, CostDescription])[] = [
  ["softmax", "cross-entropy"],
  ["identity", "squared-error"],
  ["sigmoid", "cross-entropy"],
  ["tanh", "half-squared-error"],
];
/** Nearly straight ones hand what is common to all rows on to the next mean, which takes it out. */
const CURVED: readonly ScalarActivationName[] = ["tanh", "gelu", "sigmoid", "silu", "softplus"];
const ANY: readonly ScalarActivationName[] = ["relu", "tanh", "leaky-relu", "gelu", "elu", "mish", "selu", "hard-swish"];
const OPTIMIZERS: readonly ProblemOptimizer[] = [{ momentum: 0, nesterov: false }, { kind: "adam" }, { momentum: 0.9, nesterov: true }];
const INPUTS = ["numbers", "sparse", "bytes"] as const;

const pick = <T>(list: readonly T[], at: number): T => list[at % list.length]!;

function last(units: number, at: number): { readonly layer: LayerDescription; readonly cost: CostDescription } {
  const [activation, cost] = pick(OUTPUTS, at);
  return { layer: { units, activation }, cost };
}

/** An embedding in front, a periodic column at the end where there is room for one, the others as they are. */
function encoded(columns: number, width: number, frequencies: number): Encoding[] {
  const embedding: Encoding = { kind: "embedding", column: 0, categories: 5, width, name: "first" };
  return columns === 1 ? [embedding] : [embedding, { kind: "periodic", column: columns - 1, frequencies, sigma: 1 }];
}

const FAMILIES: readonly Family[] = [
  {
    title: "batch normalisation",
    shape: (size, at, { batch }) => {
      const { layer, cost } = last(size(3), at);
      return {
        columns: size(0),
        inputs: pick(INPUTS, at),
        layers: [
          { units: size(1), activation: pick(CURVED, at), normalisation: batch },
          { units: size(2), activation: pick(ANY, at), normalisation: batch },
          layer,
        ],
        cost,
      };
    },
  },
  {
    title: "layer normalisation",
    shape: (size, at, { layer: norm }) => {
      const { layer, cost } = last(size(3), at + 1);
      return {
        columns: size(0),
        inputs: pick(INPUTS, at + 1),
        layers: [
          { units: size(1), activation: pick(ANY, at), normalisation: norm },
          { units: size(2), activation: pick(ANY, at + 3), normalisation: norm },
          layer,
        ],
        cost,
      };
    },
  },
  {
    title: "residual blocks",
    shape: (size, at) => {
      const { layer, cost } = last(size(3), at + 2);
      return {
        columns: size(0),
        inputs: pick(INPUTS, at + 2),
        layers: [
          { units: size(1), activation: pick(ANY, at) },
          { units: size(2), activation: pick(ANY, at + 1) },
          { units: size(1), activation: "identity", skip: 2 },
          { units: size(1), activation: pick(ANY, at + 2), skip: 4 },
          layer,
        ],
        cost,
      };
    },
  },
  {
    title: "a residual block around the input, and one in another",
    shape: (size, at) => {
      const { layer, cost } = last(size(3), at + 3);
      return {
        columns: size(0),
        inputs: pick(INPUTS, at),
        layers: [
          { units: size(1), activation: pick(ANY, at + 1) },
          { units: size(1), activation: pick(ANY, at + 2), skip: 2 },
          { units: size(0), activation: pick(ANY, at), skip: 1 },
          layer,
        ],
        cost,
      };
    },
  },
  {
    title: "encoded columns",
    shape: (size, at) => {
      const { layer, cost } = last(size(3), at);
      return {
        columns: size(0),
        encodings: encoded(size(0), size(1), size(2)),
        inputs: pick(["numbers", "sparse"], at),
        layers: [{ units: size(2), activation: pick(ANY, at) }, layer],
        cost,
      };
    },
  },
  {
    title: "everything together, with dropout",
    shape: (size, at, { batch, layer: norm }) => {
      const { layer, cost } = last(size(3), at + 1);
      const encodings = encoded(size(0), size(1), size(2));
      return {
        columns: size(0),
        encodings,
        layers: [
          { units: size(2), activation: pick(CURVED, at), normalisation: batch, dropout: 0.25 },
          { units: size(1), activation: pick(ANY, at), normalisation: norm },
          { units: size(2), activation: pick(CURVED, at + 1), normalisation: batch, dropout: 0.5, skip: 2 },
          { units: size(1), activation: pick(ANY, at + 1), normalisation: norm, dropout: 0.25 },
          ...(at % 2 === 0 ? [{ units: widthOfInputs(size(0), encodings), activation: "tanh", skip: 1 } as const] : []),
          layer,
        ],
        cost,
        rules: pick(RULES, at),
      };
    },
  },
];

const RULES: readonly StepRules[] = [
  { clipNorm: 0.1 },
  { l2: 0.05, maxNorm: 0.8 },
  { average: 0.8 },
  { clipNorm: 0.2, l2: 0.02, maxNorm: 1, average: 0.6 },
  { clipValue: 0.05, l1: 0.01, weightDecay: 0.1, average: 0.9 },
];

/** Each family on every awkward size; of each problem where it comes from. */
export function partsProblems(purpose: Purpose): { readonly title: string; readonly problems: () => EngineProblem[] }[] {
  const epsilon = EPSILON[purpose];
  const parts = { batch: { kind: "batch-norm", epsilon, momentum: 0.2 }, layer: { kind: "layer-norm", epsilon } } as const;
  return FAMILIES.map(({ title, shape }, family) => ({
    title,
    problems: () =>
      AWKWARD.map((_, i) => {
        const strides = [1, 5, 3, 7];
        const size = (dimension: number): number => pick(AWKWARD, strides[dimension]! * i + (dimension + 1) * family + dimension);
        const batch = pick(AWKWARD, 2 * i + family + 4);
        const made = shape(size, i, parts);
        return createPartsProblem({ optimizer: pick(OPTIMIZERS, i + family), ...made, batch }, 13 * family + i + 1);
      }),
  }));
}
