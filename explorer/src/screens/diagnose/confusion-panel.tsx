import { useSignal } from "@preact/signals";
import { session } from "../../state/session.js";
import { Num } from "../../widgets/network-number.js";
import { confusionOf, type Part, partsWithRows, rowsOfCell } from "./confusion-data.js";
import { ConfusionTable, type Unit } from "./confusion-table.js";
import { answerMoment, course, type Moment } from "./course.js";
import { ErrorsPanel } from "./errors-panel.js";
import { Gallery } from "./gallery.js";
import { PartSelect } from "./part-select.js";
import { currentRows, ownRun, stepText } from "./state.js";
import { counted } from "../../widgets/counted.js";

const UNITS: Readonly<Record<Unit, string>> = { counts: "counts", row: "% of the true class", column: "% of the predicted class" };

/** Which classes are taken for which, and the rows behind each cell. */
export function ConfusionPanel() {
  const unit = useSignal<Unit>("counts");
  const wanted = useSignal<Part | undefined>(undefined);
  const cell = useSignal<readonly [number, number] | undefined>(undefined);
  /** An epoch of the run; undefined is now. */
  const moment = useSignal<Moment | undefined>(undefined);
  const found = currentRows.value;
  if (found === undefined) return null;
  if (found.answers.kind !== "answer") return found.answers.kind === "problem" ? <p class="dg-problem">{found.answers.message}</p> : null;
  const { task } = session.value!.model;
  if (task.kind === "regression") return <ErrorsPanel answers={found.answers.value} targets={task.targets} of={stepText(found.session)} />;
  const labels = task.classes;
  const moments = ownRun.value === undefined ? [] : course.value;
  const at = moment.value === undefined ? -1 : moments.indexOf(moment.value);
  // Until its answers are there, the matrix is that of now, and says so.
  const past = moments[at]?.answers.value === undefined ? undefined : moments[at];
  const answers = past?.answers.value ?? found.answers.value;
  const parts = partsWithRows(answers);
  const part = wanted.value !== undefined && parts.includes(wanted.value) ? wanted.value : parts[0]!;
  const confusion = confusionOf(answers, part, labels);
  return (
    <>
      <p class="dg-tools">
        <PartSelect parts={parts} part={part} onPart={(next) => (wanted.value = next)} />
        <label>
          Cells{" "}
          <select name="unit" value={unit.value} onChange={({ currentTarget }) => (unit.value = currentTarget.value as Unit)}>
            {Object.entries(UNITS).map(([name, title]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </label>
        {moments.length > 1 && (
          <label class="dg-epoch">
            Epoch{" "}
            <input
              type="range"
              name="epoch"
              min={0}
              max={moments.length}
              value={at < 0 ? moments.length : at}
              aria-valuetext={at < 0 ? "now" : `epoch ${moments[at]!.epoch}`}
              onInput={({ currentTarget }) => {
                const next = moments[currentTarget.valueAsNumber];
                moment.value = next;
                if (next !== undefined) void answerMoment(next);
              }}
            />{" "}
            {at < 0 ? "now" : `${moments[at]!.epoch} (step ${moments[at]!.step.toLocaleString("en-US")})`}
          </label>
        )}
      </p>
      <p>
        Accuracy <Num of={confusion.all.accuracy} what="accuracy" />, balanced <Num of={confusion.all.balancedAccuracy} what="balanced" />,
        Matthews <Num of={confusion.all.matthews} what="matthews" />, of {counted(confusion.rows.length, "row")},{" "}
        {past === undefined ? stepText(found.session) : `epoch ${past.epoch}`}.
      </p>
      <ConfusionTable
        confusion={confusion}
        labels={labels}
        unit={unit.value}
        chosen={cell.value}
        onChoose={(given, predicted) => (cell.value = [given, predicted])}
      />
      {cell.value === undefined ? (
        <p class="dg-quiet">A cell opens the rows behind it.</p>
      ) : (
        <Gallery
          key={`${part} ${cell.value.join()}`}
          title={`True ${String(labels[cell.value[0]])}, predicted ${String(labels[cell.value[1]])}`}
          rows={rowsOfCell(answers, confusion.rows, ...cell.value)}
          answers={answers}
          isPast={past !== undefined}
        />
      )}
    </>
  );
}
