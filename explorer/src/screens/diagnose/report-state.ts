import address from "worker-chunk:../../analysis/report-worker.js";
import { computed, effect, signal } from "@preact/signals";
import { Analyst, type Reply } from "../../analysis/analyst.js";
import { rawRowsOf } from "../../state/raw-rows.js";
import { outcome } from "../../state/run.js";
import { type Session, session } from "../../state/session.js";
import type { ShownData, ShownModel } from "../../state/task.js";
import { type Part, partsWithRows } from "./confusion-data.js";
import { currentRows, isShown, isTraining, ownRun } from "./state.js";

// The report of the network that is open, as `chainrule evaluate --report` writes it. It is made when somebody asks for it, and from then on again
// whenever the network stands still as another one, or other rows are chosen.

interface Subject {
  readonly session: Session;
  readonly part: Part | undefined;
}

const analyst = new Analyst(address);
/** The data whose report was asked for. */
const wanted = signal<ShownData | undefined>(undefined);
const found = signal<(Subject & { readonly reply: Reply<"report"> }) | undefined>(undefined);
/** What is being made, or was last. */
let asked: { readonly model: ShownModel; readonly part: Part | undefined } | undefined;

export const isMaking = signal(false);
export const chosenPart = signal<Part | undefined>(undefined);

/** The parts that can be measured. */
export const reportParts = computed(() => {
  const answers = currentRows.value?.answers;
  return answers?.kind === "answer" ? partsWithRows(answers.value) : [];
});
export const reportPart = computed(() => {
  const parts = reportParts.value;
  return parts.find((name) => name === chosenPart.value) ?? parts[0];
});
export const isWanted = computed(() => wanted.value !== undefined && wanted.value === session.value?.dataset);

/** The newest one of these data and rows, also where the network has moved on. */
export const shownReport = computed(() => {
  const last = found.value;
  return last?.session.dataset === session.value?.dataset && last?.part === reportPart.value ? last : undefined;
});

export function makeReport(): void {
  asked = undefined;
  wanted.value = session.peek()?.dataset;
}

export function stopReport(): void {
  wanted.value = undefined;
}

/** Makes reports as long as the page lives. */
export function followReports(): void {
  effect(() => {
    const [open, part, isStanding] = [session.value, reportPart.value, !isTraining.value && isShown.value];
    if (open !== undefined && isWanted.value && asked?.model === open.model && asked.part === part) return;
    asked = undefined;
    analyst.cancel();
    isMaking.value = false;
    if (open !== undefined && isWanted.value && isStanding) void make(open, part);
  });
}

async function make(open: Session, part: Part | undefined): Promise<void> {
  const { model, dataset } = open;
  const own = (asked = { model, part });
  isMaking.value = true;
  const history = ownRun.peek()?.records;
  const end = outcome.peek();
  const reply = await analyst.ask("report", model, dataset, {
    raw: rawRowsOf(dataset),
    ...(part === undefined ? {} : { part }),
    ...(history === undefined ? {} : { history }),
    ...(end?.bestEpoch !== undefined && end.model === model ? { bestEpoch: end.bestEpoch } : {}),
  });
  if (asked !== own || reply.kind === "none") return;
  isMaking.value = false;
  found.value = { session: open, part, reply };
  // Another try is the reader's.
  if (reply.kind === "problem") stopReport();
}
