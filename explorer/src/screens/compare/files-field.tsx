import { useSignal } from "@preact/signals";
import { fileProblems, takeFiles } from "./take-files.js";

/** Where files are dropped, or chosen. */
export function FilesField() {
  const isOver = useSignal(false);
  return (
    <div
      class={isOver.value ? "cp-files over" : "cp-files"}
      onDragOver={(event) => {
        event.preventDefault();
        isOver.value = true;
      }}
      onDragLeave={() => (isOver.value = false)}
      onDrop={(event) => {
        event.preventDefault();
        isOver.value = false;
        void takeFiles(Array.from(event.dataTransfer?.files ?? []));
      }}
    >
      <label>
        Runs of the command line{" "}
        <input
          type="file"
          multiple
          accept=".json,.safetensors,application/json"
          onChange={({ currentTarget }) => {
            void takeFiles(Array.from(currentTarget.files ?? [])).then(() => (currentTarget.value = ""));
          }}
        />
      </label>
      <p class="cp-quiet">
        Choose or drop what <code>chainrule train --json</code> prints, also several, and the model files for comparing parameters.
      </p>
      {fileProblems.value.length > 0 && (
        <ul class="cp-problem" role="alert">
          {fileProblems.value.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
