import type { Calibration, ClassSection, Headline, Importance, LabelSection, Section, ThresholdTable, ValueSection } from "../report.js";
import { type Block, heading, paragraph, picture, table } from "./blocks.js";
import {
  importanceMap,
  importancePicture,
  MOST_BARS,
  reliabilityPicture,
  residualPicture,
  scatterPicture,
  thresholdPicture,
} from "./pictures.js";
import { cellText, count, NOTHING, number, oneLine, percent, signed, importanceText } from "./words.js";

/** Classes whose confusion is shown as a table; of more the largest confusions are. */
const MOST_CLASSES = 30;
const MOST_COLUMNS = 100;

/** What a section says beside its metrics. */
export function sectionBlocks(section: Section, headline: Headline): Block[] {
  const own =
    section.kind === "classification"
      ? classBlocks(section, headline)
      : section.kind === "multi-label"
        ? labelBlocks(section)
        : valueBlocks(section);
  return [...own, ...importanceBlocks(section.importance, headline)];
}

function classBlocks(section: ClassSection, headline: Headline): Block[] {
  const { perClass, averages, calibration, thresholds } = section;
  const rows = perClass.map(({ label, precision, recall, f1, support }) => [
    cellText(label),
    percent(precision),
    percent(recall),
    percent(f1),
    count(support),
  ]);
  const means = (["macro", "weighted"] as const).map((name) => {
    const { precision, recall, f1 } = averages[name];
    return [`${name} mean`, percent(precision), percent(recall), percent(f1), NOTHING];
  });
  return [
    heading(3, "Each class"),
    table(
      "Of rows predicted as a class the share that are of it (precision), of its rows the share that are found (recall)",
      ["class", "#precision", "#recall", "#F1", "#rows"],
      [...rows, ...means],
    ),
    ...confusionBlocks(section),
    ...calibrationBlocks(calibration, "of the predicted class"),
    ...(thresholds === null ? [] : thresholdBlocks(thresholds, headline)),
  ];
}

function confusionBlocks({ classes, confusion }: ClassSection): Block[] {
  const names = classes.map(cellText);
  if (classes.length > MOST_CLASSES) {
    const pairs = confusion.flatMap((row, i) => row.flatMap((rows, j) => (i !== j && rows > 0 ? [{ i, j, rows }] : [])));
    const rows = pairs
      .sort((a, b) => b.rows - a.rows)
      .slice(0, MOST_CLASSES)
      .map((pair) => [names[pair.i]!, names[pair.j]!, count(pair.rows)]);
    return [heading(3, "What is taken for what"), table("The most frequent confusions", ["true", "predicted", "#rows"], rows)];
  }
  const shades = confusion.map((row) => {
    const all = row.reduce((sum, rows) => sum + rows, 0);
    return [0, ...row.map((rows) => (all === 0 || rows === 0 ? 0 : Math.max(1, Math.round((9 * rows) / all))))];
  });
  const rows = confusion.map((row, i) => [names[i]!, ...row.map(count)]);
  return [
    heading(3, "What is taken for what"),
    table("Rows by true class (down) and predicted class (across)", ["true", ...names.map((name) => `#${name}`)], rows, shades),
  ];
}

function calibrationBlocks(calibration: Calibration | null, of: string): Block[] {
  if (calibration === null) {
    return [
      heading(3, "Calibration"),
      paragraph("The outputs are no probabilities with this cost, so that there is nothing to calibrate."),
    ];
  }
  const { error, bins } = calibration;
  const rows = bins.flatMap(({ from, to, rows: inBin, confidence, accuracy }) =>
    confidence === null || accuracy === null
      ? []
      : [[`${from.toFixed(3)} to ${to.toFixed(3)}`, count(inBin), percent(confidence), percent(accuracy), points(accuracy - confidence)]],
  );
  const alt = `Share that is right by mean confidence; on average they are ${percent(error)} apart`;
  return [
    heading(3, "Calibration"),
    paragraph(
      `Expected calibration error ${percent(error)}: on average the probability ${of} is so far from the share of rows where it is right. Points below the diagonal are too sure, points above it not sure enough.`,
    ),
    picture(reliabilityPicture(calibration, alt), alt, "Reliability: larger points are more rows"),
    table("Rows by confidence", ["confidence", "#rows", "#mean", "#right", "#points apart"], rows),
  ];
}

