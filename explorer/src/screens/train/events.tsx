import type { EpochRecord } from "chainrule";
import { numberText } from "chainrule/explain";
import { run, version } from "../../state/run.js";

const KINDS = { rate: "rate", fault: "fault", restored: "restored" } as const;

/** What happened to the run, in the order of its steps, and its best epoch. */
export function Events() {
  version.valueOf();
  const own = run.value;
  if (own === undefined) return null;
  const best = bestOf(own.records);
  return (
    <section class="tr-events" aria-labelledby="tr-events-title">
      <h3 id="tr-events-title">Events</h3>
      <ol>
        {own.events.map(({ step, kind, text }, at) => (
          <li key={at} class={kind} data-kind={KINDS[kind]}>
            <span class="number">{step.toLocaleString("en-US")}</span> {text}
          </li>
        ))}
        {best?.validation !== undefined && (
          <li data-kind="best">
            <span aria-hidden="true">★</span> best validation cost {numberText(best.validation!.cost)} after epoch {best.epoch}
          </li>
        )}
      </ol>
    </section>
  );
}

function bestOf(records: readonly EpochRecord[]): EpochRecord | undefined {
  return records.reduce<EpochRecord | undefined>(
    (best, record) => (record.validation !== null && !(record.validation.cost >= (best?.validation?.cost ?? Infinity)) ? record : best),
    undefined,
  );
}
