import type { Baselines, Headline, Report, ReportColumn, ReportScore, Section } from "../report.js";
import { type Block, heading, paragraph, picture, table } from "./blocks.js";
import { mistakeBlocks } from "./mistake-blocks.js";
import { curvePicture } from "./pictures.js";
import { sectionBlocks } from "./section-blocks.js";
import { count, NOTHING, number, oneLine, plural, scoreText } from "./words.js";

/** Columns of the table and epochs that are listed. */
const MOST = { columns: 200, epochs: 20 };

/** All that a report says, in the order in which it is read. */
export function reportBlocks(report: Report): Block[] {
  const { headline, baselines, sections, mistakes, history, columns, notes } = report;
  const several = sections.length > 1;
  return [
    heading(
      1,
      `${headline.targets.map(oneLine).join(", ")} in ${oneLine(headline.data.replace(/^.*[\\/]/s, ""))}: how well ${headline.folds === null ? "the model does" : "the models do"}`,
    ),
    ...sections.map((section) => paragraph(summary(section, headline, several))),
    aboutBlock(headline),
    ...(notes.length === 0 ? [] : [heading(2, "Worth knowing"), { kind: "list" as const, items: notes }]),
    ...sections.flatMap((section) => [
      heading(2, several ? `${oneLine(section.target)}: metrics and baselines` : "Metrics and baselines"),
      scoreTable(section.scores, baselines, headline),
      ...sectionBlocks(section, headline),
    ]),
    heading(2, "What it is compared with"),
    baselineFacts(baselines, headline),
    ...mistakeBlocks(mistakes, headline),
    ...historyBlocks(history, headline),
    ...columnBlocks(columns, headline),
  ];
}

/** The most important number in a sentence, with what it is to be compared with. */
function summary({ kind, target, scores, importance }: Section, { rows, part, trainedOn, folds }: Headline, several: boolean): string {
  const name = kind === "regression" ? "rmse" : kind === "classification" ? "accuracy" : "subsetAccuracy";
  const { model, constant, linear, unit, title } = scores.find((score) => score.name === name)!;
  const of = several ? ` of ${oneLine(target)}` : "";
  const beside = [
    `${scoreText(constant, unit)} ${kind === "regression" ? "for the mean" : kind === "classification" ? "for the majority class" : "for the most usual labels"}`,
    ...(linear === null ? [] : [`${scoreText(linear, unit)} for a linear model`]),
  ].join(" and ");
  const [first] = importance.columns;
  const matters = first === undefined || first.mean <= 0 ? "" : ` What matters most is ${oneLine(first.column)}.`;
  return `On ${rowsText(rows, part, trainedOn, folds)} the ${title}${of} is ${scoreText(model, unit)}, against ${beside}.${matters}`;
}

function rowsText(rows: number, part: Headline["part"], trainedOn: boolean, folds: number | null): string {
  const many = plural(rows, "row");
  if (folds !== null) return `${many}, each answered by the one of ${folds} models that was not trained on it,`;
  if (!trainedOn) return `${many} that the model was not trained on`;
  if (part === "test") return `${many} of the test part, which training never saw,`;
  if (part === "validation") return `${many} of the validation part, which may have chosen the epoch,`;
  return `${many} of the ${part === "train" ? "training part" : "whole data"}, on which the model was trained, so that it looks better than it is,`;
}

function aboutBlock(headline: Headline): Block {
  const { task, data, parts, divided, recipe, seed, epochs, bestEpoch, network, parameters, parametersHash, targets, folds } = headline;
  const best = bestEpoch === null ? "" : `, with the parameters of epoch ${bestEpoch}, the best on the validation rows`;
  const facts: [string, string][] = [
    ["Task", `${task} of ${targets.join(", ")}`],
    ["Data", data],
    [
      "Rows",
      parts === null
        ? `${count(headline.rows)} measured`
        : `${count(parts.train)} for training, ${count(parts.validation)} for validation, ${count(parts.test)} for the test; ${count(headline.rows)} measured`,
    ],
    ["Divided", divided],
    ["Recipe", recipe ?? NOTHING],
    ["Seed", seed === null ? NOTHING : String(seed)],
    ["Epochs", epochs === null ? NOTHING : `${count(epochs)}${best}`],
    ["Network", `${network}, ${count(parameters)} parameters${folds === null ? "" : ", in the first fold"}`],
    ["Parameters' hash", parametersHash],
  ];
  return { kind: "facts", facts: facts.filter(([, value]) => value !== NOTHING) };
}

