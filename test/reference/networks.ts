import { createRandom } from "../../src/base/random.js";
import { type ActivationName, activations, type ScalarActivationName, softmax } from "../../src/network/activations.js";
import { COST_NAMES, type CostDescription, costKind, costText, outputsFor } from "../../src/network/costs.js";
import type { NetworkDescription } from "../../src/network/description.js";
import { layoutOf } from "../../src/network/layout.js";
import type { Example } from "../../src/reference/batch.js";
import type { ReferenceNetwork } from "../../src/reference/forward.js";

export interface Combination {
  readonly hidden: ScalarActivationName;
  readonly output: ActivationName;
  readonly cost: CostDescription;
  readonly outputs: number;
}

export const HIDDEN = Object.keys(activations) as ScalarActivationName[];
export const OUTPUTS = [1, 2, 5] as const;

/** Every allowed pair of cost and output, by the library's own table, so that a new entry is tested at once. */
export const PAIRS = COST_NAMES.flatMap((cost) => outputsFor(cost).map((output) => ({ cost, output })));

type Pairing = Omit<Combination, "outputs">;

/** What is crossed whole: each of these hidden activations under each of these pairs. */
const CLASSIC_HIDDEN: readonly ScalarActivationName[] = ["identity", "sigmoid", "tanh", "relu"];
const isClassic = ({ cost, output }: Pick<Pairing, "cost" | "output">): boolean =>
  cost === "cross-entropy" || (cost === "squared-error" && (output === "softmax" || CLASSIC_HIDDEN.includes(output)));
export const CLASSIC: readonly Pairing[] = PAIRS.filter(isClassic).flatMap((pair) => CLASSIC_HIDDEN.map((hidden) => ({ ...pair, hidden })));

/** Costs with another setting than the usual one take turns with it. */
const UNUSUAL: Readonly<Partial<Record<string, CostDescription>>> = {
  huber: { kind: "huber", delta: 0.375 },
  quantile: { kind: "quantile", quantile: 0.875 },
};

/** Of all others so many that each cost meets every hidden activation and every output that it has. */
export const FURTHER: readonly Pairing[] = COST_NAMES.flatMap((cost, shift) => {
  const outputs = outputsFor(cost);
  return Array.from({ length: Math.max(outputs.length, HIDDEN.length) }, (_, at) => ({
    cost: at % 2 === 1 ? (UNUSUAL[cost] ?? cost) : cost,
    output: outputs[at % outputs.length]!,
    hidden: HIDDEN[(at + shift + 1) % HIDDEN.length]!,
  }));
}).filter((own) => !(isClassic(own) && CLASSIC_HIDDEN.includes(own.hidden)));

export const PAIRINGS: readonly Pairing[] = [...CLASSIC, ...FURTHER];

/** Combinations of hidden activation, output activation, cost and number of outputs. */
export const COMBINATIONS: readonly Combination[] = [
  ...CLASSIC.flatMap((pairing) => OUTPUTS.map((outputs) => ({ ...pairing, outputs }))),
  ...FURTHER.map((pairing, at) => ({ ...pairing, outputs: OUTPUTS[at % OUTPUTS.length]! })),
];

/** Exponentials of exponentials leave every range, unless weights are small. */
export function weightScale({ layers }: Pick<NetworkDescription, "layers">): number {
  return layers.some(({ activation }) => activation === "exponential") ? 0.3 : 1;
}

/** A network of random float64 parameters: weights of deviation 1 / sqrt(n_in), biases around 0.2. */
export function randomNetwork(description: NetworkDescription, seed: number): ReferenceNetwork {
  const layout = layoutOf([description.inputs, ...description.layers.map(({ units }) => units)]);
  const random = createRandom(seed, 101);
  const parameters = new Float64Array(layout.length);
  const scale = weightScale(description);
  for (const { kind, offset, rows, columns } of layout.tensors) {
    for (let i = offset; i < offset + rows * columns; i++) {
      parameters[i] = kind === "weight" ? (scale * random.normal()) / Math.sqrt(columns) : 0.2 + 0.5 * random.normal();
    }
  }
  return { description, layout, parameters };
}

/** The network of a combination: two hidden layers unless told otherwise. */
export function networkOf(
  { hidden, output, cost, outputs }: Combination,
  seed: number,
  widths: readonly number[] = [4, 3],
): ReferenceNetwork {
  const layers = [...widths.map((units) => ({ units, activation: hidden })), { units: outputs, activation: output }];
  return randomNetwork({ inputs: 3, layers, cost }, seed);
}

/** Random inputs, and targets in the range of the output: probabilities sum to 1 for softmax. */
export function randomExamples({ description, layout }: ReferenceNetwork, count: number, seed: number): Example[] {
  const random = createRandom(seed, 102);
  const output = description.layers.at(-1)!.activation;
  const kind = costKind(description.cost);
  const target = (): number => {
    if (kind === "hinge") return Math.round(random.uniform());
    if (kind === "poisson") return Math.floor(4 * random.uniform());
    return output === "identity" ? random.normal() : random.uniform();
  };
  return Array.from({ length: count }, () => {
    const x = Float64Array.from({ length: layout.sizes[1]! }, () => random.normal());
    const y = Float64Array.from({ length: layout.sizes.at(-1)! }, target);
    return { x, y: output === "softmax" ? softmax(y) : y };
  });
}

export function title({ hidden, output, cost, outputs }: Combination): string {
  return `${hidden} hidden, ${outputs} ${output} with ${costText(cost)}`;
}

/** The same network with other parameters. */
export function withParameters(network: ReferenceNetwork, change: (parameters: Float64Array) => void): ReferenceNetwork {
  const parameters = Float64Array.from(network.parameters);
  change(parameters);
  return { ...network, parameters };
}
