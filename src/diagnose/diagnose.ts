import { ChainruleError, show } from "../base/errors.js";
import type { Dataset } from "../data/dataset.js";
import { takeRows } from "../data/rows.js";
import type { PartName } from "../data/split.js";
import { alignColumns } from "../training/align.js";
import type { Model } from "../training/model.js";
import { classIndices } from "../training/task.js";
import { type Answers, answersOf } from "./answers.js";
import { calibrationVerdict } from "./calibration.js";
import { classVerdicts } from "./classes.js";
import { categoryColumns } from "../training/categories.js";
import { columnStatistics } from "./columns.js";
import { conflictVerdict } from "./conflicting-labels.js";
import { correlatedUnits, duplicateVerdict, equalUnits } from "./duplicate-units.js";
import { findingVerdicts } from "./findings.js";
import { fitVerdicts } from "./fit.js";
import { gradientVerdicts } from "./gradients.js";
import { inputVerdicts } from "./inputs.js";
import { type LayerDiagnosis, layerDiagnoses } from "./layer-diagnosis.js";
import { classCounts, confidenceOf, fitFacts, gapOf } from "./measured.js";
import { outputVerdict, parameterVerdict } from "./non-finite.js";
import { overfittingVerdict } from "./overfitting.js";
import { measurePasses, type Passes } from "./passes.js";
import { rehearse } from "./rehearsal.js";
import { chooseRows, type ChosenRows, comparedPart } from "./rows.js";
import { sameRows } from "./same-rows.js";
import { similarGroups } from "./similar.js";
import { DIAGNOSIS_THRESHOLDS } from "./thresholds.js";
import { type FlatUnits, flatUnits, unitVerdicts } from "./units.js";
import { updateVerdicts } from "./update-ratio.js";
import { bySeverity, type Verdict } from "./verdict.js";
import { plural } from "./words.js";

export interface DiagnoseOptions {
  /** Rows at most that derivatives and units are measured on (1,000), drawn from those the model was trained on where they are known. */
  readonly rows?: number;
  /** Of the draw, a whole number (1). */
  readonly seed?: number;
  /** Rows at most that a verdict lists (30). */
  readonly top?: number;
}

export interface Diagnosis {
  /** The worst first. */
  readonly verdicts: readonly Verdict[];
  /** From layer 2 on; empty where parameters are not finite. */
  readonly layers: readonly LayerDiagnosis[];
  /** Rows of the data. */
  readonly rows: number;
  /** True where these are the data that the model was trained on. */
  readonly trainedOn: boolean;
  /** Rows that derivatives and units were measured on, and what they were drawn from. */
  readonly sampled: number;
  readonly sampledFrom: "train" | "all";
  /** The part that the fit was measured on. */
  readonly fitOn: PartName;
}

const ROWS = 1000;
const TOP = 30;
/** 128 MiB of columns that are compared with each other. */
const MOST_COMPARED = 2 ** 24;

/**
 * Looks for what keeps a network from learning, and for what is odd in its data: layers that no derivative reaches, dead, saturated
 * and double units, a learning rate that does not suit the weights, unscaled or useless columns, labels that contradict each
 * other or the model, a fit that is worth nothing. docs/diagnose.md has every verdict with its formula, threshold and source.
 *
 * Derivatives and units are measured on a sample of the rows in float64, everything else on all rows.
 *
 * @throws ChainruleError `E_DATA` for data that does not fit the model, `E_USAGE` for an option that is no whole number
 * @example
 * ```ts
 * import { train } from "chainrule";
 * import { diagnose } from "chainrule/diagnose";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { epochs: 50 }).result;
 * for (const { severity, kind, message, advice } of diagnose(model, iris()).verdicts) console.log(severity, kind, message, advice);
 * ```
 */
