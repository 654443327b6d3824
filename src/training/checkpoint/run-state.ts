import { ChainruleError, show } from "../../base/errors.js";
import type { EngineState } from "../../kernels/contract.js";
import type { EpochRecord } from "../history.js";
import type { StopReason, Watched } from "../stopping.js";
import { type Checked, type Content, decodeContainer, encodeContainer, type Numbers } from "./container.js";
import { createRecordWriter, recordsOf } from "./records.js";

/** Where a run stands between two steps: with it, the plan and the data it goes on as if it had never stopped. */
export interface RunState {
  /** Steps done, over all epochs. */
  readonly step: number;
  /** Whole epochs done, and rows of the epoch under way. */
  readonly epoch: number;
  readonly position: number;
  /** Of the epoch under way: sum of costs, rows classified correctly. */
  readonly costSum: number;
  readonly correct: number;
  /** Milliseconds of steps, over all epochs. */
  readonly milliseconds: number;
  /** The optimizer's, which may have been changed on the way; left out in old checkpoints. */
  readonly learningRate?: number;
  readonly engine: EngineState;
  readonly history: readonly EpochRecord[];
  readonly watched: Watched;
  /** Of the best epoch, where the run is to leave those. */
  readonly best?: Float32Array;
  /** Why the run is over; left out while it goes on. */
  readonly stopped?: StopReason;
}

/** A checkpoint: the state, and what it is a state of. */
export interface Checkpoint {
  readonly state: RunState;
  /** The settings of the run and its data; the same where a run goes on. */
  readonly identity: RunIdentity;
}

export type RunIdentity = Readonly<Record<string, unknown>>;

/** NaN stands for a number that there is not. */
const orNaN = (value: number | null | undefined): number => value ?? NaN;
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** Makes the checkpoints of one run, one after another, as bytes: `docs/formats.md`. */
export function createEncoder(identity: RunIdentity): (state: RunState) => Uint8Array<ArrayBuffer> {
  const recordsSoFar = createRecordWriter();
  return (state) => encode(state, identity, recordsSoFar(state.history));
}

function encode(state: RunState, identity: RunIdentity, history: Checked): Uint8Array<ArrayBuffer> {
  const { engine, watched, best } = state;
  const numbers = [state.costSum, state.milliseconds, orNaN(watched.best), orNaN(watched.level), orNaN(state.learningRate)];
  const { step, epoch, position, correct, stopped = null } = state;
  const { bestEpoch, drops, waited } = watched;
  return encodeContainer({
    header: { identity, step, epoch, position, correct, stopped, bestEpoch, drops, waited },
    sections: {
      parameters: engine.parameters,
      ...Object.fromEntries(engine.slots.map((slot, index) => [`slot${index}`, slot])),
      ...(engine.average === undefined ? {} : { average: engine.average }),
      ...(best === undefined ? {} : { best }),
      counters: Float64Array.from(engine.counters),
      numbers: Float64Array.from(numbers),
      history,
    },
  });
}

/** @throws ChainruleError `E_CORRUPT` for bytes that are no whole checkpoint */
export function decodeCheckpoint(bytes: Uint8Array, where = "checkpoint"): Checkpoint {
  const { header, sections } = decodeContainer(bytes, where);
  const vector = (name: string): Numbers => {
    const found = sections[name];
    if (found === undefined)
      throw new ChainruleError("E_CORRUPT", { where, expected: `a section "${name}"`, got: show(Object.keys(sections)) });
    return found;
  };
  const [costSum = 0, milliseconds = 0, best = NaN, level = NaN, learningRate = NaN] = vector("numbers");
  const count = (name: string): number => {
    const value = header[name];
    if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
    throw new ChainruleError("E_CORRUPT", { where, expected: `"${name}", a whole number`, got: show(value) });
  };
  return {
    identity: header["identity"] as RunIdentity,
    state: {
      step: count("step"),
      epoch: count("epoch"),
      position: count("position"),
      correct: count("correct"),
      costSum,
      milliseconds,
      ...(Number.isNaN(learningRate) ? {} : { learningRate }),
      engine: {
        parameters: vector("parameters"),
        slots: slotsOf(sections),
        ...(sections["average"] === undefined ? {} : { average: sections["average"] }),
        counters: Array.from(vector("counters")),
      },
      history: recordsOf(vector("history") as Float64Array),
      watched: { best: orNull(best), level: orNull(level), bestEpoch: count("bestEpoch"), drops: count("drops"), waited: count("waited") },
      ...(sections["best"] === undefined ? {} : { best: sections["best"] as Float32Array }),
      ...(header["stopped"] === null ? {} : { stopped: header["stopped"] as StopReason }),
    },
  };
}

function slotsOf(sections: Content["sections"]): Numbers[] {
  const slots: Numbers[] = [];
  for (let slot = sections["slot0"]; slot !== undefined; slot = sections[`slot${slots.length}`]) slots.push(slot);
  return slots;
}
