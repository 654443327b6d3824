import { expressionMathml } from "chainrule/explain";
import { MathText } from "../widgets/equation-math.js";
import { ScrollBox } from "../widgets/equation-scroll.js";
import "./exercise.css";
import { AnswerLine, RestLine } from "./answer-line.js";
import { Known } from "./known.js";
import { SheetPanel } from "./sheet-panel.js";
import { check, exercise, learner, lines, summary } from "./state.js";

/** An equation with numbers to find. */
export function ExerciseScreen() {
  const open = exercise.value;
  if (open === undefined) return null;
  const { written, equation } = open.parts[0]!.derivation;
  const general = written.general[0]!;
  return (
    <div class="exercise">
      <h2>Exercise: {open.title}</h2>
      <p>
        Find the numbers that are missing. Write them with a point or a comma, or as a fraction; 1 % off is right. The other screens are
        closed until you end the exercise.
      </p>
      <p>
        <label>
          Your name, for the result sheet{" "}
          <input
            type="text"
            autocomplete="name"
            value={learner.value}
            onInput={({ currentTarget }) => (learner.value = currentTarget.value)}
          />
        </label>
      </p>
      <ScrollBox label="The equation" class="equation">
        <p>
          <MathText content={`${expressionMathml(written.left)}<mo>=</mo>${expressionMathml(general)}`} />
          {equation === undefined ? "" : ` ${equation}`}
        </p>
        <p>
          <MathText content={`${expressionMathml(written.bound)}<mo>=</mo>${expressionMathml(written.indices[0]!)}`} />
        </p>
      </ScrollBox>
      <Known />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          check(new Date().toISOString());
        }}
      >
        <h3>The numbers</h3>
        <ul class="lines">
          {lines.value.map((line) => (
            <>
              <RestLine key={`rest-${line.part.id}`} line={line} />
              <AnswerLine key={line.part.id} line={line} />
            </>
          ))}
        </ul>
        <button type="submit" class="primary">
          Check
        </button>
        <p role="status">{summary.value}</p>
      </form>
      <SheetPanel />
    </div>
  );
}
