import { effect, type Signal, signal } from "@preact/signals";
import type { Answers, Spread } from "../../analysis/messages.js";
import { run, standing } from "../../state/run.js";
import { type Session, session } from "../../state/session.js";
import { analyst, isShown, isStopped } from "./state.js";
import type { ShownModel } from "../../state/task.js";

/** The network of a run at one of its epochs. What the analysis says of it comes when somebody looks. */
export interface Moment {
  /** Whole epochs done. */
  readonly epoch: number;
  readonly step: number;
  readonly model: ShownModel;
  readonly answers: Signal<Answers | undefined>;
  readonly spread: Signal<Spread | undefined>;
}

/** Bytes of parameters that are kept, and moments at most. */
const KEPT = 16_000_000;
const MOST = 100;

/** Of the run that trains or has trained, from its beginning on. */
export const course = signal<readonly Moment[]>([]);
let runId: string | undefined;

/** Keeps the network at each epoch of a run, as often as the page shows another one. */
export function keepCourse(): () => void {
  return effect(() => {
    const open = session.value;
    if (open !== undefined) keep(open);
  });
}

function keep({ step, model }: Session): void {
  const [id, { stepsPerEpoch }] = [run.peek()?.id, standing.peek()];
  if (id === undefined || step === undefined || stepsPerEpoch === 0) return;
  const epoch = Math.floor(step / stepsPerEpoch);
  // A run that was set back goes on from there.
  const known = id === runId ? course.peek().filter((moment) => moment.step < step) : [];
  const isNew = known.at(-1)?.epoch !== epoch || id !== runId;
  runId = id;
  if (!isNew && known.length === course.peek().length) return;
  const next = isNew ? [...known, { epoch, step, model, answers: signal(undefined), spread: signal(undefined) }] : known;
  const most = Math.max(8, Math.min(MOST, Math.floor(KEPT / model.network.parameters.byteLength)));
  course.value = next.length <= most ? next : thinned(next);
}

/** Without every second moment; the first and the last stay. */
export function thinned<T>(list: readonly T[]): readonly T[] {
  return list.filter((_, at) => at % 2 === 0 || at === list.length - 1);
}

/** Has the spreads of all moments measured, one after the other, while the screen is looked at. */
export function measureCourse(): () => void {
  let isBusy = false;
  const next = async (): Promise<void> => {
    isBusy = true;
    for (;;) {
      const [open, moment] = [session.peek(), course.peek().find(({ spread }) => spread.peek() === undefined)];
      if (open === undefined || moment === undefined || !isShown.peek() || isStopped.peek()) break;
      const reply = await analyst.ask("pastSpread", moment.model, open.dataset);
      if (reply.kind !== "answer") break;
      moment.spread.value = reply.value;
    }
    isBusy = false;
  };
  return effect(() => {
    const isWanted = isShown.value && !isStopped.value && course.value.some(({ spread }) => spread.peek() === undefined);
    if (isWanted && !isBusy) void next();
  });
}

/** Has every row of a moment answered. */
export async function answerMoment({ model, answers }: Moment): Promise<void> {
  const open = session.peek();
  if (open === undefined || answers.peek() !== undefined) return;
  const reply = await analyst.ask("pastAnswers", model, open.dataset);
  if (reply.kind === "answer") answers.value = reply.value;
}
