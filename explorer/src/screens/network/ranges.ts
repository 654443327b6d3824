import type { Dataset } from "chainrule";

const known = new WeakMap<Dataset, readonly (readonly [number, number])[]>();

/** The smallest and the largest value of each column of the data. */
export function rangesOf(dataset: Dataset): readonly (readonly [number, number])[] {
  let ranges = known.get(dataset);
  if (ranges === undefined) {
    const found = dataset.columns.map((): [number, number] => [Infinity, -Infinity]);
    dataset.inputs.forEach((value: number, at: number) => {
      const range = found[at % found.length]!;
      if (value < range[0]) range[0] = value;
      if (value > range[1]) range[1] = value;
    });
    ranges = found;
    known.set(dataset, ranges);
  }
  return ranges;
}
