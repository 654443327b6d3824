import type { Command, Stand } from "./loop/control.js";

/** Whoever trains: does a command between two steps. */
export type Doer = (command: Command) => Promise<Stand>;

/** What a program asks of its run, kept until somebody trains who can do it. */
export interface Requests {
  readonly ask: (command: Command) => Promise<Stand>;
  /** Names who trains; what has no answer yet is asked again. */
  readonly connect: (doer: Doer) => void;
  /** The run is over: everything that was asked is answered with where it ended, or with what ended it. */
  readonly end: (last: Stand) => void;
  readonly fail: (error: unknown) => void;
}

interface Waiting {
  readonly command: Command;
  readonly resolve: (stand: Stand) => void;
  readonly reject: (error: unknown) => void;
}

export function createRequests(): Requests {
  const waiting = new Set<Waiting>();
  let doer: Doer | undefined;
  let over: ((request: Waiting) => void) | undefined;

  const hand = (request: Waiting): void => {
    const asked = doer;
    asked?.(request.command).then(
      (stand) => {
        // An answer of somebody who does not train any more is none.
        if (doer === asked && waiting.delete(request)) request.resolve(stand);
      },
      (error: unknown) => {
        if (waiting.delete(request)) request.reject(error);
      },
    );
  };
  const finish = (answer: (request: Waiting) => void): void => {
    over ??= answer;
    for (const request of waiting) over(request);
    waiting.clear();
  };
  return {
    ask(command) {
      return new Promise((resolve, reject) => {
        const request = { command, resolve, reject };
        if (over !== undefined) {
          over(request);
          return;
        }
        waiting.add(request);
        hand(request);
      });
    },
    connect(next) {
      doer = next;
      for (const request of waiting) hand(request);
    },
    end: (last) => finish(({ resolve }) => resolve(last)),
    fail: (error) => finish(({ reject }) => reject(error)),
  };
}
