import { ChainruleError } from "../../base/errors.js";
import type { Example } from "../../reference/batch.js";
import type { ReferenceNetwork } from "../../reference/forward.js";
import { type Batch, openBatch } from "./batch.js";
import {
  compare,
  type ComparedDerivative,
  type ComparedTensor,
  comparedTensors,
  equationOfTensor,
  type Expected,
  ratioOf,
} from "./compare.js";
import type { GivenGradients } from "./read-gradients.js";
import { isReread, readingsOf } from "./reading.js";
import { type RecognisedMistake, recognisedMistakes } from "./recognised.js";
import { type Explanation, recognise } from "./recognise.js";
import { refuseParts } from "../refuse.js";

/** Somebody's derivatives beside those of the equations. */
export interface GradientComparison {
  /** True where everything that was given is right. */
  readonly agrees: boolean;
  /** From the output back, in the order of the equations; all weights and biases, and what else was given. */
  readonly tensors: readonly ComparedTensor[];
  /** Weights and biases whose derivatives were not given. */
  readonly missing: readonly string[];
  /** The first equation that deviates, and the first tensor that shows it. */
  readonly first: FirstDeviation | undefined;
  /** Mistakes that give the numbers that were given, the classic ones first; none where they are not known. */
  readonly mistakes: readonly RecognisedMistake[];
}

export interface FirstDeviation {
  /** Of the recognised mistake, otherwise that of the tensor. */
  readonly equation: string;
  readonly tensor: string;
  readonly layer: number;
  /** Undefined where the numbers are right but stand under another name or the other way round. */
  readonly worst: ComparedDerivative | undefined;
  /** given / right, where it is the same for the whole tensor. */
  readonly ratio: number | undefined;
}

/**
 * Compares somebody's derivatives of the mean cost over some examples with those of the equations, and recognises mistakes
 * that are often made. Numbers agree where they differ by no more than float32 or six digits on paper explain.
 *
 * @param given derivatives by `w2`, `b2`, ..., also by `a2`, `z2`; any of them, as `readGradients` returns them
 * @throws ChainruleError `E_DATA` for names and shapes that the network does not have
 * @example
 * ```ts
 * import { examples, train } from "chainrule";
 * import { compareGradients } from "chainrule/explain";
 * import { iris } from "chainrule/iris";
 * import { gradients } from "chainrule/reference";
 *
 * const { model } = await train(iris(), { hidden: [8], epochs: 5 }).result;
 * const rows = { rows: [0, 8] } as const;
 * const { w3, b3 } = gradients(model, iris(), rows).tensors;
 * if (w3 !== undefined && b3 !== undefined) {
 *   const summed = { shape: w3.shape, values: w3.values.map((value) => 8 * value) };
 *   const { first, mistakes } = compareGradients(model.network, examples(model, iris(), rows), { w3: summed, b3 });
 *   console.log(first?.equation, mistakes[0]?.name); // (1) sum-instead-of-mean
 * }
 * ```
 */
export function compareGradients(network: ReferenceNetwork, examples: readonly Example[], given: GivenGradients): GradientComparison {
  if (examples.length === 0) throw new ChainruleError("E_USAGE", { where: "examples", expected: "at least one", got: "none" });
  if (Object.keys(given).length === 0)
    throw new ChainruleError("E_DATA", { where: "gradients", expected: "at least one tensor", got: "none" });
  refuseParts(network.description, "a comparison with somebody's derivatives", undefined, "explain shows each of them by itself.");
  const readings = readingsOf(network.layout, given);
  const batch = openBatch(network, examples);
  const compared = readings.map((reading) => ({ reading, expected: compare(batch, reading) }));
  const right = compared.find(({ expected }) => expected.every(({ agrees }) => agrees));
  if (right !== undefined) return result(batch, right.expected, []);
  const explained = compared
    .filter(({ reading }) => !reading.optional)
    .map(({ expected }) => ({ expected, explanations: recognise(batch, expected) }));
  const best =
    explained.find(({ explanations }) => explanations[0]?.complete === true) ??
    explained.find(({ explanations }) => explanations.length > 0) ??
    explained[0]!;
  return result(batch, best.expected, best.explanations);
}

function result(batch: Batch, expected: readonly Expected[], explanations: readonly Explanation[]): GradientComparison {
  const tensors = comparedTensors(batch, expected);
  const mistakes = recognisedMistakes(batch, expected, explanations);
  const first = expected.find(({ tensor, agrees }) => !agrees || isReread(tensor));
  return {
    agrees: first === undefined,
    tensors,
    missing: tensors.filter(({ given }) => !given).map(({ name }) => name),
    first: first === undefined ? undefined : firstDeviation(batch, first, mistakes),
    mistakes,
  };
}

function firstDeviation(batch: Batch, first: Expected, mistakes: readonly RecognisedMistake[]): FirstDeviation {
  const { tensor, agrees, worst } = first;
  return {
    equation: mistakes[0]?.equation ?? equationOfTensor(batch, tensor),
    tensor: tensor.name,
    layer: tensor.layer,
    worst: agrees ? undefined : worst,
    ratio: agrees ? undefined : ratioOf(first),
  };
}
