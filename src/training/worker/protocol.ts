import type { ErrorCode, Problem } from "../../base/errors.js";
import type { Dataset, InputValues } from "../../data/dataset.js";
import type { Scaling } from "../../data/scaling.js";
import type { AboutDataset } from "../../data/stored-rows.js";
import type { KernelMemory, KernelModule } from "../../kernels/wasm/module.js";
import type { Command, Stand } from "../loop/control.js";
import type { LoopResult, StepStatistics, Tick } from "../loop/listener.js";
import type { Answers } from "../answers.js";
import type { EpochRecord } from "../history.js";
import type { Network } from "../../network/network.js";
import type { RunState } from "../checkpoint/run-state.js";
import type { TrainingPlan } from "../plan.js";

// What the page or program, the conductor (the worker that trains or answers) and the helpers (which share its steps) say to each other.

/** To a worker, which becomes what its messages say. */
export type Order =
  /** Part of the rows; see rows.ts. */
  | {
      readonly kind: "piece";
      readonly array: number;
      readonly length: number;
      readonly from: number;
      readonly values: InputValues | Int32Array;
    }
  /** Train: everything of the plan but the rows, which have come before it. */
  | { readonly kind: "conduct"; readonly plan: SentPlan; readonly threads: number; readonly binary: Uint8Array }
  /** Answer to all rows, which have come before it. */
  | { readonly kind: "answer"; readonly questions: Questions; readonly threads: number; readonly binary: Uint8Array }
  /** To the conductor: every helper is ready. */
  | { readonly kind: "go" }
  /** To the conductor: the state that it said is kept. */
  | { readonly kind: "kept" }
  /** To the conductor: what is asked of the run, with a number for the answer. */
  | { readonly kind: "command"; readonly number: number; readonly command: Command }
  | { readonly kind: "help"; readonly module: KernelModule; readonly memory: KernelMemory; readonly thread: number };

export type Report =
  /** The memory is laid out: helpers may join. With one thread nobody has to. */
  | { readonly kind: "planned"; readonly module: KernelModule; readonly memory?: KernelMemory }
  | { readonly kind: "helping" }
  | { readonly kind: "tick"; readonly tick: Tick }
  | { readonly kind: "epoch"; readonly record: EpochRecord }
  | { readonly kind: "statistics"; readonly statistics: StepStatistics }
  | { readonly kind: "state"; readonly state: SentState }
  | { readonly kind: "answer"; readonly number: number; readonly stand: Stand }
  /** The run has come to stand, or goes on. */
  | { readonly kind: "standing"; readonly stands: boolean }
  | { readonly kind: "done"; readonly result: LoopResult | Answers }
  | { readonly kind: "failed"; readonly error: SentError };

/** A data set whose arrays have been sent, and are empty; without inputs where they are stored. */
export type SentDataset = AboutDataset & Partial<Pick<Dataset, "inputs">>;

export type SentPlan = Omit<TrainingPlan, "dataset"> & { readonly dataset: SentDataset };

/** A state without its history, which has been told epoch by epoch. */
export type SentState = Omit<RunState, "history">;

/** A network, and the rows that it is asked about. */
export interface Questions {
  readonly network: Network;
  readonly scaling: Scaling;
  readonly dataset: SentDataset;
}

/** An error in a form that every runtime's messages keep whole; without a code where it is not one of chainrule's own. */
export interface SentError {
  readonly code?: ErrorCode;
  readonly problems?: readonly Problem[];
  readonly message: string;
}
