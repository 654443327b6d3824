import type { Rehearsal } from "./rehearsal.js";
import { DIAGNOSIS_THRESHOLDS } from "./thresholds.js";
import { above, type Verdict } from "./verdict.js";
import { count, layersText, shown } from "./words.js";

const { updateRatio, lowUpdateRatio } = DIAGNOSIS_THRESHOLDS;

/** Is the learning rate of the size that the weights need? */
export function updateVerdicts({ ratios, steps, nonFinite }: Rehearsal, learningRate: number): Verdict[] {
  if (nonFinite !== undefined) return [diverged(nonFinite, steps)];
  const known = ratios.filter((one): one is { layer: number; ratio: number } => one.ratio !== null && one.ratio > 0);
  if (known.length === 0) return [];
  const largest = known.reduce((p, q) => (q.ratio > p.ratio ? q : p));
  const smallest = known.reduce((p, q) => (q.ratio < p.ratio ? q : p));
  const said = ({ layer, ratio }: { layer: number; ratio: number }): string =>
    `A step of training changes the weights of layer ${layer} by ${shown(ratio)} of their size`;
  const high = above(largest.ratio, updateRatio);
  if (high !== undefined) {
    const rate = Number(((learningRate * updateRatio.warn) / largest.ratio / 3).toPrecision(1));
    return [
      {
        kind: "update-ratio",
        ...high,
        where: { layers: known.filter(({ ratio }) => ratio > updateRatio.warn).map(({ layer }) => layer) },
        value: largest.ratio,
        message: `${said(largest)}, above ${high.threshold}; about 0.001 is usual.`,
        advice: `Lower the learning rate: ${rate} in place of ${learningRate}, for example.`,
      },
    ];
  }
  if (smallest.ratio < lowUpdateRatio) {
    return [
      {
        kind: "update-ratio",
        severity: "info",
        where: { layers: known.filter(({ ratio }) => ratio < lowUpdateRatio).map(({ layer }) => layer) },
        value: smallest.ratio,
        threshold: lowUpdateRatio,
        message: `${said(smallest)}, below ${shown(lowUpdateRatio)}; about 0.001 is usual, and less where a network has learned its rows.`,
        advice: "If the cost is still high, raise the learning rate or train for more epochs.",
      },
    ];
  }
  return [
    {
      kind: "update-ratio",
      severity: "good",
      where: { layers: known.map(({ layer }) => layer) },
      value: largest.ratio,
      threshold: updateRatio.warn,
      message: `The learning rate suits the weights: a step changes those of ${layersText([largest.layer])} by ${shown(largest.ratio)} of their size, and of no layer by more.`,
      advice: "Nothing to do.",
    },
  ];
}

function diverged({ step, layer }: { readonly step: number; readonly layer: number }, steps: number): Verdict {
  return {
    kind: "non-finite",
    severity: "bad",
    where: { layers: [layer] },
    value: 1,
    threshold: 0,
    message: `In step ${count(step)} of ${count(steps)} more steps of training the cost is no longer finite, layer ${layer} first.`,
    advice: "Lower the learning rate by a factor of 10, or clip the derivatives (clipNorm).",
  };
}
