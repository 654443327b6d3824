import { expressionMathml } from "chainrule/explain";
import { MathText } from "../widgets/equation-math.js";
import { Value } from "../widgets/equation-number.js";
import { isEqual } from "./givens.js";
import { restOf } from "./parts.js";
import { exercise, isDone, type Line, show, type, workOn } from "./state.js";

/** One number of the equation: to find, or given. */
export function AnswerLine({ line: { part, kind, depth } }: { readonly line: Line }) {
  const { id, derivation } = part;
  const done = workOn(id);
  const isWrong = done.sentence !== "";
  const isRight = !done.shown && isDone(done) && done.attempts.at(-1)!.answer === done.typed.trim();
  return (
    <li class={`line depth-${Math.min(depth, 4)}`}>
      <label class="what" for={kind === "asked" ? `answer-${id}` : undefined}>
        <span class="hidden">{derivation.name}</span>
        <span aria-hidden="true">
          <MathText content={expressionMathml(derivation.written.bound)} />
        </span>
      </label>
      <span aria-hidden="true">=</span>
      {kind === "given" && <Value of={derivation.value} />}
      {kind === "covered" && <span class="number">…</span>}
      {kind === "asked" && done.shown && (
        <span tabIndex={-1}>
          <Value of={derivation.value} /> <span class="note">shown</span>
        </span>
      )}
      {kind === "asked" && !done.shown && (
        <>
          <input
            id={`answer-${id}`}
            type="text"
            inputMode="decimal"
            autocomplete="off"
            size={12}
            value={done.typed}
            readOnly={isRight}
            aria-invalid={isWrong}
            aria-describedby={`about-${id}`}
            onInput={({ currentTarget }) => type(id, currentTarget.value)}
          />
          {!isRight && (
            <button
              type="button"
              onClick={({ currentTarget }) => {
                const line = currentTarget.parentElement!;
                show(id);
                // The button goes: the keyboard stays at the line.
                setTimeout(() => line.querySelector<HTMLElement>("[tabindex]")?.focus());
              }}
            >
              Show<span class="hidden"> {derivation.name}, which counts in the result</span>
            </button>
          )}
        </>
      )}
      <span id={`about-${id}`} class={isWrong ? "problem" : "right"}>
        {isRight ? "✓ right" : isWrong ? `✗ ${done.sentence}` : ""}
        {isWrong && done.look && (
          <>
            {" "}
            Look at <MathText content={derivation.written.indices.map((line) => expressionMathml(line)).join("<mo>=</mo>")} />
          </>
        )}
      </span>
    </li>
  );
}

/** The terms of a sum that have no line of their own, before the sum. */
export function RestLine({ line: { part, kind, depth } }: { readonly line: Line }) {
  const { parts, hidden } = exercise.value!;
  const rest = restOf(part.derivation);
  const isOpen = kind !== "given" || parts.some(({ id }) => hidden.has(id) && id.startsWith(part.id === "result" ? "t" : `${part.id}t`));
  if (rest === undefined || !isOpen) return null;
  const covered = parts.some(({ id, derivation }) => hidden.has(id) && isEqual(derivation.value, rest.value));
  return (
    <li class={`line depth-${Math.min(depth + 1, 4)}`}>
      <span class="what">
        {rest.count} other {rest.count === 1 ? "term" : "terms"} together
      </span>
      <span aria-hidden="true">=</span>
      {covered ? <span class="number">…</span> : <Value of={rest.value} />}
    </li>
  );
}
