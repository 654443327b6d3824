import { useSignal } from "@preact/signals";
import { download, fileName } from "../../share/download.js";
import { say } from "./state.js";

/** Sheets for paper, another one for every name. */
export function PaperPanel() {
  const seed = useSignal("");
  const save = async (kind: "sheet" | "answers"): Promise<void> => {
    const text = seed.value.trim();
    if (text === "") {
      say("A sheet needs a name or a number first.");
      return;
    }
    try {
      const { paperSheet } = await import("../../exercise/paper.js");
      download(fileName(`${text} ${kind}`, ".md"), paperSheet(text)[kind], "text/markdown");
      say(`The ${kind === "sheet" ? "sheet" : "answers"} of "${text}" saved.`);
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <section aria-labelledby="share-paper">
      <h3 id="share-paper">Exercises for paper</h3>
      <p>
        A small network with friendly numbers and its exercises, in Markdown. Every name or number makes another sheet, and the same one
        makes it again, as <span class="name">chainrule exercise --seed</span> does.
      </p>
      <div class="buttons">
        <label>
          Name or number <input type="text" value={seed.value} onInput={({ currentTarget }) => (seed.value = currentTarget.value)} />
        </label>
        <button type="button" onClick={() => void save("sheet")}>
          Save the sheet
        </button>
        <button type="button" onClick={() => void save("answers")}>
          Save the answers
        </button>
      </div>
    </section>
  );
}
