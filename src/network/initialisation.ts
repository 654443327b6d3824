import { createRandom, type Random, STREAM } from "../base/random.js";
import type { ActivationName } from "./activations.js";
import { type Layout, type TensorKind, tensorValues } from "./layout.js";
import type { Encoding } from "./parts.js";

/**
 * How weights start; biases always start at 0, scales and running variances of a normalisation at 1, its shifts and running means at 0. With n_in = n_(l-1) and n_out = n_l:
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

/** Where vectors start that are not drawn; 0 where they are not among these. */
const STARTS: Partial<Record<TensorKind, number>> = { gamma: 1, var: 1 };
/** Sections of the generator below are those of layers. */
const COLUMNS = 2 ** 30;

/**
 * Draws the parameter vector. Each layer, and each column that is encoded, has its own section of the generator, so widening one leaves
 * the draws of the others as they were. Embeddings are drawn normal with deviation 1 / sqrt(width), so that a row's length is about 1.
 *
 * @param activationOf the activation of layer l
 * @returns float32, in the order of the layout
 */
export function initialParameters(
  layout: Layout,
  activationOf: (layer: number) => ActivationName,
  { initialisation, encodings = [] }: { readonly initialisation?: InitialisationName; readonly encodings?: readonly Encoding[] },
  seed: number,
): Float32Array {
  const parameters = new Float32Array(layout.length);
  layout.tensors.forEach((tensor, index) => {
    const values = tensorValues(parameters, tensor);
    if (tensor.kind === "weight") {
      const draw: (random: Random, nIn: number, nOut: number) => number =
        weightDraw[initialisation ?? defaultInitialisation(activationOf(tensor.layer))];
      const random = createRandom(seed, STREAM.initialisation, tensor.layer);
      for (let i = 0; i < values.length; i++) values[i] = draw(random, tensor.columns, tensor.rows);
    } else if (tensor.layer === 1) {
      // The tensors of encodings come first, in their order.
      const encoding = encodings[index]!;
      const deviation = encoding.kind === "embedding" ? 1 / Math.sqrt(encoding.width) : encoding.sigma;
      const random = createRandom(seed, STREAM.initialisation, COLUMNS + encoding.column);
      for (let i = 0; i < values.length; i++) values[i] = random.normal() * deviation;
    } else values.fill(STARTS[tensor.kind] ?? 0);
  });
  return parameters;
}
