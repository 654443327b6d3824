import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { CATALOGUE } from "../../state/catalogue.js";
import { openEntry } from "../../state/open-data.js";
import { session } from "../../state/session.js";
import { OwnFiles } from "./own-files.js";
import { attempt, busy, isOpen, pending, problem, said } from "./open-state.js";
import "./open.css";

/** Data and networks to open: those of the page, and those of own files. */
export function OpenDialog() {
  const table = pending.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useSignalEffect(() => {
    const element = dialog.current!;
    if (isOpen.value && !element.open) element.showModal();
    else if (!isOpen.value && element.open) element.close();
  });
  // What had the focus may be gone; it goes on at the top of what came.
  useLayoutEffect(() => {
    if (isOpen.peek()) heading.current!.focus();
  }, [table]);
  return (
    <>
      <p class="hidden" role="status">
        {said}
      </p>
      <dialog
        ref={dialog}
        class="open-dialog"
        aria-labelledby="open-title"
        onClose={() => {
          isOpen.value = false;
          pending.value = undefined;
          problem.value = undefined;
        }}
      >
        <div class="open-head">
          <h2 id="open-title" ref={heading} tabIndex={-1}>
            {table === undefined ? "Open" : `Open ${table.name}`}
          </h2>
          <button type="button" onClick={() => (isOpen.value = false)}>
            Close
          </button>
        </div>
        {problem.value !== undefined && (
          <p class="problem open-problem" role="alert">
            {problem.value}
          </p>
        )}
        <p class="open-busy" role="status">
          {busy.value ?? ""}
        </p>
        {table === undefined ? (
          <>
            <CatalogueList />
            <OwnFiles />
          </>
        ) : (
          <table.Wizard key={table.name} table={table} />
        )}
      </dialog>
    </>
  );
}

function CatalogueList() {
  const open = session.value?.dataset.name;
  return (
    <section aria-labelledby="catalogue-title">
      <h3 id="catalogue-title">Data that come with the page</h3>
      <ul class="catalogue">
        {CATALOGUE.map(({ id, title, about }) => (
          <li key={id}>
            <button
              type="button"
              aria-describedby={`about-${id}`}
              aria-current={open === id ? "true" : undefined}
              onClick={() => void attempt(`Opening ${title}`, async () => openEntry(id))}
            >
              {title}
            </button>
            <span id={`about-${id}`}>{about}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
