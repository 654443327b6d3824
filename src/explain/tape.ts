import { ChainruleError } from "../base/errors.js";
import { encodedColumns, encodingName } from "../network/parts.js";
import type { Example } from "../reference/batch.js";
import type { Model } from "../training/model.js";
import { type ConditionOptions, conditionsOf, isCoupled as rowsDepend, modeNote, openList } from "./conditions.js";
import type { Derivation } from "./derivation/derivation.js";
import { encodedInput } from "./derivation/encoding-nodes.js";
import { activationNode, costTerm, handedNode, shiftedNode, standardisedNode, weightedSum, wholeCost } from "./derivation/forward-nodes.js";
import { da_dz, dh_da, du_dz } from "./derivation/factor-nodes.js";
import { costDerivative } from "./derivation/nodes.js";
import { notationOf } from "./derivation/notation.js";
import { type ExamplePass, passOf } from "./derivation/pass.js";
import type { Place } from "./derivation/values.js";

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
  /** Of a network with dropout or normalisation: under which conditions it is walked, in words. */
  readonly modeNote: string | undefined;
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
 * the derivatives of its bias and of each of its weights. Parts of layers have steps of their own where they act.
 *
 * @param options of a network with dropout or normalisation: `mode` and what belongs to it, as `explain` has them
 * @throws ChainruleError `E_USAGE` for an example that does not fit the network; for a step of training with batch normalisation, which
 * no example makes by itself
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
export function tape(
  model: Pick<Model, "network"> & Partial<Pick<Model, "split">>,
  example: Example,
  options: ConditionOptions = {},
): Tape {
  const { network } = model;
  const conditions = conditionsOf(model, options);
  if (rowsDepend(network, conditions)) {
    throw new ChainruleError("E_USAGE", {
      where: "mode",
      expected: "inference, to walk one example through a network with batch normalisation",
      got: "training, in which all rows of a batch go through it together",
      hint: "explain takes a derivative of the whole batch apart.",
    });
  }
  const pass = passOf(network, openList(network, example, conditions).at(0)!, notationOf(network.description, conditions.mode));
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
    modeNote: modeNote(network, conditions, 1),
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
  const derivative = (kind: Place["kind"], layer: number, ...indices: readonly number[]): Derivation =>
    costDerivative(pass, { kind, layer, indices });
  const stretch = (phase: TapeStep["phase"], layer: number, makers: readonly ((j: number) => Derivation)[]): void => {
    if (makers.length > 0) add(phase, layer, sizes[layer]!, makers.length, (j, part) => makers[part]!(j));
  };
  const encoded = encodedPlaces(pass);

  if (encoded.inputs.length > 0) add("forward", 1, encoded.inputs.length, 1, (index) => encodedInput(pass, encoded.inputs[index]!)!);
  for (let l = 2; l <= L; l++) {
    const { normalisation, handed } = pass.notation.parts[l]!;
    const z = (j: number): Derivation => weightedSum(pass, l, j);
    const behind: ((j: number) => Derivation)[] = [
      ...(normalisation === undefined ? [] : [(j: number) => standardisedNode(pass, l, j), (j: number) => shiftedNode(pass, l, j)]),
      (j) => activationNode(pass, l, j),
      ...(handed === "h" ? [(j: number) => handedNode(pass, l, j)] : []),
    ];
    // A softmax needs every z before its first output, and so does a mean over the units.
    if ((l === L && coupled) || normalisation === "units") {
      stretch("forward", l, [z]);
      stretch("forward", l, behind);
    } else stretch("forward", l, [z, ...behind]);
  }
  add("cost", L, sizes[L]!, 1, (j) => costTerm(pass, j));
  add("cost", L, 1, 1, () => wholeCost(pass));

  for (let l = L; l >= 2; l--) {
    const isCoupled = l === L && coupled;
    const { normalisation, handed } = pass.notation.parts[l]!;
    const front: ((j: number) => Derivation)[] = [
      ...(handed === "h" ? [(j: number) => derivative("h", l, j), (j: number) => dh_da(pass, l, j)] : []),
      (j) => derivative("a", l, j),
      ...(isCoupled ? [] : [(j: number) => da_dz(pass, l, j)]),
      ...(normalisation === undefined
        ? []
        : [(j: number) => derivative("u", l, j), (j: number) => derivative("gamma", l, j), (j: number) => derivative("beta", l, j)]),
      ...(normalisation === "fixed" ? [(j: number) => du_dz(pass, l, j)] : []),
    ];
    const back: ((j: number) => Derivation)[] = [(j) => derivative("z", l, j), (j) => derivative("b", l, j)];
    const splits = isCoupled || normalisation === "units";
    if (splits) stretch("backward", l, front);
    const parts = splits ? back : [...front, ...back];
    const make = (j: number, part: number): Derivation => parts[part]?.(j) ?? derivative("w", l, j, part - parts.length);
    add("backward", l, sizes[l]!, parts.length + sizes[l - 1]!, make);
  }
  if (encoded.inputs.length > 0) {
    add("backward", 1, encoded.inputs.length, 1, (index) => derivative("a", 1, encoded.inputs[index]!));
    add("backward", 1, encoded.parameters.length, 1, (index) => costDerivative(pass, encoded.parameters[index]!));
  }
  return stretches;
}

/** The places of a^(1) that columns are encoded to, and what they are encoded by: of a table the row of the category, all frequencies. */
function encodedPlaces({ network, x }: ExamplePass): { readonly inputs: readonly number[]; readonly parameters: readonly Place[] } {
  const { inputs, encodings } = network.description;
  const columns = encodedColumns(inputs, encodings);
  return {
    inputs: columns.flatMap(({ at, width, encoding }) => (encoding === undefined ? [] : Array.from({ length: width }, (_, d) => at + d))),
    parameters: columns.flatMap(({ column, encoding }): Place[] => {
      if (encoding === undefined) return [];
      const part = encodingName(encoding).slice("e1.".length);
      return encoding.kind === "embedding"
        ? Array.from({ length: encoding.width }, (_, d) => ({ kind: "e", layer: 1, indices: [x[column]!, d], part }))
        : Array.from({ length: encoding.frequencies }, (_, i) => ({ kind: "f", layer: 1, indices: [i], part }));
    }),
  };
}
