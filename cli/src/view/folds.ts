import type { CrossValidation } from "chainrule";
import type { Terminal } from "../terminal.js";
import { percent, short } from "./format.js";
import { table } from "./table.js";

/** What is shown of each kind of evaluation, most important first. */
const SHOWN: Readonly<Record<string, readonly (readonly [score: string, title: string])[]>> = {
  classification: [
    ["accuracy", "accuracy"],
    ["balancedAccuracy", "balanced accuracy"],
    ["rocAuc", "ROC AUC"],
    ["logLoss", "log-loss"],
  ],
  regression: [
    ["rmse", "RMSE"],
    ["mae", "mean absolute error"],
    ["r2", "R2"],
  ],
  "multi-label": [
    ["subsetAccuracy", "accuracy (every label right)"],
    ["hammingLoss", "labels wrong"],
  ],
};
const PERCENT = ["accuracy", "balancedAccuracy", "subsetAccuracy", "hammingLoss"];

/** Mean, deviation and each fold of the scores that fit the task; the headline alone first. */
export function describeFolds({ scores, evaluations }: CrossValidation, terminal: Terminal): string {
  const { colors } = terminal;
  const shown = (SHOWN[evaluations[0]!.kind] ?? []).filter(([name]) => scores[name] !== undefined);
  const write = (name: string, value: number): string => (PERCENT.includes(name) ? percent(value) : short(value));
  const [first] = shown;
  const rows = shown.map(([name, title]) => {
    const { mean, deviation, folds } = scores[name]!;
    return [title, write(name, mean), write(name, deviation), ...folds.map((value) => write(name, value))];
  });
  const heads = ["", "mean", "deviation", ...evaluations.map((_, fold) => `fold ${fold + 1}`)];
  const headline =
    first === undefined
      ? ""
      : `${colors.bold(`${first[1]} ${write(first[0], scores[first[0]]!.mean)}`)} on rows that were not trained on\n\n`;
  return headline + table([heads, ...rows], terminal).join("\n");
}
