// npm start: sets up, then trains the network of the equations. Further options go to the command: npm start -- --seed 2
import { setup } from "./lib/setup.mjs";

if (await setup()) {
  // In this process, so that Ctrl-C and the exit code are the command's own.
  const { main } = await import("../cli/dist/main.js");
  process.exitCode = await main(["train", "digits", "--recipe", "equations", ...process.argv.slice(2)]);
} else {
  process.exitCode = 5;
}
