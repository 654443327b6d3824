import type { Dataset, Label } from "../data/dataset.js";
import { saidLabels } from "../training/measure-labels.js";
import type { Model } from "../training/model.js";
import type { MultiLabel } from "../training/task.js";
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

function describer({ task }: Model, { target }: Dataset, { parts }: ChosenRows, answers: Answers): Describe {
  const { classes, outputs, width } = answers;
  const partOf = partFinder(parts);
  return (row, value, predicted) => {
    const common = { row, part: partOf(row), value };
    if (task.kind === "classification") {
      const labelOf = (c: number): Label => task.classes[c]!;
      return { ...common, given: labelOf(classes!.given[row]!), predicted: labelOf(predicted ?? classes!.predicted[row]!) };
    }
    if (task.kind === "multi-label") {
      const { given, said } = labelsOf(task, answers, row);
      const names = (bits: Uint8Array): string => task.labels.filter((_, j) => bits[j] === 1).join(", ") || "no label";
      return { ...common, given: names(given), predicted: names(said) };
    }
    const given = target.kind === "values" ? target.values[row * width]! : NaN;
    return { ...common, given, predicted: outputs[row * width]! * task.deviation[0]! + task.mean[0]! };
  };
}

/** The labels that the data give a row, and those that its outputs say, shape (labels): 1 where one is there. */
function labelsOf(task: MultiLabel, { outputs, targets, width }: Answers, row: number): { given: Uint8Array; said: Uint8Array } {
  const at = row * width;
  return {
    given: Uint8Array.from(targets!.subarray(at, at + width), (target) => Number(target >= 0.5)),
    said: saidLabels(task, outputs.subarray(at, at + width)),
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

function mistakeVerdicts(model: Model, aligned: Dataset, answers: Answers, describe: Describe, top: number): Verdict[] {
  const { costs } = answers;
  const rows = worstRows(costs, (row) => isRight(model, answers, row));
  const candidates = rows.slice(0, MARGIN * top);
  if (candidates.length === 0) return [];
  const exact = exactCosts(model, aligned, candidates);
  const findings = candidates
    .map((row, i) => describe(row, exact[i]!))
    .sort((p, q) => q.value - p.value)
    .slice(0, top);
  return mistakesVerdict(rows.length, findings, costs);
}

/** Whether the class of a row, or each of its labels, was predicted; never of numbers. */
function isRight({ task }: Model, answers: Answers, row: number): boolean {
  const { classes } = answers;
  if (classes !== undefined) return classes.given[row] === classes.predicted[row];
  if (task.kind !== "multi-label") return false;
  const { given, said } = labelsOf(task, answers, row);
  return given.every((bit, j) => bit === said[j]);
}
