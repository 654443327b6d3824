import { computed, signal } from "@preact/signals";
import { decodeModel, encodeModel } from "chainrule/formats";
import { type Session, session } from "../../state/session.js";
import { addNoise, type Noise } from "./noise.js";
import type { ShownModel } from "../../state/task.js";

// Parameters that were changed by hand: of copies, which the whole page then shows. The model that was opened stays as it is.

/** One change: of a parameter, or of several at once (undefined), and the parameter vector before it. */
export interface Edit {
  readonly index: number | undefined;
  readonly before: Float32Array;
  /** What noise it was: a link names that, and not all the weights. */
  readonly noise?: Noise;
}

interface Trail {
  readonly original: Session;
  /** The session with the changes; another one has no changes. */
  readonly current: Session;
  readonly edits: readonly Edit[];
}

const trail = signal<Trail | undefined>(undefined);
const own = computed((): Trail | undefined => (trail.value?.current === session.value ? trail.value : undefined));

/** The session as it was before any change by hand. */
export const unedited = computed((): Session | undefined => own.value?.original ?? session.value);

/** The changes by hand, the oldest first. */
export const editsNow = computed((): readonly Edit[] => own.value?.edits ?? []);

export const editCount = computed((): number => editsNow.value.length);

/**
 * Puts a number in the place of a parameter, as the float32 that parameters are.
 *
 * @param isSame true while the same change goes on, such as by further digits: it is undone as one
 */
export function setParameter(index: number, value: number, isSame: boolean): void {
  const { parameters } = session.value!.model.network;
  if (Object.is(parameters[index], Math.fround(value))) return;
  const next = parameters.slice();
  next[index] = value;
  if (isSame && own.value?.edits.at(-1)?.index === index) change(next, own.value.edits);
  else change(next, [...(own.value?.edits ?? []), { index, before: parameters }]);
}

/** Changes several parameters, which are undone as one. */
export function setParameters(work: (parameters: Float32Array) => void): void {
  const before = session.value!.model.network.parameters;
  const next = before.slice();
  work(next);
  change(next, [...(own.value?.edits ?? []), { index: undefined, before }]);
}

/** Adds noise to all weights. */
export function addNoiseToAll(noise: Noise): void {
  const { network } = session.value!.model;
  const next = network.parameters.slice();
  addNoise(network, next, noise);
  change(next, [...editsNow.value, { index: undefined, before: network.parameters, noise }]);
}

/** Takes the last change back. */
export function undo(): void {
  const edits = own.value?.edits ?? [];
  if (edits.length === 1) reset();
  else if (edits.length > 1) change(edits.at(-1)!.before, edits.slice(0, -1));
}

/** Takes all changes back. */
export function reset(): void {
  if (own.value === undefined) return;
  session.value = own.value.original;
  trail.value = undefined;
}

function change(parameters: Float32Array, edits: readonly Edit[]): void {
  const original = own.value?.original ?? session.value!;
  const current = { ...original, model: withParameters(original.model, parameters), title: `${original.title}, changed` };
  trail.value = { original, current, edits };
  session.value = current;
}

function withParameters(model: ShownModel, parameters: Float32Array): ShownModel {
  return {
    ...model,
    network: { ...model.network, parameters },
    // Hashing takes longer than a frame in a large network, and few ask for it.
    get parametersHash(): string {
      return decodeModel(encodeModel({ ...model, network: { ...model.network, parameters } })).parametersHash;
    },
  };
}
