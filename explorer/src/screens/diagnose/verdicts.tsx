import { type Diagnosis, SEVERITIES, type Severity, type Verdict } from "chainrule/diagnose";
import { Num } from "../../widgets/network-number.js";
import { MEASURES } from "./measures.js";
import { Places } from "./places.js";
import { counted } from "../../widgets/counted.js";

const WORDS: Readonly<Record<Severity, (count: number) => string>> = {
  bad: (count) => `${count} bad`,
  warn: (count) => counted(count, "warning"),
  info: (count) => counted(count, "note"),
  good: (count) => `${count} good`,
};
const TITLES: Readonly<Record<Severity, string>> = { bad: "bad", warn: "warning", info: "note", good: "good" };
const SIGNS: Readonly<Record<Severity, string>> = { bad: "✗", warn: "!", info: "i", good: "✓" };

/** "2 bad, 1 warning, 4 good" */
export function headline(verdicts: readonly Verdict[]): string {
  return SEVERITIES.map((severity) => [severity, verdicts.filter((verdict) => verdict.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => WORDS[severity](count))
    .join(", ");
}

/** What the numbers were taken of, as the terminal says it. */
export function whichRows({ rows, sampled, sampledFrom, fitOn }: Diagnosis): string {
  const all = fitOn === "all" ? "everything else" : `fit on the ${fitOn} part, everything else`;
  return `Derivatives and units on ${counted(sampled, sampledFrom === "train" ? "training row" : "row")}, ${all} on ${counted(rows, "row")}.`;
}

/** Every verdict, the worst first; what is good is one line each. */
export function Verdicts({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const { verdicts } = diagnosis;
  const good = verdicts.filter(({ severity }) => severity === "good");
  return (
    <>
      {verdicts
        .filter(({ severity }) => severity !== "good")
        .map((verdict, at) => (
          <VerdictCard key={`${verdict.kind} ${at}`} verdict={verdict} />
        ))}
      {good.length > 0 && (
        <details class="dg-good" open={good.length === verdicts.length}>
          <summary>{good.length} good</summary>
          {good.map((verdict, at) => (
            <VerdictCard key={`${verdict.kind} ${at}`} verdict={verdict} />
          ))}
        </details>
      )}
    </>
  );
}

function VerdictCard({ verdict }: { readonly verdict: Verdict }) {
  const { kind, severity, message, advice, value, threshold } = verdict;
  return (
    <article class={`dg-verdict ${severity}`} data-kind={kind} data-severity={severity}>
      <h4>
        <span class="dg-severity">
          <span aria-hidden="true">{SIGNS[severity]} </span>
          {TITLES[severity]}
        </span>{" "}
        {kind.replaceAll("-", " ")}
      </h4>
      <p>{message}</p>
      {severity !== "good" && <p class="dg-advice">→ {advice}</p>}
      <Places verdict={verdict} />
      <details class="dg-how">
        <summary>How it was found</summary>
        <p>
          {MEASURES[kind]} Found <Num of={value} what="value" />, held against <Num of={threshold} what="threshold" />.
        </p>
      </details>
    </article>
  );
}
