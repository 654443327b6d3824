import { type Dataset, type EpochRecord, type Target, train, type TrainOptions, type TrainResult } from "chainrule";
import { useEffect, useState } from "react";

export interface Job<T extends Target> {
  readonly dataset: Dataset<T>;
  readonly options: TrainOptions;
}

export interface Training<T extends Target> {
  readonly state: "idle" | "running" | "done" | "stopped" | "failed";
  readonly history: readonly EpochRecord[];
  /** Share of the run that is done, 0..1. */
  readonly fraction: number;
  /** Once it is done. */
  readonly result?: TrainResult<T>;
  /** Once it has failed. */
  readonly error?: Error;
}

const IDLE = { state: "idle", history: [], fraction: 0 } as const;

/**
 * Trains in a worker. Another job (another object) ends the run before it, `null` stops it, and so does unmounting.
 *
 * Safe in StrictMode, which mounts, unmounts and mounts again: each effect has a signal of its own, and whatever a run reports
 * after its signal was aborted is dropped.
 */
export function useTraining<T extends Target>(job: Job<T> | null): Training<T> {
  const [training, setTraining] = useState<Training<T>>(IDLE);
  useEffect(() => {
    if (job === null) return;
    const controller = new AbortController();
    setTraining({ ...IDLE, state: "running" });
    void follow(job, controller.signal, (change) => {
      if (!controller.signal.aborted) setTraining((before) => ({ ...before, ...change }));
    });
    return () => controller.abort();
  }, [job]);
  return job === null && training.state === "running" ? { ...training, state: "stopped" } : training;
}

/** Runs a job and reports it, at most once a frame of the screen: the epochs of a small network are faster. */
async function follow<T extends Target>(
  { dataset, options }: Job<T>,
  signal: AbortSignal,
  report: (change: Partial<Training<T>>) => void,
): Promise<void> {
  const history: EpochRecord[] = [];
  let fraction = 0;
  let frame = 0;
  const reportSoon = (): void => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      report({ history: [...history], fraction });
    });
  };
  try {
    // Wrong options are thrown here, and what goes wrong later comes out of the loop.
    const run = train(dataset, { ...options, signal });
    run.onTick((tick) => {
      fraction = tick.fraction;
      reportSoon();
    });
    for await (const record of run) {
      history.push(record);
      reportSoon();
    }
    const result = await run.result;
    report({ state: "done", history: [...history], fraction: 1, result });
  } catch (error) {
    report({ state: "failed", error: error instanceof Error ? error : new Error(String(error)) });
  } finally {
    cancelAnimationFrame(frame);
  }
}
