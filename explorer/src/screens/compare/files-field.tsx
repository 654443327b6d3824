import { useSignal } from "@preact/signals";

/** Where files are dropped, or chosen. */
export function FilesField() {
  const isOver = useSignal(false);
  const problems = useSignal<readonly string[]>([]);
  const take = async (list: FileList | null | undefined): Promise<void> => {
    // What reads them comes with the first.
    const [files, { takeFiles }] = [Array.from(list ?? []), await import("./take-files.js")];
    problems.value = await takeFiles(files);
  };
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
        void take(event.dataTransfer?.files);
      }}
    >
      <label>
        Runs of the command line{" "}
        <input
          type="file"
          multiple
          accept=".json,.safetensors,application/json"
          onChange={({ currentTarget }) => {
            void take(currentTarget.files).then(() => (currentTarget.value = ""));
          }}
        />
      </label>
      <p class="cp-quiet">
        Choose or drop what <code>chainrule train --json</code> prints, also several, and the model files for comparing parameters.
      </p>
      {problems.value.length > 0 && (
        <ul class="cp-problem" role="alert">
          {problems.value.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
