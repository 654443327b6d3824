import { type Derivation, expressionMathml } from "chainrule/explain";
import { MathText } from "../../widgets/equation-math.js";
import { Value } from "../../widgets/equation-number.js";
import { marksOf } from "./marks.js";
import { goTo, marked, mathOptions } from "./state.js";
import { targetOf } from "./target.js";

/** The factors as buttons: pointed at, each is lit in the graph; pressed, it leads to its quantity. */
export function FactorRow({ derivation }: { readonly derivation: Derivation }) {
  const factors = derivation.kind === "product" ? derivation.factors : [];
  return (
    <div class="eq-factors" role="group" aria-label="Factors and result">
      {factors.map((factor, at) => (
        <span key={factor.name} class="eq-group">
          {at > 0 && <span class="eq-sign">·</span>}
          <Factor factor={factor} />
        </span>
      ))}
      <span class="eq-group">
        {factors.length > 0 && <span class="eq-sign">=</span>}
        <span class="eq-result">
          <Value of={derivation.value} part="result" />
        </span>
      </span>
    </div>
  );
}

function Factor({ factor }: { readonly factor: Derivation }) {
  const target = targetOf(factor);
  const light = (): void => void (marked.value = marksOf(factor));
  const dim = (): void => void (marked.value = []);
  return (
    <button
      type="button"
      class="eq-factor"
      aria-disabled={target === undefined}
      onMouseEnter={light}
      onMouseLeave={dim}
      onFocus={light}
      onBlur={dim}
      onClick={() => target !== undefined && goTo(target)}
    >
      <MathText content={expressionMathml(factor.written.bound, mathOptions.value)} />
      <Value of={factor.value} part="factor" />
      {target !== undefined && <span class="hidden">, go to {target.quantity}</span>}
    </button>
  );
}
