import { checkSeed } from "../base/random.js";
import { activationOf, describedLayout, type NetworkDescription, type NetworkInput, readDescription } from "./description.js";
import { initialParameters } from "./initialisation.js";
import type { Layout } from "./layout.js";

/** A network without its parameters. */
export interface Architecture {
  readonly description: NetworkDescription;
  readonly layout: Layout;
}

/** A network is data: its description, where its parameters stand, and the parameters. */
export interface Network extends Architecture {
  /** Float32, in the order w2, b2, w3, b3, ..., row-major, unpadded; what else a network has is placed by its layout. */
  readonly parameters: Float32Array;
}

/**
 * Makes a network from its description: with the weights that stand in it, or with freshly drawn ones.
 *
 * @param input any number of layers; sigmoid and squared error where nothing else is said
 * @param options `seed` of the initialisation, a whole number (1 where left out)
 * @throws ChainruleError `E_DESCRIPTION`, listing everything that is wrong
 * @example
 * ```ts
 * import { createNetwork } from "chainrule";
 *
 * const drawn = createNetwork({ inputs: 64, layers: [{ units: 16 }, { units: 16 }, { units: 10 }] }, { seed: 1 });
 * const textbook = createNetwork({
 *   inputs: 2,
 *   layers: [{ units: 2 }, { units: 1 }],
 *   w2: [[0.15, 0.2], [0.25, 0.3]],
 *   b2: [0.35, 0.35],
 *   w3: [[0.4, 0.45]],
 *   b3: [0.6],
 * });
 * console.log(drawn.parameters.length, textbook.layout.depth); // 1482 3
 * ```
 */
export function createNetwork(input: NetworkInput, options: { readonly seed?: number } = {}): Network {
  const { description, weights } = readDescription(input);
  const seed = checkSeed(options.seed ?? 1);
  const architecture = { description, layout: describedLayout(description) };
  return { ...architecture, parameters: weights === undefined ? drawParameters(architecture, seed) : Float32Array.from(weights) };
}

/** Fresh parameters, the same for the same seed. */
export function drawParameters({ description, layout }: Architecture, seed: number): Float32Array {
  return initialParameters(layout, (layer) => activationOf(description, layer), description, seed);
}
