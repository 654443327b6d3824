import { type Expression, expressionMathml, update } from "chainrule/explain";
import { session } from "../../state/session.js";
import { MathText } from "../../widgets/equation-math.js";
import { Value } from "../../widgets/equation-number.js";
import { ScrollBox } from "../../widgets/equation-scroll.js";
import { about, attempt, explanation, mathOptions } from "./state.js";

/** What is taken where a model does not say how it was trained. */
const PLAIN = { kind: "sgd", learningRate: 0.1, momentum: 0, nesterov: false } as const;

/** One step of the optimizer along the derivative, with every number. */
export function Learning() {
  const { model } = session.value!;
  const root = explanation.value.value;
  if (root === undefined) return null;
  const known = model.training?.optimizer;
  const stepped = attempt(() => update(model, root, known ?? PLAIN));
  if (stepped.value === undefined) return <p class="eq-quiet">{stepped.problem}</p>;
  const { steps, before, after, optimizer, notes = [] } = stepped.value;
  const math = (expression: Expression): string => expressionMathml(expression, mathOptions.value);
  const settings = Object.entries(optimizer).filter(([name]) => name !== "kind");
  return (
    <>
      <p>
        {known === undefined ? "The model does not say how it was trained; gradient descent" : `Trained by ${optimizer.kind}`} with{" "}
        {settings.map(([name, value]) => `${name} ${String(value)}`).join(", ")}. g is the derivative above, of {about.value}; what the
        optimizer remembers begins at 0.
      </p>
      <ScrollBox label="The step" class="eq-lines">
        <div class="eq-grid">
          {steps.map(({ name, left, general, numbers, value }) => [
            <Line key={name} left={math(left)} right={math(general)} />,
            <Line key={`${name} in numbers`} left="" right={math(numbers)} />,
            <Line key={`${name} worked out`} left="" right={math({ kind: "number", value })} />,
          ])}
        </div>
      </ScrollBox>
      <p>
        From <Value of={before} part="before" /> to <Value of={after} part="after" />: a change of{" "}
        <Value of={after - before} part="change" signed />.
      </p>
      {notes.map((note) => (
        <p key={note} class="eq-quiet">
          {note}
        </p>
      ))}
    </>
  );
}

function Line({ left, right }: { readonly left: string; readonly right: string }) {
  return (
    <div class={`eq-line${left === "" ? "" : " first"}`}>
      <span class="eq-tag" />
      <span class="eq-left">{left !== "" && <MathText content={left} />}</span>
      <MathText content={`<mo>=</mo>${right}`} />
    </div>
  );
}
