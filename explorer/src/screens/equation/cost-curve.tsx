import type { Example } from "chainrule";
import { prove } from "chainrule/explain";
import { selection, session, shown } from "../../state/session.js";
import { useSliced } from "./sliced.js";
import { scope } from "./state.js";
import type { ShownModel } from "../../state/task.js";

const [WIDTH, HEIGHT, POINTS, REACH] = [320, 120, 40, 2];

/** The cost as the quantity moves, and the straight line that the derivative is; of one example, since each point is a pass. */
export function CostCurve({ by, slope }: { readonly by: number; readonly slope: number }) {
  const curve = useSliced(beginCosts).value?.value;
  if (curve === undefined) return null;
  const [low, high] = [Math.min(...curve.costs), Math.max(...curve.costs)];
  if (!Number.isFinite(high - low)) return null;
  // A cost that does not move is a level line in the middle.
  const spread = Math.max(high - low, Math.abs(high) * 1e-6, 1e-12);
  const x = (change: number): number => ((change + REACH) / (2 * REACH)) * WIDTH;
  const y = (cost: number): number => HEIGHT - 10 - ((cost - (low + high) / 2) / spread + 0.5) * (HEIGHT - 20);
  const line = curve.changes
    .map((change, at) => `${at === 0 ? "M" : "L"}${x(change).toFixed(1)} ${y(curve.costs[at]!).toFixed(1)}`)
    .join("");
  const [from, to] = [curve.before - slope * REACH, curve.before + slope * REACH];
  const inside = Math.abs(by) <= REACH;
  return (
    <figure class="eq-curve">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width={WIDTH}
        height={HEIGHT}
        role="img"
        aria-label="The cost against the change, with its tangent"
      >
        <line class="eq-axis" x1={x(0)} x2={x(0)} y1="0" y2={HEIGHT} />
        <path class="curve" d={line} />
        <line class="tangent" x1="0" x2={WIDTH} y1={y(from)} y2={y(to)} />
        {inside && <line class="moved" x1={x(by)} x2={x(by)} y1="0" y2={HEIGHT} />}
      </svg>
      <figcaption class="eq-quiet">
        Solid: the cost of {shown.value!.name} as {selection.value} moves from −{REACH} to +{REACH}. Dashed: what the derivative predicts.
      </figcaption>
    </figure>
  );
}

interface Curve {
  readonly changes: readonly number[];
  readonly costs: readonly number[];
  readonly before: number;
}

function beginCosts(): Generator<undefined, Curve | undefined> {
  const [{ model }, { example }, quantity] = [session.value!, shown.value!, selection.value];
  return costs(model, example, scope.value === "mean" ? undefined : quantity);
}

function* costs(model: ShownModel, example: Example, quantity: string | undefined): Generator<undefined, Curve | undefined> {
  if (quantity === undefined) return undefined;
  const changes = Array.from({ length: POINTS + 1 }, (_, at) => -REACH + (2 * REACH * at) / POINTS);
  const found: number[] = [];
  let before = NaN;
  for (const change of changes) {
    const { nudge } = prove(model, example, quantity, { nudge: change === 0 ? REACH : change });
    before = nudge.before;
    found.push(change === 0 ? before : nudge.after);
    yield;
  }
  return { changes, costs: found, before };
}
