import { createRandom } from "../../src/base/random.js";
import { createDataset } from "../../src/data/create-dataset.js";
import type { Dataset, Label } from "../../src/data/dataset.js";
import { digits } from "../../src/data/digits.js";
import { takeRows } from "../../src/data/rows.js";
import { dense } from "../../src/network/layers.js";
import { batchNorm, dropout, layerNorm, residual } from "../../src/network/parts.js";
import { prepareTable } from "../../src/table/prepare.js";
import type { RawRow } from "../../src/table/source.js";
import type { Evaluation } from "../../src/training/measure.js";
import type { Model } from "../../src/training/model.js";
import { adagrad, adam, adamw, lbfgs, lion, nadam, rmsprop, sgd } from "../../src/training/optimizers.js";
import type { TrainOptions } from "../../src/training/options.js";
import { train } from "../../src/training/train.js";

// The estimators that every check of this folder is run over. Their data are small and of awkward sizes: 61 rows are no whole number of batches
// of 16, nor of SIMD lanes.

/** Data and how to learn them: what scikit-learn calls an estimator. */
export interface Estimator {
  readonly title: string;
  readonly data: Dataset;
  readonly options: TrainOptions;
  /** Rows of a table that the data were prepared from. */
  readonly raw?: readonly RawRow[];
}

const ROWS = 61;

/** Points in the plane, shape (rows x 2), in units far from 1. */
function points(seed: number, rows = ROWS): number[][] {
  const random = createRandom(seed, 501);
  return Array.from({ length: rows }, () => [1000 * random.uniform(), random.uniform() - 0.5]);
}

/** Which of `count` stripes a point lies in. */
const stripe = ([u = 0, v = 0]: readonly number[], count: number): number => Math.floor((count * (u / 1000 + v + 0.5)) / 2);

function classes(labels: readonly Label[]): Dataset {
  const inputs = points(labels.length);
  return createDataset({ name: "stripes", inputs, labels: inputs.map((point) => labels[stripe(point, labels.length)]!), classes: labels });
}

function values(of: (point: readonly number[]) => number | readonly number[]): Dataset {
  const inputs = points(7);
  return createDataset({ name: "hills", inputs, targets: inputs.map(of) as number[] });
}

function labels(): Dataset {
  const inputs = points(8);
  const labelSets = inputs.map(([u = 0, v = 0]) => [...(u > 500 ? ["right"] : []), ...(v > 0 ? ["above"] : [])]);
  return createDataset({ name: "quarters", inputs, labelSets });
}

/** Rents by numbers, categories, truth and days, some of them missing. */
export function flats(rows = ROWS): RawRow[] {
  const random = createRandom(3, 502);
  return Array.from({ length: rows }, (_, i) => {
    const size = Math.round(30 + 100 * random.uniform());
    const town = ["Bern", "Genève", "Zug"][random.below(3)]!;
    const lift = random.uniform() > 0.5;
    return {
      size: i % 11 === 3 ? null : size,
      town: i % 13 === 5 ? "?" : town,
      lift,
      built: `${1950 + random.below(60)}-0${1 + random.below(9)}-15`,
      rent: 300 + 12 * size + (town === "Genève" ? 400 : 0),
      dear: size > 80 ? "dear" : "cheap",
    };
  });
}

async function prepared(target: "rent" | "dear", ignore: string): Promise<Pick<Estimator, "data" | "raw">> {
  const raw = flats();
  const { dataset } = await prepareTable(raw, { target, ignore: [ignore], test: 0.2, validation: 0.1, seed: 4 });
  return { data: dataset, raw };
}

const objects = points(9).map(([far = 0, near = 0]) => ({ far, near, side: far > 500 ? "right" : "left" }));

/** Whose labels are single numbers that are counted. */
const counts = values(([u = 0]) => Math.floor(u / 200));
const height = ([u = 0, v = 0]: readonly number[]): number => 1e4 + 3 * u - 500 * v * v;

