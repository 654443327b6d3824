import type { KeptSnapshot } from "./kept-run.js";
import type { CostPoint } from "./run.js";

/** Points of a curve that are kept. */
export const MOST_POINTS = 2000;
/** Parameters of a run that are kept. */
export const MOST_SNAPSHOTS = 5;

/** At most so many points: neighbours become one, with the least and the most of all of them. A cost that is no number stays to be seen. */
export function thinCosts(costs: readonly CostPoint[], most = MOST_POINTS): CostPoint[] {
  const size = Math.ceil(costs.length / most);
  if (size <= 1) return [...costs];
  return Array.from({ length: Math.ceil(costs.length / size) }, (_, at) => {
    const group = costs.slice(at * size, (at + 1) * size);
    return {
      step: group.at(-1)!.step,
      least: Math.min(...group.map(({ least }) => least)),
      mean: group.reduce((sum, { mean }) => sum + mean, 0) / group.length,
      most: Math.max(...group.map((point) => point.most)),
    };
  });
}

/** At most so many of a list, evenly over it, the first and the last among them. */
export function thinList<T>(list: readonly T[], most = MOST_POINTS): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, at) => list[Math.round((at * (list.length - 1)) / (most - 1))]!);
}

/** The snapshots that are kept: the first, the newest, and between them those that leave the least gaps. In the order of their steps. */
export function thinSnapshots(snapshots: readonly KeptSnapshot[], most = MOST_SNAPSHOTS): KeptSnapshot[] {
  const kept = [...snapshots].sort((left, right) => left.step - right.step);
  while (kept.length > most) {
    const gap = (at: number): number => kept[at + 1]!.step - kept[at - 1]!.step;
    let dropped = 1;
    for (let at = 2; at < kept.length - 1; at++) if (gap(at) < gap(dropped)) dropped = at;
    kept.splice(dropped, 1);
  }
  return kept;
}
