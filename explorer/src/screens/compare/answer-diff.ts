import type { Dataset, ClassTarget } from "chainrule";
import { Analyst } from "../../analysis/analyst.js";
import type { Answers } from "../../analysis/messages.js";
import { dataOf } from "../../state/kept-open.js";
import type { Pair } from "./pair.js";

/** Rows by which of two networks is right on them, in the order of the rows. */
export interface AnswerDiff {
  readonly dataset: Dataset<ClassTarget>;
  readonly first: Answers;
  readonly second: Answers;
  readonly onlyFirst: readonly number[];
  readonly onlySecond: readonly number[];
  readonly both: number;
  readonly neither: number;
}

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
  if (one.task.classes.join() !== other.task.classes.join()) throw new Error("The networks answer other classes.");
  const answers: Answers[] = [];
  for (const model of [one, other]) {
    const reply = await analyst.ask("answers", model, dataset);
    if (reply.kind === "none") return undefined;
    if (reply.kind === "problem") throw new Error(reply.message);
    answers.push(reply.value);
  }
  return compareAnswers(dataset, answers[0]!, answers[1]!);
}

export function compareAnswers(dataset: Dataset<ClassTarget>, first: Answers, second: Answers): AnswerDiff {
  const [onlyFirst, onlySecond]: [number[], number[]] = [[], []];
  let [both, neither] = [0, 0];
  first.given.forEach((given, row) => {
    const [isFirst, isSecond] = [first.predicted[row] === given, second.predicted[row] === given];
    if (isFirst && isSecond) both += 1;
    else if (isFirst) onlyFirst.push(row);
    else if (isSecond) onlySecond.push(row);
    else neither += 1;
  });
  return { dataset, first, second, onlyFirst, onlySecond, both, neither };
}
