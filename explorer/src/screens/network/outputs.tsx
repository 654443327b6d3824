import { costKind } from "chainrule";
import { passes, session, shown } from "../../state/session.js";
import { Num } from "../../widgets/network-number.js";
import { costParts } from "./cost-parts.js";
import { classNames } from "./names.js";
import { largest } from "./quantities.js";

/** More outputs than this are summed up in one row, but for the largest and the target. */
const MOST_ROWS = 20;
const KEPT_ROWS = 10;

/** What the network answers, what it should, and what each output adds to the cost. */
export function Outputs() {
  const { model } = session.value!;
  const { example } = shown.value!;
  const { forward, backward } = passes.value!;
  const a = forward.a[model.network.layout.depth]!;
  const names = classNames(model);
  const parts = costParts(model.network, forward, example.y);
  const scale = Math.max(largest(a), 1);
  const said = saidClass(model.task.classes.length, a, costKind(model.network.description.cost) === "hinge" ? 0 : 0.5);
  const y = example.y;
  const shownRows = rowsToShow(a, y);
  const others = a.length - shownRows.length;
  const restOfCost =
    others === 0 ? 0 : Array.from(a, (_, j) => (shownRows.includes(j) ? 0 : parts[j]!)).reduce((sum, part) => sum + part, 0);
  return (
    <section class="outputs" aria-labelledby="outputs-title">
      <h3 id="outputs-title">
        Answer: <b>{String(model.task.classes[said])}</b> <Verdict isRight={said === shown.value!.label} />
      </h3>
      <table>
        <thead>
          <tr>
            <th scope="col">class</th>
            <th scope="col" colSpan={2}>
              output
            </th>
            <th scope="col">part of cost</th>
          </tr>
        </thead>
        <tbody>
          {shownRows.map((j) => (
            <tr key={j} class={y[j] === 1 ? "target" : undefined} data-output={j}>
              <th scope="row">
                {names[j]}
                {y[j] === 1 && <span class="mark"> ◎ target</span>}
              </th>
              <td>
                <span class={`bar ${a[j]! < 0 ? "negative" : ""}`} aria-hidden="true">
                  <span style={{ width: `${(100 * Math.abs(a[j]!)) / scale}%` }} />
                </span>
              </td>
              <td>
                <Num of={a[j]} what="output" />
              </td>
              <td>
                <Num of={parts[j]} what="part" />
              </td>
            </tr>
          ))}
          {others > 0 && (
            <tr>
              <th scope="row">the other {others}</th>
              <td />
              <td />
              <td>
                <Num of={restOfCost} what="part" />
              </td>
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              cost
            </th>
            <td>
              <Num of={backward.cost} what="cost" />
            </td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

function Verdict({ isRight }: { readonly isRight: boolean }) {
  return <span class={isRight ? "right" : "wrong"}>{isRight ? "✓ right" : "✗ wrong"}</span>;
}

/** The class of the largest output, or on one output of two classes the second from halfway on. */
function saidClass(classes: number, a: Float64Array, halfway: number): number {
  if (a.length < classes) return a[0]! >= halfway ? 1 : 0;
  return a.reduce((best, value, j) => (value > a[best]! ? j : best), 0);
}

function rowsToShow(a: Float64Array, y: ArrayLike<number>): number[] {
  const all = Array.from(a, (_, j) => j);
  if (a.length <= MOST_ROWS) return all;
  const top = new Set([...all].sort((p, q) => a[q]! - a[p]!).slice(0, KEPT_ROWS));
  return all.filter((j) => top.has(j) || y[j] === 1);
}