export const ESTIMATORS: readonly Estimator[] = [
  { title: "two classes, softmax, sgd, relu", data: classes(["no", "yes"]), options: { hidden: [8], optimizer: sgd() } },
  {
    title: "two classes on one sigmoid, adam, tanh",
    data: classes(["a", "b"]),
    options: { network: { inputs: 2, layers: [dense(5, "tanh"), dense(1)], cost: "cross-entropy" }, optimizer: adam() },
  },
  {
    title: "three classes, adamw, gelu",
    data: classes(["x", "y", "z"]),
    options: { hidden: [9, 4], activation: "gelu", optimizer: adamw() },
  },
  {
    title: "four numbers as labels, hinge, adagrad, tanh",
    data: classes([-3, 0, 10, 200]),
    options: { hidden: [7], activation: "tanh", outputActivation: "identity", cost: "hinge", optimizer: adagrad({ learningRate: 0.05 }) },
  },
  { title: "three classes, recipe equations", data: classes(["p", "q", "r"]), options: { recipe: "equations", hidden: [6] } },
  {
    title: "three classes, lbfgs, softplus",
    data: classes(["k", "l", "m"]),
    options: { hidden: [6], activation: "softplus", optimizer: lbfgs() },
  },
  {
    title: "three classes, batch normalisation, a residual block, dropout",
    data: classes(["f", "g", "h"]),
    options: {
      network: {
        inputs: 2,
        layers: [dense(8, "relu"), batchNorm(), residual([dense(8, "relu"), layerNorm(), dropout(0.2)]), dense(3, "softmax")],
        cost: "cross-entropy",
      },
      optimizer: adam(),
    },
  },
  { title: "numbers, rmsprop, elu", data: values(height), options: { hidden: [8], activation: "elu", optimizer: rmsprop() } },
  {
    title: "several numbers a row, nadam, mish",
    data: values((point) => [height(point), point[1]!, -point[0]!]),
    options: { hidden: [8, 5], activation: "mish", optimizer: nadam() },
  },
  {
    title: "counts, poisson, sgd, leaky-relu",
    data: counts,
    options: {
      hidden: [6],
      activation: "leaky-relu",
      outputActivation: "exponential",
      cost: "poisson",
      optimizer: sgd({ learningRate: 0.01 }),
    },
  },
  {
    title: "numbers, quantile, lion, silu",
    data: values(height),
    options: { hidden: [6], activation: "silu", cost: { kind: "quantile", quantile: 0.9 }, optimizer: lion() },
  },
  { title: "labels, sigmoid, adam, selu", data: labels(), options: { hidden: [6], activation: "selu", optimizer: adam() } },
  {
    title: "rows of objects, clipped, averaged, by a schedule",
    data: createDataset(objects, { target: "side" }),
    options: { hidden: [6], clipNorm: 1, average: 0.9, schedule: "cosine", l2: 1e-3 },
  },
  {
    title: "pictures, a factor, mostly 0",
    data: takeRows(
      digits(),
      Uint32Array.from({ length: ROWS }, (_, i) => i),
    ),
    options: { hidden: [10] },
  },
  { title: "a table of classes, tabular", ...(await prepared("dear", "rent")), options: { recipe: "tabular", batchSize: 16 } },
  { title: "a table of numbers, tabular", ...(await prepared("rent", "dear")), options: { recipe: "tabular", batchSize: 16 } },
];

/** Trains an estimator for a few epochs, the same ones each time but for what is asked for. */
export async function fit({ data, options }: Estimator, more: TrainOptions = {}): Promise<Fitted> {
  const { model, test } = await train(data, { epochs: 3, batchSize: 16, seed: 4, threads: 1, ...options, ...more } as TrainOptions).result;
  return { model: model, test: test };
}

export interface Fitted {
  readonly model: Model;
  readonly test: Evaluation | undefined;
}

/** The estimators for `describe.each`, by their titles. */
export const TITLED = ESTIMATORS.map((estimator): [string, Estimator] => [estimator.title, estimator]);
