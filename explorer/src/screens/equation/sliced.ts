import { effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import { useLayoutEffect, useMemo } from "preact/hooks";
import { attempt, type Outcome } from "./state.js";

/** Milliseconds of a slice: shorter than a task that a user would notice. */
const SLICE = 25;

/**
 * The result of work that is done in slices, which leave the page free between them; begun again whenever a signal changes that `begin` reads
 * before it returns the steps. Undefined until it is there: at once where one slice is enough.
 */
export function useSliced<T>(begin: () => Generator<undefined, T>): ReadonlySignal<Outcome<T> | undefined> {
  const result = useMemo(() => signal<Outcome<T> | undefined>(undefined), []);
  useLayoutEffect(
    () =>
      effect(() => {
        const steps = attempt(begin);
        let timer: ReturnType<typeof setTimeout> | undefined;
        untracked(() => {
          if (steps.value === undefined) result.value = steps;
          else if (!go(steps.value)) result.value = undefined;
        });
        return () => clearTimeout(timer);

        /** True when it is done. */
        function go(work: Generator<undefined, T>): boolean {
          const end = performance.now() + SLICE;
          while (performance.now() < end) {
            const step = attempt(() => work.next());
            if (step.value === undefined) result.value = step;
            else if (step.value.done === true) result.value = { value: step.value.value };
            else continue;
            return true;
          }
          timer = setTimeout(() => go(work));
          return false;
        }
      }),
    [],
  );
  return result;
}
