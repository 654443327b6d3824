import { computed, effect, signal } from "@preact/signals";
import { drawing, row, selection, session } from "../../state/session.js";
import { isCalm } from "./calm.js";
import { explanation, goTo, marked, scope } from "./state.js";
import { marksOf } from "./marks.js";
import { type Chosen, type TreeRow, visibleRows } from "./tree-rows.js";

/** Rows that are open, by their ids. */
const open = signal<ReadonlySet<string>>(new Set());

/** The terms that have rows; the same while a network trains, so that no row moves under the eye or the keyboard. */
const chosen = signal<Chosen>(new Map());

/** The row that the keyboard stands on. */
export const current = signal<string | undefined>(undefined);

export const rows = computed((): readonly TreeRow[] => {
  const { value: root } = explanation.value;
  return root === undefined ? [] : visibleRows(root, open.value, chosen.value);
});

const isOpened = computed(() => session.value !== undefined);

/** Another quantity begins with its first level open; another example of it, or another network, keeps what is open. */
effect(() => {
  const [opened] = [isOpened.value, selection.value, scope.value];
  const root = opened ? explanation.peek().value : undefined;
  open.value = new Set(root === undefined ? [] : [root.name]);
  current.value = undefined;
});

/** Of another example the largest terms are others. */
effect(() => {
  [selection.value, scope.value, row.value, drawing.value].valueOf();
  chosen.value = new Map();
});

/** So they are when the network stands again; what is open stays, and so does all while somebody is in the tree. */
effect(() => {
  if (!isCalm.value || document.activeElement?.closest(".eq-tree")) return;
  const [all, opened] = [rows.peek(), open.peek()];
  const kept = new Map<string, readonly number[]>();
  for (const [id, places] of chosen.peek()) {
    const terms = all.filter((row) => row.parent === id);
    const stay = places.filter((_, at) => terms[at] !== undefined && opened.has(terms[at].id));
    if (stay.length > 0) kept.set(id, stay);
  }
  chosen.value = kept;
});

export function setOpen({ id, canOpen, isOpen }: TreeRow, wanted: boolean): void {
  if (!canOpen || wanted === isOpen) return;
  const next = new Set(open.value);
  if (wanted) next.add(id);
  else next.delete(id);
  open.value = next;
}

export function mark({ derivation }: TreeRow): void {
  marked.value = derivation === undefined ? [] : marksOf(derivation);
}

/** What a key does at a row: undefined where it does nothing, otherwise the row to stand on. */
export function keyed(key: string, row: TreeRow): string | undefined {
  const all = rows.value;
  const at = all.indexOf(row);
  switch (key) {
    case "ArrowDown":
      return (all[at + 1] ?? row).id;
    case "ArrowUp":
      return (all[at - 1] ?? row).id;
    case "Home":
      return all[0]!.id;
    case "End":
      return all.at(-1)!.id;
    case "ArrowRight":
      if (row.isOpen) return (all[at + 1] ?? row).id;
      setOpen(row, true);
      return row.id;
    case "ArrowLeft":
      if (!row.isOpen) return row.parent ?? row.id;
      setOpen(row, false);
      return row.id;
    case "Enter":
      if (row.target !== undefined) goTo(row.target);
      return row.id;
    default:
      return undefined;
  }
}
