import { SingleBar } from "cli-progress";
import type { EpochRecord, Tick, TrainingRun } from "chainrule";
import type { Terminal } from "../terminal.js";
import { count, percent, seconds, short } from "./format.js";

/** Lines that a run prints where no bar can be drawn. */
const PLAIN_LINES = 20;
const LONGEST_BAR = 20;
const SHORTEST_BAR = 6;

/** Shows a run while it lasts: a bar on a screen, a few plain lines elsewhere. Returns how to take it away. */
export function showProgress(run: TrainingRun, terminal: Terminal): () => void {
  return terminal.interactive ? showBar(run) : showLines(run, terminal);
}

/** What a line of progress says, in full and as narrower screens have it. */
const wordings: readonly ((tick: Tick) => string)[] = [
  (tick) => `${Math.floor(100 * tick.fraction)}% · ${words(tick)}`,
  words,
  (tick) => narrow(tick, "epoch ", "accuracy "),
  (tick) => narrow(tick, "", ""),
];

function words({ epoch, epochs, score, samplesPerSecond, secondsLeft }: Tick): string {
  const accuracy = score.accuracy === undefined ? [] : [`accuracy ${percent(score.accuracy)}`];
  const speed = `${count(samplesPerSecond)} samples/s`;
  return [`epoch ${epoch}/${epochs}`, `cost ${short(score.cost)}`, ...accuracy, speed, `${seconds(secondsLeft)} left`].join(" · ");
}

function narrow({ epoch, epochs, score, samplesPerSecond, secondsLeft }: Tick, epochTitle: string, accuracyTitle: string): string {
  const accuracy = score.accuracy === undefined ? [] : [`${accuracyTitle}${(100 * score.accuracy).toFixed(1)}%`];
  const speed = samplesPerSecond < 1e5 ? `${count(samplesPerSecond)}/s` : `${count(samplesPerSecond / 1000)}k/s`;
  return [`${epochTitle}${epoch}/${epochs}`, `cost ${short(score.cost)}`, ...accuracy, speed, `${seconds(secondsLeft)} left`].join(" · ");
}

/** A line of progress that fits: the longest wording that leaves room for a bar. It never goes back to a longer one, so that it does not flicker. */
export function progressLine(): (tick: Tick, columns: number) => string {
  let wording = 0;
  let longest = 0;
  return (tick, columns) => {
    let text = wordings[wording]!(tick);
    longest = Math.max(longest, text.length);
    while (longest + 1 + SHORTEST_BAR >= columns && wording < wordings.length - 1) {
      text = wordings[++wording]!(tick);
      longest = text.length;
    }
    const length = Math.max(0, Math.min(LONGEST_BAR, columns - longest - 2));
    const full = Math.round(tick.fraction * length);
    return `${"█".repeat(full)}${"░".repeat(length - full)} ${text}`.slice(0, columns - 1);
  };
}

function showBar(run: TrainingRun): () => void {
  const line = progressLine();
  const bar = new SingleBar({
    // Between two ticks the bar has nothing new to say.
    format: (_options, _params, { tick }: { tick?: Tick }) => (tick === undefined ? "" : line(tick, process.stderr.columns)),
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
    stream: process.stderr,
  });
  bar.start(1, 0, {});
  run.onTick((tick) => {
    bar.update(tick.fraction, { tick });
  });
  return () => {
    bar.stop();
  };
}

function showLines(run: TrainingRun, { note }: Terminal): () => void {
  run.onTick((tick) => {
    const { epoch, epochs, fraction } = tick;
    const every = Math.ceil(epochs / PLAIN_LINES);
    // The last tick of an epoch is exactly that share of the run.
    if (fraction === epoch / epochs && (epoch % every === 0 || epoch === epochs)) note(words(tick));
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
