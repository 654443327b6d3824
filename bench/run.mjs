// Training speed of chainrule beside that of other programs: npm run bench [-- options]. bench/README.md has the options.
import { setUpOnce } from "../scripts/lib/first-run.mjs";
import { readOptions, USAGE, UsageError } from "./lib/options.mjs";

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
  } else {
    // A fresh checkout has no library to measure yet.
    setUpOnce();
    const { bench } = await import("./lib/bench.mjs");
    process.exitCode = await bench(options);
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = error.exitCode;
}
