import type { Batch } from "./batch.js";
import { type Scope, type Use, USES } from "./pass-back.js";
import type { Variant } from "./variant.js";

/**
 * Where a mistake may have been made: at one layer, at the hidden layers, at all of them; in everything that dCost/dz is used
 * for, in the layer's own derivatives, on the way back, in one tensor. In the order in which they are believed: the fewest
 * layers first, and a formula that is written once before one that is written twice.
 *
 * @param lowest the first layer that anything was given of, `given` the names of what was: a mistake that does not show there is
 * left out
 */
export function scopesOf(batch: Batch, { uses, possible }: Variant, lowest: number, given: { has(name: string): boolean }): Scope[] {
  const scopes = new Map<string, Scope>();
  const shows = (layer: number, some: readonly Use[]): boolean =>
    some.length === USES.length ? layer >= lowest : some.some((use) => (use === "a" ? layer > lowest : given.has(`${use}${layer}`)));
  for (const set of layerSets(batch)) {
    for (const some of useSets(uses)) {
      const layers = set.filter((layer) => shows(layer, some) && possible(batch, layer));
      if (layers.length > 0) scopes.set(`${layers.join()} ${some.join()}`, { layers, uses: some });
    }
  }
  return [...scopes.values()].sort((left, right) => left.layers.length - right.layers.length);
}

/** Each layer by itself, the hidden ones, all; from the output back. */
function layerSets({ depth }: Batch): number[][] {
  const all = Array.from({ length: depth - 1 }, (_, index) => depth - index);
  return [...all.map((layer) => [layer]), all.slice(1), all];
}

function useSets(uses: readonly Use[]): (readonly Use[])[] {
  return uses.length < USES.length ? [uses] : [USES, ["w", "b"], ["a"], ["w"], ["b"]];
}
