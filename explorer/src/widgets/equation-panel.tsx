import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";

/** A part of the screen that is closed at first; what is in it is computed when it is opened. */
export function Panel({ title, id, open: begins = false, content: Content }: PanelProps) {
  const open = useSignal(begins);
  return (
    <details class="eq-panel" id={id} open={open.value} onToggle={({ currentTarget }) => (open.value = currentTarget.open)}>
      <summary>
        <h3>{title}</h3>
      </summary>
      {open.value && (
        <div class="eq-panel-body">
          <Content />
        </div>
      )}
    </details>
  );
}

interface PanelProps {
  readonly title: string;
  readonly id: string;
  readonly open?: boolean;
  readonly content: ComponentType;
}
