import { numberText } from "chainrule/explain";
import { modelStep } from "./step.js";

/** A whole number, with commas between its thousands; a dash where there is none. */
export function Count({ of, what }: { readonly of: number | undefined; readonly what?: string }) {
  if (of === undefined) return <span class="number">–</span>;
  return (
    <span class="number" data-value={String(of)} data-step={modelStep} data-what={what}>
      {Math.round(of).toLocaleString("en-US")}
    </span>
  );
}

/** A number as it is read, with all its digits in `data-value` and the step of its network in `data-step`; a dash where there is none. */
export function Num({ of, what, digits }: { readonly of: number | undefined; readonly what?: string; readonly digits?: number }) {
  if (of === undefined) return <span class="number">–</span>;
  return (
    <span class="number" data-value={String(of)} data-step={modelStep} data-what={what}>
      {numberText(of, digits)}
    </span>
  );
}
