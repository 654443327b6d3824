import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "../../scripts/lib/root.mjs";

/** A path in the folder `shared` beside the checkout, or in the one that CHAINRULE_SHARED names. It may not be there. */
export const sharedPath = (...parts) => join(process.env.CHAINRULE_SHARED ?? inRoot("..", "shared"), ...parts);

const shared = sharedPath("bench", "workloads.json");

/** The networks that are trained, by name: the shared file where it is there, else the copy beside this folder. */
export const { workloads } = JSON.parse(readFileSync(existsSync(shared) ? shared : inRoot("bench", "workloads.json"), "utf8"));

/** A network as the options have it: another optimizer, where one was asked for. */
export const workloadOf = (name, { optimizer = workloads[name].optimizer }) => ({ ...workloads[name], optimizer });

/** Pixels of a row of the data; a workload takes the first `layers[0]` of them. */
export const PIXELS = 784;

/** "784-16-16-10, sigmoid, sigmoid, squared-error, sgd, batches of 32" */
export const describe = ({ layers, hidden, output, cost, optimizer, batch }) =>
  `${layers.join("-")}, ${hidden === output ? hidden : `${hidden} and ${output}`}, ${cost}, ${optimizer}, batches of ${batch}`;
