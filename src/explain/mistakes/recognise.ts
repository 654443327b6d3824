import type { Batch } from "./batch.js";
import type { Expected } from "./compare.js";
import { type Mutant, type Scope, USES } from "./pass-back.js";
import { scopesOf } from "./scopes.js";
import { RIGHT } from "./steps.js";
import { type MistakeName, MISTAKE_NAMES, mistakes } from "./table.js";
import { fitsLead, leadOf, matchOf, openTrial, type Trial } from "./trial.js";
import type { Variant } from "./variant.js";

/** A mistake, how it was made, and where. */
export interface Made {
  readonly name: MistakeName;
  readonly variant: Variant;
  readonly scope: Scope;
}

/** Mistakes that give, made together, what was given; `complete` where they give all of it, not the first deviating layer alone. */
export interface Explanation {
  readonly made: readonly Made[];
  readonly complete: boolean;
}

/** A mistake with the number that it gives at the lead of the trial. */
interface Way extends Made {
  readonly value: number;
}

/** Fewer numbers than these may be hit by chance where mistakes are paired. */
const FEWEST_FOR_PAIRS = 4;

/**
 * Tries every mistake at every place: by itself; where none gives everything, together with one that only multiplies; where no
 * pair does either, the mistakes that give all tensors of the first layer that deviates.
 *
 * @param compared from the output back, with at least one that deviates
 */
export function recognise(batch: Batch, compared: readonly Expected[]): Explanation[] {
  const trial = openTrial(batch, compared);
  const ways = MISTAKE_NAMES.map((name) => waysOf(trial, name));
  const single = ways.flatMap((some) => bestOf(trial, some));
  const complete = single.filter((explanation) => explanation.complete);
  if (complete.length > 0) return complete;
  const pairs = trial.numbers >= FEWEST_FOR_PAIRS ? pairsOf(trial, ways) : [];
  return pairs.length > 0 ? pairs : single;
}

/** Every way of making one mistake, in the order in which they are believed. */
function waysOf(trial: Trial, name: MistakeName): Way[] {
  const { batch, tensors, lowest } = trial;
  const variants: readonly Variant[] = mistakes[name];
  return variants
    .flatMap((variant) => scopesOf(batch, variant, lowest, tensors).map((scope) => ({ name, variant, scope })))
    .sort((left, right) => left.scope.layers.length - right.scope.layers.length)
    .map((made) => ({ ...made, value: leadOf(trial, mutantOf(made, 1)) }));
}

/** The way of making a mistake that explains most, or none. */
function bestOf(trial: Trial, ways: readonly Way[]): Explanation[] {
  let partly: Way | undefined;
  for (const way of ways) {
    // What is wrong before the first deviation does not show there.
    if (way.scope.layers[0]! < trial.first || !fitsLead(trial, way.value)) continue;
    const match = matchOf(trial, mutantOf(way, 1));
    if (match === "all") return [{ made: [way], complete: true }];
    if (match === "first layer") partly ??= way;
  }
  return partly === undefined ? [] : [{ made: [partly], complete: false }];
}

/** A mistake that multiplies everything, together with any other one. */
function pairsOf(trial: Trial, ways: readonly (readonly Way[])[]): Explanation[] {
  const found = new Map<string, Explanation>();
  for (const { made, factor } of scalesOf(trial.batch)) {
    for (const some of ways) {
      const key = [made.name, some[0]?.name].sort().join();
      if (made.name === some[0]?.name || found.has(key)) continue;
      const other = some.find(
        (way) =>
          // Made in every use: what is made in one place and multiplied is hard to tell from chance.
          way.scope.uses.length === way.variant.uses.length &&
          fitsLead(trial, factor * way.value) &&
          matchOf(trial, mutantOf(way, factor)) === "all",
      );
      if (other !== undefined) found.set(key, { made: [made, other], complete: true });
    }
  }
  return [...found.values()];
}

/** The mistakes that do nothing but multiply, made everywhere, and by how much they do. */
function scalesOf(batch: Batch): { readonly made: Made; readonly factor: number }[] {
  const layers = Array.from({ length: batch.depth - 1 }, (_, index) => batch.depth - index);
  const factors: Readonly<Partial<Record<MistakeName, number>>> = {
    "missing-2": 1 / 2,
    "sum-instead-of-mean": batch.rows.length,
    "swapped-sign": -1,
    "mean-over-outputs": 1 / batch.sizes[batch.depth]!,
  };
  return MISTAKE_NAMES.flatMap((name) => {
    const variant: Variant = mistakes[name][0];
    const factor = factors[name];
    if (factor === undefined || !variant.possible(batch, batch.depth)) return [];
    // What changes the output's derivative is carried back by itself.
    const scope = { layers: variant.steps.share === undefined ? layers.slice(0, 1) : layers, uses: USES };
    return [{ made: { name, variant, scope }, factor }];
  });
}

function mutantOf({ variant, scope }: Made, factor: number): Mutant {
  return { scope, steps: { ...RIGHT, ...variant.steps }, factor };
}
