import type { DenseKind } from "../../network/names.js";
import type { Batch } from "./batch.js";
import type { Expected } from "./compare.js";
import { type Mutant, passBack, type Scope, USES } from "./pass-back.js";
import { KINDS, type ReadTensor } from "./reading.js";
import { boundOf, largestOf } from "./tolerance.js";

/** What was given, prepared for being compared with many mutants. */
export interface Trial {
  readonly batch: Batch;
  readonly tensors: ReadonlyMap<string, Given>;
  readonly largestOfAll: number;
  /** How many numbers were given. */
  readonly numbers: number;
  /** The layer of the first tensor that deviates, and the last layer that anything was given of. */
  readonly first: number;
  readonly lowest: number;
  /** The tensor nearest to the output: its largest number rules most mutants out. */
  readonly lead: Given;
}

interface Given extends Pick<ReadTensor, "kind" | "layer" | "values"> {
  readonly expected: Float64Array;
  readonly agrees: boolean;
  /** The largest magnitude, and where it stands: what shows a difference first. */
  readonly largest: number;
  readonly place: number;
}

/** @param compared from the output back, with at least one that deviates */
export function openTrial(batch: Batch, compared: readonly Expected[]): Trial {
  const list = compared.map(({ tensor, expected, agrees }): readonly [string, Given] => {
    const { name, kind, layer, values } = tensor;
    const largest = largestOf(values);
    const place = values.findIndex((value) => Math.abs(value) === largest);
    return [name, { kind, layer, values, expected, agrees, largest, place: Math.max(place, 0) }];
  });
  const givens = list.map(([, given]) => given);
  return {
    batch,
    tensors: new Map(list),
    largestOfAll: Math.max(...givens.map(({ largest }) => largest)),
    numbers: givens.reduce((sum, { values }) => sum + values.length, 0),
    first: givens.find(({ agrees }) => !agrees)!.layer,
    lowest: Math.min(...givens.map(({ layer }) => layer)),
    lead: givens.find(({ largest }) => largest > 0) ?? givens[0]!,
  };
}

/** What a mutant gives at the largest number of the lead. */
export function leadOf({ batch, lead }: Trial, mutant: Mutant): number {
  const top = mutant.scope.layers[0]!;
  if (top >= lead.layer) {
    for (const derivatives of passBack(batch, mutant, top)) {
      if (derivatives.layer === lead.layer) return derivatives[lead.kind](lead.place);
    }
  }
  return mutant.factor * lead.expected[lead.place]!;
}

/** Whether a number fits there, so that a closer look is worth it. */
export function fitsLead(trial: Trial, value: number): boolean {
  return fits(trial, trial.lead, trial.lead.place, value);
}

function fits({ largestOfAll }: Trial, { values, largest }: Given, place: number, value: number): boolean {
  return Math.abs(values[place]! - value) <= boundOf(value, largest, largestOfAll);
}

/** How much of what was given a mutant gives. */
export function matchOf(trial: Trial, mutant: Mutant): "all" | "first layer" | "nothing" {
  const { batch, tensors, first, lowest } = trial;
  // Nearer to the output nothing has changed, and nothing deviates there.
  const top = mutant.factor === 1 ? mutant.scope.layers[0]! : batch.depth;
  for (const derivatives of passBack(batch, mutant, top)) {
    const { layer } = derivatives;
    for (const kind of KINDS) {
      const tensor = tensors.get(`${kind}${layer}`);
      if (tensor === undefined) continue;
      const fitsAt = (place: number): boolean => fits(trial, tensor, place, derivatives[kind](place));
      const isAsItWas = mutant.factor === 1 && layer === top && !changes(batch, mutant.scope, kind);
      const agrees = isAsItWas ? tensor.agrees : fitsAt(tensor.place) && tensor.values.every((_, place) => fitsAt(place));
      if (!agrees) return layer < first ? "first layer" : "nothing";
    }
    if (layer === lowest) break;
  }
  return "all";
}

/** Whether a mistake changes this tensor of the layer that it is made in first. */
function changes({ depth }: Batch, { layers, uses }: Scope, kind: DenseKind): boolean {
  const whole = uses.length === USES.length;
  if (kind === "a") return whole && layers[0] === depth;
  return kind === "z" ? whole : uses.includes(kind);
}
