import { createRandom, shuffle } from "../../src/base/random.js";
import type { ClassTarget, Dataset } from "../../src/data/dataset.js";
import { takeRows } from "../../src/data/rows.js";
import { diagnose, type DiagnoseOptions } from "../../src/diagnose.js";
import type { Diagnosis } from "../../src/diagnose/diagnose.js";
import type { Verdict, VerdictKind } from "../../src/diagnose/verdict.js";
import { createModel, type Model } from "../../src/training/model.js";
import type { TrainOptions } from "../../src/training/options.js";
import { train } from "../../src/training/train.js";

export async function trained(dataset: Dataset, options: TrainOptions): Promise<Model> {
  return (await train(dataset, options).result).model;
}

export async function diagnoseTrained(dataset: Dataset, options: TrainOptions, asked: DiagnoseOptions = {}): Promise<Diagnosis> {
  return diagnose(await trained(dataset, options), dataset, asked);
}

export function verdictsOf({ verdicts }: Diagnosis, kind: VerdictKind): Verdict[] {
  return verdicts.filter((verdict) => verdict.kind === kind);
}

export function badOnes({ verdicts }: Diagnosis): string[] {
  return verdicts.filter(({ severity }) => severity === "bad").map(({ kind }) => kind);
}

/** A model with other parameters. */
export function changed(model: Model, change: (value: number, name: string, index: number) => number): Model {
  const { network, parametersHash: _, ...rest } = model;
  const parameters = network.parameters.slice();
  for (const { name, offset, rows, columns } of network.layout.tensors) {
    for (let index = 0; index < rows * columns; index++) parameters[offset + index] = change(parameters[offset + index]!, name, index);
  }
  return createModel({ ...rest, network: { ...network, parameters } });
}

/** Every second row, from the first or from the second. */
export function half<T extends ClassTarget>(dataset: Dataset<T>, first: 0 | 1): Dataset<T> {
  const rows = Uint32Array.from({ length: Math.floor((dataset.rowCount - first + 1) / 2) }, (_, i) => 2 * i + first);
  return takeRows(dataset, rows) as Dataset<T>;
}

/** Some rows with another label each, drawn by a seed. */
export function flipped<T extends ClassTarget>(
  dataset: Dataset<T>,
  count: number,
  seed: number,
): { dataset: Dataset<T>; rows: Set<number> } {
  const random = createRandom(seed, 401);
  const { target, rowCount } = dataset;
  const rows = new Set(
    shuffle(
      Uint32Array.from({ length: rowCount }, (_, row) => row),
      random,
    ).subarray(0, count),
  );
  const indices = target.indices.slice();
  for (const row of rows) indices[row] = (indices[row]! + 1 + random.below(target.classes.length - 1)) % target.classes.length;
  return { dataset: { ...dataset, target: { ...target, indices } }, rows };
}
