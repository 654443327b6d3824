import { writeFileSync } from "node:fs";

/** A reporter of vitest that writes the counts, and why tests were skipped, to the file that CHAINRULE_COUNTS names. */
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: {} };
    for (const module of modules) {
      // A file that cannot be loaded and a hook that throws leave tests unrun: each is a failure of its own.
      for (const group of [module, ...module.children.allSuites()]) {
        if (group.errors().length > 0) counts.failed++;
      }
      for (const test of module.children.allTests()) count(counts, test.result());
    }
    writeFileSync(process.env.CHAINRULE_COUNTS, JSON.stringify(counts));
  }
}

function count(counts, { state, note = "left out by its file or by a filter" }) {
  if (state === "passed") counts.passed++;
  else if (state === "skipped") counts.skipped[note] = (counts.skipped[note] ?? 0) + 1;
  else counts.failed++;
}
