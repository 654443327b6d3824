import { inRoot } from "./root.mjs";
import { runNode, secondsSince } from "./run.mjs";

const bin = (...parts) => inRoot("node_modules", ...parts);

/** What is checked without running a test. Names and arguments of programs in node_modules. */
const CHECKS = {
  format: [bin("prettier", "bin", "prettier.cjs"), "--check", "--log-level=warn", "."],
  lint: [bin("eslint", "bin", "eslint.js"), "--max-warnings=0", "."],
  types: [bin("typescript", "bin", "tsc"), "-p", inRoot("test")],
  "types of the explorer": [bin("typescript", "bin", "tsc"), "-p", inRoot("explorer")],
  "types of its tests": [bin("typescript", "bin", "tsc"), "-p", inRoot("test", "explorer")],
};

const HINTS = { format: "npm run format mends it" };

/** Runs all checks side by side, says how each went, and returns how many passed and failed. */
export async function runChecks() {
  const start = performance.now();
  console.log(`checking ${Object.keys(CHECKS).join(", ")} ...`);
  const passed = await Promise.all(
    Object.entries(CHECKS).map(async ([name, args]) => {
      const { code, output } = await runNode(args, { quiet: true });
      console.log(`${name.padEnd(21)} ${code === 0 ? "ok" : "FAILED"}  ${secondsSince(start)}`);
      if (code !== 0) console.log(`${output.trimEnd()}${name in HINTS ? `\n(${HINTS[name]})` : ""}\n`);
      return code === 0;
    }),
  );
  const good = passed.filter(Boolean).length;
  return { passed: good, failed: passed.length - good };
}
