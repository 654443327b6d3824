import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { openOwn } from "../../state/open-data.js";
import { attempt, busy, pending, type PendingTable, problem } from "./open-state.js";
import { createTableClient } from "./table-client.js";
import type { ColumnKind, TableModel } from "./table-data.js";
import { tableOptions } from "./table-options.js";
import { TablePreview } from "./table-preview.js";
import type { Reading, Summary } from "./table-reader.js";
import { TableSettings } from "./table-settings.js";

/** Classes that are listed with their rows. */
const LISTED = 12;

/** How a table is to be read, and what it then holds; nothing is opened before it is asked for. */
export function TableWizard({ table: { name, bytes, model } }: { readonly table: PendingTable }) {
  const client = useMemo(() => createTableClient(name, bytes), [bytes]);
  const reading = useSignal<Reading>({});
  const summary = useSignal<Summary | undefined>(undefined);
  const label = useSignal(0);
  const chosen = useSignal<Readonly<Record<number, ColumnKind>>>({});
  const counts = useSignal("");
  const share = useSignal(0.2);

  const count = async (column: number): Promise<void> => {
    label.value = column;
    const found = await client.counts(column);
    const listed = found.slice(0, LISTED).map(([title, rows]) => `${title === "" ? "(empty)" : title} ${rows.toLocaleString("en-US")}`);
    const rows = summary.value!.rowCount.toLocaleString("en-US");
    if (label.value === column)
      counts.value = `${rows} rows, ${found.length.toLocaleString("en-US")} classes: ${listed.join(", ")}${found.length > LISTED ? ", ..." : ""}`;
  };
  const read = async (changes: Reading): Promise<void> => {
    reading.value = { ...reading.value, ...changes };
    problem.value = undefined;
    try {
      const found = await client.read(reading.value);
      chosen.value = {};
      summary.value = found;
      const known = model === undefined ? -1 : found.header.indexOf(model.task.target);
      await count(known >= 0 ? known : found.label);
    } catch (error) {
      summary.value = undefined;
      counts.value = "";
      problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  useEffect(() => {
    void read({});
    return () => client.end();
  }, [client]);

  const found = summary.value;
  const kinds = found?.kinds.map((kind, at) => chosen.value[at] ?? kind) ?? [];
  const open = async (): Promise<void> => {
    const needed: TableModel | undefined = model && {
      columns: model.columns,
      task: model.task,
      ...(model.image === undefined ? {} : { image: model.image }),
    };
    const dataset = await client.data(label.value, kinds, needed);
    if (model === undefined) await openOwn(dataset, tableOptions(dataset, share.value));
    else await (await import("./open-model.js")).openModel(model, name, dataset);
    pending.value = undefined;
  };
  return (
    <div class="wizard">
      <TableSettings
        delimiter={reading.value.delimiter ?? found?.delimiter ?? ","}
        summary={found}
        label={label.value}
        share={model === undefined ? share : undefined}
        onRead={(changes) => void read(changes)}
        onLabel={(column) => {
          problem.value = undefined;
          void count(column);
        }}
      />
      <p class="counts" role="status">
        {counts.value}
      </p>
      {found !== undefined && (
        <TablePreview
          table={found}
          label={label.value}
          kinds={kinds}
          onKind={
            model === undefined
              ? (at, kind) => {
                  problem.value = undefined;
                  chosen.value = { ...chosen.value, [at]: kind };
                }
              : undefined
          }
        />
      )}
      <div class="group">
        <button
          type="button"
          class="primary"
          disabled={found === undefined || busy.value !== undefined}
          onClick={() => void attempt(`Opening ${name}`, open)}
        >
          Open these rows
        </button>
        <button
          type="button"
          onClick={() => {
            problem.value = undefined;
            pending.value = undefined;
          }}
        >
          Something else
        </button>
      </div>
    </div>
  );
}
