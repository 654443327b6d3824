import { availableParallelism, cpus, release, totalmem, type } from "node:os";

/** "AMD EPYC, 2 cores, 24 GiB, Linux 6.1" */
export function describeMachine() {
  const cores = availableParallelism();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  return `${model}, ${cores} ${cores === 1 ? "core" : "cores"}, ${memory}, ${type()} ${release()}`;
}
