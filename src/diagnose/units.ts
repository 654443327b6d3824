import { activations } from "../network/activations.js";
import { saturationOf } from "../engine/statistics.js";
import type { LayerPass, Passes } from "./passes.js";
import { DIAGNOSIS_THRESHOLDS } from "./thresholds.js";
import { above, type Limits, type Severity, type Verdict, type VerdictKind } from "./verdict.js";
import { count, listed, percent, plural } from "./words.js";

const { deadSlope, deadUnits, constant, constantUnits, saturatedUnits, saturatedLayer, stuckOutputs } = DIAGNOSIS_THRESHOLDS;

/** Units of one layer by what is wrong with them; each in one list at most. */
export interface FlatUnits {
  readonly layer: number;
  readonly units: number;
  /** |da/dz| is 0, to float32, on every row. */
  readonly dead: readonly number[];
  /** |da/dz| is at most 5 % of the steepest on every row. */
  readonly saturated: readonly number[];
  /** The same activation on every row, and neither of these. */
  readonly constant: readonly number[];
  /** Share of pairs of unit and row that are saturated, where the activation is flat on both sides; null elsewhere. */
  readonly flatShare: number | null;
}

/** Far out on both sides; every activation has reached its limits there. */
const FAR = 40;

export function flatUnits({ layer, activation, units, rows, steepest, flat, mean, deviation }: LayerPass): FlatUnits {
  const bends = activation !== "softmax" && activation !== "identity";
  const dead: number[] = [];
  const saturated: number[] = [];
  const same: number[] = [];
  const least = bends ? deadSlope * Math.min(1, activations[activation].steepest) : 0;
  const most = saturationOf(activation);
  for (let j = 0; j < units; j++) {
    if (bends && steepest[j]! <= least) dead.push(j);
    else if (bends && steepest[j]! <= most) saturated.push(j);
    else if (rows > 1 && deviation[j]! <= constant * Math.abs(mean[j]!)) same.push(j);
  }
  const all = flat.reduce((sum, rowsOfUnit) => sum + rowsOfUnit, 0) / (units * rows);
  return { layer, units, dead, saturated, constant: same, flatShare: isFlatOnBothSides(activation) ? all : null };
}

function isFlatOnBothSides(activation: LayerPass["activation"]): boolean {
  if (activation === "softmax") return false;
  const { value, derivative } = activations[activation];
  return [-FAR, FAR].every((z) => Math.abs(derivative(z, value(z))) <= saturationOf(activation));
}

interface UnitKind {
  readonly kind: VerdictKind;
  readonly limits: Limits;
  readonly said: string;
  readonly advice: string;
}

const DEAD: UnitKind = {
  kind: "dead-units",
  limits: deadUnits,
  said: "dead (da/dz is 0, so that no derivative comes through)",
  advice: "Lower the learning rate and train again from new weights, or use leaky-relu, elu or gelu in place of relu.",
};
const SATURATED: UnitKind = {
  kind: "saturated-units",
  limits: saturatedUnits,
  said: "saturated (da/dz is at most 5 % of the steepest)",
  advice: "Scale the inputs, draw smaller weights, or lower the learning rate.",
};
const CONSTANT: UnitKind = {
  kind: "constant-units",
  limits: constantUnits,
  said: "constant (one and the same activation)",
  advice: "Draw new weights (glorot or he) in place of zeros; a unit that stays constant after that can be left out.",
};

/** Units that no derivative comes through, or that say nothing; outputs that are wrong and flat. */
export function unitVerdicts(layers: readonly FlatUnits[], { rows, stuckRows }: Pick<Passes, "rows" | "stuckRows">): Verdict[] {
  const L = layers.at(-1)!.layer;
  return [
    ...layers.flatMap(({ layer, units, dead, saturated, constant: same, flatShare }) => [
      // A right output of a sigmoid is flat as well; a wrong one is found as stuck.
      ...(layer < L ? unitVerdict(DEAD, layer, units, dead, rows) : []),
      ...(layer < L ? unitVerdict(SATURATED, layer, units, saturated, rows) : []),
      ...(layer < L ? unitVerdict(CONSTANT, layer, units, same, rows) : []),
      ...(layer < L && flatShare !== null ? layerVerdict(layer, flatShare, rows) : []),
    ]),
    ...stuckVerdict(L, stuckRows, rows),
  ];
}

function unitVerdict(
  { kind, limits, said, advice }: UnitKind,
  layer: number,
  units: number,
  found: readonly number[],
  rows: number,
): Verdict[] {
  if (found.length === 0) return [];
  const share = found.length / units;
  const crossed: { severity: Severity; threshold: number } = above(share, limits) ?? { severity: "info", threshold: limits.warn };
  const names = found.map((j) => `a${layer}[${j}]`);
  const are = `${found.length === 1 ? "is" : "are"} ${said}`;
  return [
    {
      kind,
      ...crossed,
      where: { layers: [layer], units: names },
      value: share,
      message: `${count(found.length)} of ${plural(units, "unit")} of layer ${layer} ${are} on all ${plural(rows, "row")}: ${listed(names)}.`,
      advice: crossed.severity === "info" ? "A few do no harm; more of them would." : advice,
    },
  ];
}

function layerVerdict(layer: number, share: number, rows: number): Verdict[] {
  const crossed = above(share, saturatedLayer);
  if (crossed === undefined) return [];
  return [
    {
      kind: "saturated-layer",
      ...crossed,
      where: { layers: [layer] },
      value: share,
      message: `Layer ${layer} is saturated in ${percent(share)} of all pairs of unit and row (${plural(rows, "row")}), above ${percent(crossed.threshold)}.`,
      advice: "Scale the inputs, draw smaller weights, lower the learning rate, or use relu.",
    },
  ];
}

function stuckVerdict(layer: number, stuckRows: number, rows: number): Verdict[] {
  const share = stuckRows / rows;
  const crossed = above(share, stuckOutputs);
  if (crossed === undefined) return [];
  return [
    {
      kind: "stuck-outputs",
      ...crossed,
      where: { layers: [layer] },
      value: share,
      message: `On ${percent(share)} of ${plural(rows, "row")} an output is wrong and flat, so that dCost/dz hardly moves it.`,
      advice: "Use cross-entropy, whose dCost/dz stays a - y, or begin with smaller weights.",
    },
  ];
}
