import type { DenseKind } from "../../network/names.js";
import type { Batch } from "./batch.js";
import { type At, RIGHT, type Steps } from "./steps.js";

/**
 * What dCost/dz^(l) is used for: `w` for the weights (1), (4), (7); `b` for the biases (2), (5), (8); `a` for the way back to
 * layer l-1, (3), (6). A mistake in a formula that is written once is in all three.
 */
export const USES = ["w", "b", "a"] as const;
export type Use = (typeof USES)[number];

/** Where a mistake is made. */
export interface Scope {
  /** From the output back. */
  readonly layers: readonly number[];
  readonly uses: readonly Use[];
}

/** A backward pass with a mistake in it: `steps` within the scope, the right ones elsewhere; all derivatives times `factor`. */
export interface Mutant {
  readonly scope: Scope;
  readonly steps: Steps;
  readonly factor: number;
}

/**
 * The batch's derivatives by w, b, a and z of one layer. Each is a function of the place in its tensor, so that a mutant whose
 * first number is another one costs no more than that number.
 */
export type LayerDerivatives = { readonly layer: number } & Readonly<Record<DenseKind, (place: number) => number>>;

/** The equations without a mistake. */
export const NO_MISTAKE: Mutant = { scope: { layers: [], uses: [] }, steps: RIGHT, factor: 1 };

/**
 * The backward pass of a mutant, layer by layer from `top` to the input; what comes to `top` from above is right. A layer is
 * computed when it is asked for.
 */
export function* passBack(batch: Batch, mutant: Mutant, top: number): Generator<LayerDerivatives> {
  const { rows, depth, sizes } = batch;
  const { scope, factor } = mutant;
  const stepsAt = (layer: number, use: Use): Steps => (scope.layers.includes(layer) && scope.uses.includes(use) ? mutant.steps : RIGHT);
  // dCost/da^(l) of each example, (n_l), and the steps that it came by.
  let carried = rows.map(({ dCost_da }) => dCost_da[top]!);
  let carriedBy = top === depth ? wholeSteps(mutant, depth) : RIGHT;
  if (top === depth) carried = rows.map((row) => carriedBy.outer({ ...row, layer: depth }));
  for (let layer = top; layer >= 1; layer--) {
    const dCost_da = carried;
    const ats = rows.map((row): At => ({ ...row, layer }));
    const dCost_dz = remembered((steps) => ats.map((at, e) => steps.through(at, layer === depth ? steps.outer(at) : dCost_da[e]!)));
    const inputs = remembered((steps) => ats.map((at) => steps.input(at)));
    const sharesOf = remembered((steps) => ats.map((at) => factor * steps.share(at)));
    const total = (steps: Steps, part: (e: number) => number): number =>
      sharesOf(steps).reduce((sum, share, e) => (share === 0 ? sum : sum + share * part(e)), 0);
    const whole = wholeSteps(mutant, layer);
    const [w, b, back] = USES.map((use) => stepsAt(layer, use)) as [Steps, Steps, Steps];
    const by = carriedBy;
    const columns = sizes[layer - 1]!;
    yield {
      layer,
      a: (k) => total(by, (e) => dCost_da[e]![k]!),
      z: (j) => total(whole, (e) => dCost_dz(whole)[e]![j]!),
      b: (j) => total(b, (e) => dCost_dz(b)[e]![j]!),
      w: (place) => {
        const j = Math.floor(place / columns);
        const k = place % columns;
        const [left, right] = [dCost_dz(w), inputs(w)];
        return total(w, (e) => w.weight(left[e]!, right[e]!, j, k));
      },
    };
    if (layer === 1) return;
    carried = ats.map((at, e) => back.back(at, dCost_dz(back)[e]!));
    carriedBy = back;
  }
}

/** The steps of dCost/dz itself: the mistaken ones where all that it is used for has the mistake. */
function wholeSteps({ scope, steps }: Mutant, layer: number): Steps {
  return scope.layers.includes(layer) && scope.uses.length === USES.length ? steps : RIGHT;
}

function remembered<T>(compute: (steps: Steps) => T): (steps: Steps) => T {
  const known = new Map<Steps, T>();
  return (steps) => {
    let value = known.get(steps);
    if (value === undefined) known.set(steps, (value = compute(steps)));
    return value;
  };
}
