import { createRandom, type Random, STREAM } from "../base/random.js";
import type { ActivationName } from "./activations.js";
import type { Layout } from "./layout.js";
import { tensorValues } from "./layout.js";

/**
 * How weights start; biases always start at 0. With n_in = n_(l-1) and n_out = n_l:
 *
 * - `glorot`: uniform in ±sqrt(6 / (n_in + n_out)) (Glorot and Bengio 2010); for sigmoid, tanh, softmax, identity
 * - `he`: normal with deviation sqrt(2 / n_in) (He et al. 2015); for relu and those like it
 * - `lecun`: normal with deviation sqrt(1 / n_in) (LeCun et al. 1998); for selu
 * - `normal`: normal with deviation 1 (as textbooks start)
 * - `zeros`: every weight 0; shows why weights must differ
 */
const weightDraw = {
  glorot: (random: Random, nIn: number, nOut: number) => (2 * random.uniform() - 1) * Math.sqrt(6 / (nIn + nOut)),
  he: (random: Random, nIn: number) => random.normal() * Math.sqrt(2 / nIn),
  lecun: (random: Random, nIn: number) => random.normal() * Math.sqrt(1 / nIn),
  normal: (random: Random) => random.normal(),
  zeros: () => 0,
} as const satisfies Record<string, (random: Random, nIn: number, nOut: number) => number>;

export type InitialisationName = keyof typeof weightDraw;
export const INITIALISATION_NAMES = Object.keys(weightDraw) as InitialisationName[];

/** Those that are about 0 on one side and about z on the other. */
const HALVES: readonly ActivationName[] = ["relu", "leaky-relu", "elu", "softplus", "gelu", "gelu-tanh", "silu", "mish", "hard-swish"];

/** The start that suits an activation, where the description names none. */
export function defaultInitialisation(activation: ActivationName): InitialisationName {
  return activation === "selu" ? "lecun" : HALVES.includes(activation) ? "he" : "glorot";
}

/**
 * Draws the parameter vector. Each layer has its own section of the generator, so widening one leaves the draws of the
 * others as they were.
 *
 * @param activationOf the activation of layer l
 * @returns float32, in the order of the layout
 */
export function initialParameters(
  layout: Layout,
  activationOf: (layer: number) => ActivationName,
  initialisation: InitialisationName | undefined,
  seed: number,
): Float32Array {
  const parameters = new Float32Array(layout.length);
  for (const tensor of layout.tensors) {
    if (tensor.kind === "bias") continue;
    const draw: (random: Random, nIn: number, nOut: number) => number =
      weightDraw[initialisation ?? defaultInitialisation(activationOf(tensor.layer))];
    const random = createRandom(seed, STREAM.initialisation, tensor.layer);
    const weights = tensorValues(parameters, tensor);
    for (let i = 0; i < weights.length; i++) weights[i] = draw(random, tensor.columns, tensor.rows);
  }
  return parameters;
}
