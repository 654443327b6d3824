import type { TableAnswer, TableCall } from "./table-client.js";
import { createTableReader, type TableReader } from "./table-reader.js";

// A thread of the page that reads a table, so that the page does not wait for a large one.

/** What of a worker's scope is used; the page's types know none. */
interface Scope {
  postMessage(message: TableAnswer): void;
  onmessage: ((event: { readonly data: TableCall }) => void) | null;
}
const scope = globalThis as unknown as Scope;

let reader: TableReader | undefined;

scope.onmessage = ({ data: call }) => {
  if (call.kind === "table") {
    reader = createTableReader(call.name, call.bytes);
    return;
  }
  const { id } = call;
  try {
    scope.postMessage({ id, value: answer(reader!, call) });
  } catch (error) {
    scope.postMessage({ id, problem: error instanceof Error ? error.message : String(error) });
  }
};

function answer(table: TableReader, call: Exclude<TableCall, { readonly kind: "table" }>): unknown {
  switch (call.kind) {
    case "read":
      return table.read(call.reading);
    case "counts":
      return table.counts(call.label);
    case "data":
      return table.data(call.label, call.kinds, call.model);
  }
}
