import { inRoot } from "../../scripts/lib/root.mjs";
import { startBrowser } from "./browser.mjs";
import { measureInChild } from "./child.mjs";
import { findNode } from "./node.mjs";
import { UsageError } from "./options.mjs";
import { rowsOf } from "./peers.mjs";
import { PIXELS, workloadOf, workloads } from "./workloads.mjs";

/**
 * Where chainrule runs: a process of Node or a page.
 *
 * @returns `where` in words, `measure(job)`, `close()`
 * @throws UsageError with exit code 5 where something is not installed
 */
export async function findChainrule({ browser, node }, data) {
  if (browser) {
    const { version, measure, close } = await startBrowser(data);
    return { where: version, measure, close };
  }
  const command = node === undefined ? process.execPath : await findNode(node);
  if (command === undefined) throw new UsageError(`--node ${node}: npm could not fetch that Node`, 5);
  const start = { command, args: [inRoot("bench", "chainrule.mjs")] };
  return {
    where: `Node ${node ?? process.versions.node}`,
    measure: (job) => measureInChild(start, { ...job, ...data.files }),
    close: () => undefined,
  };
}

/** Rows of an epoch, where there are enough. */
export const rowsWanted = (name, { samples = Infinity }) => Math.min(workloads[name].samples, samples);

/** An epoch of the smallest network takes milliseconds, one of the largest seconds. */
const EPOCHS = { tiny: 10, huge: 1 };
const epochsOf = (name, { epochs }) => epochs ?? EPOCHS[name] ?? 3;

/** Everything that is measured on one workload, in its order: what it is, and how to measure it once. */
export function contenders(name, options, data, chainrule, peers) {
  const workload = workloadOf(name, options);
  const available = Math.min(data.rows, rowsWanted(name, options));
  const common = { workload, pixels: PIXELS, epochs: epochsOf(name, options) };
  const list = [];
  if (chainrule !== undefined) {
    const job = { ...common, rows: available, options: trainOptions(options) };
    const measure = () => chainrule.measure(job);
    list.push({ peer: "chainrule", title: "chainrule", dense: options.dense, rows: available, data: data.kind, measure });
  }
  for (const found of peers) {
    const { peer, title, engine, version, differs, ways = [] } = found;
    const rows = rowsOf(found, name, workload, available);
    const remark = differs?.(workload);
    for (const { start, job } of ways) {
      const measure = () => measureInChild(start, { ...common, ...data.files, rows, ...job });
      list.push({ peer, title, engine, version, remark, dense: true, rows, data: data.kind, measure });
    }
  }
  return list;
}

/** Of train(), those that were asked for. */
function trainOptions({ engine, threads, fast, dense }) {
  return {
    ...(engine === "auto" ? {} : { engine }),
    ...(threads === "auto" ? {} : { threads }),
    ...(fast ? { reproducible: false } : {}),
    ...(dense ? { sparse: false } : {}),
  };
}
