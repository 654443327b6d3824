import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import { bytesOf } from "../../src/base/sha256.js";
import { readIdxFolder } from "../../src/node/idx-folder.js";
import { split } from "../../src/data/split.js";
import { mnist, mnistPath } from "../support/shared.js";
import { temporaryFolder } from "../support/temporary.js";
import { rejected, said } from "../training/caught.js";

const FILES = {
  images: "train-images-idx3-ubyte",
  labels: "train-labels-idx1-ubyte",
  testImages: "t10k-images-idx3-ubyte",
  testLabels: "t10k-labels-idx1-ubyte",
} as const;

/** An IDX file of unsigned bytes. */
function idx(shape: readonly number[], values: readonly number[], type = 8): Uint8Array {
  const header = shape.flatMap((length) => [length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255]);
  return Uint8Array.of(0, 0, type, shape.length, ...header, ...values);
}

const GOOD = {
  [FILES.images]: idx([3, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255]),
  [FILES.labels]: idx([3], [4, 0, 2]),
  [FILES.testImages]: idx([2, 2, 2], [20, 21, 22, 23, 24, 25, 26, 27]),
  [FILES.testLabels]: idx([2], [2, 1]),
};

const root = temporaryFolder();
let folder = "";
let count = 0;
beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(folder);
});

function write(files: Readonly<Record<string, Uint8Array>>): void {
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
}

describe("a folder of four IDX files", () => {
  test.each([false, true])("is read, packed: %s", async (packed) => {
    write(packed ? Object.fromEntries(Object.entries(GOOD).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)])) : GOOD);
    const data = await readIdxFolder(folder);
    expect(data).toMatchObject({
      rowCount: 5,
      columns: ["pixel0", "pixel1", "pixel2", "pixel3"],
      image: { height: 2, width: 2, maximum: 255 },
      testFrom: 3,
      target: { kind: "classes", classes: [0, 1, 2, 3, 4] },
    });
    expect(data.inputs).toBeInstanceOf(Uint8Array);
    expect(Array.from(data.inputs)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255, 20, 21, 22, 23, 24, 25, 26, 27]);
    expect(Array.from(data.target.indices)).toEqual([4, 0, 2, 2, 1]);
    const parts = split(data);
    expect(Array.from(parts.train)).toEqual([0, 1, 2]);
    expect(Array.from(parts.test)).toEqual([3, 4]);
  });

  test("may be half packed, beside other files; where both forms are there the plain one counts", async () => {
    write({ ...GOOD, "README.md": Uint8Array.of(1), [`${FILES.labels}.gz`]: Uint8Array.of(1, 2, 3) });
    rmSync(join(folder, FILES.images));
    write({ [`${FILES.images}.gz`]: gzipSync(GOOD[FILES.images]) });
    expect((await readIdxFolder(folder)).rowCount).toBe(5);
  });
});

