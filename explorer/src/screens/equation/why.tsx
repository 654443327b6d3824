import { useComputed } from "@preact/signals";
import { type Derivation, numberText, why } from "chainrule/explain";
import { selection, session } from "../../state/session.js";
import { Value } from "../../widgets/equation-number.js";
import { modelStep } from "../../widgets/step.js";
import { attempt, explanation, looked } from "./state.js";
import { named } from "./words.js";

/** The cause in a sentence, and what each factor adds to the order of magnitude. */
export function WhyPanel() {
  const judged = useComputed(() => attempt(() => why(session.value!.model, looked.value, selection.value))).value;
  const root = explanation.value.value;
  if (judged.value === undefined || root === undefined) return <p class="eq-quiet">{judged.problem}</p>;
  const { verdict, causes, typical, value } = judged.value;
  const parts = magnitudes(root);
  const low = lowest([...parts, { name: "", size: Math.abs(root.value) }]);
  return (
    <>
      <p class="eq-verdict" data-verdict={verdict}>
        {causes.length === 0 ? "Ordinary: no factor and no sum is beyond its threshold." : `${capital(causes[0]!.sentence)}.`}
      </p>
      {causes.length > 1 && (
        <ul>
          {causes.slice(1).map(({ sentence }) => (
            <li key={sentence}>{capital(sentence)}.</li>
          ))}
        </ul>
      )}
      <p>
        {named(root.name)} is <Value of={value} />; the typical size of its kind in this layer is{" "}
        <span class="number" data-value={String(typical)} data-step={modelStep}>
          {numberText(typical)}
        </span>{" "}
        (root mean square).
      </p>
      <table class="eq-logs">
        <caption>Orders of magnitude: the bars of the parts add up to that of the result.</caption>
        <tbody>
          {parts.map(({ name, size }) => (
            <LogRow key={name} name={name} size={size} low={low} />
          ))}
          <LogRow name={`|${named(root.name)}|`} size={Math.abs(root.value)} low={low} strong />
        </tbody>
      </table>
    </>
  );
}

interface Magnitude {
  readonly name: string;
  readonly size: number;
}

/** The factors by size; a sum is the size of its terms times what cancellation leaves of it. */
function magnitudes(derivation: Derivation): Magnitude[] {
  const parts = derivation.kind === "product" ? derivation.factors : [derivation];
  return parts.flatMap((part) => {
    const name = named(part.name);
    if (part.kind !== "sum") return [{ name: `|${name}|`, size: Math.abs(part.value) }];
    const terms = Array.from(part.terms.values).reduce((sum, term) => sum + Math.abs(term), 0);
    return [
      { name: `sum of |terms| of ${name}`, size: terms },
      { name: "share that cancellation leaves", size: terms === 0 ? 1 : Math.abs(part.value) / terms },
    ];
  });
}

/** Powers of ten at the ends of the bars; 1 is the line. Beyond them a bar only says that it is small, or large. */
const [LOWEST, HIGH] = [-8, 1];

/** The left end: the smallest part fits, and no less than a thousandth. */
function lowest(parts: readonly Magnitude[]): number {
  const powers = parts.map(({ size }) => Math.floor(Math.log10(size))).filter(Number.isFinite);
  return Math.max(LOWEST, Math.min(-3, ...powers));
}

function LogRow({ name, size, low, strong = false }: Magnitude & { readonly low: number; readonly strong?: boolean }) {
  const log = Math.min(HIGH, Math.max(low, Math.log10(size)));
  const at = (power: number): number => ((power - low) / (HIGH - low)) * 100;
  return (
    <tr class={strong ? "strong" : ""}>
      <th scope="row" class="name">
        {name}
      </th>
      <td class="eq-value">
        <span class="number" data-value={String(size)} data-step={modelStep}>
          {size === 0 ? (
            "0"
          ) : (
            <>
              10<sup>{Math.log10(size).toFixed(1).replace("-0.0", "0.0").replace("-", "−")}</sup>
            </>
          )}
        </span>
      </td>
      <td>
        <svg class="eq-log" viewBox="0 0 100 12" width="160" height="12" preserveAspectRatio="none" aria-hidden="true">
          <rect class={log < 0 ? "down" : "up"} x={Math.min(at(log), at(0))} y="2" width={Math.abs(at(log) - at(0))} height="8" />
          <line x1={at(0)} x2={at(0)} y1="0" y2="12" class="eq-axis" />
        </svg>
      </td>
    </tr>
  );
}

function capital(sentence: string): string {
  return sentence.slice(0, 1).toUpperCase() + sentence.slice(1);
}
