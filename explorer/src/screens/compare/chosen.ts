import { computed, signal } from "@preact/signals";
import type { KeptRun } from "../../state/kept-run.js";
import { keptRuns } from "../../state/kept-runs.js";

// Which runs are compared, and which of them somebody points at.

/** Runs that are compared at once: so many lines can be told apart. */
export const MOST_CHOSEN = 6;

const ids = signal<readonly string[]>([]);
/** Where nobody has chosen, the two newest are. */
const isOwn = signal(false);

const chosenIds = computed(() => (isOwn.value ? ids.value : keptRuns.value.slice(0, 2).map(({ id }) => id)));

/** A run that is compared, with its place among the marks (marks.ts), which stays while it is chosen. */
export interface ChosenRun {
  readonly run: KeptRun;
  readonly place: number;
}

const places = new Map<string, number>();

/** In the order in which they were chosen. */
export const chosen = computed((): readonly ChosenRun[] => {
  const runs = chosenIds.value.flatMap((id) => keptRuns.value.find((run) => run.id === id) ?? []);
  for (const id of places.keys()) if (!runs.some((run) => run.id === id)) places.delete(id);
  return runs.map((run) => {
    const taken = new Set(places.values());
    const place = places.get(run.id) ?? Array.from({ length: MOST_CHOSEN }, (_, at) => at).find((at) => !taken.has(at))!;
    places.set(run.id, place);
    return { run, place };
  });
});

export function choose(id: string, isChosen: boolean): void {
  const others = chosen.value.map(({ run }) => run.id).filter((one) => one !== id);
  chooseAll(isChosen ? [...others, id] : others);
}

export function chooseAll(list: readonly string[]): void {
  isOwn.value = true;
  ids.value = list.slice(0, MOST_CHOSEN);
}

/** The run that is pointed at, or that has the focus: every chart marks it. */
export const marked = signal<string | undefined>(undefined);

/** What stands at the bottom of the charts. */
export const AXES = ["step", "epoch", "seconds"] as const;
export type Axis = (typeof AXES)[number];
export const axis = signal<Axis>("step");
export const isLogarithmic = signal(false);

/** What happened, for the one live region of the screen. */
export const said = signal("");
