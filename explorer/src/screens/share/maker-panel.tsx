import { useSignal } from "@preact/signals";
import { expressionMathml } from "chainrule/explain";
import { reasonAgainst } from "../../exercise/givens.js";
import { RESULT } from "../../exercise/parts.js";
import { partsNow } from "../../exercise/state.js";
import { addressNow } from "../../share/now.js";
import { drawing, selection, shown } from "../../state/session.js";
import { MathText } from "../../widgets/equation-math.js";
import { LinkBox } from "./link-box.js";

/** Makes a link that hides numbers of an equation for a learner to find. */
export function MakerPanel() {
  const chosen = useSignal<ReadonlySet<string>>(new Set(["f1", "f2", "f3", RESULT]));
  const problem = problemNow();
  return (
    <section aria-labelledby="share-exercise">
      <h3 id="share-exercise">Exercise</h3>
      {problem === undefined ? <Choices chosen={chosen.value} onChange={(next) => (chosen.value = next)} /> : <p class="note">{problem}</p>}
    </section>
  );
}

function problemNow(): string | undefined {
  if (drawing.value !== undefined) return "A link does not hold an input of your own: choose a row of the data for an exercise.";
  try {
    partsNow();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function Choices({ chosen, onChange }: { readonly chosen: ReadonlySet<string>; readonly onChange: (next: ReadonlySet<string>) => void }) {
  const { ground, parts } = partsNow();
  const rows = parts.map((part) => ({ ...part, reason: reasonAgainst(ground, part), depth: depthOf(part.id) }));
  const asked = rows.filter(({ id, reason }) => chosen.has(id) && reason === undefined).map(({ id }) => id);
  const row = ({ id, derivation, reason, depth }: (typeof rows)[number]) => (
    <li key={id} class={`depth-${Math.min(depth, 4)}`}>
      <label>
        <input
          type="checkbox"
          checked={asked.includes(id)}
          disabled={reason !== undefined}
          onChange={({ currentTarget }) => {
            const next = new Set(chosen);
            if (currentTarget.checked) next.add(id);
            else next.delete(id);
            onChange(next);
          }}
        />
        <span class="hidden">{derivation.name}</span>
        <span aria-hidden="true">
          <MathText content={expressionMathml(derivation.written.bound)} />
        </span>
      </label>
      {reason !== undefined && <span class="note"> {reason}</span>}
    </li>
  );
  const flat = rows.filter(({ depth }) => depth <= 1);
  const deep = rows.filter(({ depth }) => depth > 1);
  return (
    <>
      <p>
        Choose what a learner has to find in <span class="name">dCost/d{selection.value}</span> of {shown.value!.name}. The page then hides
        these numbers, names the one that is wrong, and keeps a result sheet.
      </p>
      <fieldset>
        <legend>Hidden numbers</legend>
        <ul class="parts">{flat.map(row)}</ul>
        {deep.length > 0 && (
          <details>
            <summary>Terms of the sums, and their factors</summary>
            <ul class="parts">{deep.map(row)}</ul>
          </details>
        )}
      </fieldset>
      {asked.length === 0 ? (
        <p class="note">Choose at least one.</p>
      ) : (
        <LinkBox id="exercise-link" label="The link of the exercise" address={() => addressNow("equation", asked)} />
      )}
    </>
  );
}

/** How deep a part stands in the equation: `f1t3` is two steps down. */
function depthOf(id: string): number {
  return id === RESULT ? 0 : (id.match(/[ft]\d+/g)?.length ?? 0);
}
