import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { inRoot } from "../../scripts/lib/root.mjs";
import { runQuietly } from "./child.mjs";
import { findNode } from "./node.mjs";

// The programs that chainrule is compared with, each measured by a file of bench/peers.

const INSTALL_NPM = "npm install --prefix bench/peers --ignore-scripts";
/** For a program that needs a newer Node than the one that runs. */
const NEWER_NODE = 24;
const peerFile = (name) => inRoot("bench", "peers", name);

/**
 * `rows` of an epoch keeps a round of a slow program below ten seconds: speed does not depend on it. `find` resolves with the
 * version and with what to start, several ways where the better one counts, or with what is missing.
 */
const PEERS = {
  pytorch: {
    title: "PyTorch",
    engine: "cpu",
    find: findTorch,
  },
  tfjs: {
    title: "TensorFlow.js",
    engine: "wasm",
    rows: { seed: 9_600, nielsen: 3_000, practical: 6_400, large: 896, huge: 256, tiny: 8_000 },
    find: () => findPackage("@tensorflow/tfjs", "tfjs.mjs", ["@tensorflow/tfjs-backend-wasm"]),
  },
  jax: {
    title: "jax-js",
    engine: "wasm",
    rows: { seed: 12_800, nielsen: 6_000, practical: 9_600, large: 6_400, huge: 1_536, tiny: 8_000 },
    wholeBatches: true,
    differs: ({ optimizer }) => (optimizer === "sgd" ? undefined : `gradient descent instead of ${optimizer}, which is less work`),
    find: () => findPackage("@jax-js/jax", "jax.mjs", [], 22),
  },
  brain: {
    title: "brain.js",
    engine: "cpu",
    rows: { seed: 3_000, nielsen: 800, practical: 600, large: 100, huge: 8, tiny: 16_000 },
    differs: () => "one row at a time, sigmoid in every layer, gradient descent",
    find: () => findPackage("brain.js", "brain.mjs"),
  },
};

/** Those of `names` that are no chainrule: with `version` and `ways` to start them, or with `missing`. */
export async function findPeers(names) {
  const found = [];
  for (const peer of names) if (peer in PEERS) found.push({ peer, ...PEERS[peer], ...(await PEERS[peer].find()) });
  return found;
}

/** Rows of an epoch of a peer, of those that there are. */
export function rowsOf({ rows = {}, wholeBatches = false }, name, { batch }, available) {
  const wanted = Math.min(rows[name] ?? available, available);
  return wholeBatches && wanted > batch ? wanted - (wanted % batch) : wanted;
}

async function findTorch() {
  for (const command of [process.env.PYTHON, "/usr/bin/python3", "python3"]) {
    if (command === undefined) continue;
    const { code, stdout } = await runQuietly(command, ["-c", "import torch; print(torch.__version__)"]).catch(() => ({ code: 1 }));
    if (code !== 0) continue;
    const ways = [1, 2].map((threads) => ({
      job: { threads },
      start: { command, args: [peerFile("pytorch.py")], env: { OMP_NUM_THREADS: `${threads}`, OPENBLAS_NUM_THREADS: `${threads}` } },
    }));
    return { version: stdout.trim(), where: `${command}, the better of 1 and 2 threads`, ways };
  }
  return { missing: "Debian: apt install python3-torch libopenblas0-openmp; elsewhere PYTHON names a Python that has torch" };
}

/** A package in bench/peers/node_modules; some need a newer Node than the one that runs. */
async function findPackage(name, file, others = [], leastNode = 0) {
  const require = createRequire(peerFile(file));
  const folders = [name, ...others].map((each) => packageFolder(require, each));
  if (folders.includes(undefined)) return { missing: INSTALL_NPM };
  const { version } = JSON.parse(readFileSync(join(folders[0], "package.json"), "utf8"));
  const current = Number.parseInt(process.versions.node, 10);
  const command = current >= leastNode ? process.execPath : await findNode(NEWER_NODE);
  if (command === undefined) return { missing: `it needs Node ${leastNode} or newer, and npm could not fetch one` };
  const where = `Node ${current >= leastNode ? process.versions.node : NEWER_NODE}`;
  return { version, where, ways: [{ start: { command, args: [peerFile(file)] } }] };
}

function packageFolder(require, name) {
  return require.resolve
    .paths(name)
    .map((folder) => join(folder, name))
    .find((folder) => existsSync(join(folder, "package.json")));
}
