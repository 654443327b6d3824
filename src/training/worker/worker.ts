import { type OwnPort, ownPort } from "../../base/workers.js";
import { rowNumbers } from "../../data/rows.js";
import { idleProgram } from "../../engine/idle-program.js";
import { engineRows } from "../../engine/rows.js";
import { createWasmEngine, type WasmEngine } from "../../engine/wasm.js";
import { instantiate } from "../../kernels/wasm/module.js";
import { runLoop } from "../loop.js";
import { type Control, createControl } from "../loop/control.js";
import type { LoopResult } from "../loop/listener.js";
import type { Answers } from "../answers.js";
import { sendError } from "./errors.js";
import type { Order, Report } from "./protocol.js";
import { createReceiver } from "./rows.js";

// What runs inside every worker: scripts/lib/worker.mjs and scripts/lib/one-file.mjs make a text of it. Its messages say what it
// is: the conductor trains or answers, a helper shares each of its steps.

let port: OwnPort;
const say = (report: Report): void => port.post(report);
const rows = createReceiver();
let go = (): void => undefined;
let kept = (): void => undefined;
let control: Control | undefined;

/** Makes this thread a worker: it does what it is told. */
export function serve(): void {
  port = ownPort();
  port.onMessage((message) => {
    const order = message as Order;
    if (order.kind === "piece") rows.take(order);
    else if (order.kind === "go") go();
    else if (order.kind === "kept") kept();
    else if (order.kind === "command") obey(order);
    else if (order.kind === "help") help(order);
    else void conduct(order);
  });
}

async function conduct(order: Extract<Order, { kind: "conduct" | "answer" }>): Promise<void> {
  try {
    say({ kind: "done", result: await (order.kind === "conduct" ? train(order) : answer(order)) });
  } catch (error) {
    say({ kind: "failed", error: sendError(error) });
  }
}

function obey({ number, command }: Extract<Order, { kind: "command" }>): void {
  void control?.command(command).then((stand) => say({ kind: "answer", number, stand }));
}

function train({ plan, threads, binary }: Extract<Order, { kind: "conduct" }>): Promise<LoopResult> {
  control = createControl(plan.paused, undefined, (stands) => say({ kind: "standing", stands }));
  const settings = { threads, binary, dense: plan.dense, observed: plan.statisticsEvery !== undefined };
  return runLoop(
    { ...plan, dataset: rows.complete(plan.dataset) },
    { precision: "float32", create: (program, data) => joined(createWasmEngine(program, data, settings)) },
    {
      onTick: (tick) => say({ kind: "tick", tick }),
      onEpoch: (record) => say({ kind: "epoch", record }),
      onStatistics: (statistics) => say({ kind: "statistics", statistics }),
      onState: ({ history: _, ...state }) => {
        const answer = new Promise<void>((resolve) => (kept = resolve));
        say({ kind: "state", state });
        return answer;
      },
    },
    control,
  );
}

async function answer({ questions, threads, binary }: Extract<Order, { kind: "answer" }>): Promise<Answers> {
  const { network, scaling } = questions;
  const dataset = rows.complete(questions.dataset);
  const outputs = new Float32Array(dataset.rowCount * network.layout.sizes.at(-1)!);
  const data = engineRows(dataset, scaling, new Float64Array(outputs.length), "float32");
  const engine = await joined(createWasmEngine(idleProgram(network, dataset.rowCount), data, { threads, binary }));
  const { costSum } = engine.forward(rowNumbers(0, dataset.rowCount), outputs);
  return { outputs, costSum };
}

/** The engine once all helpers share it. */
async function joined(engine: WasmEngine): Promise<WasmEngine> {
  const everyone = new Promise<void>((resolve) => (go = resolve));
  say({ kind: "planned", module: engine.module, ...(engine.threads > 1 ? { memory: engine.memory } : {}) });
  await everyone;
  return engine;
}

function help({ module, memory, thread }: Extract<Order, { kind: "help" }>): void {
  const kernels = instantiate(module, memory);
  say({ kind: "helping" });
  // Returns when the run is over; until then this thread belongs to the kernels.
  kernels.help(thread, 0);
}
