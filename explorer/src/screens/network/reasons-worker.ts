import type { Label, TableRow } from "chainrule";
import { type Reasons, reasons } from "chainrule/explain";
import type { ShownModel } from "../../state/task.js";

// A thread of the page that sums up derivatives on the way from a typical row to another: up to a thousand passes for each answer.

/** What is asked about one row. */
export interface ReasonsCall {
  readonly id: number;
  readonly model: ShownModel;
  readonly row: TableRow;
  readonly output: Label;
}

export type ReasonsAnswer = { readonly id: number } & ({ readonly value: Reasons } | { readonly problem: string });

/** What of a worker's scope is used; the page's types know none. */
interface Scope {
  postMessage(message: ReasonsAnswer): void;
  onmessage: ((event: { readonly data: ReasonsCall }) => void) | null;
}
const scope = globalThis as unknown as Scope;

scope.onmessage = ({ data: { id, model, row, output } }) => {
  try {
    scope.postMessage({ id, value: reasons(model, row, output) });
  } catch (error) {
    scope.postMessage({ id, problem: error instanceof Error ? error.message : String(error) });
  }
};
