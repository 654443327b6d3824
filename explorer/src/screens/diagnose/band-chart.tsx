import { numberText } from "chainrule/explain";
import type { Quantiles } from "../../analysis/messages.js";

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [260, 110, 48, 16];
/** Pairs of quantiles between which a band lies, the widest first; by their places in QUANTILE_SHARES. */
const BANDS = [
  [0, 6],
  [1, 5],
  [2, 4],
] as const;
const MEDIAN = 3;

interface Point {
  readonly step: number;
  readonly quantiles: Quantiles;
}

/** Quantile bands over the steps of a run; a single moment is as wide as the picture. The table beside it has the numbers. */
export function BandChart({ title, points: given }: { readonly title: string; readonly points: readonly Point[] }) {
  const points = given.filter(({ quantiles }) => quantiles.every(Number.isFinite));
  const values = points.flatMap(({ quantiles }) => quantiles);
  if (values.length === 0) return null;
  let [low, high] = [Math.min(...values), Math.max(...values)];
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const [first, last] = [points[0]!.step, points.at(-1)!.step];
  const drawn = points.length === 1 ? [points[0]!, points[0]!] : points;
  const x = (at: number): number =>
    LEFT + (WIDTH - LEFT) * (points.length === 1 ? at : first === last ? 1 : (drawn[at]!.step - first) / (last - first));
  const y = (value: number): number => 4 + (HEIGHT - BOTTOM - 8) * (1 - (value - low) / (high - low));
  const line = (quantile: number): string[] =>
    drawn.map(({ quantiles }, at) => `${x(at).toFixed(1)},${y(quantiles[quantile]!).toFixed(1)}`);
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
        {BANDS.map(([from, to]) => (
          <polygon key={from} class={`band${from}`} points={[...line(from), ...line(to).reverse()].join(" ")} />
        ))}
        <polyline class="median" points={line(MEDIAN).join(" ")} />
        {low < 0 && high > 0 && <line class="zero" x1={LEFT} x2={WIDTH} y1={y(0)} y2={y(0)} />}
        <text x={LEFT - 4} y={12} text-anchor="end">
          {numberText(high, 3)}
        </text>
        <text x={LEFT - 4} y={HEIGHT - BOTTOM} text-anchor="end">
          {numberText(low, 3)}
        </text>
        {points.length > 1 && (
          <>
            <text x={LEFT} y={HEIGHT - 3}>
              step {first.toLocaleString("en-US")}
            </text>
            <text x={WIDTH} y={HEIGHT - 3} text-anchor="end">
              {last.toLocaleString("en-US")}
            </text>
          </>
        )}
      </svg>
    </figure>
  );
}
