import { signal } from "@preact/signals";
import type { KeptRun } from "../../state/kept-run.js";

// The same recipe with other seeds, trained beside the page: what it shows stays as it is. What trains comes with the first of it.

export const SEEDS = 5;

export interface Repeating {
  readonly of: KeptRun;
  /** Runs that are over. */
  readonly done: number;
  /** Share of all of them, 0..1. */
  readonly fraction: number;
}

export const repeating = signal<Repeating | undefined>(undefined);
export const cancelling = signal(new AbortController());
