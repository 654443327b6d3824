import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { ChainruleError, type ClassTarget, type Dataset } from "chainrule";
import { type IdxArray, readIdx } from "chainrule/formats";
import { cannot } from "./safe-write.js";

const unzip = promisify(gunzip);
/** What unpacks to more than this is refused, whatever it claims to be. */
const LARGEST_FILE = 2 ** 31 - 1;
const parts = ["train", "t10k"] as const;

/**
 * Reads a folder of MNIST-like IDX files, packed (`.gz`) or plain: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and
 * the `t10k` pair, which is the test part. Rows are numbered from 0, training files first. Images keep one byte a pixel.
 *
 * @throws ChainruleError `E_DATA` for a file that is missing, `E_CORRUPT` for one that is not what it should be
 * @example
 * ```ts
 * import { mkdir, writeFile } from "node:fs/promises";
 * import { readIdxFolder } from "chainrule/node";
 *
 * await mkdir("tiny", { recursive: true });
 * for (const part of ["train", "t10k"]) {
 *   await writeFile(`tiny/${part}-images-idx3-ubyte`, Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 255, 0));
 *   await writeFile(`tiny/${part}-labels-idx1-ubyte`, Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7));
 * }
 * const data = await readIdxFolder("tiny");
 * console.log(data.rowCount, data.testFrom, data.image); // 2 rows, the second is the test
 * ```
 */
export async function readIdxFolder(folder: string): Promise<Dataset<ClassTarget<number>>> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw cannot("read", folder, error);
  });
  const read = async (part: string, kind: "images-idx3" | "labels-idx1"): Promise<IdxArray> => readOne(folder, names, part, kind);
  const images = await Promise.all(parts.map((part) => read(part, "images-idx3")));
  const labels = await Promise.all(parts.map((part) => read(part, "labels-idx1")));
  const counts = images.map(({ shape }, i) => {
    const [rows = 0] = shape;
    const labelRows = labels[i]!.shape[0];
    if (rows === labelRows) return rows;
    throw corrupt(folder, `as many labels as images in the ${parts[i]!} part (${rows})`, String(labelRows));
  });
  const [height, width] = images[0]!.shape.slice(1) as [number, number];
  const testShape = images[1]!.shape.slice(1);
  if (testShape[0] !== height || testShape[1] !== width) {
    throw corrupt(folder, `test images of ${height} x ${width}, as the training images`, testShape.join(" x "));
  }
  const values = joinBytes(images);
  const indices = Int32Array.from(joinBytes(labels));
  const classes = Array.from({ length: indices.reduce((max, label) => Math.max(max, label), 0) + 1 }, (_, label) => label);
  return {
    name: folder,
    rowCount: counts[0]! + counts[1]!,
    columns: Array.from({ length: height * width }, (_, pixel) => `pixel${pixel}`),
    inputs: values,
    target: { kind: "classes", name: "label", classes, indices },
    image: { height, width, maximum: 255 },
    testFrom: counts[0]!,
  };
}

async function readOne(folder: string, names: readonly string[], part: string, kind: "images-idx3" | "labels-idx1"): Promise<IdxArray> {
  const plain = `${part}-${kind}-ubyte`;
  const name = names.find((candidate) => candidate === plain) ?? names.find((candidate) => candidate === `${plain}.gz`);
  if (name === undefined) {
    throw new ChainruleError("E_DATA", {
      where: folder,
      expected: `${plain} or ${plain}.gz`,
      got: names.length === 0 ? "an empty folder" : `${names.length} other files`,
      hint: "A folder of four IDX files is expected: images and labels of train and t10k.",
    });
  }
  const path = join(folder, name);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw cannot("read", path, error);
  });
  const dimensions = kind === "images-idx3" ? 3 : 1;
  const array = readIdx(name.endsWith(".gz") ? await unpack(bytes, path) : bytes, path);
  if (array.shape.length !== dimensions)
    throw corrupt(path, dimensions === 1 ? "1 dimension" : `${dimensions} dimensions`, String(array.shape.length));
  return array;
}

async function unpack(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  try {
    return await unzip(bytes, { maxOutputLength: LARGEST_FILE });
  } catch (error) {
    throw corrupt(path, "a gzip file", error instanceof Error ? error.message : String(error));
  }
}

function joinBytes(arrays: readonly IdxArray[]): Uint8Array {
  const joined = new Uint8Array(arrays.reduce((sum, { values }) => sum + values.length, 0));
  let at = 0;
  for (const { values } of arrays) {
    joined.set(values, at);
    at += values.length;
  }
  return joined;
}

function corrupt(where: string, expected: string, got: string): ChainruleError {
  return new ChainruleError("E_CORRUPT", { where, expected, got, hint: "Is the file whole?" });
}
