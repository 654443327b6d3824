import { useSignal } from "@preact/signals";
import { regressionReport } from "chainrule";
import { numberText } from "chainrule/explain";
import type { Answers } from "../../analysis/messages.js";
import { Num } from "../../widgets/network-number.js";
import { type Part, partsWithRows, rowsOfPart } from "./confusion-data.js";
import { openRow } from "./go.js";
import { PartSelect } from "./part-select.js";
import { counted } from "../../widgets/counted.js";

/** Rows that are drawn: more marks would cover each other. */
const MOST = 1500;
/** Units of the picture, whose side a margin at the left and at the bottom is part of. */
const [SIDE, MARGIN] = [320, 46];

interface Props {
  readonly answers: Answers;
  readonly targets: readonly string[];
  /** The network that they are of. */
  readonly of: string;
}

/** How far the numbers that the network answers are from those that it should, and each row as a mark. */
export function ErrorsPanel({ answers, targets, of }: Props) {
  const wanted = useSignal<Part | undefined>(undefined);
  const chosen = useSignal(0);
  const parts = partsWithRows(answers);
  const part = wanted.value !== undefined && parts.includes(wanted.value) ? wanted.value : parts[0]!;
  const j = Math.min(chosen.value, targets.length - 1);
  const rows = rowsOfPart(answers, part);
  const pick = (values: Answers["given"]): Float64Array => Float64Array.from(rows, (row) => values[row * targets.length + j]!);
  const [given, predicted] = [pick(answers.given), pick(answers.predicted)];
  const { rmse, mae, r2 } = regressionReport(given, predicted);
  return (
    <>
      <p class="dg-tools">
        <PartSelect parts={parts} part={part} onPart={(next) => (wanted.value = next)} />
        {targets.length > 1 && (
          <label>
            Target{" "}
            <select name="target" value={String(j)} onChange={({ currentTarget }) => (chosen.value = currentTarget.selectedIndex)}>
              {targets.map((name, at) => (
                <option key={name} value={String(at)}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
      </p>
      <p>
        RMSE <Num of={rmse} what="rmse" />, mean absolute error <Num of={mae} what="mae" />, R²{" "}
        <Num of={Number.isNaN(r2) ? undefined : r2} what="r2" />, in the units of {targets[j]}, of {counted(rows.length, "row")}, {of}.
      </p>
      <Scatter rows={rows} given={given} predicted={predicted} name={targets[j]!} />
      <p class="dg-quiet">
        On the line the answer is right. A mark opens its row on the Equation screen; the list of the largest errors has them as text.
        {rows.length > MOST && ` The first ${MOST.toLocaleString("en-US")} rows are drawn.`}
      </p>
    </>
  );
}

interface ScatterProps {
  readonly rows: Uint32Array;
  readonly given: Float64Array;
  readonly predicted: Float64Array;
  readonly name: string;
}

function Scatter({ rows, given, predicted, name }: ScatterProps) {
  const all = [...given.subarray(0, MOST), ...predicted.subarray(0, MOST)].filter(Number.isFinite);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  if (!(most > least)) return null;
  const margin = 0.04 * (most - least);
  const inner = SIDE - MARGIN;
  const share = (value: number): number => (value - least + margin) / (most - least + 2 * margin);
  const x = (value: number): number => MARGIN + share(value) * inner;
  const y = (value: number): number => (1 - share(value)) * inner;
  const marks = Array.from(given.subarray(0, MOST), (value, at) => `M${x(value).toFixed(1)} ${y(predicted[at]!).toFixed(1)}h0`).join("");
  const open = ({ offsetX, offsetY, currentTarget }: MouseEvent & { readonly currentTarget: SVGSVGElement }): void => {
    const scale = SIDE / currentTarget.clientWidth;
    let [nearest, distance] = [-1, 12];
    given.subarray(0, MOST).forEach((value, at) => {
      const away = Math.hypot(x(value) - offsetX * scale, y(predicted[at]!) - offsetY * scale);
      if (away < distance) [nearest, distance] = [at, away];
    });
    if (nearest >= 0) openRow(rows[nearest]!);
  };
  return (
    <svg class="dg-scatter" viewBox={`0 0 ${SIDE} ${SIDE}`} role="img" aria-label={`Predicted against true ${name}`} onClick={open}>
      <rect class="frame" x={MARGIN} y="0" width={inner} height={inner} />
      <path class="right" d={`M${MARGIN} ${inner}L${SIDE} 0`} />
      <path class="marks" d={marks} />
      {[least, most].map((value, at) => (
        <g key={at}>
          <text x={x(value)} y={inner + 16} text-anchor={at === 0 ? "start" : "end"}>
            {numberText(value, 3)}
          </text>
          <text x={MARGIN - 5} y={y(value) + (at === 0 ? 0 : 10)} text-anchor="end">
            {numberText(value, 3)}
          </text>
        </g>
      ))}
      <text x={MARGIN + inner / 2} y={inner + 32} text-anchor="middle">
        true
      </text>
      <text transform={`translate(12 ${inner / 2}) rotate(-90)`} text-anchor="middle">
        predicted
      </text>
    </svg>
  );
}
