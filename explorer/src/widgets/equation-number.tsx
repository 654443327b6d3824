import { numberText } from "chainrule/explain";

/** A number as it is shown, with all of its digits in `data-value` and when pointed at. */
export function Value({ of, part, signed = false }: { readonly of: number; readonly part?: string; readonly signed?: boolean }) {
  const tone = of < 0 ? "negative" : of > 0 ? "positive" : "";
  return (
    <span class={`number ${tone}`} data-value={String(of)} data-part={part} title={String(of)}>
      {signed && of > 0 ? "+" : ""}
      {numberText(of)}
    </span>
  );
}
