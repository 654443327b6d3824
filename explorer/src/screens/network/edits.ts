import { computed, signal } from "@preact/signals";
import { type ClassificationModel, decodeModel, encodeModel } from "chainrule";
import { type Session, session } from "../../state/session.js";

// Parameters that were changed by hand: of copies, which the whole page then shows. The model that was opened stays as it is.

/** One change: where in the parameter vector, and what stood there before. */
interface Edit {
  readonly index: number;
  readonly before: number;
}

interface Trail {
  readonly original: Session;
  /** The session with the changes; another one has no changes. */
  readonly current: Session;
  readonly edits: readonly Edit[];
}

const trail = signal<Trail | undefined>(undefined);
const own = computed((): Trail | undefined => (trail.value?.current === session.value ? trail.value : undefined));

export const editCount = computed((): number => own.value?.edits.length ?? 0);

/**
 * Puts a number in the place of a parameter, as the float32 that parameters are.
 *
 * @param isSame true while the same change goes on, such as by further digits: it is undone as one
 */
export function setParameter(index: number, value: number, isSame: boolean): void {
  const open = session.value!;
  const before = open.model.network.parameters[index]!;
  if (Object.is(before, Math.fround(value))) return;
  const edits = own.value?.edits ?? [];
  const goesOn = isSame && edits.at(-1)?.index === index;
  change(own.value?.original ?? open, goesOn ? edits : [...edits, { index, before }], index, value);
}

/** Takes the last change back. */
export function undo(): void {
  const last = own.value?.edits.at(-1);
  if (last === undefined) return;
  const { original, edits } = own.value!;
  if (edits.length === 1) reset();
  else change(original, edits.slice(0, -1), last.index, last.before);
}

/** Takes all changes back. */
export function reset(): void {
  if (own.value === undefined) return;
  session.value = own.value.original;
  trail.value = undefined;
}

function change(original: Session, edits: readonly Edit[], index: number, value: number): void {
  const parameters = session.value!.model.network.parameters.slice();
  parameters[index] = value;
  const current = { ...original, model: withParameters(original.model, parameters), title: `${original.title}, changed` };
  trail.value = { original, current, edits };
  session.value = current;
}

function withParameters(model: ClassificationModel, parameters: Float32Array): ClassificationModel {
  return {
    ...model,
    network: { ...model.network, parameters },
    // Hashing takes longer than a frame in a large network, and few ask for it.
    get parametersHash(): string {
      return decodeModel(encodeModel({ ...model, network: { ...model.network, parameters } })).parametersHash;
    },
  };
}
