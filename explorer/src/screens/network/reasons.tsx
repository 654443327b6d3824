import { useEffect } from "preact/hooks";
import { cellText } from "../../state/raw-rows.js";
import { session } from "../../state/session.js";
import { outputLabels } from "../../state/task.js";
import { Num } from "../../widgets/network-number.js";
import { asked, followReasons, found, problem } from "./reasons-state.js";

/** Columns that are listed; the others are one line. */
const LISTED = 12;

/** What pushed the answer where it is, column by column of the table. */
export function ReasonsPanel() {
  useEffect(followReasons, []);
  const { model } = session.value!;
  const labels = outputLabels(model);
  return (
    <section class="reasons" aria-labelledby="reasons-title">
      <h3 id="reasons-title">Why this answer</h3>
      {labels.length > 1 && (
        <label class="group">
          for{" "}
          <select
            name="reasons-output"
            value={asked.value === undefined ? "" : String(labels.indexOf(asked.value))}
            onChange={({ currentTarget }) => (asked.value = labels[currentTarget.selectedIndex - 1])}
          >
            <option value="">{model.task.kind === "classification" ? "the class that is answered" : "the first target"}</option>
            {labels.map((label, at) => (
              <option key={at} value={String(at)}>
                {String(label)}
              </option>
            ))}
          </select>
        </label>
      )}
      {problem.value !== undefined && <p class="problem">{problem.value}</p>}
      {found.value === undefined ? <p class="hint">Worked out in a moment.</p> : <ReasonsTable />}
    </section>
  );
}

function ReasonsTable() {
  const { of, output, value, typical, reasons, rest } = found.value!;
  const listed = reasons.slice(0, LISTED);
  const others = reasons.slice(LISTED).reduce((sum, { push }) => sum + push, 0) + rest;
  const scale = Math.max(...reasons.map(({ push }) => Math.abs(push)), 1e-12);
  return (
    <>
      <p class="hint">
        Of a typical row <span class="name">{of}</span>, {String(output)}, is <Num of={typical} what="typical" />, of this one{" "}
        <Num of={value} what="value" />. Each column has its part in the difference.
      </p>
      <div class="scroll-sideways" role="region" aria-label="Reasons" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">column</th>
              <th scope="col">here</th>
              <th scope="col">typical</th>
              <th scope="col" colSpan={2}>
                pushes by
              </th>
            </tr>
          </thead>
          <tbody>
            {listed.map(({ column, cell, typical: usual, push }) => (
              <tr key={column} data-reason={column}>
                <th scope="row">{column}</th>
                <td>{cellText(cell)}</td>
                <td>{cellText(typeof usual === "number" ? Number(usual.toPrecision(4)) : usual)}</td>
                <td>
                  <PushBar push={push} scale={scale} />
                </td>
                <td>
                  {push > 0 ? "+" : ""}
                  <Num of={push} what="push" digits={3} />
                </td>
              </tr>
            ))}
            {reasons.length > LISTED && (
              <tr>
                <th scope="row">the other {reasons.length - LISTED}</th>
                <td />
                <td />
                <td />
                <td>
                  <Num of={others} what="push" digits={3} />
                </td>
              </tr>
            )}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={4}>
                together
              </th>
              <td>
                {value > typical ? "+" : ""}
                <Num of={value - typical} what="together" digits={3} />
              </td>
            </tr>
          </tfoot>
        </table>
      </div>
    </>
  );
}

/** From the middle to the right where it is positive, and to the left, hatched, where it is negative. */
function PushBar({ push, scale }: { readonly push: number; readonly scale: number }) {
  const width = `${(50 * Math.abs(push)) / scale}%`;
  return (
    <span class={`bar push ${push < 0 ? "negative" : ""}`} aria-hidden="true">
      <span style={push < 0 ? { width, marginLeft: `calc(50% - ${width})` } : { width, marginLeft: "50%" }} />
    </span>
  );
}
