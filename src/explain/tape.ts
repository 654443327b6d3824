import type { Example } from "../reference/batch.js";
import type { Model } from "../training/model.js";
import type { Derivation } from "./derivation/derivation.js";
import { notationOf } from "./derivation/equations.js";
import { activationNode, costTerm, weightedSum, wholeCost } from "./derivation/forward-nodes.js";
import { costDerivative, da_dz } from "./derivation/nodes.js";
import { type ExamplePass, listOf, passOf } from "./derivation/pass.js";

/** One step of the walk through an example: one value of the forward pass, or one factor or product of the backward pass. */
export interface TapeStep {
  readonly index: number;
  readonly phase: "forward" | "cost" | "backward";
  /** The layer and the neuron that it is about; layer L for the cost. */
  readonly layer: number;
  readonly neuron: number;
  readonly derivation: Derivation;
}

/** The whole walk: forward layer by layer, the cost, then backward from the output. Every step has a number and is made when it is asked for. */
export interface Tape {
  readonly length: number;
  /** @throws RangeError for a number outside 0..length */
  readonly at: (index: number) => TapeStep;
  /** The first step of the next neuron, layer or phase behind a step; the last step where there is none. */
  readonly next: (index: number, by: "neuron" | "layer") => number;
  /** The first step of the neuron or layer that a step belongs to, or of the one before where it is the first itself. */
  readonly previous: (index: number, by: "neuron" | "layer") => number;
}

/** A run of steps of the same kind: `neurons` times `perNeuron` of them. */
interface Stretch {
  readonly start: number;
  readonly phase: TapeStep["phase"];
  readonly layer: number;
  readonly neurons: number;
  readonly perNeuron: number;
  readonly make: (neuron: number, part: number) => Derivation;
}

/**
 * Walks one example forward and backward, one factor at a time, in the order in which the numbers come into being: each z and
 * a, each output's part of the cost, then for each neuron from the output back dCost/da, da/dz, their product dCost/dz, and
 * the derivatives of its bias and of each of its weights.
 *
 * @throws ChainruleError `E_USAGE` for an example that does not fit the network
 * @example
 * ```ts
 * import { examples, train } from "chainrule";
 * import { derivationText, tape } from "chainrule/explain";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { hidden: [3], epochs: 5 }).result;
 * const [example] = examples(model, iris(), { rows: [12, 13] });
 * if (example !== undefined) {
 *   const steps = tape(model, example);
 *   console.log(steps.length, derivationText(steps.at(0).derivation)); // z2[0] = ...
 *   console.log(steps.at(steps.length - 1).derivation.name); // dCost/dw2[2,3]
 * }
 * ```
 */
export function tape({ network }: Pick<Model, "network">, example: Example): Tape {
  const pass = passOf(network, listOf(network, example).at(0)!, notationOf(network.description));
  const stretches = stretchesOf(pass);
  const last = stretches.at(-1)!;
  const length = last.start + last.neurons * last.perNeuron;

  const find = (index: number): { stretch: Stretch; neuron: number; part: number } => {
    if (!(Number.isInteger(index) && index >= 0 && index < length)) {
      throw new RangeError(`step: expected a whole number within 0..${length}, got ${index}.`);
    }
    const stretch = stretches.findLast(({ start }) => start <= index)!;
    const inside = index - stretch.start;
    return { stretch, neuron: Math.floor(inside / stretch.perNeuron), part: inside % stretch.perNeuron };
  };
  const startOf = (index: number, by: "neuron" | "layer"): number => {
    const { stretch, neuron } = find(index);
    return by === "layer" ? stretch.start : stretch.start + neuron * stretch.perNeuron;
  };
  return {
    length,
    at: (index) => {
      const { stretch, neuron, part } = find(index);
      return { index, phase: stretch.phase, layer: stretch.layer, neuron, derivation: stretch.make(neuron, part) };
    },
    next: (index, by) => {
      const { stretch } = find(index);
      const size = by === "layer" ? stretch.neurons * stretch.perNeuron : stretch.perNeuron;
      return Math.min(startOf(index, by) + size, length - 1);
    },
    previous: (index, by) => {
      const start = startOf(index, by);
      return start < index || start === 0 ? start : startOf(start - 1, by);
    },
  };
}

function stretchesOf(pass: ExamplePass): Stretch[] {
  const { layout, coupled } = pass.notation;
  const { depth: L, sizes } = layout;
  const stretches: Stretch[] = [];
  const add = (phase: TapeStep["phase"], layer: number, neurons: number, perNeuron: number, make: Stretch["make"]): void => {
    const before = stretches.at(-1);
    const start = before === undefined ? 0 : before.start + before.neurons * before.perNeuron;
    stretches.push({ start, phase, layer, neurons, perNeuron, make });
  };
  const derivative = (kind: "w" | "b" | "z" | "a", layer: number, ...indices: readonly number[]): Derivation =>
    costDerivative(pass, { kind, layer, indices });

  for (let l = 2; l <= L; l++) {
    if (l === L && coupled) {
      // A softmax needs every z before its first output.
      add("forward", l, sizes[l]!, 1, (j) => weightedSum(pass, l, j));
      add("forward", l, sizes[l]!, 1, (j) => activationNode(pass, l, j));
    } else add("forward", l, sizes[l]!, 2, (j, part) => (part === 0 ? weightedSum(pass, l, j) : activationNode(pass, l, j)));
  }
  add("cost", L, sizes[L]!, 1, (j) => costTerm(pass, j));
  add("cost", L, 1, 1, () => wholeCost(pass));

  for (let l = L; l >= 2; l--) {
    const isCoupled = l === L && coupled;
    if (isCoupled) add("backward", l, sizes[l]!, 1, (j) => derivative("a", l, j));
    const parts: ((j: number) => Derivation)[] = [
      ...(isCoupled ? [] : [(j: number) => derivative("a", l, j), (j: number) => da_dz(pass, l, j)]),
      (j) => derivative("z", l, j),
      (j) => derivative("b", l, j),
    ];
    const make = (j: number, part: number): Derivation => parts[part]?.(j) ?? derivative("w", l, j, part - parts.length);
    add("backward", l, sizes[l]!, parts.length + sizes[l - 1]!, make);
  }
  return stretches;
}
