import "./link-banner.css";
import { notice } from "./notice.js";
import { banner } from "./slots.js";

const SIGNS = { busy: "", good: "✓ ", bad: "✗ ", plain: "" } as const;

/** The line above the screen that says what becomes of the link. */
export function LinkBanner() {
  const shown = notice.value;
  if (shown === undefined) return null;
  const { kind, text, more = [], done, action, onCancel } = shown;
  return (
    <section class={`link-banner ${kind}`} aria-label="The link">
      <div role={kind === "bad" ? "alert" : "status"}>
        <p>
          {SIGNS[kind]}
          {text}
        </p>
        {more.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      {done !== undefined && <progress max={1} value={done} aria-label="Replayed" />}
      {action !== undefined && (
        <button type="button" onClick={action.run}>
          {action.label}
        </button>
      )}
      {onCancel !== undefined && (
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      )}
      {kind !== "busy" && onCancel === undefined && (
        <button type="button" onClick={dismiss}>
          Close
        </button>
      )}
    </section>
  );
}

function dismiss(): void {
  banner.value = undefined;
  notice.value = undefined;
}
