import { computed, effect, signal } from "@preact/signals";
import { Analyst, type Reply } from "../../analysis/analyst.js";
import { run, status } from "../../state/run.js";
import { type Session, session } from "../../state/session.js";

// What the analysis has found. Everything of one look belongs to one model; panels say of which step it is.

export interface Look {
  readonly session: Session;
  readonly diagnosis: Reply<"diagnosis">;
  readonly answers: Reply<"answers">;
  readonly spread: Reply<"spread">;
  readonly milliseconds: number;
}

export const analyst = new Analyst();

/** The newest whole look. */
export const look = signal<Look | undefined>(undefined);
/** Whether one is under way. */
export const isLooking = signal(false);
/** Set by "Stop": nothing is looked at until somebody asks again. */
export const isStopped = signal(false);
/** Whether the screen is on the page. */
export const isShown = signal(false);

/** What is known of the data and the model that are open; another data set, or another network, begins with nothing. */
export const current = computed(() => ofOpen(look.value));

/** The same a moment later, for the panels about rows, so that no task of the page has to draw all of it. */
const settled = signal<Look | undefined>(undefined);
effect(() => {
  const found = look.value;
  const timer = setTimeout(() => (settled.value = found));
  return () => clearTimeout(timer);
});
export const currentRows = computed(() => ofOpen(settled.value));

function ofOpen(found: Look | undefined): Look | undefined {
  const open = session.value;
  if (found?.session.dataset !== open?.dataset) return undefined;
  return found?.session.model.network.layout.length === open?.model.network.layout.length ? found : undefined;
}

/** The run that the network of the page is of; one that was opened after a run has no step. */
export const ownRun = computed(() => (session.value?.step === undefined ? undefined : run.value));

export const isTraining = computed(() => status.value === "training");

/** "step 1,200", or the name of a network whose steps are not known. */
export function stepText({ step, title }: Session): string {
  return step === undefined ? title : `step ${step.toLocaleString("en-US")}`;
}
