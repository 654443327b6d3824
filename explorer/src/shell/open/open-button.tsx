import { useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentType } from "preact";
import { lesson } from "../../share/slots.js";
import { failure } from "../../state/failure.js";
import { session } from "../../state/session.js";

/** Leads to other data and networks: by a dialog, which comes when it is first asked for, or by files that are dropped anywhere on the page. */
export function OpenButton() {
  const dialog = useSignal<ComponentType | undefined>(undefined);
  const Dialog = dialog.value;
  const come = async () => {
    const [{ OpenDialog }, state] = await Promise.all([import("./open-dialog.js"), import("./open-state.js")]);
    dialog.value = OpenDialog;
    state.isOpen.value = true;
  };
  const fail = (): void => {
    failure.value = "What opens files did not come; is the page still there? Load it again.";
  };
  useSignalEffect(() => {
    if (session.value === undefined || lesson.value !== undefined) return;
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes("Files") === true) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      void come()
        .then(async () => (await import("./open-files.js")).openFiles(files))
        .catch(fail);
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  });
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        disabled={session.value === undefined || lesson.value !== undefined}
        onClick={() => void come().catch(fail)}
      >
        Open…
      </button>
      {Dialog !== undefined && <Dialog />}
    </>
  );
}
