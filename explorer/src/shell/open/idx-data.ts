import type { ClassTarget, Dataset } from "chainrule";
import type { IdxArray } from "chainrule/formats";

/** An IDX file that was read. */
interface Named {
  readonly name: string;
  readonly array: IdxArray;
}

/** A part of the data: images, and what they show. */
interface Part {
  readonly images: Named;
  readonly labels: Named;
}

/** Files of tests are called so: t10k-images-idx3-ubyte. */
const TEST = /t10k|test/i;

/**
 * Images and labels as one data set: one pair, or two of which one is the test part, which then comes behind the other.
 *
 * @throws Error naming the file that is missing, or that does not fit
 */
export function pairUp(files: readonly Named[]): Dataset<ClassTarget<number>> {
  const images = files.filter(({ array }) => array.shape.length === 3);
  const labels = files.filter(({ array }) => array.shape.length === 1);
  const odd = files.find(({ array }) => array.shape.length !== 1 && array.shape.length !== 3);
  if (odd !== undefined)
    throw new Error(`${odd.name}: expected images (rows x height x width) or labels, got ${odd.array.shape.join(" x ")} bytes.`);
  if (images.length === 0) throw new Error(`${files[0]!.name} holds labels: open it together with the file of their images.`);
  if (images.length !== labels.length || images.length > 2) {
    const missing = images.find((one) => !labels.some((other) => TEST.test(one.name) === TEST.test(other.name))) ?? images[0]!;
    throw new Error(
      `${missing.name}: expected a file of labels for each file of images, got ${images.length} of images and ${labels.length} of labels.`,
    );
  }
  const parts = images.map((one): Part => ({ images: one, labels: labelsOf(one, images, labels) }));
  parts.sort((p, q) => Number(TEST.test(p.images.name)) - Number(TEST.test(q.images.name)));
  return joined(parts);
}

function labelsOf(one: Named, images: readonly Named[], labels: readonly Named[]): Named {
  const own = images.length === 1 ? labels[0]! : labels.find(({ name }) => TEST.test(name) === TEST.test(one.name))!;
  const [rows, count] = [one.array.shape[0]!, own.array.shape[0]!];
  if (rows !== count) throw new Error(`${own.name}: expected ${rows} labels, one for each image of ${one.name}, got ${count}.`);
  return own;
}

function joined(parts: readonly Part[]): Dataset<ClassTarget<number>> {
  const [first, second] = parts as readonly [Part, Part?];
  const [, height, width] = first.images.array.shape as [number, number, number];
  const other = second?.images.array.shape;
  if (other !== undefined && (other[1] !== height || other[2] !== width)) {
    throw new Error(`${second!.images.name}: expected images of ${height} x ${width}, got ${other[1]} x ${other[2]}.`);
  }
  const inputs = concatenated(parts.map(({ images }) => images.array.values));
  const labels = concatenated(parts.map(({ labels: { array } }) => array.values));
  // All from 0, as `readIdxFolder` has them, so that the same files are the same data.
  const classes = Array.from({ length: labels.reduce((most, label) => Math.max(most, label), 0) + 1 }, (_, label) => label);
  if (classes.length < 2) throw new Error(`${first.labels.name}: expected at least two classes, got only 0.`);
  const isMnist = parts.length === 2 && height === 28 && width === 28 && labels.length === 70_000 && classes.length === 10;
  return {
    name: isMnist && first.images.name.startsWith("train-images") ? "mnist" : first.images.name.replace(/-?idx3-ubyte$/i, ""),
    rowCount: labels.length,
    columns: Array.from({ length: height * width }, (_, pixel) => `pixel${pixel}`),
    inputs,
    target: { kind: "classes", name: "label", classes, indices: Int32Array.from(labels) },
    image: { height, width, maximum: 255 },
    ...(second === undefined ? {} : { testFrom: first.labels.array.values.length }),
  };
}

function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1) return only!;
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
