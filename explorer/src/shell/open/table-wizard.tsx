import { useComputed, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { openOwn } from "../../state/open-data.js";
import { attempt, busy, pending, type PendingTable } from "./open-state.js";
import { classCounts, type ColumnKind, guessLabel, kindOfColumn, tableData } from "./table-data.js";
import { TablePreview } from "./table-preview.js";
import { tableOptions } from "./table-options.js";
import { type Delimiter, DELIMITERS, guessDelimiter, readTable, type Table } from "./table-text.js";

const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5];
/** Classes that are listed with their rows. */
const LISTED = 12;

/** What is known of a table, as it is read now. */
interface Reading {
  readonly table: Table & { readonly hasHeader: boolean };
  readonly kinds: readonly ColumnKind[];
  readonly label: number;
}

/** How a table is to be read, and what it then holds; nothing is opened before it is asked for. */
export function TableWizard({ table: { name, text, model } }: { readonly table: PendingTable }) {
  const delimiter = useSignal(guessDelimiter(text));
  const hasHeader = useSignal<boolean | undefined>(undefined);
  const chosenLabel = useSignal<number | undefined>(undefined);
  const chosen = useSignal<Readonly<Record<number, ColumnKind>>>({});
  const share = useSignal(0.2);
  const reading = useComputed((): Reading | string => {
    try {
      const table = readTable(name, text, delimiter.value, hasHeader.value);
      const known = model === undefined ? -1 : table.header.indexOf(model.task.target);
      return { table, kinds: table.header.map((_, at) => kindOfColumn(table, at)), label: known >= 0 ? known : guessLabel(table) };
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });
  const opening = useRef(false);
  const read = reading.value;
  const again = (change: () => void): void => {
    change();
    chosenLabel.value = undefined;
    chosen.value = {};
  };
  const label = typeof read === "string" ? 0 : (chosenLabel.value ?? read.label);
  const kinds = typeof read === "string" ? [] : read.kinds.map((kind, at) => chosen.value[at] ?? kind);
  const open = (): void => {
    if (typeof read === "string" || opening.current) return;
    opening.current = true;
    void attempt(`Opening ${name}`, async () => {
      const dataset = tableData(read.table, label, kinds, model);
      if (model === undefined) await openOwn(dataset, tableOptions(dataset, share.value));
      else await (await import("./open-model.js")).openModel(model, name, dataset);
      pending.value = undefined;
    }).finally(() => (opening.current = false));
  };
  return (
    <div class="wizard">
      <div class="wizard-settings">
        <label>
          Delimiter{" "}
          <select
            value={delimiter.value}
            onChange={({ currentTarget }) =>
              again(() => (delimiter.value = Object.keys(DELIMITERS)[currentTarget.selectedIndex] as Delimiter))
            }
          >
            {Object.entries(DELIMITERS).map(([sign, title]) => (
              <option key={sign} value={sign}>
                {title}
              </option>
            ))}
          </select>
        </label>
        {typeof read !== "string" && (
          <>
            <label>
              <input
                type="checkbox"
                checked={read.table.hasHeader}
                onChange={({ currentTarget }) => again(() => (hasHeader.value = currentTarget.checked))}
              />{" "}
              Line 1 names the columns
            </label>
            <label>
              Class of a row: column{" "}
              <select
                name="label"
                value={String(label)}
                onChange={({ currentTarget }) => (chosenLabel.value = currentTarget.selectedIndex)}
              >
                {read.table.header.map((title, at) => (
                  <option key={at} value={String(at)}>
                    {title}
                  </option>
                ))}
              </select>
            </label>
            {model === undefined && (
              <label>
                Kept for the test{" "}
                <select
                  name="share"
                  value={String(share.value)}
                  onChange={({ currentTarget }) => (share.value = SHARES[currentTarget.selectedIndex]!)}
                >
                  {SHARES.map((value) => (
                    <option key={value} value={String(value)}>
                      {Math.round(100 * value)} %
                    </option>
                  ))}
                </select>
              </label>
            )}
          </>
        )}
      </div>
      {typeof read === "string" ? (
        <p class="problem open-problem" role="alert">
          {read}
        </p>
      ) : (
        <>
          <Counts table={read.table} label={label} />
          <TablePreview
            table={read.table}
            label={label}
            kinds={kinds}
            onKind={model === undefined ? (at, kind) => (chosen.value = { ...chosen.value, [at]: kind }) : undefined}
          />
        </>
      )}
      <div class="group">
        <button type="button" class="primary" disabled={typeof read === "string" || busy.value !== undefined} onClick={open}>
          Open these rows
        </button>
        <button type="button" onClick={() => (pending.value = undefined)}>
          Something else
        </button>
      </div>
    </div>
  );
}

function Counts({ table, label }: { readonly table: Table; readonly label: number }) {
  const counts = classCounts(table, label);
  const listed = counts.slice(0, LISTED).map(([name, rows]) => `${name === "" ? "(empty)" : name} ${rows.toLocaleString("en-US")}`);
  return (
    <p class="counts" role="status">
      {table.rows.length.toLocaleString("en-US")} rows, {counts.length.toLocaleString("en-US")} classes: {listed.join(", ")}
      {counts.length > LISTED ? ", ..." : ""}
    </p>
  );
}
