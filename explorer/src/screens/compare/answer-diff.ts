import { Analyst } from "../../analysis/analyst.js";
import type { Answers } from "../../analysis/messages.js";
import { dataOf } from "../../state/kept-open.js";
import { outputLabels } from "../../state/task.js";
import { type AnswerDiff, compareAnswers } from "./compare-answers.js";
import type { Pair } from "./pair.js";

const analyst = new Analyst();

/**
 * What two networks say to every row of the data of the first one, in a worker.
 *
 * @throws Error in a sentence where that cannot be asked
 */
export async function answerDiff({ first, second }: Pair): Promise<AnswerDiff | undefined> {
  const [one, other] = [first.model, second.model];
  const dataset = await dataOf(first.run.recipe);
  if (one.columns.length !== dataset.columns.length || other.columns.length !== dataset.columns.length) {
    throw new Error("The networks take other inputs, so that they cannot be asked about the same rows.");
  }
  const names = outputLabels(one).join();
  if (one.task.kind !== other.task.kind || names !== outputLabels(other).join())
    throw new Error(`The networks answer other ${one.task.kind === "classification" ? "classes" : "numbers"}.`);
  const answers: Answers[] = [];
  for (const model of [one, other]) {
    const reply = await analyst.ask("answers", model, dataset);
    if (reply.kind === "none") return undefined;
    if (reply.kind === "problem") throw new Error(reply.message);
    answers.push(reply.value);
  }
  return compareAnswers(dataset, answers[0]!, answers[1]!);
}
