import { signal, useComputed } from "@preact/signals";
import { numberText, type Proof, prove } from "chainrule/explain";
import { selection, session } from "../../state/session.js";
import { Value } from "../../widgets/equation-number.js";
import { modelStep } from "../../widgets/step.js";
import { isCalm, Waiting } from "./calm.js";
import { CostCurve } from "./cost-curve.js";
import { attempt, looked } from "./state.js";
import { counted } from "../../widgets/counted.js";

/** The furthest that the slider moves a quantity, and its finest step. */
const [FURTHEST, FINEST] = [2, 0.01];

/** What the cost really does: the central difference, and a change of any size beside what the derivative predicts. */
export function ProofPanel() {
  return isCalm.value ? <WholeProof /> : <Waiting />;
}

/** How far the quantity is moved; kept while the network trains. */
const by = signal(0.1);

function WholeProof() {
  const proved = useComputed(() => attempt(() => prove(session.value!.model, looked.value, selection.value, { nudge: by.value }))).value;
  const change = (text: string): void => {
    const wanted = Number(text.replace(",", "."));
    if (text.trim() !== "" && Number.isFinite(wanted) && wanted !== 0) by.value = wanted;
  };
  return (
    <>
      {proved.value === undefined ? <p role="alert">{proved.problem}</p> : <Difference proof={proved.value} />}
      <div class="eq-nudge">
        <label>
          Change {selection.value} by{" "}
          <input
            type="range"
            min={-FURTHEST}
            max={FURTHEST}
            step={FINEST}
            value={by.value}
            aria-valuetext={numberText(by.value)}
            onInput={({ currentTarget }) => change(currentTarget.value)}
          />
        </label>
        <label>
          <span class="hidden">Change in numbers</span>
          <input
            class="eq-number"
            inputMode="decimal"
            value={String(by.value)}
            onChange={({ currentTarget }) => change(currentTarget.value)}
          />
        </label>
      </div>
      {proved.value !== undefined && (
        <>
          <Nudged proof={proved.value} />
          <CostCurve by={by.value} slope={proved.value.analytic} />
        </>
      )}
    </>
  );
}

function Difference({ proof: { analytic, numeric, h, digits } }: { readonly proof: Proof }) {
  if (numeric === undefined) return <p>No central difference: a kink lies within every step that was tried.</p>;
  const agree = digits === Infinity ? "They are equal." : `${counted(digits!, "digit agrees", "digits agree")}.`;
  return (
    <>
      <table>
        <tbody>
          <tr>
            <th scope="row">By the equations</th>
            <td>
              <span class="number" data-value={String(analytic)} data-step={modelStep} data-part="analytic">
                {numberText(analytic, 10)}
              </span>
            </td>
          </tr>
          <tr>
            <th scope="row">(Cost(v + h) − Cost(v − h)) / 2h</th>
            <td>
              <span class="number" data-value={String(numeric)} data-step={modelStep} data-part="numeric">
                {numberText(numeric, 10)}
              </span>
            </td>
          </tr>
        </tbody>
      </table>
      <p>
        <b>{agree}</b> h is {numberText(h!)}; rounding of the cost leaves fewer digits where the derivative is small.
      </p>
    </>
  );
}

function Nudged({ proof: { nudge } }: { readonly proof: Proof }) {
  const { predicted, real, before, after } = nudge;
  return (
    <table>
      <tbody>
        <tr>
          <th scope="row">Change of the cost, predicted</th>
          <td>
            <Value of={predicted} part="predicted" signed />
          </td>
        </tr>
        <tr>
          <th scope="row">Change of the cost, real</th>
          <td>
            <Value of={real} part="real" signed />
          </td>
        </tr>
        <tr>
          <th scope="row">Cost before and after</th>
          <td>
            <span class="number" data-value={String(before)} data-step={modelStep}>
              {numberText(before)}
            </span>{" "}
            →{" "}
            <span class="number" data-value={String(after)} data-step={modelStep}>
              {numberText(after)}
            </span>
          </td>
        </tr>
      </tbody>
    </table>
  );
}
