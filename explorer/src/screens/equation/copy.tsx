import { explanationLatex, explanationMathml, explanationText } from "chainrule/explain";
import { copyText } from "../../widgets/equation-copy.js";
import { explanation, mathOptions, said, sign } from "./state.js";

const KINDS = ["LaTeX", "MathML", "text"] as const;
type Kind = (typeof KINDS)[number];

/** How derivatives are written, and the equation to take along. */
export function CopyBar() {
  const { value } = explanation.value;
  const copy = async (kind: Kind): Promise<void> => {
    if (value === undefined) return;
    const options = { ...mathOptions.value, open: 2, top: 5 };
    const texts = { LaTeX: explanationLatex, MathML: explanationMathml, text: explanationText };
    const done = await copyText(texts[kind](value, options));
    said.value = "";
    said.value = done ? `${value.name} copied as ${kind}.` : "The browser did not let the page copy.";
  };
  return (
    <>
      <button
        type="button"
        aria-pressed={sign.value === "partial"}
        aria-label="Write derivatives with the partial sign"
        onClick={() => (sign.value = sign.value === "d" ? "partial" : "d")}
      >
        ∂
      </button>
      <span class="eq-copy" role="group" aria-label="Copy the derivation">
        Copy
        {KINDS.map((kind) => (
          <button key={kind} type="button" disabled={value === undefined} onClick={() => void copy(kind)}>
            {kind}
          </button>
        ))}
      </span>
      <span class="eq-quiet" aria-hidden="true">
        {said.value}
      </span>
    </>
  );
}
