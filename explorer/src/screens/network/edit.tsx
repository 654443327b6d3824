import { useComputed, useSignal } from "@preact/signals";
import { findParameter, findQuantity } from "chainrule/explain";
import { status } from "../../state/run.js";
import { selection, session } from "../../state/session.js";
import { BreakPanel } from "./break.js";
import { editCount, reset, setParameter, undo } from "./edits.js";
import { largest } from "./quantities.js";

/** The selected parameter, to be changed: everything on the page follows while it is typed. */
export function EditPanel() {
  const place = useComputed(() => parameterOf(selection.value));
  return (
    <section class="edit" aria-labelledby="edit-title">
      <h3 id="edit-title">Change a weight</h3>
      {status.value === "training" && <p class="hint">While it trains, the next numbers take the place of a change: pause it first.</p>}
      {place.value === undefined ? <NoParameter /> : <ParameterField key={selection.value} {...place.value} />}
      <BreakPanel />
      <div class="group">
        <button type="button" disabled={editCount.value === 0} onClick={undo}>
          Undo
        </button>
        <button type="button" disabled={editCount.value === 0} onClick={reset}>
          Reset
        </button>
        <span role="status">{editCount.value === 0 ? "" : `${editCount.value} ${editCount.value === 1 ? "change" : "changes"}`}</span>
      </div>
    </section>
  );
}

interface Place {
  readonly name: string;
  readonly index: number;
  /** How far the bar goes to both sides. */
  readonly reach: number;
}

function parameterOf(name: string): Place | undefined {
  const { layout, parameters } = session.value!.model.network;
  try {
    const { tensor, index } = findParameter(layout, name);
    const most = largest(parameters.subarray(tensor.offset, tensor.offset + tensor.rows * tensor.columns));
    return { name, index, reach: 2 * (most === 0 ? 1 : most) };
  } catch {
    return undefined;
  }
}

function ParameterField({ name, index, reach }: Place) {
  // What is being typed; the parameter itself where nothing is.
  const typed = useSignal<string | undefined>(undefined);
  const isMoving = useSignal(false);
  // The bar keeps its ends while it is moved.
  const end = useSignal(reach);
  const value = session.value!.model.network.parameters[index]!;
  const isWrong = typed.value !== undefined && !Number.isFinite(numberOf(typed.value));
  const set = (next: number): void => {
    setParameter(index, next, isMoving.value);
    isMoving.value = true;
  };
  return (
    <>
      <label class="group">
        <span class="name">{name}</span>
        <input
          name="parameter"
          type="text"
          inputMode="decimal"
          autocomplete="off"
          spellcheck={false}
          value={typed.value ?? shortText(value)}
          data-value={String(value)}
          aria-invalid={isWrong}
          aria-describedby="edit-problem"
          onInput={({ currentTarget }) => {
            typed.value = currentTarget.value;
            const next = numberOf(currentTarget.value);
            if (Number.isFinite(next)) set(next);
          }}
          onBlur={() => {
            typed.value = undefined;
            isMoving.value = false;
          }}
        />
      </label>
      <input
        type="range"
        aria-label={`${name}, as a bar`}
        min={-end.value}
        max={end.value}
        step="any"
        value={value}
        onInput={({ currentTarget }) => {
          typed.value = undefined;
          set(currentTarget.valueAsNumber);
        }}
        onChange={() => (isMoving.value = false)}
      />
      <span id="edit-problem" class="problem" role="status">
        {isWrong ? "A number is expected, such as -0.25." : ""}
      </span>
    </>
  );
}

function NoParameter() {
  const { layout } = session.value!.model.network;
  const { layer, indices, name } = findQuantity(layout, selection.value);
  const bias = `b${layer}[${indices[0]}]`;
  return (
    <p>
      <span class="name">{name}</span> is computed.{" "}
      {layer > 1 ? (
        <button type="button" onClick={() => (selection.value = bias)}>
          Select <span class="name">{bias}</span>
        </button>
      ) : (
        "Select an edge, or draw on the input."
      )}
    </p>
  );
}

/** With a decimal point or a decimal comma; NaN for anything that is no number. */
function numberOf(text: string): number {
  const plain = text.trim().replace(",", ".").replace("−", "-");
  const value = plain === "" ? NaN : Number(plain);
  return Number.isFinite(Math.fround(value)) ? value : NaN;
}

/** The shortest decimal number that is this float32. */
function shortText(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
