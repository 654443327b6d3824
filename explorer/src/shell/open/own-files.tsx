import { useRef } from "preact/hooks";

/** Files of the reader: by a button here, or dropped anywhere on the page. */
export function OwnFiles() {
  const input = useRef<HTMLInputElement>(null);
  return (
    <section aria-labelledby="own-title">
      <h3 id="own-title">Your own files</h3>
      <p>Choose them, or drop them anywhere on the page. They are read here: nothing leaves your machine.</p>
      <div class="group">
        <button type="button" class="primary" aria-describedby="own-kinds" onClick={() => input.current!.click()}>
          Choose files…
        </button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          onChange={({ currentTarget }) => {
            const files = [...(currentTarget.files ?? [])];
            // So that the same file can be chosen again.
            currentTarget.value = "";
            if (files.length > 0) void import("./open-files.js").then(async ({ openFiles }) => openFiles(files));
          }}
        />
      </div>
      <ul id="own-kinds" class="kinds">
        <li>a model (.safetensors), alone or together with its data</li>
        <li>a network as JSON, with or without its weights, alone or together with a table of its rows</li>
        <li>a table (.csv, .tsv, JSON lines), with a column that names each row's class</li>
        <li>IDX files as those of MNIST: images and labels, two or four files, packed (.gz) or not</li>
      </ul>
    </section>
  );
}
