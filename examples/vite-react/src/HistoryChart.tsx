import type { EpochRecord } from "chainrule";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [720, 260, 52, 64, 32, 30];

/** Cost (left axis) and validation accuracy (right axis) of each epoch. */
export function HistoryChart({ history }: { readonly history: readonly EpochRecord[] }) {
  const epochs = Math.max(history.length, 2);
  const highest = Math.max(0.1, ...history.map(({ cost }) => cost));
  const x = (index: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * index) / (epochs - 1);
  const y = (share: number): number => HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share;
  const line = (shares: readonly number[]): string =>
    shares.map((share, index) => `${x(index).toFixed(1)},${y(share).toFixed(1)}`).join(" ");
  return (
    <svg className="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="cost and validation accuracy by epoch">
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line className="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(share)} y2={y(share)} />
          <text className="cost" x={LEFT - 8} y={y(share) + 4} textAnchor="end">
            {(share * highest).toFixed(2)}
          </text>
          <text className="accuracy" x={WIDTH - RIGHT + 8} y={y(share) + 4}>
            {100 * share} %
          </text>
        </g>
      ))}
      <text className="cost" x={LEFT} y={14}>
        cost
      </text>
      <text className="accuracy" x={WIDTH - RIGHT} y={14} textAnchor="end">
        validation accuracy
      </text>
      <text className="axis" x={LEFT} y={HEIGHT - 8}>
        epoch 1
      </text>
      <text className="axis" x={WIDTH - RIGHT} y={HEIGHT - 8} textAnchor="end">
        {epochs}
      </text>
      <polyline className="cost" points={line(history.map(({ cost }) => cost / highest))} />
      <polyline className="accuracy" points={line(history.map(({ validation }) => validation?.accuracy ?? 0))} />
    </svg>
  );
}
