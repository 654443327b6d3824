import { ChainruleError } from "../../base/errors.js";
import { type AbortSignalLike, every } from "../../base/platform.js";
import { startWorker, type WorkerThread } from "../../base/workers.js";
import type { Dataset } from "../../data/dataset.js";
import { CONTROL } from "../../kernels/wasm/generated/addresses.js";
import type { KernelMemory } from "../../kernels/wasm/module.js";
import type { Stand } from "../loop/control.js";
import { aborted } from "../loop/failures.js";
import type { LoopListener, LoopResult } from "../loop/listener.js";
import type { Answers } from "../answers.js";
import type { EpochRecord } from "../history.js";
import type { TrainingPlan } from "../plan.js";
import type { Requests } from "../requests.js";
import { loadWorkerSource } from "../run-parts.js";
import { receiveError } from "./errors.js";
import type { Order, Questions, Report, SentDataset, SentState } from "./protocol.js";
import { sendRows } from "./rows.js";

/** Workers could not be started, as under a strict content security policy; the work can be done in this thread. */
export class NoWorkers extends Error {}

/** Milliseconds between two looks at the signal and at the threads' signs of life. */
const LOOK = 20;
/** So many looks without a message or a sign of work mean that a thread hangs: one and a half seconds of this thread's own time. */
const PATIENCE = 75;

/** What a conductor is to do with the rows of a data set. */
interface Work {
  readonly dataset: Dataset;
  /** With what is left of the data set when its rows have been sent. */
  readonly order: (rest: SentDataset) => Order;
  readonly threads: number;
  readonly signal: AbortSignalLike | undefined;
  /** Called with what is said on the way. */
  readonly onReport: (report: Report) => void;
  /** Keeps a state; the conductor waits until it has. */
  readonly onState: (state: SentState) => Promise<void>;
  /** What is asked of a training while it lasts. */
  readonly requests: Requests | undefined;
}

/**
 * Trains in a worker of its own, with more workers beside it where there are several threads. This thread only hands on
 * messages.
 *
 * @throws ChainruleError as `runLoop`, and `E_WORKER` where a thread dies or hangs; `NoWorkers` before any work was done
 */
export async function trainInWorkers(
  plan: TrainingPlan,
  threads: number,
  binary: Uint8Array,
  { onTick, onEpoch, onStatistics, onState }: LoopListener,
  requests: Requests,
): Promise<LoopResult> {
  const history: EpochRecord[] = [...(plan.state?.history ?? [])];
  const result = await runInWorkers({
    dataset: plan.dataset,
    order: (dataset) => ({ kind: "conduct", plan: { ...plan, dataset, signal: undefined }, threads, binary }),
    threads,
    signal: plan.signal,
    onReport: (report) => {
      if (report.kind === "tick") onTick(report.tick);
      else if (report.kind === "epoch") {
        history.push(report.record);
        onEpoch(report.record);
      } else if (report.kind === "statistics") onStatistics(report.statistics);
    },
    onState: (state) => onState({ ...state, history }),
    requests,
  });
  return result as LoopResult;
}

/**
 * The network's outputs for every row, by workers.
 *
 * @throws ChainruleError `E_ABORTED`, and `E_WORKER` where a thread dies or hangs; `NoWorkers` before any work was done
 */
export async function answerInWorkers(
  questions: Questions & { readonly dataset: Dataset },
  threads: number,
  binary: Uint8Array,
  signal: AbortSignalLike | undefined,
): Promise<Answers> {
  const order = (dataset: SentDataset): Order => ({ kind: "answer", questions: { ...questions, dataset }, threads, binary });
  return (await runInWorkers({
    dataset: questions.dataset,
    order,
    threads,
    signal,
    onReport: () => undefined,
    onState: () => Promise.resolve(),
    requests: undefined,
  })) as Answers;
}

