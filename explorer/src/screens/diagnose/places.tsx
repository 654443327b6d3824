import { useSignal } from "@preact/signals";
import type { Verdict } from "chainrule/diagnose";
import { openParameter, openRow, openUnit } from "./go.js";
import { counted } from "../../widgets/counted.js";

/** Links that are shown before somebody asks for more. */
const FIRST = 12;

/** What a verdict points at, each a way to it: units on the Network screen, rows and parameters on the Equation screen. */
export function Places({ verdict }: { readonly verdict: Verdict }) {
  const { units = [], parameters = [], rows = [], columns = [] } = verdict.where;
  return (
    <>
      <Links title="Units" list={units.map((name) => ({ name, label: `Unit ${name} on the Network screen`, go: () => openUnit(name) }))} />
      <Links
        title="Parameters"
        list={parameters.map((name) => ({ name, label: `${name} on the Equation screen`, go: () => openParameter(name) }))}
      />
      <Links
        title="Rows"
        list={rows.map((row) => ({ name: String(row), label: `Row ${row} on the Equation screen`, go: () => openRow(row) }))}
      />
      {columns.length > 0 && (
        <details>
          <summary>{counted(columns.length, "column")}</summary>
          <p class="name">{columns.join(", ")}</p>
        </details>
      )}
    </>
  );
}

interface Link {
  readonly name: string;
  readonly label: string;
  readonly go: () => void;
}

function Links({ title, list }: { readonly title: string; readonly list: readonly Link[] }) {
  const all = useSignal(false);
  if (list.length === 0) return null;
  const shown = all.value ? list : list.slice(0, FIRST);
  return (
    <p class="dg-links">
      <span>{title}</span>
      {shown.map(({ name, label, go }) => (
        <button key={name} type="button" class="name dg-link" aria-label={label} onClick={go}>
          {name}
        </button>
      ))}
      {shown.length < list.length && (
        <button type="button" class="dg-link" onClick={() => (all.value = true)}>
          and {list.length - shown.length} more
        </button>
      )}
    </p>
  );
}