/** -2.91, in points of a hundred */
function points(difference: number): string {
  return `${difference >= 0 ? "+" : ""}${(100 * difference).toFixed(2)}`;
}

function thresholdBlocks(thresholds: ThresholdTable, { folds }: Headline): Block[] {
  const yes = cellText(thresholds.yes);
  const rows = thresholds.rows.map((row) => [
    row.threshold.toFixed(2),
    ...[row.truePositives, row.falsePositives, row.falseNegatives, row.trueNegatives].map(count),
    ...[row.accuracy, row.precision, row.recall, row.f1].map(percent),
  ]);
  const best = thresholds.rows.reduce((a, b) => (b.f1 > a.f1 ? b : a));
  const alt = `Precision, recall and F1 of ${yes} by threshold; F1 is largest, ${percent(best.f1)}, at ${best.threshold}`;
  return [
    heading(3, "Thresholds"),
    paragraph(
      `What is right and wrong where a row is said to be ${yes} from each share on. A threshold that is chosen here looks better than it is: choose it on ${folds === null ? "the validation part" : "rows of its own"}.`,
    ),
    picture(thresholdPicture(thresholds, alt), alt, `By the threshold from which ${yes} is said`),
    table(
      `Rows said to be ${yes} from each threshold on`,
      ["#from", "#true +", "#false +", "#false -", "#true -", "#accuracy", "#precision", "#recall", "#F1"],
      rows,
    ),
  ];
}

function labelBlocks({ perLabel, calibration }: LabelSection): Block[] {
  const rows = perLabel.map(({ label, threshold, support, precision, recall, f1, rocAuc }) => [
    label,
    number(threshold),
    ...[precision, recall, f1].map(percent),
    rocAuc === null ? NOTHING : rocAuc.toFixed(4),
    count(support),
  ]);
  return [
    heading(3, "Each label"),
    table("Said to be there from its threshold on", ["label", "#threshold", "#precision", "#recall", "#F1", "#ROC AUC", "#rows"], rows),
    ...calibrationBlocks(calibration, "of what is said of each label"),
  ];
}

function valueBlocks({ target, residuals, points }: ValueSection): Block[] {
  const { mean, deviation, quantiles } = residuals;
  const name = oneLine(target);
  const scatter = `Predicted against true ${name} of ${count(points.length)} rows; on the diagonal they are the same`;
  const histogram = `How often each error of ${name} occurs, from ${number(residuals.bins[0]!.from)} to ${number(residuals.bins.at(-1)!.to)}`;
  const titles = ["5 %", "25 %", "half", "75 %", "95 %"];
  return [
    heading(3, "Predictions and errors"),
    paragraph(
      `Errors are true - predicted, in the units of ${name}: their mean is ${number(mean)} and their deviation ${number(deviation)}.`,
    ),
    picture(scatterPicture({ points }, scatter, target), scatter, "Predicted against true"),
    picture(residualPicture(residuals, histogram), histogram, "Errors"),
    table(
      "So much of the rows has an error below",
      titles.map((title) => `#${title}`),
      [quantiles.map(number)],
    ),
  ];
}

function importanceBlocks(importance: Importance, { image, folds }: Headline): Block[] {
  const { metric, columns } = importance;
  const factor = metric === "rmse" ? 1 : 100;
  const scaled = { ...importance, columns: columns.map((one) => ({ ...one, mean: factor * one.mean, deviation: factor * one.deviation })) };
  const shown = scaled.columns.slice(0, image === null ? MOST_COLUMNS : MOST_BARS);
  const [first] = scaled.columns;
  const alt = `How much each column matters; the most, ${first === undefined ? NOTHING : oneLine(first.column)}, ${first === undefined ? NOTHING : number(first.mean)}`;
  const map = image === null ? importancePicture(scaled, alt) : importanceMap(scaled, image, alt);
  const more = columns.length - shown.length;
  return [
    heading(3, "What matters"),
    paragraph(importanceText(importance, folds)),
    picture(map, alt, image === null ? "Importance of the columns, with its deviation" : "Importance of each pixel: darker is more"),
    table(
      "Permutation importance",
      ["column", "#mean", "#deviation"],
      shown.map(({ column, mean, deviation }) => [column, signed(mean), number(deviation)]),
    ),
    ...(more > 0 ? [paragraph(`and ${count(more)} more columns, which matter less`)] : []),
  ];
}
