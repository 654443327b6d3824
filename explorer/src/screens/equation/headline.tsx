import { useLayoutEffect, useRef } from "preact/hooks";
import { type Derivation, type Explanation, expressionMathml, agreementText, numberText } from "chainrule/explain";
import { selection, session, shown } from "../../state/session.js";
import { truth } from "../network/names.js";
import { MathText } from "../../widgets/equation-math.js";
import { ScrollBox } from "../../widgets/equation-scroll.js";
import { modelStep } from "../../widgets/step.js";
import { isCalm } from "./calm.js";
import { FactorRow } from "./factors.js";
import { inputNames } from "./input-name.js";
import { about, followed, mathOptions, scope } from "./state.js";
import { direction, named } from "./words.js";

/** The derivative as it is written: in letters, with its neurons, with its numbers, and what that means. */
export function Headline({ explanation }: { readonly explanation: Explanation }) {
  const { equation, value, note, modeNote, name } = explanation;
  const engine = isCalm.value ? explanation.engine() : undefined;
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (!followed.peek()) return;
    followed.value = false;
    heading.current!.focus();
  });
  return (
    <section class="eq-headline" aria-labelledby="eq-name">
      <h2 id="eq-name" tabIndex={-1} ref={heading}>
        {named(name)} <span class="eq-quiet">of {about.value}</span>
      </h2>
      <Meaning value={value} />
      <ScrollBox label="The equation" class="eq-lines">
        <Lines derivation={explanation} />
      </ScrollBox>
      <FactorRow derivation={explanation} />
      <p class="eq-quiet">
        {[
          equation === undefined ? "" : `Equation ${equation}`,
          inputNames(selection.value) ?? "",
          targetsText(),
          note ?? "",
          modeNote ?? "",
        ]
          .filter((part) => part !== "")
          .join("; ")}
        {engine !== undefined && `. The float32 engine has ${numberText(engine.value)}: ${agreementText(value, engine.value)}.`}
      </p>
    </section>
  );
}

/** How numbers became the y of the equations: "y[0] is (12.4 − 10.1) / 3.2 = 0.7188: price, standardised". */
function targetsText(): string {
  const { task } = session.value!.model;
  if (task.kind !== "regression" || scope.value === "mean") return "";
  const { example, values } = shown.value!;
  return task.targets
    .flatMap((name, j) => {
      const [mean, deviation] = [task.mean[j]!, task.deviation[j]!];
      if (mean === 0 && deviation === 1) return [];
      const taken = mean < 0 ? `+ ${numberText(-mean)}` : `− ${numberText(mean)}`;
      return [
        `y[${j}] is (${numberText(values![j]!)} ${taken}) / ${numberText(deviation)} = ${numberText(example.y[j]!)}: ${name}, standardised`,
      ];
    })
    .join(", ");
}

/** The cost falls by 0.0042 per unit of w4[3,7]. */
function Meaning({ value }: { readonly value: number }) {
  const way = direction(value);
  const cost = scope.value === "mean" ? "the mean cost" : "the cost";
  const { model } = session.value!;
  const of = scope.value === "mean" ? "" : `, true ${truth(model, shown.value!).join(" ")}`;
  return (
    <p class="eq-meaning">
      For {about.value}
      {of}, {cost}{" "}
      {way === "stays" ? (
        <>
          does not move with {selection.value}: its derivative is <Size value={value} />.
        </>
      ) : (
        <>
          {way} by <Size value={value} /> per unit of {selection.value}.
        </>
      )}
    </p>
  );
}

/** The size in the sentence; the sign is in its verb. */
function Size({ value }: { readonly value: number }) {
  const size = Math.abs(value);
  return (
    <b class="number" data-value={String(size)} data-step={modelStep}>
      {numberText(size)}
    </b>
  );
}

/** left = general = ..., bound = indices = numbers = ..., one line each. */
export function Lines({ derivation }: { readonly derivation: Derivation }) {
  const { written, equation } = derivation;
  const options = mathOptions.value;
  const math = (expression: Derivation["written"]["left"]): string => expressionMathml(expression, options);
  const general = written.general.map(math);
  const result = math({ kind: "number", value: derivation.value });
  const lines = [...written.indices, ...written.numbers].map(math);
  const steps = lines.filter((line, at) => line !== lines[at - 1] && !(at === lines.length - 1 && line === result));
  const block = (left: string, right: readonly string[], tag: string) =>
    right.map((line, at) => <Line key={at} tag={at === 0 ? tag : ""} left={at === 0 ? left : ""} right={line} />);
  return (
    <div class="eq-grid">
      {block(math(written.left), general, equation ?? "")}
      {block(math(written.bound), [...steps, result], "")}
    </div>
  );
}

function Line({ tag, left, right }: { readonly tag: string; readonly left: string; readonly right: string }) {
  return (
    <div class={`eq-line${left === "" ? "" : " first"}`}>
      <span class="eq-tag">{tag}</span>
      <span class="eq-left">{left !== "" && <MathText content={left} />}</span>
      <MathText content={`<mo>=</mo>${right}`} />
    </div>
  );
}
