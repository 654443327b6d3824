import type { Snapshot, Tick } from "chainrule";
import type { Leg } from "./run-leg.js";
import { show } from "./run-show.js";
import { speed } from "./run-state.js";
import type { ShownTarget } from "./task.js";

/** Milliseconds from one look at a run to the next at least, and how many times as long as drawing the last one took. */
const LOOK = 100;
const TIMES = 3;
/** Milliseconds from one checkpoint to the next. */
const SAVE = 500;

/** `?ui=off`: trains without looking, to see what looking costs. */
const isBlind = new URLSearchParams(location.search).get("ui") === "off";

/** Moves a run that stands, looks at it meanwhile, and keeps its states. */
export interface Drive {
  /** Goes on at the chosen speed; called again, at the one that was chosen since. */
  readonly go: () => void;
  /** Goes on for so many steps; resolves when it stands, or with undefined where something else was asked for meanwhile. */
  readonly advance: (steps: number) => Promise<Snapshot<ShownTarget> | undefined>;
  readonly stand: () => Promise<Snapshot<ShownTarget>>;
  /** No more looks: the run is over, or another one begins. */
  readonly stop: () => void;
  /** Keeps the state that is reached. `rates` of the changes of the learning rate were asked for before. */
  readonly save: (rates: number) => Promise<unknown>;
  readonly tick: () => Tick | undefined;
}

export function createDrive(leg: Leg, ratesAsked: () => number): Drive {
  const { training, tally, run, rates } = leg;
  let [tick, turn, saved, isSaving]: [Tick | undefined, number, number, boolean] = [undefined, 0, performance.now(), false];
  training.onTick((next) => {
    tick = next;
    tally.add(next);
  });
  training.onStatistics((statistics) => {
    run.statistics.push(statistics);
  });

  const save = async (count: number): Promise<unknown> => {
    if (isSaving) return;
    isSaving = true;
    saved = performance.now();
    const { step } = await training.save().finally(() => (isSaving = false));
    return rates.set(step, count);
  };
  /** What ends a run is told by its result. */
  const look = async (own: number): Promise<void> => {
    while (own === turn) {
      const since = performance.now();
      const snapshot = isBlind ? undefined : await training.snapshot();
      if (own !== turn) return;
      const before = performance.now();
      if (snapshot !== undefined) show(leg, snapshot, tick);
      const now = performance.now();
      if (now - saved > SAVE) save(ratesAsked()).catch(() => undefined);
      await wait(Math.max(LOOK - (now - since), TIMES * (now - before)));
    }
  };
  const drip = async (own: number, perSecond: number): Promise<void> => {
    while (own === turn) {
      const since = performance.now();
      const snapshot = await training.resume(1);
      if (own !== turn) return;
      show(leg, snapshot, tick);
      if (since - saved > SAVE) await save(ratesAsked());
      await wait(1000 / perSecond - (performance.now() - since));
    }
  };
  return {
    go() {
      const own = ++turn;
      const chosen = speed.peek();
      if (chosen === "max") {
        training.resume().catch(() => undefined);
        look(own).catch(() => undefined);
      } else
        training
          .pause()
          .then(() => drip(own, chosen))
          .catch(() => undefined);
    },
    async advance(steps) {
      const own = ++turn;
      look(own).catch(() => undefined);
      const snapshot = await training.resume(steps);
      if (own !== turn) return undefined;
      turn += 1;
      return snapshot;
    },
    async stand() {
      turn += 1;
      return training.pause();
    },
    stop: () => (turn += 1),
    save,
    tick: () => tick,
  };
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}