describe("a folder that is not one", () => {
  /** What is said of the good files with some of them changed, or left out where they are undefined. */
  async function refusal(files: Readonly<Record<string, Uint8Array | undefined>>): Promise<ReturnType<typeof said>> {
    const chosen: Record<string, Uint8Array> = { ...GOOD };
    for (const [name, bytes] of Object.entries(files)) {
      if (bytes === undefined) Reflect.deleteProperty(chosen, name);
      else chosen[name] = bytes;
    }
    write(chosen);
    return said(await rejected(readIdxFolder(folder)));
  }

  test("that is not there", async () => {
    const nowhere = join(folder, "nowhere");
    expect(said(await rejected(readIdxFolder(nowhere)))).toMatchObject({ code: "E_DATA", where: nowhere });
  });

  test("that is empty", async () => {
    expect(said(await rejected(readIdxFolder(folder)))).toMatchObject({ code: "E_DATA", where: folder, got: "an empty folder" });
  });

  test.each(Object.values(FILES))("without %s", async (name) => {
    const error = await refusal({ [name]: undefined });
    expect(error).toMatchObject({ code: "E_DATA", where: folder, expected: `${name} or ${name}.gz`, got: "3 other files" });
  });

  test.each(Object.values(FILES))("with a wrong magic in %s", async (name) => {
    const bytes = GOOD[name].slice();
    bytes[0] = 1;
    expect(await refusal({ [name]: bytes })).toMatchObject({
      code: "E_CORRUPT",
      where: join(folder, name),
      got: expect.stringMatching(/^01 00 08 0/) as string,
    });
    bytes[0] = 0;
    bytes[2] = 0x0d;
    expect(await refusal({ [name]: bytes })).toMatchObject({ code: "E_CORRUPT", hint: "Only IDX files of unsigned bytes are read." });
  });

  test.each(Object.values(FILES))("with a byte too few or too many in %s", async (name) => {
    const whole = GOOD[name];
    expect(await refusal({ [name]: whole.subarray(0, -1) })).toMatchObject({
      code: "E_CORRUPT",
      where: join(folder, name),
      hint: "Is the file cut short?",
    });
    expect((await refusal({ [name]: Uint8Array.of(...whole, 0) })).code).toBe("E_CORRUPT");
    expect((await refusal({ [name]: whole.subarray(0, 6) })).expected).toContain("a header of");
    expect((await refusal({ [name]: new Uint8Array(0) })).got).toBe("0 bytes");
  });

  test("with images in place of labels, and labels in place of images", async () => {
    expect(await refusal({ [FILES.labels]: GOOD[FILES.images] })).toMatchObject({ code: "E_CORRUPT", expected: "1 dimension", got: "3" });
    expect(await refusal({ ...GOOD, [FILES.images]: GOOD[FILES.labels] })).toMatchObject({
      code: "E_CORRUPT",
      expected: "3 dimensions",
      got: "1",
    });
  });

  test("with other counts of labels than of images, in either part", async () => {
    const error = await refusal({ [FILES.labels]: idx([2], [1, 2]) });
    expect(error).toMatchObject({ code: "E_CORRUPT", where: folder, expected: "as many labels as images in the train part (3)", got: "2" });
    const other = await refusal({ ...GOOD, [FILES.testLabels]: idx([3], [1, 2, 0]) });
    expect(other).toMatchObject({ code: "E_CORRUPT", expected: "as many labels as images in the t10k part (2)", got: "3" });
  });

  test("with test images of another size", async () => {
    const error = await refusal({ [FILES.testImages]: idx([2, 1, 4], [1, 2, 3, 4, 5, 6, 7, 8]) });
    expect(error).toMatchObject({ code: "E_CORRUPT", expected: "test images of 2 x 2, as the training images", got: "1 x 4" });
  });

  test("with a .gz that is not gzip, or cut short, or changed", async () => {
    const name = `${FILES.images}.gz`;
    const packed = gzipSync(GOOD[FILES.images]);
    const changed = Uint8Array.from(packed);
    changed[changed.length - 6]! ^= 1;
    for (const bytes of [
      Uint8Array.of(1, 2, 3),
      new Uint8Array(0),
      packed.subarray(0, -5),
      packed.subarray(0, 12),
      changed,
      GOOD[FILES.images],
    ]) {
      const error = await refusal({ [FILES.images]: undefined, [name]: bytes });
      rmSync(join(folder, FILES.images), { force: true });
      expect(error).toMatchObject({ code: "E_CORRUPT", where: join(folder, name), expected: "a gzip file" });
    }
  });

  test("with gzip's bytes under a plain name", async () => {
    expect((await refusal({ [FILES.images]: gzipSync(GOOD[FILES.images]) })).hint).toContain("let its name end in .gz");
  });

  test("with dimensions whose product is beyond any file", async () => {
    expect((await refusal({ [FILES.images]: idx([0xffffffff, 0xffffffff, 0xffffffff], []) })).code).toBe("E_CORRUPT");
  });
});

mnist.suite("MNIST", () => {
  test("has 70,000 rows of one byte a pixel, and begins with a 5", async () => {
    const data = await readIdxFolder(mnistPath);
    expect(data).toMatchObject({ rowCount: 70_000, testFrom: 60_000, image: { height: 28, width: 28, maximum: 255 } });
    expect(data.inputs).toHaveLength(70_000 * 784);
    expect(data.inputs).toBeInstanceOf(Uint8Array);
    expect(data.target.classes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(Array.from(data.target.indices.subarray(0, 5))).toEqual([5, 0, 4, 1, 9]);
    expect(Array.from(data.target.indices.subarray(60_000, 60_005))).toEqual([7, 2, 1, 0, 4]);
    // The sums of the unpacked files that their distributors give, rebuilt from what was read.
    const md5 = (header: Uint8Array, values: Uint8Array): string => createHash("md5").update(header).update(values).digest("hex");
    const labels = Uint8Array.from(data.target.indices);
    const shapes = [60_000, 10_000] as const;
    const sums = shapes.flatMap((rows, part) => {
      const from = part === 0 ? 0 : 60_000;
      return [
        md5(idx([rows, 28, 28], []), bytesOf(data.inputs.subarray(from * 784, (from + rows) * 784))),
        md5(idx([rows], []), labels.subarray(from, from + rows)),
      ];
    });
    expect(sums).toEqual([
      "6bbc9ace898e44ae57da46a324031adb",
      "a25bea736e30d166cdddb491f175f624",
      "2646ac647ad5339dbf082846283269ea",
      "27ae3e4e09519cfbb04c329615203637",
    ]);
  });

  test("its own files, unpacked, have the same sums", () => {
    const labels = gunzipSync(readFileSync(join(mnistPath, `${FILES.testLabels}.gz`)));
    expect(createHash("md5").update(labels).digest("hex")).toBe("27ae3e4e09519cfbb04c329615203637");
  });
});
