import { numberText } from "chainrule/explain";
import { modelStep } from "./step.js";

/** A number as it is shown, with all of its digits in `data-value` and when pointed at, and the step of its network in `data-step`. */
export function Value({ of, part, signed = false }: { readonly of: number; readonly part?: string; readonly signed?: boolean }) {
  const tone = of < 0 ? "negative" : of > 0 ? "positive" : "";
  return (
    <span class={`number ${tone}`} data-value={String(of)} data-step={modelStep} data-part={part} title={String(of)}>
      {signed && of > 0 ? "+" : ""}
      {numberText(of)}
    </span>
  );
}