export function diagnose(model: Model, dataset: Dataset, options: DiagnoseOptions = {}): Diagnosis {
  const { rows = ROWS, seed = 1, top = TOP } = readOptions(options);
  const chosen = chooseRows(model, dataset, rows, seed);
  const aligned = alignColumns(model, dataset);
  const { layout, parameters } = model.network;
  const broken = parameterVerdict(layout, parameters, top);
  const whole = broken.length === 0;
  const answers = whole ? answersOf(model, aligned) : undefined;
  const passes = whole ? measurePasses(model, aligned, chosen.sample) : undefined;
  const rehearsal = whole ? rehearse(model, aligned, chosen.sample) : undefined;
  const flat = passes?.layers.map(flatUnits) ?? [];
  return {
    verdicts: bySeverity([
      ...broken,
      ...(answers === undefined ? [] : outputVerdict(answers.nonFinite, dataset.rowCount, top)),
      ...(passes?.finite === true ? [...gradientVerdicts(passes.layers, passes.error), ...allUnits(model, passes, flat)] : []),
      ...(rehearsal === undefined ? [] : updateVerdicts(rehearsal, model.training!.optimizer.learningRate)),
      ...dataVerdicts(model, aligned, chosen, top),
      ...(answers?.nonFinite.length === 0 ? answerVerdicts(model, aligned, chosen, answers, top) : []),
    ]),
    layers: passes === undefined ? [] : layerDiagnoses(model, passes, flat, rehearsal),
    rows: dataset.rowCount,
    trainedOn: chosen.parts !== undefined,
    sampled: chosen.sample.length,
    sampledFrom: chosen.sampledFrom,
    fitOn: chosen.fitOn,
  };
}

function readOptions(options: DiagnoseOptions): DiagnoseOptions {
  const { top } = options;
  if (top === undefined || (Number.isSafeInteger(top) && top >= 0)) return options;
  throw new ChainruleError("E_USAGE", { where: "top", expected: "a whole number of at least 0", got: show(top) });
}

function allUnits({ network }: Model, passes: Passes, flat: readonly FlatUnits[]): Verdict[] {
  const { layout, parameters } = network;
  const duplicates = passes.layers.slice(0, -1).flatMap((pass) => {
    const equal = equalUnits(layout, parameters, pass.layer);
    return duplicateVerdict(equal.groups.length > 0 ? equal : correlatedUnits(pass));
  });
  const found = [...unitVerdicts(flat, passes), ...duplicates];
  const units = flat.slice(0, -1).reduce((sum, layer) => sum + layer.units, 0);
  if (found.length > 0 || units === 0) return found;
  return [
    {
      kind: "units",
      severity: "good",
      where: {},
      value: 0,
      threshold: DIAGNOSIS_THRESHOLDS.deadUnits.warn,
      message: `Every unit takes part: none of ${plural(units, "hidden unit")} is dead, saturated or constant on all of ${plural(passes.rows, "row")}, or a copy of another.`,
      advice: "Nothing to do.",
    },
  ];
}

/** What the rows say without the network's answers. */
function dataVerdicts({ scaling, task, network }: Model, aligned: Dataset, { parts, sample }: ChosenRows, top: number): Verdict[] {
  const width = aligned.columns.length;
  const compared = takeRows(aligned, sample.subarray(0, Math.max(1, Math.floor(MOST_COMPARED / width))));
  const inputs = inputVerdicts({
    columns: columnStatistics(aligned, scaling),
    categories: categoryColumns(network.description),
    image: aligned.image !== undefined,
    scaling: scaling.kind,
    duplicates: similarGroups(compared.inputs, width, DIAGNOSIS_THRESHOLDS.similarColumns),
    sampled: compared.rowCount,
  });
  if (task.kind !== "classification") return inputs;
  const given = classIndices(task, aligned.target, aligned.name);
  return [
    ...inputs,
    ...classVerdicts(task.classes, classCounts(given, task.classes.length), parts !== undefined),
    ...conflictVerdict(sameRows(aligned), given, top),
  ];
}

/** What the network's answers say of the rows and of itself. */
function answerVerdicts(model: Model, aligned: Dataset, chosen: ChosenRows, answers: Answers, top: number): Verdict[] {
  const { parts, fit, fitOn } = chosen;
  const where = fitOn === "all" ? "the data" : fitOn === "train" ? "the training rows" : `the ${fitOn} part`;
  const part = parts === undefined ? undefined : comparedPart(parts);
  const confidence = fitOn === "train" ? undefined : confidenceOf(model, answers, fit, where);
  const fitted = fitVerdicts(fitFacts(model, answers, fit, where));
  const gap = parts === undefined || part === undefined ? [] : overfittingVerdict(gapOf(answers, parts.train, parts[part], part));
  const calibrated = confidence === undefined ? [] : calibrationVerdict(confidence);
  // That nothing is known of other rows either is no praise.
  const learned = !fitted.some(({ kind, severity }) => kind === "baseline" && severity !== "good");
  return [
    ...findingVerdicts(model, aligned, chosen, answers, top),
    ...fitted,
    ...gap.filter(({ severity }) => learned || severity !== "good"),
    ...calibrated.filter(({ severity }) => learned || severity !== "good"),
  ];
}
