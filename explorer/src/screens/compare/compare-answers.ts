import type { ClassTarget, Dataset } from "chainrule";
import type { Answers } from "../../analysis/messages.js";

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
