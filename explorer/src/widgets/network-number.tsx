import { numberText } from "chainrule/explain";

/** A number as it is read, with all its digits in `data-value`; a dash where there is none. */
export function Num({ of, what, digits }: { readonly of: number | undefined; readonly what?: string; readonly digits?: number }) {
  if (of === undefined) return <span class="number">–</span>;
  return (
    <span class="number" data-value={String(of)} data-what={what}>
      {numberText(of, digits)}
    </span>
  );
}
