import type { Answers } from "../../analysis/messages.js";
import type { ShownData } from "../../state/task.js";

/**
 * Rows by which of two networks is right on them, in the order of the rows; where numbers are learned by which is nearer, the largest
 * difference of the two costs first.
 */
export interface AnswerDiff {
  readonly dataset: ShownData;
  readonly first: Answers;
  readonly second: Answers;
  readonly onlyFirst: readonly number[];
  readonly onlySecond: readonly number[];
  readonly both: number;
  readonly neither: number;
}

export function compareAnswers(dataset: ShownData, first: Answers, second: Answers): AnswerDiff {
  const [onlyFirst, onlySecond]: [number[], number[]] = [[], []];
  let [both, neither] = [0, 0];
  if (dataset.target.kind === "values") {
    const gain = (row: number): number => second.costs[row]! - first.costs[row]!;
    first.costs.forEach((_, row) => {
      if (gain(row) > 0) onlyFirst.push(row);
      else if (gain(row) < 0) onlySecond.push(row);
      else both += 1;
    });
    onlyFirst.sort((p, q) => gain(q) - gain(p));
    onlySecond.sort((p, q) => gain(p) - gain(q));
    return { dataset, first, second, onlyFirst, onlySecond, both, neither };
  }
  first.given.forEach((given, row) => {
    const [isFirst, isSecond] = [first.predicted[row] === given, second.predicted[row] === given];
    if (isFirst && isSecond) both += 1;
    else if (isFirst) onlyFirst.push(row);
    else if (isSecond) onlySecond.push(row);
    else neither += 1;
  });
  return { dataset, first, second, onlyFirst, onlySecond, both, neither };
}
