import type { ExampleList } from "chainrule";
import { explain, numberText } from "chainrule/explain";
import { drawing, row, selection, session } from "../../state/session.js";
import { Value } from "../../widgets/equation-number.js";
import { isCalm, Waiting } from "./calm.js";
import { useSliced } from "./sliced.js";
import { meanRows, scope } from "./state.js";
import type { ShownModel } from "../../state/task.js";
import { counted } from "../../widgets/counted.js";

const [WIDTH, HEIGHT, EDGE] = [340, 64, 10];

/** Whether one example is looked at, or the mean of several. */
export function ScopeSwitch() {
  const choice = (value: "one" | "mean", text: string) => (
    <button type="button" aria-pressed={scope.value === value} onClick={() => (scope.value = value)}>
      {text}
    </button>
  );
  return (
    <span class="eq-scope" role="group" aria-label="Scope">
      {choice("one", "This example")}
      {choice("mean", `Mean of ${counted(meanRows.value!.length, "row")}`)}
    </span>
  );
}

/** A dot for the derivative of each example; the row of a chosen one becomes the example of the page. */
export function ScopePanel() {
  return isCalm.value ? <Dots /> : <Waiting />;
}

function Dots() {
  const found = useSliced(beginDerivatives).value;
  if (found === undefined) return <p class="eq-quiet">Being worked out.</p>;
  if (found.value === undefined) return <p class="eq-quiet">{found.problem}</p>;
  const { rows, mean } = found.value;
  const [low, high] = [Math.min(0, rows[0]!.value), Math.max(0, rows.at(-1)!.value)];
  const x = (value: number): number => EDGE + ((value - low) / (high - low || 1)) * (WIDTH - 2 * EDGE);
  const at = drawing.value === undefined ? rows.findIndex((one) => one.row === row.value) : -1;
  const own = rows[at];
  const take = (index: number): void => {
    drawing.value = undefined;
    row.value = rows[Math.min(rows.length - 1, Math.max(0, index))]!.row;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = { ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at - 1, ArrowDown: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    take(next);
  };
  const onClick = (event: MouseEvent): void => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    const wanted = ((event.clientX - box.left) / box.width) * WIDTH;
    const distance = (index: number): number => Math.abs(x(rows[index]!.value) - wanted);
    take(rows.reduce((best, _, index) => (distance(index) < distance(best) ? index : best), 0));
  };
  return (
    <>
      <svg
        class="eq-dots"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width={WIDTH}
        height={HEIGHT}
        role="slider"
        tabindex={0}
        aria-label={`Examples by their dCost/d${selection.value}`}
        aria-valuemin={1}
        aria-valuemax={rows.length}
        aria-valuenow={Math.max(1, at + 1)}
        aria-valuetext={own === undefined ? "the example of the page is not among them" : `row ${own.row}: ${numberText(own.value)}`}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <line class="eq-axis" x1={x(0)} x2={x(0)} y1="4" y2={HEIGHT - 16} />
        <text x={x(0)} y={HEIGHT - 4}>
          0
        </text>
        {rows.map((one, index) => (
          <circle
            key={one.row}
            class={index === at ? "own" : ""}
            cx={x(one.value)}
            cy={10 + ((one.row * 7) % 31)}
            r={index === at ? 5 : 2.5}
          />
        ))}
        <path class="mean" d={`M${x(mean)} 2V${HEIGHT - 16}`} />
      </svg>
      <p>
        Mean of {counted(rows.length, "row")}, the thick line: <Value of={mean} part="mean" />.{" "}
        {own !== undefined && (
          <>
            Row {own.row}, the large dot: <Value of={own.value} part="own" />.
          </>
        )}
      </p>
      <p class="eq-quiet">A click, or the arrow keys, take another row as the example of the page.</p>
    </>
  );
}

interface Derivatives {
  /** Smallest first. */
  readonly rows: readonly { readonly row: number; readonly value: number }[];
  readonly mean: number;
}

function beginDerivatives(): Generator<undefined, Derivatives> {
  const [{ model }, list, quantity] = [session.value!, meanRows.value!, selection.value];
  return derivatives(model, list, quantity);
}

function* derivatives(model: ShownModel, list: ExampleList, quantity: string): Generator<undefined, Derivatives> {
  const rows: { readonly row: number; readonly value: number }[] = [];
  for (let index = 0; index < list.length; index++) {
    const example = list.at(index)!;
    rows.push({ row: example.row ?? index, value: explain(model, example, quantity).value });
    yield;
  }
  return { rows: rows.sort((p, q) => p.value - q.value), mean: explain(model, list, quantity).value };
}
