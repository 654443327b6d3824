import type { Engine, EngineProgram, EngineRows, NonFinite, StepReport } from "../kernels/contract.js";
import { type ActivationName, activations } from "../network/activations.js";
import { secondClassFrom } from "../network/costs.js";
import { activationOf, outputRuleOf } from "../network/description.js";
import { tensorValues } from "../network/layout.js";
import { batchGradient, type Example, trainingPasses } from "../reference/batch.js";
import { type Forward, forward, type ReferenceNetwork } from "../reference/forward.js";
import { createAugmentedRows } from "./augmented-rows.js";
import { countCorrect, firstNonFinite } from "./batches.js";
import { masksOf } from "./masks.js";
import { createReferenceStep } from "./reference-step.js";
import { measureLayer } from "./statistics.js";

/** The float64 equations behind the engine's interface: slow, exact, the judge of the others. */
export function createReferenceEngine(program: EngineProgram, rows: EngineRows): Engine {
  const { description, layout, batchSize } = program;
  const nIn = layout.inputs;
  const nOut = layout.sizes[layout.depth]!;
  const parameters = Float64Array.from(program.state?.parameters ?? program.parameters);
  const { step, state, exchangeAverage } = createReferenceStep(program, parameters);
  const network: ReferenceNetwork = { description, layout, parameters };
  const rule = outputRuleOf(description);
  const secondClass = secondClassFrom(description.cost);

  /** Of forward passes: costs, correct rows, and the first layer that is not finite. */
  const look = (
    examples: readonly Example[],
    passes: (row: number) => Forward,
    position: number,
    costSum: number,
    outputs?: Float32Array,
  ): StepReport => {
    let correct = 0;
    let bad: NonFinite | undefined;
    examples.forEach(({ y, weight = 1 }, index) => {
      const { z, a } = passes(index);
      const target = Float64Array.from(y);
      const cost = rule.cost(z.at(-1)!, a.at(-1)!, target);
      if (!Number.isFinite(cost)) bad ??= { position, cost, layer: firstLayer(examples.map((_, row) => passes(row))) };
      costSum += weight * cost;
      correct += countCorrect(a.at(-1)!, target, 1, nOut, secondClass, rows.thresholds);
      outputs?.set(a.at(-1)!, (position + index) * nOut);
    });
    return { costSum, correct, ...(bad === undefined ? {} : { nonFinite: bad }) };
  };

  /** Of the passes of a batch: the first layer with a NaN or an infinity, which batch normalisation may carry to other rows. */
  const firstLayer = (passes: readonly Forward[]): number =>
    Math.min(
      ...passes.map(({ a, z, u }) => {
        const at = firstNonFinite([a[1]!, ...z.slice(2).flatMap((sums, index) => [sums, u[index + 2]!])]);
        return at === undefined ? layout.depth : 1 + (at >> 1);
      }),
    );

  /** Running means and variances follow those of a batch that is applied. */
  const applied = (statistics: Forward["statistics"], count: number): void => {
    description.layers.forEach(({ normalisation }, index) => {
      if (normalisation?.kind !== "batch-norm") return;
      const { momentum } = normalisation;
      const { mean, var: variance } = layout.layers[index + 2]!;
      const own = statistics![index + 2]!;
      const unbiased = count > 1 ? count / (count - 1) : 1;
      const follow = (running: Float64Array, batch: (k: number) => number): void =>
        running.forEach((value, k) => (running[k] = (1 - momentum) * value + momentum * batch(k)));
      follow(tensorValues(parameters, mean!), (k) => own.mean[k]!);
      follow(tensorValues(parameters, variance!), (k) => own.variance[k]! * unbiased);
    });
  };

  const drops = description.layers.some(({ dropout = 0 }) => dropout > 0);
  const changed = program.augmentation === undefined ? undefined : createAugmentedRows(program.augmentation, rows, nIn);
  /** The listed rows as a step of the epoch takes them. */
  const trained = (list: Uint32Array, epoch: number): Example[] => {
    const examples = examplesOf(rows, list, nIn, nOut).map((example, i) => ({
      ...example,
      ...(drops ? { masks: masksOf(program, program.seed ?? 0, list[i]!, epoch) } : {}),
      ...(rows.weights === undefined ? {} : { weight: rows.weights[list[i]!]! }),
    }));
    if (changed === undefined) return examples;
    const { values } = changed(list, 0, list.length, epoch);
    return examples.map((example, i) => ({ ...example, x: Float64Array.from(values.subarray(i * nIn, (i + 1) * nIn)) }));
  };

  return {
    name: "reference",
    threads: 1,
    train(order, from, to, { costSum = 0, rates, epoch = 1 } = {}): StepReport {
      let correct = 0;
      for (let position = from; position < to; position += batchSize) {
        const examples = trained(order.subarray(position, Math.min(position + batchSize, to)), epoch);
        const passes = trainingPasses(network, examples);
        const report = look(examples, passes, position, costSum);
        if (report.nonFinite !== undefined) return { costSum, correct, nonFinite: report.nonFinite };
        costSum = report.costSum;
        correct += report.correct;
        const { statistics } = passes(0);
        applied(statistics, examples.length);
        step(parameters, batchGradient(network, examples).gradient, rates?.[(position - from) / batchSize]);
      }
      return { costSum, correct };
    },
    observe(order, from, to, { costSum = 0, rates, epoch = 1 } = {}) {
      const examples = trained(order.subarray(from, to), epoch);
      const passOf = trainingPasses(network, examples);
      const passes = examples.map((_, row) => passOf(row));
      const report = look(examples, passOf, from, costSum);
      if (report.nonFinite !== undefined) return report;
      const before = parameters.slice();
      const { gradient } = batchGradient(network, examples);
      applied(passes[0]!.statistics, examples.length);
      step(parameters, gradient, rates?.[0]);
      const layers = layout.tensors
        .filter(({ kind }) => kind === "weight")
        .map((tensor) =>
          measureLayer({
            layer: tensor.layer,
            activation: activationOf(description, tensor.layer),
            before: tensorValues(before, tensor),
            after: tensorValues(parameters, tensor),
            gradient: tensorValues(gradient, tensor),
            slopes: Float64Array.from(
              passes.flatMap(({ u, a, masks }) =>
                slopesOf(activationOf(description, tensor.layer), u[tensor.layer]!, a[tensor.layer]!).map(
                  (slope, k) => slope * (masks?.[tensor.layer]?.[k] ?? 1),
                ),
              ),
            ),
            rows: to - from,
            n: tensor.rows,
          }),
        );
      return { ...report, layers };
    },
    forward(list, outputs, costSum = 0) {
      const examples = examplesOf(rows, list, nIn, nOut);
      return look(examples, (row) => forward(network, examples[row]!.x), 0, costSum, outputs);
    },
    gradient: (list, epoch = 1) => Float32Array.from(batchGradient(network, trained(list, epoch)).gradient),
    differentiate(list, { costSum = 0, epoch = 1 } = {}) {
      const examples = trained(list, epoch);
      return { report: look(examples, trainingPasses(network, examples), 0, costSum), gradient: batchGradient(network, examples).gradient };
    },
    parameters: () => Float32Array.from(parameters),
    load: (vector) => parameters.set(vector),
    state: () => ({ parameters: parameters.slice(), ...state() }),
    exchangeAverage: () => exchangeAverage(parameters),
  };
}

/** da/dz of each neuron; of softmax, whose outputs depend on each other, ones. */
function slopesOf(name: ActivationName, z: Float64Array, a: Float64Array): number[] {
  return Array.from(z, (value, j) => (name === "softmax" ? 1 : activations[name].derivative(value, a[j]!)));
}

/** The listed rows as the reference takes them. */
export function examplesOf(rows: EngineRows, list: Uint32Array, nIn: number, nOut: number): Example[] {
  const { inputs, targets } = rows.stored?.take(list) ?? rows;
  return Array.from(list, (listed, at) => {
    const row = rows.stored === undefined ? listed : at;
    const raw = inputs.values.subarray(row * nIn, (row + 1) * nIn);
    return {
      x: inputs.kind === "bytes" ? Float64Array.from(raw, (byte) => inputs.table[byte]!) : Float64Array.from(raw),
      // What is read for a list is gone with the next one.
      y: rows.stored === undefined ? targets.subarray(row * nOut, (row + 1) * nOut) : targets.slice(row * nOut, (row + 1) * nOut),
    };
  });
}
