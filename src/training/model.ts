import { bytesOf, createSha256 } from "../base/sha256.js";
import type { ImageShape, Label } from "../data/dataset.js";
import type { Scaling } from "../data/scaling.js";
import type { OptimizerDescription, StepRules } from "../kernels/contract.js";
import type { Network } from "../network/network.js";
import type { DividedBy } from "../table/divide.js";
import type { Preparation } from "../table/preparation.js";
import type { Classification, MultiLabel, Regression, Task } from "./task.js";

/** How the rows were divided, so that the same parts can be drawn again from the same data. */
export interface SplitRecord {
  readonly seed: number;
  readonly test: number;
  readonly validation: number;
  /** What divided the rows of a table in place of the seed alone; the fractions above are 0 then. */
  readonly by?: DividedBy;
  /** Number of rows of the data set. */
  readonly rows: number;
  /** SHA-256 of the data set's content. */
  readonly fingerprint: string;
}

/** How it was trained: what is needed to say what a step makes of a derivative. */
export interface TrainingRecord {
  readonly optimizer: OptimizerDescription;
  /** What was done around its step; left out where nothing was. */
  readonly rules?: StepRules;
  readonly batchSize: number;
  readonly epochs: number;
}

/**
 * A network with everything that prediction needs: what its inputs are called, how they are scaled, what its outputs mean,
 * and which rows it was trained on. Plain data; nothing in it is meant to be changed.
 */
export interface Model<T extends Task = Task> {
  readonly network: Network;
  readonly task: T;
  /** Names of the raw inputs, shape (n_1). */
  readonly columns: readonly string[];
  /** How the columns of a table become those inputs; left out where the inputs are the columns themselves. */
  readonly preparation?: Preparation;
  readonly scaling: Scaling;
  readonly image?: ImageShape;
  /** Left out where the model was not trained on data. */
  readonly split?: SplitRecord;
  readonly training?: TrainingRecord;
  /** SHA-256 of the float32 little-endian parameters in the order w2, b2, w3, b3, ..., row-major, unpadded. */
  readonly parametersHash: string;
}

export type ClassificationModel<L extends Label = Label> = Model<Classification<L>>;
export type RegressionModel = Model<Regression>;
export type MultiLabelModel = Model<MultiLabel>;

/** Puts a model together; its hash is computed here. */
export function createModel<T extends Task>(parts: Omit<Model<T>, "parametersHash">): Model<T> {
  return { ...parts, parametersHash: createSha256().update(bytesOf(parts.network.parameters)).hex() };
}
