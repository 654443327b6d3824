import { useSignal } from "@preact/signals";
import { download, fileName } from "../share/download.js";
import { endExercise } from "./end.js";
import { isSolved, sheetCsv, sheetJson } from "./result-sheet.js";
import { exercise, learner, sheetOf, work } from "./state.js";
import { Heads } from "../widgets/heads.js";

/** What was answered so far, as a file for whoever marks it, and the way out. */
export function SheetPanel() {
  const open = exercise.value!;
  // What is not saved is lost when the exercise ends.
  const saved = useSignal<unknown>(undefined);
  const isAsked = useSignal(false);
  const sheet = sheetOf(open);
  const save = (ending: string, text: string, kind: string): void => {
    download(fileName(`${learner.value} exercise`, ending), text, kind);
    saved.value = work.value;
  };
  const isKept = saved.value === work.value || work.value.size === 0;
  return (
    <section aria-labelledby="sheet">
      <h3 id="sheet">Result sheet</h3>
      <div class="scroll" role="group" aria-label="Result sheet" tabIndex={0}>
        <table>
          <Heads titles={["number", "answers", "attempts", "result"]} />
          <tbody>
            {sheet.lines.map((line) => (
              <tr key={line.part}>
                <th scope="row" class="name">
                  {line.part}
                </th>
                <td class="name">{line.attempts.map(({ answer }) => answer).join("; ")}</td>
                <td>{line.attempts.length}</td>
                <td>{line.shown ? "shown" : isSolved(line) ? "right" : line.attempts.length > 0 ? "wrong" : "open"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>It stays on this machine until you save it and hand it in.</p>
      <div class="buttons">
        <button type="button" onClick={() => save(".csv", sheetCsv(sheet), "text/csv")}>
          Save as CSV
        </button>
        <button type="button" onClick={() => save(".json", sheetJson(sheet), "application/json")}>
          Save as JSON
        </button>
        <button
          type="button"
          onClick={() => {
            if (isKept || isAsked.value) endExercise();
            else isAsked.value = true;
          }}
        >
          {isAsked.value && !isKept ? "End without saving the sheet" : "End the exercise"}
        </button>
      </div>
      <p role="status" class="problem">
        {isAsked.value && !isKept ? "The result sheet is not saved. Press again to end all the same." : ""}
      </p>
    </section>
  );
}
