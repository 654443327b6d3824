import type { Scratch } from "../base/scratch.js";

/** A class as the data names it. */
export type Label = string | number;

/** Raw inputs, row-major; images keep one byte per pixel. */
export type InputValues = Uint8Array | Float32Array | Float64Array;

/** Inputs that are pictures: their shape, and the value of a fully lit pixel (16 for the digits, 255 for MNIST). */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly maximum: number;
}

/** Each row belongs to one class. */
export interface ClassTarget<L extends Label = Label> {
  readonly kind: "classes";
  readonly name: string;
  /** In ascending order: numbers by value, text by code unit. */
  readonly classes: readonly L[];
  /** Shape (rows): the row's position in `classes`. */
  readonly indices: Int32Array;
}

/** Each row has one or several numbers to be predicted. */
export interface ValueTarget {
  readonly kind: "values";
  readonly names: readonly string[];
  /** Shape (rows x names.length), row-major, in the units of the source. */
  readonly values: Float64Array;
}

/** Each row has any number of labels, none and all among them. */
export interface LabelTarget {
  readonly kind: "labels";
  readonly names: readonly string[];
  /** Shape (rows x names.length), row-major: 1 where the row has the label, otherwise 0. */
  readonly values: Uint8Array;
}

/** Rows to be predicted, whose answer is not known. */
export interface NoTarget {
  readonly kind: "none";
}

export type Target = ClassTarget | ValueTarget | LabelTarget | NoTarget;

/** Row numbers of each part of a data set. */
export interface Split {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}

/** Inputs of a data set that are not in memory, row by row. Plain enough for a message to a worker. */
export interface StoredRows {
  readonly place: Scratch;
  /** What lies there. */
  readonly numbers: "float32" | "float64";
  /** Rows that lie there. */
  readonly rowCount: number;
  /** Rows that are read in one go; the last ones may be fewer. */
  readonly blockRows: number;
  /** Blocks that are kept in memory, and shuffled with each other: docs/training.md. */
  readonly windowBlocks: number;
  /** Of all rows, as `fingerprint` computes it. */
  readonly fingerprint: string;
  /** Which of the rows of `place` they are; all in order where left out. Shape (rows). */
  readonly rows?: Uint32Array;
}

/**
 * Rows of raw inputs with what is to be learned from them. Rows are numbered from 0 in the order of the source, whatever
 * split is made of them later. Nothing in it is scaled: scaling belongs to the model.
 */
export interface Dataset<T extends Target = Target> {
  readonly name: string;
  readonly rowCount: number;
  /** One name a column of `inputs`. */
  readonly columns: readonly string[];
  /** Shape (rowCount x columns.length), row-major. Of rows that are streamed there is no such array, and asking for it is refused. */
  readonly inputs: InputValues;
  /** Set where the rows are streamed: more than the memory allowed. */
  readonly stored?: StoredRows;
  readonly target: T;
  readonly image?: ImageShape;
  /** Where the source names its own test part: its first row; the rows before it are for training. */
  readonly testFrom?: number;
  /** Where it names its own validation part: its first row; it ends where the test part begins, or the data. */
  readonly validationFrom?: number;
  /** Set where the rows are those that a model was trained on, in another order: what it knows them by, and its parts in this order. */
  readonly remembered?: { readonly fingerprint: string; readonly parts: Split };
}
