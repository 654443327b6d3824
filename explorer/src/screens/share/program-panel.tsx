import { unedited } from "../network/edits.js";
import { download } from "../../share/download.js";
import { setNow, standingNow } from "../../share/now.js";
import { programText } from "../../share/program.js";
import { copyText } from "../../widgets/equation-copy.js";
import { say } from "./state.js";

/** The program as it is now; undefined where nothing was trained here. */
function textNow(): string | undefined {
  const standing = standingNow();
  const open = unedited.value!;
  return standing === undefined ? undefined : programText(standing, open.dataset, open.model.parametersHash);
}

async function copy(): Promise<void> {
  say((await copyText(textNow() ?? "")) ? "Program copied." : "The browser did not let the page copy.");
}

/** The run as a program that gives the same parameters. */
export function ProgramPanel() {
  const text = textNow();
  return (
    <section aria-labelledby="share-program">
      <h3 id="share-program">Program</h3>
      {text === undefined ? (
        <p class="note">The network that is shown was opened, not trained here. Train one, and its run can be copied as TypeScript.</p>
      ) : (
        <>
          <p>
            A program for Node that trains the same run up to the step that is shown; its parameters have the same hash.
            {setNow().length > 0 ? " It has none of the changes that were made by hand." : ""}
          </p>
          <div class="buttons">
            <button type="button" onClick={() => void copy()}>
              Copy as TypeScript
            </button>
            <button type="button" onClick={() => download("run.mjs", textNow() ?? "", "text/javascript")}>
              Save as run.mjs
            </button>
          </div>
          <details>
            <summary>The program</summary>
            <pre class="name" tabIndex={0}>
              {text}
            </pre>
          </details>
        </>
      )}
    </section>
  );
}
