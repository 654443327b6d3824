import type { CauseKind } from "../why.js";
import type { Network } from "../../network/network.js";

/** One example in plain numbers: x of shape (n_1), y of shape (n_L). */
export interface DrawnExample {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Everything that a sheet asks, and what it asks it of. Quantities stand under their names. */
export interface Problem {
  readonly network: Network;
  readonly example: DrawnExample;
  /** A weight and a bias of the output layer: (1), (2). */
  readonly output: { readonly weight: string; readonly bias: string };
  /** By layer, from L-1 back to L-2: a hidden sum, and a weight and a bias that use it: (3) to (8). */
  readonly hidden: readonly { readonly activation: string; readonly weight: string; readonly bias: string }[];
  /** The rate of one step of `output.weight`. */
  readonly learningRate: number;
  /** Left out where no change of the network gives a clear reason. */
  readonly why: WhyQuestion | undefined;
}

/** What would become of a derivative if one number were another one? */
export interface WhyQuestion {
  /** `w3[1,0]` */
  readonly quantity: string;
  /** `b3[1]` or `a1[0]`: what is another number. */
  readonly changed: string;
  readonly from: number;
  readonly to: number;
  readonly cause: CauseKind;
  /** With the change in it. */
  readonly network: Network;
  readonly example: DrawnExample;
}

/** The names of all derivatives that a sheet asks for, in its order. */
export function askedOf({ output, hidden }: Pick<Problem, "output" | "hidden">): string[] {
  return [output.weight, output.bias, ...hidden.flatMap(({ activation, weight, bias }) => [activation, weight, bias])];
}
