import { createRandom, shuffle } from "../../src/base/random.js";
import type {
  EngineInputs,
  AdamDescription,
  EngineProgram,
  EngineRows,
  StepOptimizer,
  SgdDescription,
  StepRules,
} from "../../src/kernels/contract.js";
import { type ActivationName, activations, type ScalarActivationName } from "../../src/network/activations.js";
import { type CostDescription, costText, findOutputRule } from "../../src/network/costs.js";
import type { Augmentation } from "../../src/kernels/augmentation.js";
import type { NetworkDescription } from "../../src/network/description.js";
import { layoutOf } from "../../src/network/layout.js";
import { forward } from "../../src/reference/forward.js";
import { weightScale } from "../reference/networks.js";

/** One network with data and an optimizer, as every engine is asked to work on. */
export interface EngineProblem {
  readonly title: string;
  readonly program: EngineProgram;
  /** In float32, as float32 engines take them; what the reference is given are the same numbers in float64. */
  readonly rows: EngineRows;
  readonly rowCount: number;
}

export interface ProblemShape {
  readonly hidden: ScalarActivationName;
  readonly output: ActivationName;
  readonly cost: CostDescription;
  /** n_1, n_2, ..., n_L */
  readonly widths: readonly number[];
  readonly batch: number;
  readonly inputs?: "numbers" | "sparse" | "bytes";
  readonly optimizer?: ProblemOptimizer;
  readonly rules?: StepRules;
  /** Of every hidden layer. */
  readonly dropout?: number;
  readonly augmentation?: Augmentation;
}

/** An optimizer of which the problem chooses what is left out: the learning rate by its size, for example. */
export type ProblemOptimizer =
  | Partial<SgdDescription>
  | (Pick<AdamDescription, "kind"> & Partial<AdamDescription>)
  | Exclude<StepOptimizer, SgdDescription | AdamDescription>;

/** Kernels work on 4 or 8 numbers at a time: sizes below, at and above each multiple. */
export const AWKWARD = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 65] as const;

/** What is nearer to a kink than this could fall on the other side in float32; such data are drawn again. */
const KINK = 1e-4;

/** A problem with random float32 parameters of deviation 1 / sqrt(n_in), and 3 batches and a bit of rows. */
export function createProblem(shape: ProblemShape, seed: number): EngineProblem {
  const { hidden, output, cost, widths, batch } = shape;
  const layout = layoutOf(widths);
  const description: NetworkDescription = {
    inputs: widths[0]!,
    layers: widths.slice(1).map((units, index) => ({
      units,
      activation: index === widths.length - 2 ? output : hidden,
      ...(shape.dropout !== undefined && index < widths.length - 2 ? { dropout: shape.dropout } : {}),
    })),
    cost,
  };
  const optimizer = completed(shape.optimizer ?? {}, widths);
  const rowCount = 3 * batch + Math.ceil(batch / 2);
  for (let attempt = 0; ; attempt++) {
    const random = createRandom(seed, 201, attempt);
    const parameters = new Float32Array(layout.length);
    const scale = weightScale(description);
    for (const { kind, offset, rows, columns } of layout.tensors) {
      for (let i = offset; i < offset + rows * columns; i++) {
        parameters[i] = kind === "weight" ? (scale * random.normal()) / Math.sqrt(columns) : 0.3 * random.normal();
      }
    }
    const inputs = drawInputs(shape.inputs ?? "numbers", rowCount * widths[0]!, () => random.uniform());
    const targets = drawTargets(output, cost, rowCount, widths.at(-1)!, () => random.uniform());
    const problem: EngineProblem = {
      title: titleOf(shape),
      program: {
        description,
        layout,
        parameters,
        batchSize: batch,
        optimizer,
        ...(shape.rules === undefined ? {} : { rules: shape.rules }),
        ...(shape.augmentation === undefined ? {} : { augmentation: shape.augmentation }),
      },
      rows: { inputs, targets },
      rowCount,
    };
    if (attempt === 20 || !atKink(problem)) return problem;
  }
}

/**
 * How far a float32 engine's parameters may come to be from the reference's depends on how much a step makes of an error of the
 * derivative. Gradient descent multiplies it by its rate. Adam with its usual epsilon of 1e-8 has no bound: where a derivative
 * is 0 but for rounding, the first step is a whole rate long, in the direction that the rounding has. Here epsilon is as large as
 * the derivatives themselves. mHat and sqrt(vHat) are weighted means, the second a root mean square, so that an error d of
 * each derivative moves either by at most d, and
 *
 *     |change of the step| <= rate * (d / (sqrt(vHat) + epsilon) + |mHat| d / (sqrt(vHat) + epsilon)^2) <= 1.01 * rate / epsilon * d
 *
 * since over the few steps here |mHat| is at most 1.1 sqrt(vHat) (Cauchy and Schwarz). With a rate of 2 epsilon times that of
 * gradient descent an error counts twice as much as there, and less than with momentum 0.9. Engines with the usual epsilon are
 * compared bit by bit in bits.test.ts.
 */
const EPSILON = 0.1;

