import { numberText } from "chainrule/explain";
import { useEffect, useMemo } from "preact/hooks";
import { attempt, busy, pending, type PendingTable, problem } from "./open-state.js";
import { openTable } from "./open-table.js";
import type { Learned } from "./table-reader.js";
import { TableSchema } from "./table-schema.js";
import { LearningSettings, ReadingSettings } from "./table-settings.js";
import { createTableState, type TableState } from "./table-state.js";

/** Classes that are listed with their rows. */
const LISTED = 12;

/** How a table is read, and what becomes of it; nothing is opened before it is asked for. */
export function TableWizard({ table: { name, bytes, model, network } }: { readonly table: PendingTable }) {
  const learns = model === undefined && network === undefined;
  const state = useMemo(() => createTableState(name, bytes, learns), [bytes]);
  useEffect(() => {
    void state.read({});
    return () => state.client.end();
  }, [state]);
  const { written, learned, isBusy, column, client } = state;
  const isReady = learns ? learned.value !== undefined && learned.value.task !== "multi-label" : written.value !== undefined;

  const open = async (): Promise<void> => {
    if (network !== undefined) {
      const { columnsFor, openNetwork } = await import("./open-network.js");
      const { inputs, targets } = columnsFor(network, written.value!.columns);
      const task = { kind: "regression", targets, mean: targets.map(() => 0), deviation: targets.map(() => 1) } as const;
      await openNetwork(network, (await client.forModel({ columns: inputs, task })).dataset, true);
    } else if (model === undefined) await openTable(await client.data());
    else {
      const { columns, task, preparation, image } = model;
      const asked = { columns, task, ...(preparation === undefined ? {} : { preparation }), ...(image === undefined ? {} : { image }) };
      const { dataset, raw } = await client.forModel(asked);
      await (await import("./open-model.js")).openModel(model, name, dataset, raw);
    }
    pending.value = undefined;
  };
  const wrong = column.value;
  return (
    <div class="wizard">
      {wrong !== undefined && wrong !== state.learning.value?.target && (
        <div class="group">
          <button type="button" onClick={() => void state.choose(wrong, "left out")}>
            Leave “{wrong}” out
          </button>
          <button type="button" onClick={() => void state.choose(wrong, "categorical")}>
            Take it as categories
          </button>
        </div>
      )}
      <ReadingSettings state={state} />
      {learns && written.value !== undefined && <Learn state={state} />}
      {!learns && written.value !== undefined && (
        <p class="counts">
          {written.value.columns.length.toLocaleString("en-US")} columns;{" "}
          {network === undefined
            ? "the model takes those that it was trained on, by their names."
            : "they enter as they are: first the inputs of the network, then what each of its outputs should be."}
        </p>
      )}
      <div class="group">
        <button
          type="button"
          class="primary"
          disabled={!isReady || isBusy.value || busy.value !== undefined}
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

function Learn({ state }: { readonly state: TableState }) {
  const { learned, isBusy } = state;
  const found = learned.value;
  return (
    <>
      <LearningSettings state={state} />
      <p class="counts" role="status">
        {isBusy.value ? "Reading the rows…" : found === undefined ? "" : summary(found)}
      </p>
      <TableSchema state={state} />
      {found !== undefined && <Notes of={found} />}
    </>
  );
}

/** What is said of columns stands with them. */
function Notes({ of: { notes, schema } }: { readonly of: Learned }) {
  const said = new Set(schema.map(({ name, note }) => `column "${name}": ${note ?? ""}`));
  const others = notes.filter((note) => !said.has(note));
  if (others.length === 0) return null;
  return (
    <ul class="notes">
      {others.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}

const count = (value: number): string => value.toLocaleString("en-US");

function summary({ range, rowCount, inputs, classes, parts: [train, validation, test] }: Learned): string {
  const rows = `${count(rowCount)} rows: ${count(train)} to train on, ${count(validation)} for validation, ${count(test)} for the test; ${count(inputs)} inputs.`;
  if (range !== undefined) return `${rows} Numbers from ${numberText(range[0])} to ${numberText(range[1])}, to be learned as numbers.`;
  const listed = classes.slice(0, LISTED).map(([label, of]) => `${label} ${count(of)}`);
  return `${rows} ${count(classes.length)} classes: ${listed.join(", ")}${classes.length > LISTED ? ", ..." : ""}`;
}
