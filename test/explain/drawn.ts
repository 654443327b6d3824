import { createRandom } from "../../src/base/random.js";
import { type Explanation, explain } from "../../src/explain.js";
import { cases, examplesOf, networkOfCase, quantitiesOf } from "./golden-cases.js";

export interface DrawnExplanation {
  readonly title: string;
  readonly explanation: Explanation;
}

/** Explanations of any quantity of the golden cases, whose depths, activations and costs are all of them; every fifth of a mean. */
export function drawExplanations(count: number, seed: number): DrawnExplanation[] {
  const random = createRandom(seed, 302);
  return Array.from({ length: count }, (_, at) => {
    const index = at < cases.length ? at : random.below(cases.length);
    const golden = cases[index]!;
    const network = networkOfCase(golden);
    const names = quantitiesOf(network);
    const name = names[random.below(names.length)]!;
    const examples = examplesOf(golden);
    const isMean = at % 5 === 0;
    const example = isMean ? examples : examples[random.below(examples.length)]!;
    return { title: `${name} of case ${index}${isMean ? ", mean" : ""}`, explanation: explain({ network }, example, name) };
  });
}
