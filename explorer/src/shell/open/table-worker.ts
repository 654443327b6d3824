import type { TableAnswer, TableCall } from "./table-client.js";
import { columnOf, createTableReader, type TableReader } from "./table-reader.js";

// A thread of the page that reads a table, so that the page does not wait for a large one.

/** What of a worker's scope is used; the page's types know none. */
interface Scope {
  postMessage(message: TableAnswer, transfer: ArrayBufferLike[]): void;
  onmessage: ((event: { readonly data: TableCall }) => void) | null;
}
const scope = globalThis as unknown as Scope;

let reader: TableReader | undefined;
let columns: readonly string[] = [];
/** One call after the other: each reads the whole file. */
let last: Promise<void> = Promise.resolve();

scope.onmessage = ({ data: call }) => {
  last = last.then(() => answer(call));
};

async function answer(call: TableCall): Promise<void> {
  if (call.kind === "table") {
    reader = createTableReader(call.name, call.bytes);
    return;
  }
  const { id } = call;
  try {
    const value = await ask(reader!, call);
    scope.postMessage({ id, value }, buffersOf(value));
  } catch (error) {
    scope.postMessage({ id, problem: error instanceof Error ? error.message : String(error), column: columnOf(error, columns) }, []);
  }
}

async function ask(table: TableReader, call: Exclude<TableCall, { readonly kind: "table" }>): Promise<unknown> {
  switch (call.kind) {
    case "read": {
      const written = await table.read(...call.of);
      columns = written.columns;
      return written;
    }
    case "learn":
      return table.learn(...call.of);
    case "data":
      return table.data();
    case "forModel":
      return table.forModel(...call.of);
  }
}

/** The numbers of what is handed over, which then are the page's without a copy. */
function buffersOf(value: unknown): ArrayBufferLike[] {
  if (ArrayBuffer.isView(value)) return [value.buffer];
  return typeof value === "object" && value !== null ? [...new Set(Object.values(value).flatMap(buffersOf))] : [];
}
