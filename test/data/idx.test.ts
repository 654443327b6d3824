import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readIdx } from "../../src/data/idx.js";

/** An IDX file of unsigned bytes: magic, sizes, values. */
function idx(shape: readonly number[], values: readonly number[], type = 0x08): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, type);
  header.setUint8(3, shape.length);
  shape.forEach((size, i) => header.setUint32(4 + 4 * i, size));
  return Uint8Array.of(...new Uint8Array(header.buffer), ...values);
}

describe("readIdx", () => {
  test("reads labels", () => {
    expect(readIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1))).toEqual({ shape: [3], values: Uint8Array.of(7, 2, 1) });
  });

  test("reads images, sizes as big-endian numbers of 32 bits", () => {
    const values = Array.from({ length: 2 * 258 }, (_, i) => i % 256);
    expect(readIdx(idx([2, 1, 258], values))).toEqual({ shape: [2, 1, 258], values: Uint8Array.from(values) });
  });

  test("reads an empty array", () => {
    expect(readIdx(idx([0, 28, 28], []))).toEqual({ shape: [0, 28, 28], values: new Uint8Array(0) });
  });

  test("reads a part of a larger buffer, and copies nothing", () => {
    const buffer = Uint8Array.of(9, 9, 9, ...idx([2], [5, 6]), 9, 9);
    const { values } = readIdx(buffer.subarray(3, 13));
    expect(values).toEqual(Uint8Array.of(5, 6));
    expect(values.buffer).toBe(buffer.buffer);
  });
});

describe("readIdx refuses", () => {
  const unsigned = "Only IDX files of unsigned bytes are read.";
  test.each([
    ["nothing", new Uint8Array(0), "an IDX header of at least 4 bytes", "0 bytes", ""],
    ["three bytes", Uint8Array.of(0, 0, 8), "an IDX header of at least 4 bytes", "3 bytes", ""],
    [
      "a first byte other than 0",
      Uint8Array.of(1, 0, 8, 1, 0, 0, 0, 0),
      "the IDX magic 00 00 08 and a number of dimensions",
      "01 00 08 01",
      unsigned,
    ],
    [
      "a second byte other than 0",
      Uint8Array.of(0, 7, 8, 1, 0, 0, 0, 0),
      "the IDX magic 00 00 08 and a number of dimensions",
      "00 07 08 01",
      unsigned,
    ],
    ["signed bytes", idx([1], [1], 0x09), "the IDX magic 00 00 08 and a number of dimensions", "00 00 09 01", unsigned],
    ["floats", idx([1], [0, 0, 0, 0], 0x0d), "the IDX magic 00 00 08 and a number of dimensions", "00 00 0d 01", unsigned],
    ["no dimensions", Uint8Array.of(0, 0, 8, 0), "the IDX magic 00 00 08 and a number of dimensions", "00 00 08 00", unsigned],
    [
      "a packed file",
      new Uint8Array(gzipSync(idx([1], [1]), { level: 9 })).fill(0, 3, 4),
      "the IDX magic 00 00 08 and a number of dimensions",
      "1f 8b 08 00",
      "These are gzip's first bytes: unpack it, or let its name end in .gz.",
    ],
    ["a header cut short", idx([2, 28, 28], []).subarray(0, 15), "a header of 16 bytes for 3 dimensions", "15 bytes", ""],
    ["255 dimensions that are not there", Uint8Array.of(0, 0, 8, 255), "a header of 1024 bytes for 255 dimensions", "4 bytes", ""],
    ["a body one byte short", idx([2, 2], [1, 2, 3]), "2 x 2 = 4 values after the header", "3", "Is the file cut short?"],
    ["a body one byte long", idx([2, 2], [1, 2, 3, 4, 5]), "2 x 2 = 4 values after the header", "5", "Is the file cut short?"],
    ["no body", idx([4], []), "4 values after the header", "0", "Is the file cut short?"],
    [
      "sizes whose product passes 2^53",
      idx([0xffffffff, 0xffffffff], []),
      "4294967295 x 4294967295 = 18446744065119617000 values after the header",
      "0",
      "Is the file cut short?",
    ],
  ])("%s", (_title, bytes, expected, got, hint) => {
    const problem = { where: "train-images", expected, got, ...(hint === "" ? {} : { hint }) };
    expect(() => readIdx(bytes, "train-images")).toThrow(expect.objectContaining({ code: "E_CORRUPT", problems: [problem] }));
  });

  test("and calls the source IDX data where nobody named it", () => {
    expect(() => readIdx(new Uint8Array(2))).toThrow("IDX data: expected an IDX header of at least 4 bytes, got 2 bytes.");
  });

  test("but reads the same file once it is unpacked", () => {
    expect(readIdx(gunzipSync(gzipSync(idx([1], [1])))).shape).toEqual([1]);
  });
});
