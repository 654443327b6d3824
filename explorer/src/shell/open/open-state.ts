import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { session } from "../../state/session.js";
import type { ShownModel } from "../../state/task.js";
import type { NetworkFile } from "./open-network.js";

/** A table whose columns are being chosen. */
export interface PendingTable {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** A model that was given with it, whose columns and classes it has to have. */
  readonly model?: ShownModel;
  /** A network of JSON that was given with it: its columns are the inputs, and what the outputs should be. */
  readonly network?: NetworkFile;
  /** What asks for the columns; it comes with the first table. */
  readonly Wizard: ComponentType<{ readonly table: PendingTable }>;
}

/** Whether the dialog stands open. */
export const isOpen = signal(false);
/** Why the last thing could not be opened. */
export const problem = signal<string | undefined>(undefined);
/** What is being opened; undefined while nothing is. */
export const busy = signal<string | undefined>(undefined);
/** What was opened last, to be read out: the dialog is gone by then. */
export const said = signal("");
/** A table between its file and the page. */
export const pending = signal<PendingTable | undefined>(undefined);

/** Closes the dialog once a task is done; where it fails, says why and changes nothing. */
export async function attempt(what: string, task: () => Promise<unknown>): Promise<void> {
  if (busy.value !== undefined) return;
  busy.value = what;
  problem.value = undefined;
  try {
    await task();
    if (pending.value !== undefined) return;
    isOpen.value = false;
    said.value = `Opened: ${session.peek()?.title ?? ""}`;
  } catch (error) {
    problem.value = error instanceof Error ? error.message : String(error);
  } finally {
    busy.value = undefined;
  }
}
