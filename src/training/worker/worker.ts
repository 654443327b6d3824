import { type OwnPort, ownPort } from "../../base/workers.js";
import { createWasmEngine } from "../../engine/wasm.js";
import { instantiate } from "../../kernels/wasm/module.js";
import { runLoop } from "../loop.js";
import { sendError } from "./errors.js";
import type { Order, Report } from "./protocol.js";
import { createReceiver } from "./rows.js";

// What runs inside every worker; bundled into text by scripts/lib/worker.mjs. Its messages say what it is: the conductor
// trains, a helper shares each of its steps.

const port: OwnPort = ownPort();
const say = (report: Report): void => port.post(report);
const rows = createReceiver();
let go = (): void => undefined;

port.onMessage((message) => {
  const order = message as Order;
  if (order.kind === "piece") rows.take(order);
  else if (order.kind === "go") go();
  else if (order.kind === "help") help(order);
  else void conduct(order);
});

async function conduct({ plan, threads, binary }: Extract<Order, { kind: "conduct" }>): Promise<void> {
  try {
    const result = await runLoop(
      { ...plan, dataset: rows.complete(plan.dataset) },
      {
        precision: "float32",
        create: async (program, data) => {
          const engine = createWasmEngine(program, data, {
            threads,
            binary,
            dense: plan.dense,
            observed: plan.statisticsEvery !== undefined,
          });
          const everyone = new Promise<void>((resolve) => (go = resolve));
          say({ kind: "planned", module: engine.module, ...(threads > 1 ? { memory: engine.memory } : {}) });
          await everyone;
          return engine;
        },
      },
      {
        onTick: (tick) => say({ kind: "tick", tick }),
        onEpoch: (record) => say({ kind: "epoch", record }),
        onStatistics: (statistics) => say({ kind: "statistics", statistics }),
      },
    );
    say({ kind: "done", result });
  } catch (error) {
    say({ kind: "failed", error: sendError(error) });
  }
}

function help({ module, memory, thread }: Extract<Order, { kind: "help" }>): void {
  const kernels = instantiate(module, memory);
  say({ kind: "helping" });
  // Returns when the run is over; until then this thread belongs to the kernels.
  kernels.help(thread, 0);
}
