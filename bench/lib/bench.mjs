import { readFileSync } from "node:fs";
import { inRoot } from "../../scripts/lib/root.mjs";
import { contenders, findChainrule, rowsWanted } from "./contenders.mjs";
import { prepareData } from "./data.mjs";
import { describeMachine } from "./machine.mjs";
import { findPeers } from "./peers.mjs";
import { lines, toJson } from "./results.mjs";
import { alternate } from "./rounds.mjs";
import { block, header } from "./table.mjs";
import { describe, workloadOf } from "./workloads.mjs";

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** Measures what the options ask for, and prints it. Resolves with the exit code. */
export async function bench(options) {
  // The rows lie in a temporary folder, which goes however this ends, and so do the programs that are running.
  for (const [signal, number] of Object.entries(SIGNALS)) process.once(signal, () => process.exit(128 + number));
  const data = prepareData(options.data, Math.max(...options.workloads.map((name) => rowsWanted(name, options))));
  process.once("exit", data.remove);
  const chainrule = options.only.includes("chainrule") ? await findChainrule(options, data) : undefined;
  try {
    const peers = options.browser ? [] : await findPeers(options.only);
    introduce(options, data, chainrule, peers);
    let failed = false;
    for (const name of options.workloads) {
      const measured = await measure(name, options, contenders(name, options, data, chainrule, peers));
      if (measured.length > 0) print(name, measured, options);
      failed ||= measured.some(({ contender, error }) => contender.peer === "chainrule" && error !== undefined);
    }
    return failed ? 1 : 0;
  } finally {
    await chainrule?.close();
  }
}

async function measure(name, { rounds }, list) {
  const results = await alternate(list, rounds, (round, { title }) => progress(`${name}, round ${round} of ${rounds}: ${title}`));
  progress("");
  return results.map((result, index) => ({ contender: list[index], ...result }));
}

function introduce({ rounds, epochs, engine, threads, json }, data, chainrule, peers) {
  const missing = peers.filter((peer) => peer.missing !== undefined);
  if (json) {
    for (const { title, missing: how } of missing) console.error(`${title}: not installed: ${how}`);
    return;
  }
  const { version } = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));
  const each = epochs === undefined ? "3 epochs (tiny: 10, huge: 1)" : `${epochs} ${epochs === 1 ? "epoch" : "epochs"}`;
  const text = header([
    ["machine", describeMachine()],
    ["data", data.what],
    ["measured", `median of ${rounds} ${rounds === 1 ? "round" : "rounds in turn"} of ${each} after one that warms up`],
    ...(chainrule === undefined ? [] : [["chainrule", `${version}, ${chainrule.where}, engine ${engine}, threads ${threads}`]]),
    ...peers.map(({ title, version: found, where, missing: how }) => [
      title,
      how === undefined ? `${found}, ${where}` : `not installed: ${how}`,
    ]),
  ]);
  console.log(`${text}\n`);
}

function print(name, measured, options) {
  const results = lines(measured);
  if (!options.json) console.log(`${block(name, describe(workloadOf(name, options)), results)}\n`);
  else
    for (const line of results) {
      if (line.error === undefined) console.log(JSON.stringify(toJson(line, name)));
      else console.error(`${name}, ${line.contender.title}: ${line.error.message}`);
    }
}

/** Where the program is, on a terminal; the next text replaces it. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
