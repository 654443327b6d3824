import { openExamples } from "chainrule";
import { carryBack, forward } from "chainrule/reference";
import { type Session, session } from "../../state/session.js";
import type { ShownModel } from "../../state/task.js";

/** Rows that are looked through. */
export const LOOKED_THROUGH = 500;

const known = new WeakMap<ShownModel, Promise<readonly number[]>>();

/** The first rows of the data by their cost, the largest first; computed when it is first asked for, in slices that leave the page free. */
export function worstRows(open: Session): Promise<readonly number[]> {
  let rows = known.get(open.model);
  if (rows === undefined) {
    rows = order(open);
    known.set(open.model, rows);
  }
  return rows;
}

async function order({ model, dataset }: Session): Promise<readonly number[]> {
  const { network } = model;
  const list = openExamples(model, dataset, { rows: [0, Math.min(LOOKED_THROUGH, dataset.rowCount)] });
  const costs: number[] = [];
  let since = performance.now();
  for (let at = 0; at < list.length; at++) {
    const { x, y } = list.at(at)!;
    costs.push(carryBack(network, forward(network, x), y).cost);
    if (performance.now() - since < 10) continue;
    await new Promise((resolve) => setTimeout(resolve));
    since = performance.now();
  }
  return costs.map((_, at) => at).sort((p, q) => costs[q]! - costs[p]!);
}

let last: number | undefined;

/**
 * The worst row; where that is the one that is shown, the next in the order of costs, and so on. Undefined where other data were
 * opened meanwhile.
 */
export async function nextWorst(shown: number | undefined): Promise<number | undefined> {
  const open = session.value!;
  const rows = await worstRows(open);
  // A network that trains is another one by now; its rows are the same.
  if (session.value?.dataset !== open.dataset) return undefined;
  const at = shown !== undefined && shown === last ? rows.indexOf(shown) + 1 : 0;
  last = rows[at % rows.length]!;
  return last;
}
