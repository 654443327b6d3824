import type { Engine, EngineInputs, EngineProgram, EngineRows, NonFinite, StepReport } from "../kernels/contract.js";
import { planCost } from "../kernels/cost-plan.js";
import { rowCost } from "../kernels/portable/costs.js";
import { secondClassFrom } from "../network/costs.js";
import { activationOf } from "../network/description.js";
import { countCorrect, firstNonFinite, gather, takeTargets } from "./batches.js";
import { toEngineOrder } from "./order.js";
import { createInputs, type InputMemory, NO_INPUTS } from "./portable-inputs.js";
import { createLayers, finishForward, type LayerMemory, sumForward, takeBelow, type Training } from "./portable-layers.js";

/** The forward pass of the portable engine, over memory that the backward pass shares. */
export interface PortableForward {
  /** In the engine's order, and their derivatives. */
  readonly parameters: Float32Array;
  readonly gradient: Float32Array;
  readonly inputs: InputMemory | undefined;
  /** From layer 2 on. */
  readonly layers: readonly LayerMemory[];
  /** Of the batch that is loaded, (B x n_L). */
  readonly y: Float32Array;
  /** Loads rows list[from..from + count), with inputs of their own where they have been changed. */
  readonly load: (list: Uint32Array, from: number, count: number, changed?: EngineInputs) => void;
  /** @param training of a pass that is trained on */
  readonly pass: (count: number, training?: Training) => void;
  /** The sum of the batch's costs, in float64, rows in order. */
  readonly cost: (count: number, weights?: Float32Array) => number;
  readonly correct: (count: number) => number;
  /** Where the first number that is not finite stands. */
  readonly nonFinite: (position: number, count: number, cost: number) => NonFinite;
  readonly forward: Engine["forward"];
}

/** All memory is planned here; a step allocates nothing. Parameters of all layers stand in one vector, their derivatives in another. */
export function createPortableForward(program: EngineProgram, rows: EngineRows): PortableForward {
  const { description, layout, batchSize } = program;
  const L = layout.depth;
  const nIn = layout.inputs;
  const nL = layout.sizes[L]!;
  const costOf = rowCost(planCost(description.cost, nL), activationOf(description, L));
  const secondClass = secondClassFrom(description.cost);

  const parameters = toEngineOrder(layout, Float32Array.from(program.state?.parameters ?? program.parameters));
  const gradient = new Float32Array(layout.length);
  const y = new Float32Array(batchSize * nL);
  const inputs = createInputs(program, parameters, gradient);
  const layers = createLayers(program, parameters, gradient, inputs ?? NO_INPUTS);
  const bottom = layers[0]!;
  const top = layers.at(-1)!;

  const load: PortableForward["load"] = (list, from, count, changed) => {
    const taken = rows.stored?.take(list.subarray(from, from + count));
    if (taken === undefined) takeTargets(rows, list, from, count, y, nL);
    else y.set(taken.targets);
    const own = taken?.inputs ?? changed;
    const source = own === undefined ? rows : { ...rows, inputs: own };
    if (inputs === undefined) gather(source, list, from, count, bottom.input, nIn, own !== undefined);
    else inputs.load(source.inputs, list, from, count, own !== undefined);
  };

  const pass: PortableForward["pass"] = (count, training) => {
    layers.forEach((layer, index) => {
      const below = layers[index - 1] ?? inputs;
      if (below !== undefined) takeBelow(layer, below.h, count);
      sumForward(layer, count);
      finishForward(layer, count, program.seed ?? 0, training);
    });
  };

  const cost: PortableForward["cost"] = (count, weights) => {
    let sum = 0;
    for (let row = 0; row < count; row++) {
      const one = costOf(top.z, top.h, y, row * nL, nL);
      sum += weights === undefined ? one : Math.fround(one * weights[row]!);
    }
    return sum;
  };

  const correct = (count: number): number => countCorrect(top.h, y, count, nL, secondClass, rows.thresholds);

  const nonFinite: PortableForward["nonFinite"] = (position, count, sum) => {
    const entered = inputs?.h.subarray(0, count * bottom.nIn) ?? bottom.input.value.subarray(0, bottom.input.start[count]);
    // z, and what becomes of it where it is normalised.
    const at = firstNonFinite([entered, ...layers.flatMap(({ z, u, nOut }) => [z.subarray(0, count * nOut), u.subarray(0, count * nOut)])]);
    return { position, cost: sum, layer: at === undefined ? L : 1 + (at >> 1) };
  };

  const forward = (list: Uint32Array, outputs?: Float32Array, costSum = 0): StepReport => {
    let right = 0;
    let bad: NonFinite | undefined;
    for (let position = 0; position < list.length; position += batchSize) {
      const count = Math.min(batchSize, list.length - position);
      load(list, position, count);
      pass(count);
      const sum = cost(count);
      if (!Number.isFinite(sum)) bad ??= nonFinite(position, count, sum);
      costSum += sum;
      right += correct(count);
      outputs?.set(top.h.subarray(0, count * nL), position * nL);
    }
    return { costSum, correct: right, ...(bad === undefined ? {} : { nonFinite: bad }) };
  };

  return { parameters, gradient, inputs, layers, y, load, pass, cost, correct, nonFinite, forward };
}
