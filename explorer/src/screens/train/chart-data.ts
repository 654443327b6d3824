import type { EpochRecord } from "chainrule";
import type { CostPoint } from "../../state/run.js";

/** What is known at a step; null where nothing is. */
export interface Line {
  readonly step: number;
  readonly least: number | null;
  readonly mean: number | null;
  readonly most: number | null;
  /** Accuracy; of numbers that are learned their RMSE. */
  readonly score: number | null;
  /** At the end of an epoch. */
  readonly validationCost: number | null;
  readonly validationScore: number | null;
}

/** Epochs that are drawn; of more, some are left out. */
const MOST_EPOCHS = 500;

/**
 * Points and epochs of a run in the order of their steps.
 *
 * @param rmse what a cost is as an error, where that takes the place of accuracies
 */
export function linesOf(
  costs: readonly CostPoint[],
  records: readonly EpochRecord[],
  stepsPerEpoch: number,
  rmse?: (cost: number) => number,
): Line[] {
  const lineOf = (point: CostPoint | undefined, record: EpochRecord | undefined): Line => {
    const line = lineAt(point, record, stepsPerEpoch);
    if (rmse === undefined) return line;
    const { mean, validationCost } = line;
    return { ...line, score: mean === null ? null : rmse(mean), validationScore: validationCost === null ? null : rmse(validationCost) };
  };
  const every = Math.max(1, Math.ceil(records.length / MOST_EPOCHS));
  const ends = records.filter(({ validation, epoch }) => validation !== null && (epoch % every === 0 || epoch === records.length));
  const lines: Line[] = [];
  let at = 0;
  const addEpochs = (before: number): void => {
    for (; at < ends.length && ends[at]!.epoch * stepsPerEpoch < before; at++) lines.push(lineOf(undefined, ends[at]));
  };
  for (const point of costs) {
    addEpochs(point.step);
    const isEnd = at < ends.length && ends[at]!.epoch * stepsPerEpoch === point.step;
    lines.push(lineOf(point, isEnd ? ends[at++] : undefined));
  }
  addEpochs(Infinity);
  return lines;
}

function lineAt(point: CostPoint | undefined, record: EpochRecord | undefined, stepsPerEpoch: number): Line {
  return {
    step: point?.step ?? record!.epoch * stepsPerEpoch,
    least: point?.least ?? null,
    mean: point?.mean ?? null,
    most: point?.most ?? null,
    score: point?.accuracy ?? null,
    validationCost: record?.validation?.cost ?? null,
    validationScore: record?.validation?.accuracy ?? null,
  };
}

/** A curve of a chart. */
export interface Curve {
  readonly key: Exclude<keyof Line, "step">;
  readonly label: string;
  /** How it is drawn: colour and dashes together tell curves apart. */
  readonly look: "line" | "dashed" | "edge";
}

export const COST_CURVES: readonly Curve[] = [
  { key: "most", label: "highest of the batches", look: "edge" },
  { key: "least", label: "lowest of the batches", look: "edge" },
  { key: "mean", label: "mean of the batches", look: "line" },
  { key: "validationCost", label: "validation rows", look: "dashed" },
];
export const SCORE_CURVES: readonly Curve[] = [
  { key: "score", label: "batches", look: "line" },
  { key: "validationScore", label: "validation rows", look: "dashed" },
];
