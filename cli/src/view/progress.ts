import { SingleBar } from "cli-progress";
import type { EpochRecord, Tick, TrainingRun } from "chainrule";
import type { Terminal } from "../terminal.js";
import { count, percent, seconds, short } from "./format.js";

/** Lines that a run prints where no bar can be drawn. */
const PLAIN_LINES = 20;

/** Shows a run while it lasts: a bar on a screen, a few plain lines elsewhere. Returns how to take it away. */
export function showProgress(run: TrainingRun, terminal: Terminal): () => void {
  return terminal.interactive ? showBar(run) : showLines(run, terminal);
}

function words({ epoch, epochs, score, samplesPerSecond, secondsLeft }: Tick): string {
  const accuracy = score.accuracy === undefined ? "" : ` · accuracy ${percent(score.accuracy)}`;
  return `epoch ${epoch}/${epochs} · cost ${short(score.cost)}${accuracy} · ${count(samplesPerSecond)} samples/s · ${seconds(secondsLeft)} left`;
}

function showBar(run: TrainingRun): () => void {
  const bar = new SingleBar({
    format: "{bar} {percentage}% · {words}",
    barsize: 20,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
    stream: process.stderr,
  });
  bar.start(100, 0, { words: "" });
  run.onTick((tick) => {
    bar.update(Math.floor(100 * tick.fraction), { words: words(tick) });
  });
  return () => {
    bar.stop();
  };
}

function showLines(run: TrainingRun, { note }: Terminal): () => void {
  let next = 1;
  run.onTick((tick) => {
    const lines = Math.min(PLAIN_LINES, tick.epochs);
    const reached = Math.floor(tick.fraction * lines);
    if (reached < next) return;
    note(words(tick));
    next = reached + 1;
  });
  return () => undefined;
}

/** The last record in words, for the summary. */
export function lastEpoch(history: readonly EpochRecord[]): string {
  const record = history.at(-1);
  if (record === undefined) return "no epoch was trained: the model is as it was initialised";
  const score = (cost: number, accuracy: number | undefined): string =>
    `cost ${short(cost)}${accuracy === undefined ? "" : `, accuracy ${percent(accuracy)}`}`;
  const validation = record.validation === null ? "" : `; validation ${score(record.validation.cost, record.validation.accuracy)}`;
  return `training ${score(record.cost, record.accuracy)}${validation}`;
}
