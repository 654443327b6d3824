import type { Random } from "../../base/random.js";
import type { ActivationName } from "../../network/activations.js";
import { activationOf } from "../../network/description.js";
import { findParameter, findQuantity } from "../../network/names.js";
import type { Network } from "../../network/network.js";
import { why } from "../why.js";
import type { DrawnExample, WhyQuestion } from "./problem.js";
import { withParameter } from "./step.js";

/** Biases at which a unit is flat: sigma' of a sigmoid is 0.0025 at 6, that of a tanh 0.0013 at 4. */
const FLAT: Partial<Record<ActivationName, readonly number[]>> = { sigmoid: [6, 8, -6, -8], tanh: [4, 5, -4, -5], relu: [-6, -8] };
/** The derivative has to become so many times smaller. */
const CLEARLY = 5;

/**
 * A question that `why` itself answers as intended: one bias or one input becomes another number, and a derivative that was
 * asked for becomes small for one reason.
 *
 * @param weights names of weights whose derivatives the sheet asks for
 */
export function whyQuestion(network: Network, example: DrawnExample, weights: readonly string[], random: Random): WhyQuestion | undefined {
  const questions = weights.flatMap((weight) => [...flatUnit(network, example, weight), ...silentInput(network, example, weight)]);
  for (let last = questions.length; last > 0; last--) {
    const [question] = questions.splice(random.below(last), 1);
    if (question !== undefined && isClear(question, why({ network }, example, question.quantity).value)) return question;
  }
  return undefined;
}

function isClear({ network, example, quantity, cause, changed }: WhyQuestion, before: number): boolean {
  const { value, verdict, causes } = why({ network }, example, quantity);
  // The unit of b3[1] is z3[1]; an input is named as it is.
  return verdict === cause && causes[0]?.where === changed.replace(/^b/, "z") && CLEARLY * Math.abs(value) < Math.abs(before);
}

/** The bias of the weight's unit so far from 0 that sigma' is next to nothing. */
function flatUnit(network: Network, example: DrawnExample, quantity: string): WhyQuestion[] {
  const { layer, indices } = findQuantity(network.layout, quantity);
  const activation = activationOf(network.description, layer);
  const changed = `b${layer}[${indices[0]!}]`;
  const from = network.parameters[findParameter(network.layout, changed).index]!;
  return (FLAT[activation] ?? []).map((to) => {
    const cause = activation === "relu" ? "dead-unit" : "saturated-unit";
    return { quantity, changed, from, to, cause, network: withParameter(network, changed, to), example };
  });
}

/** The input of a weight of layer 2 at 0. */
function silentInput(network: Network, example: DrawnExample, quantity: string): WhyQuestion[] {
  const { layer, indices } = findQuantity(network.layout, quantity);
  if (layer !== 2) return [];
  const input = indices[1]!;
  const x = example.x.map((value, t) => (t === input ? 0 : value));
  return [
    {
      quantity,
      changed: `a1[${input}]`,
      from: example.x[input]!,
      to: 0,
      cause: "silent-input",
      network,
      example: { ...example, x },
    },
  ];
}
