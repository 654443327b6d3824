import { findParameter } from "../../network/names.js";
import type { Network } from "../../network/network.js";
import { explain } from "../explain.js";
import { type Proof, prove } from "../proof.js";
import { type Update, update } from "../update.js";
import type { Problem } from "./problem.js";

/** One step of one weight: its new value, the network with it, and what the cost was to do and does. */
export interface Step {
  readonly next: Update;
  readonly moved: Network;
  readonly proof: Proof;
}

export function stepOf({ network, example, output, learningRate }: Problem): Step {
  const optimizer = { kind: "sgd", learningRate, momentum: 0, nesterov: false } as const;
  const next = update({ network }, explain({ network }, example, output.weight), optimizer, {});
  return {
    next,
    moved: withParameter(network, output.weight, next.after),
    proof: prove({ network }, example, output.weight, { nudge: next.after - next.before }),
  };
}

/** The network with one parameter changed. */
export function withParameter(network: Network, name: string, value: number): Network {
  const parameters = network.parameters.slice();
  parameters[findParameter(network.layout, name).index] = value;
  return { ...network, parameters };
}
