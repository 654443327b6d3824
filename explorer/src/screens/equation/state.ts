import { computed, signal } from "@preact/signals";
import { type ExampleList, openExamples } from "chainrule";
import { explain, type Explanation, type MathOptions } from "chainrule/explain";
import { drawing, row, selection, session, shown } from "../../state/session.js";
import { createStopwatch } from "./stopwatch.js";

// What the equation screen is about: the derivative of the selection, of the shown example or of several.

/** Rows whose mean is looked at. */
export const MEAN_ROWS = 100;

export const scope = signal<"one" | "mean">("one");
export const sign = signal<NonNullable<MathOptions["derivative"]>>("d");

/** Parts of the path graph that are lit, by their keys (graph-data.ts). */
export const marked = signal<readonly string[]>([]);

/** What a screen reader is told; once said, never again. */
export const said = signal("");

/** Quantities that were looked at before, the last one last. */
export const trail = signal<readonly string[]>([]);

export const mathOptions = computed((): MathOptions => ({ derivative: sign.value }));

/** Something that may be impossible for a network or a quantity: its value, or the reason in words. */
export type Outcome<T> = { readonly value: T; readonly problem?: never } | { readonly value?: never; readonly problem: string };

export function attempt<T>(work: () => T): Outcome<T> {
  try {
    return { value: work() };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The rows of the mean. */
export const meanRows = computed((): ExampleList | undefined => {
  const open = session.value;
  if (open === undefined) return undefined;
  return openExamples(open.model, open.dataset, { rows: [0, Math.min(MEAN_ROWS, open.dataset.rowCount)] });
});

/** One example or the rows of the mean, as the scope says. */
export const looked = computed(() => (scope.value === "mean" ? meanRows.value! : shown.value!.example));

/** Derivations of many rows of a large network take more than a frame. */
const stopwatch = createStopwatch(25);
const kind = (): string => `${scope.value} ${selection.value} ${session.value?.model.network.layout.sizes.join("-") ?? ""}`;

export const isSlow = (): boolean => stopwatch.isSlow(kind());

export const explanation = computed((): Outcome<Explanation> =>
  stopwatch.measure(kind(), () => attempt(() => explain(session.value!.model, looked.value, selection.value))),
);

/** "row 12", "your drawing", "the mean of rows 0 to 99" */
export const about = computed(() => (scope.value === "mean" ? `the mean of rows 0 to ${meanRows.value!.length - 1}` : shown.value!.name));

/** True from when a factor was followed until the keyboard stands at what it led to. */
export const followed = signal(false);

/** Selects a quantity, or the example whose term was chosen, and remembers where that was asked for. */
export function goTo({ quantity, example }: { readonly quantity: string; readonly example: number | undefined }): void {
  marked.value = [];
  followed.value = true;
  if (example !== undefined) {
    drawing.value = undefined;
    row.value = example;
    scope.value = "one";
  }
  if (quantity === selection.value) return;
  trail.value = [...trail.value.slice(-19), selection.value];
  selection.value = quantity;
}
