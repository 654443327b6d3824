import type { FoundRate } from "chainrule";
import { numberText } from "chainrule/explain";

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [520, 220, 52, 34];
/** Powers of ten of rates below the steepest descent that are shown: under them nothing happens. */
const BEFORE = 2;

/** The smoothed cost while the rate rises, each power of ten as wide as the others, with the rate that was chosen. */
export function RateChart({ found }: { readonly found: FoundRate }) {
  const { curve, steepest, lowest, learningRate } = found;
  const from = steepest === null ? -Infinity : Math.floor(Math.log10(steepest)) - BEFORE;
  const points = curve.map(({ rate, cost }) => [Math.log10(rate), cost] as const).filter(([power]) => power >= from - 1e-9);
  if (points.length < 2) return null;
  const [first, last] = [points[0]![0], points.at(-1)![0]];
  const costs = points.map(([, cost]) => cost);
  const [low, high] = [Math.min(0, ...costs), Math.max(...costs)];
  const x = (power: number): number => LEFT + ((power - first) / (last - first)) * (WIDTH - LEFT - 8);
  const y = (cost: number): number => 8 + (1 - (cost - low) / (high - low || 1)) * (HEIGHT - BOTTOM - 8);
  const powers = Array.from({ length: Math.floor(last + 1e-9) - Math.ceil(first - 1e-9) + 1 }, (_, at) => Math.ceil(first - 1e-9) + at);
  const chosen = learningRate === null ? undefined : Math.log10(learningRate);
  return (
    <figure class="dg-rate">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Cost against learning rate: from ${numberText(costs[0]!, 3)} at ${rateText(first)} down to ${numberText(Math.min(...costs), 3)}${lowest === null ? "" : ` at ${numberText(lowest, 2)}`}`}
      >
        {powers.map((power) => (
          <g key={power}>
            <line class="grid" x1={x(power)} x2={x(power)} y1="8" y2={HEIGHT - BOTTOM} />
            <text x={x(power)} y={HEIGHT - BOTTOM + 14} text-anchor="middle">
              {rateText(power)}
            </text>
          </g>
        ))}
        <text x={LEFT - 6} y={y(high) + 4} text-anchor="end">
          {numberText(high, 3)}
        </text>
        <text x={LEFT - 6} y={y(low) + 4} text-anchor="end">
          {numberText(low, 3)}
        </text>
        <text x={(WIDTH + LEFT) / 2} y={HEIGHT - 3} text-anchor="middle">
          learning rate
        </text>
        <polyline class="curve" points={points.map(([power, cost]) => `${x(power).toFixed(1)},${y(cost).toFixed(1)}`).join(" ")} />
        {chosen !== undefined && chosen >= first && chosen <= last && (
          <>
            <line class="chosen" x1={x(chosen)} x2={x(chosen)} y1="8" y2={HEIGHT - BOTTOM} />
            <text class="chosen" x={x(chosen) - 4} y="18" text-anchor="end">
              {learningRate}
            </text>
          </>
        )}
      </svg>
      <figcaption>The smoothed cost of the batches while the rate rises step by step; dashed: the rate that was chosen.</figcaption>
    </figure>
  );
}

/** "1e-5", "0.01", "100" */
function rateText(power: number): string {
  return power < -3 ? `1e${Math.round(power)}` : String(Number(`1e${Math.round(power)}`));
}
