import type { ColumnStatistics } from "./columns.js";
import { DIAGNOSIS_THRESHOLDS } from "./thresholds.js";
import { above, type Verdict } from "./verdict.js";
import { count, groupText, listed, plural, shown } from "./words.js";

const { unscaled, silent, uneven } = DIAGNOSIS_THRESHOLDS;

/** What is looked at: the columns as the network sees them, and whether they are the pixels of one picture. */
export interface InputFacts {
  readonly columns: readonly ColumnStatistics[];
  readonly image: boolean;
  readonly scaling: string;
  /** Groups of columns that are one, by position. */
  readonly duplicates: readonly (readonly number[])[];
  /** Rows that the duplicates were looked for in. */
  readonly sampled: number;
  /** Columns of categories, by position: an embedding stands for each, and how large their numbers are says nothing. */
  readonly categories: readonly number[];
}

/** Are the inputs of a size that weights are drawn for, and does each say something of its own? */
export function inputVerdicts(facts: InputFacts): Verdict[] {
  const numbers = { ...facts, columns: facts.columns.filter((_, k) => !facts.categories.includes(k)) };
  const found = [...sizeVerdicts(numbers), ...unevenVerdict(numbers), ...constantVerdict(facts), ...duplicateColumns(facts)];
  if (found.some(({ severity }) => severity !== "info") || numbers.columns.length === 0) return found;
  const size = facts.image ? [wholePicture(facts.columns)] : numbers.columns;
  const largest = size.reduce((p, q) => (q.rms > p.rms ? q : p));
  return [
    ...found,
    {
      kind: "inputs",
      severity: "good",
      where: facts.image ? {} : { columns: [largest.name] },
      value: largest.rms,
      threshold: unscaled.warn,
      message: `The inputs are scaled: ${facts.image ? "their" : `the largest, ${largest.name}, has a`} root mean square ${facts.image ? "is" : "of"} ${shown(largest.rms)}.`,
      advice: "Nothing to do.",
    },
  ];
}

/** One factor scales all pixels, so that their size is judged together; a border that is always blank is no fault. */
function wholePicture(columns: readonly ColumnStatistics[]): ColumnStatistics {
  const mean = columns.reduce((sum, column) => sum + column.mean, 0) / columns.length;
  const square = columns.reduce((sum, { rms }) => sum + rms * rms, 0) / columns.length;
  return { name: "pixels", mean, deviation: Math.sqrt(Math.max(0, square - mean * mean)), rms: Math.sqrt(square), constant: square === 0 };
}

function sizeVerdicts({ columns, image, scaling }: InputFacts): Verdict[] {
  const judged = (image ? [wholePicture(columns)] : columns).filter(({ constant, rms }) => !constant || rms > unscaled.warn);
  const sorted = [...judged].sort((p, q) => q.rms - p.rms);
  const named = (list: readonly ColumnStatistics[]): { columns?: string[] } => (image ? {} : { columns: list.map(({ name }) => name) });
  const verdicts: Verdict[] = [];
  const [largest] = sorted;
  const crossed = largest === undefined ? undefined : above(largest.rms, unscaled);
  if (largest !== undefined && crossed !== undefined) {
    const large = sorted.filter(({ rms }) => rms > unscaled.warn);
    verdicts.push({
      kind: "unscaled-inputs",
      ...crossed,
      where: named(large),
      value: largest.rms,
      message: `${image ? "The pixels reach" : `${plural(large.length, "column")} ${large.length === 1 ? "reaches" : "reach"}`} the network unscaled: ${
        image ? "mean" : `${listed(large.map(({ name }) => name))}; the largest has mean`
      } ${shown(largest.mean)} and deviation ${shown(largest.deviation)} after scaling (${scaling}).`,
      advice:
        scaling === "none"
          ? `Train with scale ${image ? "factor" : "standard"}.`
          : "Hand over data in the units of the training, or train again on these rows.",
    });
  }
  const small = sorted.filter(({ rms, constant }) => !constant && rms < silent);
  const smallest = small.at(-1);
  if (smallest !== undefined) {
    verdicts.push({
      kind: "unscaled-inputs",
      severity: "warn",
      where: named(small),
      value: smallest.rms,
      threshold: silent,
      message: `${image ? "The pixels are" : `${plural(small.length, "column")} ${small.length === 1 ? "is" : "are"}`} close to 0 on every row: ${
        image ? "a" : `${listed(small.map(({ name }) => name))}; the smallest has a`
      } root mean square of ${shown(smallest.rms)} after scaling (${scaling}), below ${silent}.`,
      advice: `Train with scale ${image ? "factor" : "standard"}, or hand over data in the units of the training: a weight learns from its input.`,
    });
  }
  return verdicts;
}

function unevenVerdict({ columns, image, scaling }: InputFacts): Verdict[] {
  const varying = columns.filter(({ constant }) => !constant).sort((p, q) => p.deviation - q.deviation);
  const [low, high] = [varying[0], varying.at(-1)];
  if (image || low === undefined || high === undefined) return [];
  const ratio = high.deviation / low.deviation;
  const crossed = above(ratio, uneven);
  if (crossed === undefined) return [];
  return [
    {
      kind: "uneven-columns",
      ...crossed,
      where: { columns: [high.name, low.name] },
      value: ratio,
      message: `Columns differ in scale: ${high.name} varies ${shown(ratio)} times as much as ${low.name} after scaling (${scaling}), above ${crossed.threshold}.`,
      advice:
        scaling === "standard"
          ? "Hand over data in the units of the training, or train again on these rows."
          : "Train with scale standard.",
    },
  ];
}

function constantVerdict({ columns, image }: InputFacts): Verdict[] {
  const names = columns.filter(({ constant }) => constant).map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    {
      kind: "constant-columns",
      severity: image ? "info" : "warn",
      where: { columns: names },
      value: names.length,
      threshold: 0,
      message: `${count(names.length)} of ${plural(columns.length, image ? "pixel" : "column")} never ${names.length === 1 ? "changes" : "change"}: ${listed(names)}.`,
      advice: image ? "Blank borders do no harm." : "Leave them out, or find out why they hold one value only.",
    },
  ];
}

function duplicateColumns({ columns, image, duplicates, sampled }: InputFacts): Verdict[] {
  if (duplicates.length === 0) return [];
  const names = duplicates.map((group) => groupText(group.map((k) => columns[k]!.name)));
  const copies = duplicates.reduce((sum, group) => sum + group.length - 1, 0);
  return [
    {
      kind: "duplicate-columns",
      severity: image ? "info" : "warn",
      where: { columns: duplicates.flat().map((k) => columns[k]!.name) },
      value: copies,
      threshold: 0,
      message: `${plural(copies, "column")} ${copies === 1 ? "is" : "are"} another one again, up to offset and factor (${plural(sampled, "row")}): ${listed(names, 3)}.`,
      advice: "Leave all but one of them out: they add parameters and no information.",
    },
  ];
}
