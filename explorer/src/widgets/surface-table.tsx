import { useSignal } from "@preact/signals";
import { numberText } from "chainrule/explain";
import { type Extent, predictGrid, scaleOf } from "./surface-grid.js";
import type { ShownModel, ShownTarget } from "../state/task.js";

/** Cells of the table from side to side. */
const COARSE = 7;
const SHAPES = ["disc", "square", "triangle", "diamond", "triangle on its tip"];
const DRAWN = ["●", "■", "▲", "◆", "▼"];

/** Which mark and which colour stands for which class, or which colours for which numbers. */
export function SurfaceLegend({ target }: { readonly target: ShownTarget }) {
  if (target.kind === "values") {
    const { middle, half } = scaleOf(target);
    return (
      <p class="surface-legend">
        <span>{target.names[0]}:</span>
        <span class="surface-scale">
          <span class="number">{numberText(middle - half, 3)}</span>
          <span class="number">{numberText(middle, 3)}</span>
          <span class="number">{numberText(middle + half, 3)}</span>
        </span>
        <span>the ground is the answer, a mark the true number; a strong edge: held out</span>
      </p>
    );
  }
  return (
    <p class="surface-legend">
      {target.classes.map((name, at) => (
        <span key={at}>
          <span class={`surface-mark of-${at % 5}`} role="img" aria-label={SHAPES[at % 5]}>
            {DRAWN[at % 5]}
          </span>{" "}
          {String(name)}
        </span>
      ))}
      <span>full: trained on; hollow: held out; the stronger the ground, the surer the answer</span>
    </p>
  );
}

/** The same in words: class and lead, or the number, at places of a coarse grid. */
export function SurfaceTable({
  model,
  extent,
  names,
}: {
  readonly model: ShownModel;
  readonly extent: Extent;
  readonly names: readonly string[];
}) {
  const open = useSignal(false);
  return (
    <details onToggle={({ currentTarget }) => (open.value = currentTarget.open)}>
      <summary>As a table</summary>
      {open.value && <Coarse model={model} extent={extent} names={names} />}
    </details>
  );
}

function Coarse({ model, extent, names }: { readonly model: ShownModel; readonly extent: Extent; readonly names: readonly string[] }) {
  const grid = predictGrid(model, extent, COARSE);
  const { task } = model;
  const middle = ([least, most]: readonly [number, number], at: number): number => least + ((most - least) * (at + 0.5)) / COARSE;
  const steps = Array.from({ length: COARSE }, (_, at) => at);
  return (
    <div class="surface-table" role="region" aria-label="Answers in the plane" tabIndex={0}>
      <table>
        <caption>
          {task.kind === "classification" ? "Class, and by how much its output leads the next" : task.targets[0]}; {names[0]} to the right,{" "}
          {names[1]} down
        </caption>
        <thead>
          <tr>
            <td />
            {steps.map((at) => (
              <th key={at} scope="col">
                {numberText(middle(extent[0], at), 2)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map((line) => (
            <tr key={line}>
              <th scope="row">{numberText(middle(extent[1], COARSE - 1 - line), 2)}</th>
              {steps.map((at) => {
                const cell = line * COARSE + at;
                return (
                  <td key={at}>
                    {grid === undefined
                      ? "–"
                      : task.kind === "classification"
                        ? `${String(task.classes[grid.answers[cell]!])} ${(100 * grid.confidence[cell]!).toFixed(0)} %`
                        : numberText(grid.answers[cell]!)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