function scoreTable(scores: readonly ReportScore[], { linear }: Baselines, { folds }: Headline): Block {
  const rows = scores.map(({ title, better, unit, ...values }) => [
    `${title} ${better === "higher" ? "\u2191" : "\u2193"}`,
    scoreText(values.model, unit),
    scoreText(values.constant, unit),
    ...(linear === null ? [] : [scoreText(values.linear, unit)]),
    ...(folds === null
      ? []
      : [values.folds === null ? NOTHING : `${scoreText(values.folds.mean, unit)} \u00b1 ${scoreText(values.folds.deviation, unit)}`]),
  ]);
  const titles = [
    "metric",
    folds === null ? "#model" : "#all rows",
    "#constant",
    ...(linear === null ? [] : ["#linear"]),
    ...(folds === null ? [] : ["#folds"]),
  ];
  const beside = folds === null ? "" : ", of all rows; beside it mean and deviation of the folds";
  return table(
    `The model beside what needs no network${beside} (\u2191 higher is better, \u2193 lower is better, ${NOTHING} not defined)`,
    titles,
    rows,
  );
}

function baselineFacts({ constant, linear, withoutLinear }: Baselines, { folds }: Headline): Block {
  return {
    kind: "facts",
    facts: [
      ["Constant", constant],
      ["Linear", linear ?? `left out: ${withoutLinear ?? "it was not asked for"}`],
      [
        "Test rows",
        folds !== null
          ? "each row is one once: its answer measures the models that were not trained on it, and chooses nothing of them"
          : "their answers measure, and choose nothing: neither the model nor a baseline is fitted on them where the training rows are known",
      ],
    ],
  };
}

function historyBlocks(history: Report["history"], { bestEpoch }: Headline): Block[] {
  if (history === null || history.length === 0) return [];
  const every = Math.ceil(history.length / MOST.epochs);
  const shown = history.filter((_, i) => i === history.length - 1 || i % every === 0 || history[i]!.epoch === bestEpoch);
  const rows = shown.map(({ epoch, cost, validation, learningRate }) => [
    count(epoch),
    number(cost),
    validation === null ? NOTHING : number(validation.cost),
    number(learningRate),
  ]);
  const alt = `Cost of training and validation over ${plural(history.length, "epoch")}, from ${number(history[0]!.cost)} to ${number(history.at(-1)!.cost)}`;
  return [
    heading(2, "Learning curve"),
    ...(history.length > 1 ? [picture(curvePicture(history, alt), alt, "Mean cost of each epoch")] : []),
    table(every > 1 ? `Every ${count(every)}th epoch` : "Each epoch", ["#epoch", "#training cost", "#validation cost", "#rate"], rows),
  ];
}

function columnBlocks(columns: readonly ReportColumn[] | null, { folds }: Headline): Block[] {
  if (columns === null) return [];
  const known = columns.some(({ missing }) => missing !== null);
  const rows = columns
    .slice(0, MOST.columns)
    .map(({ name, type, missing, distinct, preparation }) => [
      name,
      type ?? "left out",
      ...(known
        ? [missing === null ? NOTHING : count(missing), distinct === null ? NOTHING : distinct > 10_000 ? "> 10,000" : count(distinct)]
        : []),
      preparation,
    ]);
  const more = columns.length > MOST.columns ? [paragraph(`and ${count(columns.length - MOST.columns)} more columns`)] : [];
  const titles = ["column", "type", ...(known ? ["#missing", "#distinct"] : []), "what becomes of it"];
  return [
    heading(2, "Columns"),
    table(
      folds === null ? "Fitted on the training rows" : "Fitted on the training rows of the first fold; the others have their own",
      titles,
      rows,
    ),
    ...more,
  ];
}
