import { batch, computed, effect, signal } from "@preact/signals";
import { type Example, openExamples, type ValueTarget } from "chainrule";
import { backward, type Backward, forward, type Forward } from "chainrule/reference";
import type { ShownData, ShownModel } from "./task.js";

// What the whole page is about. Every screen reads these signals, so that all numbers on it belong to one model and one example.

/** A model with the data that it is looked at with. */
export interface Session {
  readonly model: ShownModel;
  readonly dataset: ShownData;
  /** What people call it. */
  readonly title: string;
  /** Training steps that its parameters have taken, where that is known. */
  readonly step: number | undefined;
}

/** Undefined until the first model is there. */
export const session = signal<Session | undefined>(undefined);

/** The row of the data set that is looked at. */
export const row = signal(0);

/** Raw inputs in the place of the row's, drawn by hand, shape (columns); undefined where the row itself is looked at. */
export const drawing = signal<Float64Array | undefined>(undefined);

/** What a drawing is meant to be, by the position of its class. */
export const meant = signal(0);

/** Numbers that inputs in the place of a row's are meant to have, in the units of the targets; until they are set they are those of the row. */
export const meantValues = signal<{ readonly row: number; readonly values: Float64Array } | undefined>(undefined);

// They are of one drawing.
effect(() => {
  if (drawing.value === undefined) meantValues.value = undefined;
});

/** The quantity that every screen follows: `w4[3,7]`, `b3[2]`, `z3[1]`, `a2[5]`. */
export const selection = signal("w4[3,7]");

/** The example that is looked at, as the network sees it. */
export interface Shown {
  readonly example: Example;
  /** Raw inputs, shape (columns). */
  readonly inputs: Float64Array;
  /** The position of its class; undefined where numbers are learned. */
  readonly label: number | undefined;
  /** Those numbers, in the units of the targets. */
  readonly values: Float64Array | undefined;
  /** "row 12", "your drawing" or "your input" */
  readonly name: string;
}

export const shown = computed((): Shown | undefined => {
  const open = session.value;
  if (open === undefined) return undefined;
  const { model, dataset } = open;
  const own = drawing.value;
  const at = row.value;
  const { target } = dataset;
  if (own === undefined) {
    const example = openExamples(model, dataset, { rows: [at, at + 1] }).at(0)!;
    const width = dataset.columns.length;
    const inputs = Float64Array.from(dataset.inputs.subarray(at * width, (at + 1) * width));
    const label = target.kind === "classes" ? target.indices[at]! : undefined;
    return { example, inputs, label, values: target.kind === "values" ? valuesOf(target, at) : undefined, name: `row ${at}` };
  }
  const name = (model.image ?? dataset.image) === undefined ? "your input" : "your drawing";
  const alone = { ...dataset, rowCount: 1, inputs: own };
  if (target.kind === "classes") {
    const example = openExamples(model, { ...alone, target: { ...target, indices: Int32Array.of(meant.value) } }).at(0)!;
    return { example, inputs: own, label: meant.value, values: undefined, name };
  }
  const values = meantValues.value?.row === at ? meantValues.value.values : valuesOf(target, at);
  const example = openExamples(model, { ...alone, target: { ...target, values } }).at(0)!;
  return { example, inputs: own, label: undefined, values, name };
});

function valuesOf({ names: { length }, values }: ValueTarget, at: number): Float64Array {
  return values.slice(at * length, (at + 1) * length);
}

/** Forward and backward pass of the example in float64. */
export interface Passes {
  readonly forward: Forward;
  readonly backward: Backward;
}

export const passes = computed((): Passes | undefined => {
  const open = session.value;
  const example = shown.value?.example;
  if (open === undefined || example === undefined) return undefined;
  const pass = forward(open.model.network, example.x);
  return { forward: pass, backward: backward(open.model.network, pass, example.y) };
});

/** Opens a model: the example and the selection are set back to something that it has. */
export function openSession(next: Session): void {
  const { layout } = next.model.network;
  const [j, k] = [Math.min(3, layout.sizes[layout.depth]! - 1), Math.min(7, layout.sizes[layout.depth - 1]! - 1)];
  // At once: nothing may look at the new model with the old selection.
  batch(() => {
    drawing.value = undefined;
    meantValues.value = undefined;
    row.value = 0;
    session.value = next;
    selection.value = `w${layout.depth}[${j},${k}]`;
  });
}
