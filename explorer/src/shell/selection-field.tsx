import { useSignal } from "@preact/signals";
import { findQuantity } from "chainrule/explain";
import { selection, session } from "../state/session.js";

/** The selected quantity by its name, as it is written everywhere; typing another one selects that. */
export function SelectionField() {
  const problem = useSignal("");
  return (
    <span class="group">
      <label>
        selected{" "}
        <input
          class="name"
          size={10}
          value={selection.value}
          spellcheck={false}
          autocapitalize="off"
          aria-invalid={problem.value !== ""}
          aria-describedby="selection-problem"
          onChange={({ currentTarget }) => {
            try {
              const { name } = findQuantity(session.value!.model.network.layout, currentTarget.value);
              problem.value = "";
              selection.value = name;
            } catch (error) {
              problem.value = error instanceof Error ? error.message : String(error);
            }
          }}
        />
      </label>
      <span id="selection-problem" class="problem" role="status">
        {problem.value}
      </span>
    </span>
  );
}