async function runInWorkers({
  dataset,
  order: orderFor,
  threads,
  signal,
  onReport,
  onState,
  requests,
}: Work): Promise<LoopResult | Answers> {
  const source = await loadWorkerSource();
  const workers: WorkerThread[] = [];
  let memory: KernelMemory | undefined;
  let endWatch = (): void => undefined;
  try {
    return await new Promise<LoopResult | Answers>((resolve, reject) => {
      for (let thread = 0; thread < threads; thread++) workers.push(start(source));
      const [conductor, ...helpers] = workers as [WorkerThread, ...WorkerThread[]];
      let heard = 0;
      let helping = 0;
      let keeping = false;
      let standing = false;
      const answers = new Map<number, (stand: Stand) => void>();
      let asked = 0;
      conductor.onMessage((message) => {
        const report = message as Report;
        heard += 1;
        if (report.kind === "done") resolve(report.result);
        else if (report.kind === "failed") reject(receiveError(report.error));
        else if (report.kind === "planned") {
          const { module, memory: shared } = report;
          memory = shared;
          if (helpers.length === 0) order(conductor, { kind: "go" });
          helpers.forEach((helper, index) => order(helper, { kind: "help", module, memory: shared!, thread: index + 1 }));
        } else if (report.kind === "state") {
          keeping = true;
          onState(report.state).then(() => {
            keeping = false;
            order(conductor, { kind: "kept" });
          }, reject);
        } else if (report.kind === "answer") {
          answers.get(report.number)!(report.stand);
          answers.delete(report.number);
        } else if (report.kind === "standing") standing = report.stands;
        else onReport(report);
      });
      for (const helper of helpers) {
        helper.onMessage(() => {
          helping += 1;
          if (helping === helpers.length) order(conductor, { kind: "go" });
        });
      }
      workers.forEach((worker, thread) => {
        worker.onEnd((reason) => reject(heard === 0 ? new NoWorkers(reason) : ended(thread, reason)));
      });
      const alive = signsOfLife(
        () => memory,
        () => heard,
      );
      endWatch = every(LOOK, () => {
        if (signal?.aborted === true) reject(aborted());
        else if (!keeping && !standing && !alive()) reject(ended(0, "no sign of work for more than a second"));
      });
      void sendRows(dataset, (piece, moved) => conductor.post(piece, moved)).then((rest) => {
        order(conductor, orderFor(rest));
        requests?.connect((command) => {
          asked += 1;
          order(conductor, { kind: "command", number: asked, command });
          return new Promise((answer) => answers.set(asked, answer));
        });
      }, reject);
    });
  } finally {
    endWatch();
    // Whoever still works or waits sees this and leaves; a thread that sees nothing is ended.
    if (memory !== undefined) Atomics.store(new Int32Array(memory.buffer), CONTROL >>> 2, 1);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function start(source: string): WorkerThread {
  try {
    return startWorker(source);
  } catch (error) {
    throw new NoWorkers(String(error));
  }
}

function order(worker: WorkerThread, message: Order): void {
  worker.post(message);
}

/** Whether the conductor has worked or spoken lately. Without a shared memory nobody can see it work, and it is believed. */
function signsOfLife(memory: () => KernelMemory | undefined, messages: () => number): () => boolean {
  let silent = 0;
  let last = "";
  return () => {
    const shared = memory();
    if (shared === undefined) return true;
    // Its heartbeat: assembly/barrier.ts.
    const signs = `${new Uint32Array(shared.buffer)[(CONTROL + 128 + 8) >>> 2]!} ${messages()}`;
    silent = signs === last ? silent + 1 : 0;
    last = signs;
    return silent < PATIENCE;
  };
}

function ended(thread: number, reason: string): ChainruleError {
  return new ChainruleError("E_WORKER", {
    where: `thread ${thread} of the run`,
    expected: "a worker that works until the run is done",
    got: reason,
    hint: "threads: 1 needs no other thread.",
  });
}
