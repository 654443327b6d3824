import type { Dataset, Label } from "../data/dataset.js";
import type { Model } from "../training/model.js";
import { type Answers, sharesOf } from "./answers.js";
import { mistakesVerdict, worstRows } from "./mistakes.js";
import { exactCosts } from "./passes.js";
import { type ChosenRows, partFinder } from "./rows.js";
import { suspiciousLabels, suspiciousVerdict } from "./suspicious-labels.js";
import { DIAGNOSIS_THRESHOLDS } from "./thresholds.js";
import type { RowFinding, Verdict } from "./verdict.js";

/** Costs of float32 outputs are nearly in order: of so many times the rows that are listed the exact ones decide. */
const MARGIN = 4;

/** Rows whose label or whose answer is worth a look. */
export function findingVerdicts(model: Model, aligned: Dataset, chosen: ChosenRows, answers: Answers, top: number): Verdict[] {
  const describe = describer(model, aligned, chosen, answers);
  return [...labelVerdicts(model, chosen, answers, describe, top), ...mistakeVerdicts(model, aligned, answers, describe, top)];
}

type Describe = (row: number, value: number, predicted?: number) => RowFinding;

function describer({ task }: Model, { target }: Dataset, { parts }: ChosenRows, { classes, outputs, width }: Answers): Describe {
  const partOf = partFinder(parts);
  return (row, value, predicted) => {
    const common = { row, part: partOf(row), value };
    if (task.kind === "classification") {
      const labelOf = (c: number): Label => task.classes[c]!;
      return { ...common, given: labelOf(classes!.given[row]!), predicted: labelOf(predicted ?? classes!.predicted[row]!) };
    }
    const given = target.kind === "values" ? target.values[row * width]! : NaN;
    return { ...common, given, predicted: outputs[row * width]! * task.deviation[0]! + task.mean[0]! };
  };
}

function labelVerdicts(model: Model, { parts }: ChosenRows, answers: Answers, describe: Describe, top: number): Verdict[] {
  const shareOf = sharesOf(model, answers);
  const { classes, rows } = answers;
  if (shareOf === undefined || classes === undefined || model.task.kind !== "classification") return [];
  const right = classes.given.reduce((sum, c, row) => sum + Number(c === classes.predicted[row]), 0);
  if (right / rows < DIAGNOSIS_THRESHOLDS.witness) return [];
  const found = suspiciousLabels(classes.given, model.task.classes.length, shareOf);
  const findings = found.slice(0, top).map(({ row, looksLike, margin }) => describe(row, margin, looksLike));
  return suspiciousVerdict(found.length, findings, rows, parts?.train.length ?? 0);
}

function mistakeVerdicts(model: Model, aligned: Dataset, { classes, costs }: Answers, describe: Describe, top: number): Verdict[] {
  const rows = worstRows(costs, (row) => classes !== undefined && classes.given[row] === classes.predicted[row]);
  const candidates = rows.slice(0, MARGIN * top);
  if (candidates.length === 0) return [];
  const exact = exactCosts(model, aligned, candidates);
  const findings = candidates
    .map((row, i) => describe(row, exact[i]!))
    .sort((p, q) => q.value - p.value)
    .slice(0, top);
  return mistakesVerdict(rows.length, findings, costs);
}
