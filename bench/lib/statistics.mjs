/** The middle value; between two of them, their mean. */
export function median(values) {
  if (values.length === 0) return NaN;
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * How many times faster one program is than another. The two ran in turn, so that each round gives one pair that the
 * machine's moods touch alike; a pair's ratio is that of the medians of its epochs.
 *
 * @param ours speeds of the epochs, a list for each round
 * @param theirs likewise; the rounds go together
 * @returns the median of the pairs' ratios, the smallest and the largest
 */
export function pairedRatio(ours, theirs) {
  const ratios = [];
  for (let round = 0; round < Math.min(ours.length, theirs.length); round++) {
    const ratio = median(ours[round]) / median(theirs[round]);
    if (Number.isFinite(ratio)) ratios.push(ratio);
  }
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}

/** Median, extremes and number of all epochs of all rounds. */
export function summary(rounds) {
  const speeds = rounds.flat();
  return { median: median(speeds), least: Math.min(...speeds), best: Math.max(...speeds), epochs: speeds.length };
}
