import type { LayerStatistics, StepStatistics } from "chainrule";
import type { LayerDiagnosis } from "chainrule/diagnose";

// Root mean squares by layer and time, as the picture and its table show them.

export const QUANTITIES = ["gradient", "weight", "update", "ratio"] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** Some steps in a row. */
export interface Column {
  /** The first and the last of them. */
  readonly from: number;
  readonly to: number;
  /** Root mean square over these steps by quantity, each of shape (layers); NaN where there is none. */
  readonly values: Readonly<Record<Quantity, readonly number[]>>;
}

export interface Heat {
  /** Layer numbers, the first first. */
  readonly layers: readonly number[];
  readonly columns: readonly Column[];
}

/** Limits of a colour scale, as powers of ten. */
export interface Scale {
  readonly low: number;
  readonly high: number;
}

/** The measured steps in at most so many columns, of equally many steps each. */
export function heatOf(statistics: readonly StepStatistics[], most: number): Heat {
  const layers = statistics[0]?.layers.map(({ layer }) => layer) ?? [];
  // A power of two, so that columns stay what they are while new ones come.
  let per = 1;
  while (Math.ceil(statistics.length / per) > most) per *= 2;
  const columns: Column[] = [];
  for (let at = 0; at < statistics.length; at += per) columns.push(columnOf(statistics.slice(at, at + per), layers.length, per));
  return { layers, columns };
}

/** Columns that are full, by their last step: they are asked for ten times a second while a run grows. */
const full = new WeakMap<StepStatistics, { readonly per: number; readonly first: StepStatistics; readonly column: Column }>();

function columnOf(steps: readonly StepStatistics[], layers: number, per: number): Column {
  const [first, last] = [steps[0]!, steps.at(-1)!];
  const known = full.get(last);
  if (known?.per === per && known.first === first) return known.column;
  const column = meansOf(steps, layers);
  if (steps.length === per) full.set(last, { per, first, column });
  return column;
}

function meansOf(steps: readonly StepStatistics[], layers: number): Column {
  const rms = (of: (layer: LayerStatistics) => number): number[] =>
    Array.from({ length: layers }, (_, at) => Math.sqrt(steps.reduce((sum, step) => sum + of(step.layers[at]!) ** 2, 0) / steps.length));
  return {
    from: steps[0]!.step,
    to: steps.at(-1)!.step,
    values: {
      gradient: rms(({ gradient }) => gradient),
      weight: rms(({ weight }) => weight),
      update: rms(({ update }) => update),
      ratio: rms(({ update, weight }) => update / weight),
    },
  };
}

/** A network that was opened: measured once, by the diagnosis. */
export function heatOfDiagnosis(layers: readonly LayerDiagnosis[], step: number | undefined): Heat {
  const all = (of: (layer: LayerDiagnosis) => number | null): number[] => layers.map((layer) => of(layer) ?? NaN);
  const at = step ?? 0;
  const values = {
    gradient: all(({ dCost_dw }) => dCost_dw),
    weight: all(({ weight }) => weight),
    update: all(({ updateRatio, weight }) => (updateRatio === null ? null : updateRatio * weight)),
    ratio: all(({ updateRatio }) => updateRatio),
  };
  return { layers: layers.map(({ layer }) => layer), columns: layers.length === 0 ? [] : [{ from: at, to: at, values }] };
}

/** From the least to the most of the last columns: what is long past takes no part, and 0 has no power of ten. */
export function scaleOf({ columns }: Heat, quantity: Quantity, recent: number): Scale | undefined {
  const powers = columns
    .slice(-recent)
    .flatMap(({ values }) => values[quantity])
    .filter((value) => value > 0 && value < Infinity)
    .map(Math.log10);
  if (powers.length === 0) return undefined;
  const [low, high] = [Math.min(...powers), Math.max(...powers)];
  // Less than a factor of ten apart would look like a great difference.
  const middle = (low + high) / 2;
  return high - low >= 1 ? { low, high } : { low: middle - 0.5, high: middle + 0.5 };
}
