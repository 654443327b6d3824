export interface Stopwatch {
  /** Does work of a kind and remembers how long that took. */
  readonly measure: <T>(kind: string, work: () => T) => T;
  /** Whether work of this kind took longer than the limit the last two times: once alone the page may have been new, or the machine busy. */
  readonly isSlow: (kind: string) => boolean;
}

/** @param limit milliseconds */
export function createStopwatch(limit: number, now = (): number => performance.now()): Stopwatch {
  let [last, slow] = ["", 0];
  return {
    measure(kind, work) {
      const start = now();
      const value = work();
      const took = now() - start;
      slow = took <= limit ? 0 : kind === last ? slow + 1 : 1;
      last = kind;
      return value;
    },
    isSlow: (kind) => kind === last && slow > 1,
  };
}