function completed(optimizer: ProblemOptimizer, widths: readonly number[]): StepOptimizer {
  // Small beside the number of things that a step moves, so that no network here runs away.
  const learningRate = 0.5 / widths.reduce((sum, width) => sum + width, 0);
  switch (optimizer.kind) {
    case undefined:
    case "sgd":
      return { learningRate, momentum: 0, nesterov: false, ...optimizer, kind: "sgd" };
    case "adam":
      return { learningRate: 2 * EPSILON * learningRate, beta1: 0.9, beta2: 0.999, epsilon: EPSILON, ...optimizer };
    default:
      return optimizer;
  }
}

function stepOf(optimizer: ProblemOptimizer): string {
  if (optimizer.kind !== undefined && optimizer.kind !== "sgd") return optimizer.kind;
  return `momentum ${optimizer.momentum ?? 0}${optimizer.nesterov === true ? " nesterov" : ""}`;
}

export function titleOf({ hidden, output, cost, widths, batch, inputs, optimizer, rules }: ProblemShape): string {
  const around = rules === undefined ? "" : `, ${Object.keys(rules).join(" ")}`;
  const step = (optimizer === undefined ? "" : `, ${stepOf(optimizer)}`) + around;
  return `${widths.join("-")} ${hidden}, ${output} with ${costText(cost)}, batches of ${batch}, ${inputs ?? "numbers"}${step}`;
}

/** The same numbers in float64, for the reference. */
export function inFloat64({ inputs, targets, weights }: EngineRows): EngineRows {
  return {
    ...(weights === undefined ? {} : { weights }),
    inputs:
      inputs.kind === "bytes"
        ? { kind: "bytes", values: inputs.values, table: Float64Array.from(inputs.table) }
        : { kind: "numbers", values: Float64Array.from(inputs.values) },
    targets: Float64Array.from(targets),
  };
}

/** Every row once, in a seeded order. */
export function shuffled(count: number, seed: number): Uint32Array {
  return shuffle(
    Uint32Array.from({ length: count }, (_, row) => row),
    createRandom(seed, 202),
  );
}

function drawInputs(kind: "numbers" | "sparse" | "bytes", length: number, uniform: () => number): EngineInputs {
  if (kind === "bytes") {
    // Four pixels of five are blank, as in pictures of digits.
    const values = Uint8Array.from({ length }, () => (uniform() < 0.8 ? 0 : Math.floor(256 * uniform())));
    return { kind, values, table: Float32Array.from({ length: 256 }, (_, byte) => byte / 255) };
  }
  const values = Float32Array.from({ length }, () => {
    if (kind === "sparse" && uniform() < 0.8) return uniform() < 0.5 ? 0 : -0;
    return 4 * uniform() - 2;
  });
  return { kind: "numbers", values };
}

/** Targets that the output can reach; probabilities that sum to 1 for softmax, hard ones in even rows; classes for hinge, counts for Poisson. */
function drawTargets(output: ActivationName, cost: CostDescription, rows: number, n: number, uniform: () => number): Float32Array {
  const targets = new Float32Array(rows * n);
  if (cost === "hinge") return targets.map(() => Math.round(uniform()));
  if (cost === "poisson") return targets.map(() => Math.floor(4 * uniform()));
  for (let row = 0; row < rows; row++) {
    const y = targets.subarray(row * n, (row + 1) * n);
    const hard = row % 2 === 0;
    if (output === "softmax" && (hard || n === 1)) y[Math.floor(uniform() * n)] = 1;
    else if (output === "softmax") {
      const shares = Array.from(y, () => uniform());
      const sum = shares.reduce((a, b) => a + b, 0);
      y.set(shares.map((share) => share / sum));
    } else if (output === "sigmoid" && hard) for (let j = 0; j < n; j++) y[j] = Math.round(uniform());
    else for (let j = 0; j < n; j++) y[j] = output === "tanh" || output === "identity" ? 2 * uniform() - 1 : uniform();
  }
  return targets;
}

function atKink({ program, rows, rowCount }: EngineProblem): boolean {
  const { description, layout, parameters } = program;
  const kinks = description.layers.map(({ activation }) => (activation === "softmax" ? [] : activations[activation].kinks));
  const rule = findOutputRule(description.cost, description.layers.at(-1)!.activation)!;
  if (kinks.every(({ length }) => length === 0) && rule.kinks === undefined) return false;
  const [n, nL] = [layout.sizes[1]!, layout.sizes.at(-1)!];
  const { inputs, targets } = inFloat64(rows);
  const isNear = (distance: number): boolean => Math.abs(distance) < KINK;
  for (let row = 0; row < rowCount; row++) {
    const raw = inputs.values.subarray(row * n, (row + 1) * n);
    const x = Float64Array.from(raw, (value) => (inputs.kind === "bytes" ? inputs.table[value]! : value));
    const { z, a } = forward({ description, layout, parameters }, x);
    if (kinks.some((own, index) => own.some((kink) => z[index + 2]!.some((value) => isNear(value - kink))))) return true;
    const y = Float64Array.from(targets.subarray(row * nL, (row + 1) * nL));
    if (rule.kinks?.(a.at(-1)!, y).some(isNear) === true) return true;
  }
  return false;
}
