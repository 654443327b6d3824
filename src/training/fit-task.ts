import { ChainruleError, show } from "../base/errors.js";
import type { ClassTarget, Dataset, LabelTarget, ValueTarget } from "../data/dataset.js";
import type { ScalingName } from "../data/scaling.js";
import { type ActivationName, SELU } from "../network/activations.js";
import { secondClassFrom } from "../network/costs.js";
import type { NetworkDescription } from "../network/description.js";
import type { Classification, MultiLabel, Regression, Task } from "./task.js";

/**
 * The task that a data set sets a network: classes as they are; values standardised on the training rows where the output
 * can give any number, so that the rate that suits one table suits another. `scale: "none"` leaves targets alone too.
 *
 * @throws ChainruleError `E_DATA` or `E_USAGE` where the network cannot learn the target
 */
export function fitTask(dataset: Dataset, description: NetworkDescription, rows: Uint32Array, scale: ScalingName): Task {
  const { target } = dataset;
  const where = `the target of "${dataset.name}"`;
  if (target.kind === "none") throw new ChainruleError("E_DATA", { where, expected: "classes, labels or numbers to learn", got: "none" });
  if (target.kind === "classes") return classification(target, where);
  return target.kind === "labels" ? multiLabel(target, description) : regression(target, description, rows, scale, where);
}

function multiLabel({ names }: LabelTarget, { cost }: NetworkDescription): MultiLabel {
  return { kind: "multi-label", labels: names, thresholds: names.map(() => secondClassFrom(cost)) };
}

function classification({ name, classes }: ClassTarget, where: string): Classification {
  if (classes.length >= 2) return { kind: "classification", target: name, classes };
  throw new ChainruleError("E_DATA", { where, expected: "at least two classes", got: show(classes) });
}

function regression(
  { names, values }: ValueTarget,
  { cost, layers }: NetworkDescription,
  rows: Uint32Array,
  scale: ScalingName,
  where: string,
): Regression {
  if (cost === "cross-entropy" || cost === "hinge") {
    throw new ChainruleError("E_USAGE", {
      where: "cost",
      expected: "squared-error or another cost of numbers for a numeric target",
      got: cost,
      hint: `${cost === "hinge" ? "Hinge" : "Cross-entropy"} needs classes or labels.`,
    });
  }
  const output = layers.at(-1)!.activation;
  checkReach(
    output,
    values,
    where,
    cost === "poisson" ? "Poisson counts; its targets are never below 0." : "An identity output gives any number.",
  );
  if (scale === "none" || output !== "identity") {
    return { kind: "regression", targets: names, mean: names.map(() => 0), deviation: names.map(() => 1) };
  }
  return { kind: "regression", targets: names, ...standardise(values, names.length, rows) };
}

/** What an output can give. */
const reach: Readonly<Record<ActivationName, readonly [low: number, high: number]>> = {
  identity: [-Infinity, Infinity],
  sigmoid: [0, 1],
  tanh: [-1, 1],
  relu: [0, Infinity],
  "leaky-relu": [-Infinity, Infinity],
  elu: [-1, Infinity],
  selu: [-SELU.lambda * SELU.alpha, Infinity],
  softplus: [0, Infinity],
  // The least of each lies between -1 and -2.
  gelu: [-0.16997120747990366, Infinity],
  "gelu-tanh": [-0.17004075057125405, Infinity],
  silu: [-0.2784645427610738, Infinity],
  mish: [-0.30884341301725043, Infinity],
  "hard-swish": [-3 / 8, Infinity],
  exponential: [0, Infinity],
  softmax: [0, 1],
};

/** A network would learn nothing of values that its output never reaches, and say nothing about it. */
function checkReach(output: ActivationName, values: Float64Array, where: string, hint: string): void {
  const [low, high] = reach[output];
  const beyond = values.find((value) => value < low || value > high);
  if (beyond === undefined) return;
  throw new ChainruleError("E_USAGE", {
    where,
    expected:
      high === Infinity
        ? `numbers of at least ${low}, which ${output} can give`
        : `numbers from ${low} to ${high}, which ${output} can give`,
    got: String(beyond),
    hint,
  });
}

function standardise(values: Float64Array, width: number, rows: Uint32Array): Pick<Regression, "mean" | "deviation"> {
  const column = (j: number): Float64Array => Float64Array.from(rows, (row) => values[row * width + j]!);
  // Measured from the first value, so that a column that is all the same has a deviation of exactly 0.
  const mean = Array.from({ length: width }, (_, j) => {
    const [first = 0] = column(j);
    return column(j).reduce((sum, value) => sum + (value - first) / rows.length, first);
  });
  const square = (x: number): number => x * x;
  const deviation = mean.map(
    (center, j) => Math.sqrt(column(j).reduce((sum, value) => sum + square(value - center), 0) / rows.length) || 1,
  );
  return { mean, deviation };
}
