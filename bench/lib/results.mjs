import { median, pairedRatio, summary } from "./statistics.mjs";

/**
 * From measurements to lines: the better of several ways of one program, and chainrule's ratio to each.
 *
 * @param measured `{ contender, rounds, how, error }` of one workload
 * @returns one line for each program, chainrule first: `{ contender, how, error }` or with `speed` and, for chainrule,
 * `ratios`, a pairedRatio by program
 */
export function lines(measured) {
  const programs = new Map();
  for (const entry of measured) {
    const best = programs.get(entry.contender.peer);
    if (best === undefined || speedOf(entry) > speedOf(best)) programs.set(entry.contender.peer, entry);
  }
  const own = programs.get("chainrule");
  return [...programs.values()].map((entry) => {
    if (entry.error !== undefined) return entry;
    return { ...entry, speed: summary(entry.rounds), ...(entry === own ? { ratios: ratiosOf(own, programs) } : {}) };
  });
}

const speedOf = ({ rounds, error }) => (error === undefined ? median(rounds.flat()) : 0);

function ratiosOf(own, programs) {
  const others = [...programs].filter(([peer, { error }]) => peer !== "chainrule" && error === undefined);
  return Object.fromEntries(others.map(([peer, { rounds }]) => [peer, pairedRatio(own.rounds, rounds)]));
}

/** A line as JSON; errors have none. */
export function toJson({ contender, how, speed, ratios }, workload) {
  const { peer, dense, rows, data, version } = contender;
  const { node, browser } = how;
  return {
    peer,
    engine: how.engine ?? contender.engine,
    threads: how.threads,
    reproducible: how.reproducible ?? null,
    dense,
    workload,
    rows,
    data,
    samplesPerSecond: Math.round(speed.median),
    least: Math.round(speed.least),
    best: Math.round(speed.best),
    epochs: speed.epochs,
    ...(version === undefined ? {} : { version }),
    ...(node === undefined ? {} : { node }),
    ...(browser === undefined ? {} : { browser }),
    ...(ratios === undefined ? {} : { ratio: mapValues(ratios, (ratio) => Number(ratio.median.toPrecision(4))) }),
  };
}

const mapValues = (object, change) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
