import type { Engine, EngineProgram, EngineRows, LayerStatistics } from "../../kernels/contract.js";
import type { Precision } from "../../engine/rows.js";
import type { Answers } from "../answers.js";
import type { RunState } from "../checkpoint/run-state.js";
import type { EpochRecord, Score } from "../history.js";
import type { StopReason } from "../stopping.js";

// What goes into the loop and what comes out of it, beside the plan.

/** Where a run stands; between two epochs too. */
export interface Tick {
  /** Steps done, and those of the whole run. */
  readonly step: number;
  readonly steps: number;
  /** Of the last step. */
  readonly learningRate: number;
  /** Of the rows since the tick before. */
  readonly recent: Score;
  /** The epoch under way, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Share of the whole run that is done, 0..1. */
  readonly fraction: number;
  /** Of the epoch under way. */
  readonly score: Score;
  /** Training rows a second, validation not counted. */
  readonly samplesPerSecond: number;
  readonly secondsLeft: number;
}

/** What one step did to each layer. */
export interface StepStatistics {
  /** From 1, counted over all epochs. */
  readonly step: number;
  readonly epoch: number;
  /** Mean cost of its rows by their weights, before the step; 0 where none of them counts. */
  readonly cost: number;
  /** From layer 2 on. */
  readonly layers: readonly LayerStatistics[];
}

export interface LoopListener {
  readonly onTick: (tick: Tick) => void;
  readonly onEpoch: (record: EpochRecord) => void;
  readonly onStatistics: (statistics: StepStatistics) => void;
  /** Called with each state that is to be kept; the run goes on when it is, and the state's history grows with it. */
  readonly onState: (state: RunState) => Promise<void>;
}

export interface LoopResult {
  readonly parameters: Float32Array;
  /** Steps done. */
  readonly step: number;
  /** Of the last step. */
  readonly learningRate: number;
  readonly history: readonly EpochRecord[];
  readonly samplesPerSecond: number;
  readonly threads: number;
  readonly stopped: StopReason;
  /** The epoch whose parameters these are, where the best were to be kept. */
  readonly bestEpoch?: number;
  /** Of the test rows, by the final parameters; left out where there are none, or where the engine's are not the model's float32. */
  readonly test?: Answers;
}

/** How the loop gets its engine; a promise where other threads have to join it first. */
export interface EngineMaker {
  readonly precision: Precision;
  readonly create: (program: EngineProgram, rows: EngineRows) => Engine | Promise<Engine>;
}
