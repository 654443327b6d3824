// npm test: sets up, then format, lint, types and every test. --full runs the slow suites too; other arguments go to vitest.
import { runChecks } from "./lib/checks.mjs";
import { secondsSince } from "./lib/run.mjs";
import { setup } from "./lib/setup.mjs";
import { runVitest } from "./lib/vitest.mjs";

const start = performance.now();
const total = { passed: 0, failed: 0, skipped: {} };

if (await setup()) {
  const args = process.argv.slice(2).filter((argument) => argument !== "--full");
  const full = args.length < process.argv.length - 2;
  add(await runChecks());
  add(await runVitest(args, full ? { ...process.env, CHAINRULE_FULL: "1" } : process.env));
} else {
  total.failed = 1;
}

const reasons = Object.entries(total.skipped);
const skipped = reasons.reduce((sum, [, count]) => sum + count, 0);
for (const [reason, count] of reasons) console.log(`${count} skipped: ${reason}`);
console.log(`\nAll of it took ${secondsSince(start)}.`);
console.log(`${total.passed} passed, ${total.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
if (total.failed > 0) process.exitCode = 1;

function add({ passed, failed, skipped = {} }) {
  total.passed += passed;
  total.failed += failed;
  Object.assign(total.skipped, skipped);
}
