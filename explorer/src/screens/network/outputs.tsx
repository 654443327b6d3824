import { costKind, type Label, type Regression } from "chainrule";
import { numberText } from "chainrule/explain";
import { passes, session, shown } from "../../state/session.js";
import { inUnits } from "../../state/task.js";
import { Num } from "../../widgets/network-number.js";
import { costParts } from "./cost-parts.js";
import { classNames } from "./names.js";
import { largest } from "./quantities.js";

/** More outputs than this are summed up in one row, but for the largest and the target. */
const MOST_ROWS = 20;
const KEPT_ROWS = 10;

/** What the network answers, what it should, and what each output adds to the cost. */
export function Outputs() {
  const { task } = session.value!.model;
  return task.kind === "classification" ? <ClassOutputs classes={task.classes} /> : <ValueOutputs task={task} />;
}

/** Of numbers, from the output to the answer in the units of its target, and what it should be; a column for each target. */
function ValueOutputs({ task }: { readonly task: Regression }) {
  const { model } = session.value!;
  const { example, values } = shown.value!;
  const { forward, backward } = passes.value!;
  const { depth } = model.network.layout;
  const a = forward.a[depth]!;
  const parts = costParts(model.network, forward, example.y);
  const answers = a.map((output, j) => inUnits(task, j, output));
  const isScaled = task.targets.some((_, j) => task.mean[j] !== 0 || task.deviation[j] !== 1);
  const rows: readonly (readonly [title: string, what: string, of: ArrayLike<number>])[] = [
    [`output a${depth}`, "output", a],
    ...(isScaled
      ? ([
          ["× deviation", "deviation", task.deviation],
          ["+ mean", "mean", task.mean],
        ] as const)
      : []),
    ["= answer", "answer", answers],
    ["true", "true", values!],
    ["off by", "error", answers.map((answer, j) => answer - values![j]!)],
    ["part of cost", "part", parts],
  ];
  return (
    <section class="outputs" aria-labelledby="outputs-title">
      <h3 id="outputs-title">
        Answer: <b>{Array.from(answers, (answer) => numberText(answer)).join(", ")}</b>
      </h3>
      <div class="scroll-sideways" role="region" aria-label="Answer in units" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <td />
              {task.targets.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([title, what, of]) => (
              <tr key={what} class={what === "answer" ? "target" : undefined}>
                <th scope="row">{title}</th>
                {task.targets.map((name, j) => (
                  <td key={name}>
                    <Num of={of[j]} what={what} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">cost</th>
              <td colSpan={task.targets.length}>
                <Num of={backward.cost} what="cost" />
              </td>
            </tr>
          </tfoot>
        </table>
      </div>
      {isScaled && (
        <p class="hint">
          The network learns targets that were standardised on the training rows: the output times their deviation plus their mean is the
          answer. Cost and derivatives are of the standardised numbers.
        </p>
      )}
    </section>
  );
}

function ClassOutputs({ classes }: { readonly classes: readonly Label[] }) {
  const { model } = session.value!;
  const { example } = shown.value!;
  const { forward, backward } = passes.value!;
  const a = forward.a[model.network.layout.depth]!;
  const names = classNames(model);
  const parts = costParts(model.network, forward, example.y);
  const scale = Math.max(largest(a), 1);
  const said = saidClass(classes.length, a, costKind(model.network.description.cost) === "hinge" ? 0 : 0.5);
  const y = example.y;
  const shownRows = rowsToShow(a, y);
  const others = a.length - shownRows.length;
  const restOfCost =
    others === 0 ? 0 : Array.from(a, (_, j) => (shownRows.includes(j) ? 0 : parts[j]!)).reduce((sum, part) => sum + part, 0);
  return (
    <section class="outputs" aria-labelledby="outputs-title">
      <h3 id="outputs-title">
        Answer: <b>{String(classes[said])}</b> <Verdict isRight={said === shown.value!.label} />
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
