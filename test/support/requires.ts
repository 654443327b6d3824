import { describe, test } from "vitest";

export interface Requirement {
  readonly met: boolean;
  /** `describe` where the requirement is met; otherwise one skipped test that says what is missing. */
  readonly suite: (name: string, body: () => void) => void;
  /** `test` where the requirement is met; otherwise skipped. */
  readonly test: (name: string, body: () => Promise<void> | void, timeout?: number) => void;
}

/**
 * What some tests need and not every machine has; `what` completes "needs ...". `npm test` lists what was missing.
 *
 * @example
 * const { suite } = requires(existsSync(folder), "the MNIST files in ../shared/data/mnist");
 * suite("MNIST", () => { ... });
 */
export function requires(met: boolean, what: string): Requirement {
  if (met) return { met, suite: describe, test };
  const skipped = (name: string): void => {
    test(name, (context) => {
      context.skip(`needs ${what}`);
    });
  };
  // The body is not even called, since it may read what is missing.
  return { met, suite: skipped, test: skipped };
}

/** Suites that take minutes. */
export const slow = requires(process.env["CHAINRULE_FULL"] === "1", "time: npm run test:full runs it");
