import { computed, signal } from "@preact/signals";
import { explain } from "chainrule/explain";
import { selection, session, shown, passes } from "../state/session.js";
import { type Given, type Ground, givensFor, isEqual, reasonAgainst } from "./givens.js";
import { judge } from "./judge.js";
import { type Part, partsOf } from "./parts.js";
import { readNumber } from "./read-number.js";
import type { Attempt, ResultSheet } from "./result-sheet.js";

/** One exercise: what is asked, and the network and the example that it is asked of, as they were when it was opened. */
export interface Exercise {
  readonly title: string;
  readonly link: string;
  readonly ground: Ground;
  readonly parts: readonly Part[];
  readonly hidden: ReadonlySet<string>;
  readonly givens: readonly Given[];
  readonly begun: string;
}

/** What was done about one part. */
export interface Work {
  readonly typed: string;
  readonly attempts: readonly Attempt[];
  readonly shown: boolean;
  /** What was wrong with the last answer, and with what was typed instead of one. */
  readonly sentence: string;
  /** The formula of the part helps. */
  readonly look: boolean;
}

export const exercise = signal<Exercise | undefined>(undefined);
export const work = signal<ReadonlyMap<string, Work>>(new Map());
export const learner = signal("");
/** What the last look at the answers came to; for the live region. */
export const summary = signal("");

const NOTHING: Work = { typed: "", attempts: [], shown: false, sentence: "", look: false };

export const workOn = (id: string): Work => work.value.get(id) ?? NOTHING;
export const isDone = ({ attempts, shown: asked }: Work): boolean => asked || attempts.at(-1)?.right === true;

/** The parts of the derivative that is selected, of the row that is shown. */
export function partsNow(): { readonly ground: Ground; readonly parts: readonly Part[] } {
  const { network } = session.value!.model;
  const { example } = shown.value!;
  const parts = partsOf(explain(session.value!.model, example, selection.value));
  return { ground: { network, forward: passes.value!.forward, y: Float64Array.from(example.y) }, parts };
}

/**
 * The exercise about what is selected; undefined where none of the parts can be asked for.
 *
 * @param ids parts to find; those that cannot be asked for are passed over
 */
export function makeExercise(ids: readonly string[], link: string, begun: string): Exercise | undefined {
  const { ground, parts } = partsNow();
  const asked = parts.filter((part) => ids.includes(part.id) && reasonAgainst(ground, part) === undefined);
  if (asked.length === 0) return undefined;
  return {
    title: `dCost/d${selection.value} of ${shown.value!.name}, ${session.value!.title}`,
    link,
    ground,
    parts,
    hidden: new Set(asked.map(({ id }) => id)),
    givens: givensFor(ground, asked).givens,
    begun,
  };
}

/** A line of the exercise: a number to find, one that is given, or one that would give another away. */
export interface Line {
  readonly part: Part;
  readonly kind: "asked" | "given" | "covered";
  readonly depth: number;
}

/** The lines in the order of the equation, the result behind its parts. */
export const lines = computed((): Line[] => {
  const open = exercise.value;
  if (open === undefined) return [];
  const { parts, hidden } = open;
  const secret = parts.filter(({ id }) => hidden.has(id)).map(({ derivation }) => derivation.value);
  const children = (id: string): Part[] => parts.filter(({ parent }) => parent === id);
  const asksBelow = (id: string): boolean => children(id).some((child) => hidden.has(child.id) || asksBelow(child.id));
  const linesOf = (part: Part, depth: number): Line[] => {
    const covers = secret.some((value) => isEqual(value, part.derivation.value));
    const kind = hidden.has(part.id) ? "asked" : covers ? "covered" : "given";
    const opened = kind !== "given" || asksBelow(part.id);
    const inner = opened ? children(part.id).flatMap((child) => linesOf(child, depth + 1)) : [];
    return [...inner, { part, kind, depth }];
  };
  return linesOf(parts[0]!, 0);
});

/** The parts to find, in the order of the lines. */
const asked = (): Part[] => lines.value.filter(({ kind }) => kind === "asked").map(({ part }) => part);

function change(id: string, parts: Partial<Work>): void {
  work.value = new Map(work.value).set(id, { ...workOn(id), ...parts });
}

export const type = (id: string, typed: string): void => change(id, { typed });

/** Looks at every answer that is new. */
export function check(time: string): void {
  const { ground, parts } = exercise.value!;
  const all = asked();
  const answers = new Map<string, number>();
  for (const { id, derivation } of all) {
    const { shown: given, typed } = workOn(id);
    const answer = given ? derivation.value : readNumber(typed);
    if (answer !== undefined) answers.set(id, answer);
  }
  const said: string[] = [];
  for (const part of all) {
    const { id } = part;
    const { typed, attempts, shown: given } = workOn(id);
    const text = typed.trim();
    if (given || text === "" || (attempts.at(-1)?.answer === text && attempts.at(-1)?.right === true)) continue;
    const answer = answers.get(id);
    if (answer === undefined) {
      change(id, { sentence: `"${text}" is no number. Write 0.25, 0,25, 1/4 or 2.5e-1.`, look: false });
      said.push(part.derivation.name);
      continue;
    }
    const { right, sentence, look, mistake } = judge(ground, part, { answer, shown: text }, parts, answers);
    const attempt = { answer: text, time, right, ...(mistake === undefined ? {} : { mistake }) };
    const isNew = attempts.at(-1)?.answer !== text;
    change(id, { sentence, look: look !== undefined, ...(isNew ? { attempts: [...attempts, attempt] } : {}) });
    if (!right) said.push(part.derivation.name);
  }
  const done = all.filter(({ id }) => isDone(workOn(id))).length;
  const wrong = said.length === 0 ? "" : ` Not right: ${said.join(", ")}.`;
  summary.value = `${done} of ${all.length} found.${wrong}`;
}

/** Gives a number away; the result sheet says so. */
export function show(id: string): void {
  change(id, { shown: true, sentence: "" });
}

export function sheetOf({ title, link, begun }: Exercise): ResultSheet {
  return {
    exercise: title,
    link,
    learner: learner.value,
    begun,
    lines: asked().map(({ id, derivation }) => ({ part: derivation.name, attempts: workOn(id).attempts, shown: workOn(id).shown })),
  };
}
