import { afterAll } from "vitest";

const tasks: (() => unknown)[] = [];

// Here, while the file's tests are collected, since vitest forgets a hook that is made within another hook or a test.
afterAll(async () => {
  const failures: unknown[] = [];
  for (const task of tasks.splice(0).reverse()) {
    try {
      await task();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join("; "));
});

/** Does something when the tests of the file have run, however they went, and the latest of such tasks first. Call it anywhere. */
export function afterFile(task: () => unknown): void {
  tasks.push(task);
}
