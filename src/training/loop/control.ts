import { type AbortSignalLike, every } from "../../base/platform.js";
import { aborted } from "./failures.js";

// What may be asked of a run from outside while it lasts. It is seen to between two steps, so that it changes no bit of the result, but for
// a learning rate.

export type Command =
  | { readonly kind: "pause" }
  /** Go on, for so many steps or until it is paused. */
  | { readonly kind: "resume"; readonly steps?: number }
  /** Say the parameters. */
  | { readonly kind: "look" }
  /** Keep a checkpoint. */
  | { readonly kind: "save" }
  /** From the next step on. */
  | { readonly kind: "rate"; readonly learningRate: number };

/** Where a run stands between two steps. */
export interface Stand {
  /** Steps and whole epochs done. */
  readonly step: number;
  readonly epoch: number;
  /** Of the next step. */
  readonly learningRate: number;
  /** A copy; flat, float32. */
  readonly parameters: Float32Array;
}

export interface Control {
  /** Answers with where the run stood when it was done; to `resume` with where the run stands next. A run that is over answers no more. */
  readonly command: (command: Command) => Promise<Stand>;
  /** Steps that may be done before the run is to stand. */
  readonly steps: () => number;
  readonly done: (steps: number) => void;
  /** Called between two steps: does what was asked, and returns when the run is to go on. */
  readonly attend: (run: Attended) => Promise<void>;
}

/** A run between two steps. */
export interface Attended {
  readonly stand: () => Stand;
  readonly save: () => Promise<void>;
  readonly changeRate: (rate: number) => void;
}

/** A command with what waits for it. */
interface Asked {
  readonly command: Command;
  readonly answer: (stand: Stand) => void;
}

/** Milliseconds between two looks at the signal while a run stands. */
const LOOK = 20;

/**
 * @param paused stands before the first step
 * @param signal ends the run while it stands too
 * @param onStanding called with true when it comes to stand, and with false when it goes on
 */
export function createControl(
  paused: boolean,
  signal: AbortSignalLike | undefined,
  onStanding: (stands: boolean) => void = () => undefined,
): Control {
  /** Infinity: until it is told to pause. */
  let left = paused ? 0 : Infinity;
  const asked: Asked[] = [];
  /** Of `resume`, until the run stands again. */
  let resumed: Asked["answer"][] = [];
  let wake = (): void => undefined;

  const attendTo = async ({ command, answer }: Asked, run: Attended): Promise<void> => {
    if (command.kind === "resume") {
      left = command.steps ?? Infinity;
      resumed.push(answer);
      return;
    }
    if (command.kind === "pause") left = 0;
    else if (command.kind === "rate") run.changeRate(command.learningRate);
    else if (command.kind === "save") await run.save();
    answer(run.stand());
  };
  const attendToAll = async (run: Attended): Promise<void> => {
    while (asked.length > 0) await attendTo(asked.shift()!, run);
  };

  return {
    command: (command) =>
      new Promise((answer) => {
        asked.push({ command, answer });
        wake();
      }),
    steps: () => left,
    done(steps) {
      left -= steps;
    },
    async attend(run) {
      await attendToAll(run);
      if (left > 0) return;
      onStanding(true);
      while (left === 0) {
        const answers = resumed;
        resumed = [];
        for (const answer of answers) answer(run.stand());
        const endLooks = signal === undefined ? undefined : every(LOOK, () => signal.aborted && wake());
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (asked.length > 0) resolve();
        });
        endLooks?.();
        if (signal?.aborted === true) throw aborted();
        await attendToAll(run);
      }
      onStanding(false);
    },
  };
}
