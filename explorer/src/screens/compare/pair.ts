import { computed, effect, signal } from "@preact/signals";
import { lastModel } from "../../state/kept-open.js";
import type { KeptRun } from "../../state/kept-run.js";
import { chosen } from "./chosen.js";
import type { ShownModel } from "../../state/task.js";

// Two of the chosen runs, with their last parameters.

export interface Side {
  readonly run: KeptRun;
  readonly place: number;
  readonly seed: number | undefined;
  readonly model: ShownModel;
  readonly step: number;
}

export interface Pair {
  readonly first: Side;
  readonly second: Side;
}

const wanted = signal<readonly [string?, string?]>([]);

/** The ids of both, and undefined where less than two runs are chosen. */
export const pairIds = computed((): readonly [string, string] | undefined => {
  const ids = chosen.value.map(({ run }) => run.id);
  const first = ids.find((id) => id === wanted.value[0]) ?? ids[0];
  const second = ids.find((id) => id === wanted.value[1] && id !== first) ?? ids.find((id) => id !== first);
  return first === undefined || second === undefined ? undefined : [first, second];
});

/** Puts a run on a side; where it stood on the other one, they change places. */
export function choosePair(side: 0 | 1, id: string): void {
  const [first, second] = pairIds.value!;
  if (side === 0) wanted.value = [id, id === second ? first : second];
  else wanted.value = [id === first ? second : first, id];
}

/** The pair that is loaded; a sentence where it cannot be. */
export const pair = signal<Pair | string | undefined>(undefined);

/** Loads the parameters of the pair whenever it is another one. */
export function followPair(): () => void {
  let newest = 0;
  return effect(() => {
    const ids = pairIds.value;
    const runs = chosen.value;
    const call = (newest += 1);
    if (ids === undefined) {
      pair.value = undefined;
      return;
    }
    const sides = ids.map((id) => runs.find(({ run }) => run.id === id)!);
    const now = pair.peek();
    // A new name changes nothing of the networks; one that is training is looked at again when it stands.
    const isSame = (side: Side, at: number): boolean => {
      const { run } = sides[at]!;
      return side.run.id === run.id && (side.run.updated === run.updated || run.status === "training");
    };
    if (typeof now === "object" && [now.first, now.second].every(isSame)) return;
    Promise.all(
      sides.map(async ({ run, place }): Promise<Side> => ({ run, place, seed: run.recipe.options.seed, ...(await lastModel(run)) })),
    ).then(
      ([first, second]) => call === newest && (pair.value = { first: first!, second: second! }),
      (error: unknown) => call === newest && (pair.value = error instanceof Error ? error.message : String(error)),
    );
  });
}
