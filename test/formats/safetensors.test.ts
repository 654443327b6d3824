import { describe, expect, test } from "vitest";
import { decodeSafetensors, encodeSafetensors, type SafetensorsFile, type Tensor } from "../../src/formats/safetensors.js";
import { caught, said } from "../training/caught.js";
import { buildFile, headerOf } from "./build.js";

const entry = (begin: number, end: number, shape: readonly unknown[] = [(end - begin) / 4], dtype = "F32"): Record<string, unknown> => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

function refusal(file: Uint8Array): ReturnType<typeof said> {
  const error = said(caught(() => decodeSafetensors(file, "some.file")));
  expect(error.code).toBe("E_CORRUPT");
  expect(error.where).toContain("some.file");
  return error;
}

describe("what is written is read", () => {
  const files: [string, SafetensorsFile][] = [
    ["nothing", { tensors: [], metadata: {} }],
    ["one number", { tensors: [{ name: "b2", shape: [1], values: Float32Array.of(-0) }], metadata: {} }],
    ["a scalar", { tensors: [{ name: "s", shape: [], values: Float32Array.of(3) }], metadata: { a: "b" } }],
    ["an empty tensor", { tensors: [{ name: "e", shape: [0, 5], values: new Float32Array(0) }], metadata: {} }],
    [
      "both widths, unaligned",
      {
        tensors: [
          { name: "w2", shape: [1, 3], values: Float32Array.of(1, 2.5, -3e38) },
          { name: "g", shape: [2], values: Float64Array.of(Math.PI, 5e-324) },
          { name: "b", shape: [1], values: Float32Array.of(1e-45) },
        ],
        metadata: { text: 'quotes " and \\ and é and 漢 and \u0000 and newline \n' },
      },
    ],
    [
      "names that mean something elsewhere",
      {
        tensors: ["__proto__", "constructor", "toString", "hasOwnProperty", "", 'a"b\\', "漢", "ﬁ", "a b", "\u0000"].map((name, i) => ({
          name,
          shape: [2],
          values: Float32Array.of(i, -i),
        })),
        metadata: JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>,
      },
    ],
  ];

  test.each(files)("%s", (_title, file) => {
    const bytes = encodeSafetensors(file);
    const decoded = decodeSafetensors(bytes);
    expect(decoded.tensors).toEqual(file.tensors);
    expect(Object.entries(decoded.metadata)).toEqual(Object.entries(file.metadata));
    expect(encodeSafetensors(decoded)).toEqual(bytes);
    // The data begin at a multiple of 8, so that float64 may be read in place.
    expect(headerOf(bytes).dataStart % 8).toBe(0);
  });

  test("a tensor called __proto__ is a tensor like any other, and changes no prototype", () => {
    const bytes = buildFile('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4);
    expect(decodeSafetensors(bytes).tensors).toEqual([{ name: "__proto__", shape: [1], values: Float32Array.of(0) }]);
    const metadata = decodeSafetensors(buildFile('{"__metadata__":{"__proto__":"polluted"}}')).metadata;
    expect(Object.keys(metadata)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(({} as Record<string, unknown>)["dtype"]).toBeUndefined();
    refusal(buildFile('{"__metadata__":{"__proto__":{"polluted":"yes"}}}'));
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("a view into a larger buffer is read at its own place, and what is read does not share its memory", () => {
    const bytes = encodeSafetensors({ tensors: [{ name: "w", shape: [2], values: Float32Array.of(1, 2) }], metadata: {} });
    const larger = new Uint8Array(bytes.length + 11).fill(255);
    larger.set(bytes, 3);
    const { tensors } = decodeSafetensors(larger.subarray(3, 3 + bytes.length));
    larger.fill(0);
    expect(Array.from(tensors[0]!.values)).toEqual([1, 2]);
  });

  test("a view of part of an array is written alone", () => {
    const values = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const { tensors } = decodeSafetensors(encodeSafetensors({ tensors: [{ name: "w", shape: [2], values }], metadata: {} }));
    expect(Array.from(tensors[0]!.values)).toEqual([2, 3]);
  });

  test("tensors may stand in the header in another order than in the data, and the header may be padded", () => {
    const data = new Uint8Array(Float32Array.of(1, 2, 3).buffer);
    const padding = " \n\t ";
    const file = buildFile(`${JSON.stringify({ late: entry(8, 12), early: entry(0, 8, [1, 2]) })}${padding}`, data);
    expect(decodeSafetensors(file).tensors).toEqual([
      { name: "late", shape: [1], values: Float32Array.of(3) },
      { name: "early", shape: [1, 2], values: Float32Array.of(1, 2) },
    ]);
  });

  // A reader that compares every tensor with every other one would run into the time limit of the test.
  test("100,000 tensors are read", () => {
    const values = Float32Array.of(1);
    const tensors = Array.from({ length: 100_000 }, (_, i): Tensor => ({ name: `t${i}`, shape: [1], values }));
    expect(decodeSafetensors(encodeSafetensors({ tensors, metadata: {} })).tensors).toHaveLength(100_000);
  });
});

describe("what would be refused when read is not written", () => {
  const values = Float32Array.of(1, 2);

  test.each<[string, SafetensorsFile]>([
    [
      "a name twice",
      {
        tensors: [
          { name: "w", shape: [2], values },
          { name: "w", shape: [2], values },
        ],
        metadata: {},
      },
    ],
    ["the name of the metadata", { tensors: [{ name: "__metadata__", shape: [2], values }], metadata: {} }],
    ["a shape of another size", { tensors: [{ name: "w", shape: [3], values }], metadata: {} }],
    ["a shape that is not whole", { tensors: [{ name: "w", shape: [0.5, 4], values }], metadata: {} }],
    ["a NaN", { tensors: [{ name: "w", shape: [2], values: Float32Array.of(1, NaN) }], metadata: {} }],
  ])("%s", (_title, file) => {
    expect(["E_USAGE", "E_NON_FINITE"]).toContain(caught(() => encodeSafetensors(file)).code);
  });
});

describe("the length of the header", () => {
  test.each([0, 1, 4, 7])("a file of %i bytes is too short to have one", (length) => {
    expect(refusal(new Uint8Array(length)).got).toBe(`${length} bytes`);
  });

  test("of 0 leaves no header", () => {
    refusal(buildFile("", 0));
    refusal(buildFile("{}", 0, { length: 0n }));
  });

  test.each([3n, 100n, 100_000_000n])("of %i is beyond the end of a file of two bytes of header", (length) => {
    expect(refusal(buildFile("{}", 0, { length })).expected).toContain(String(length));
  });

  test.each([100_000_001n, 2n ** 31n, 2n ** 32n + 2n, 2n ** 53n + 2n, 2n ** 63n, 2n ** 64n - 1n])(
    "of %i is beyond what is allowed",
    (length) => {
      expect(refusal(buildFile("{}", 0, { length })).got).toBe(String(length));
    },
  );

  test("of one too few, or one too many, cuts the JSON", () => {
    const good = { w: entry(0, 4) };
    const length = BigInt(JSON.stringify(good).length);
    refusal(buildFile(good, 4, { length: length - 1n }));
    refusal(buildFile(good, 4, { length: length + 1n }));
    expect(decodeSafetensors(buildFile(good, 4)).tensors).toHaveLength(1);
  });
});

describe("the header", () => {
  test.each([
    ["not UTF-8", Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)],
    ["an overlong encoding", Uint8Array.of(0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x7d)],
    ["a lone surrogate", Uint8Array.of(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d)],
  ])("%s", (_title, header) => {
    expect(refusal(buildFile(header)).expected).toBe("a header in UTF-8");
  });

  test.each([
    ["an array", "[]"],
    ["a number", "5"],
    ["text", '"{}"'],
    ["null", "null"],
    ["a space before the brace", " {}"],
    ["a newline before the brace", "\n{}"],
    ["a byte order mark before the brace", "\ufeff{}"],
    ["zeros", "\u0000\u0000"],
  ])("that does not begin with a brace: %s", (_title, header) => {
    expect(refusal(buildFile(header)).expected).toBe("a header that begins with {");
  });

  test.each(["{", "{}}", "{} x", '{"a":}', "{'a':1}", '{"a":1,}', '{"a":NaN}', "{}\u0000", '{"a":01}'])("that is no JSON: %s", (header) => {
    expect(refusal(buildFile(header)).expected).toBe("JSON");
  });

  test("nested a hundred thousand deep is refused without a crash", () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ] as const) {
      refusal(buildFile(`{"w":${open.repeat(100_000)}1${close.repeat(100_000)}}`));
      refusal(buildFile(`{"w":${open.repeat(100_000)}`));
    }
  });

  test.each([
    ["side by side", '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'],
    [
      "written differently",
      '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0077":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
    ],
    [
      "with a space before the colon",
      '{"w" :{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w"\n:{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
    ],
    [
      "with a hundred spaces before the colon",
      `{"w"${" ".repeat(100)}:{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`,
    ],
    ["inside of an entry", '{"w":{"dtype":"F64","dtype":"F32","shape":[1],"data_offsets":[0,4]}}'],
    ["of the metadata", '{"__metadata__":{"a":"1"},"__metadata__":{"a":"2"}}'],
    ["inside of the metadata", '{"__metadata__":{"a":"1","a":"2"}}'],
    [
      "of __proto__",
      '{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
    ],
  ])("with a name twice, %s", (_title, header) => {
    expect(refusal(buildFile(header, 4)).expected).toBe("each name once");
  });

  test("with the same text as a value and as a name is no name twice", () => {
    const header = '{"__metadata__":{"a":"b","b":"a","{":"}","[\\"":"]\\\\"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    expect(decodeSafetensors(buildFile(header, 4)).metadata).toEqual({ a: "b", b: "a", "{": "}", '["': "]\\" });
  });

  test.each<[string, unknown]>([
    ["a number", { a: 1 }],
    ["null", { a: null }],
    ["a list", []],
    ["text", "text"],
    ["nothing", null],
    ["an object", { a: {} }],
  ])("with metadata that is not text by text: %s", (_title, metadata) => {
    expect(refusal(buildFile({ __metadata__: metadata })).expected).toBe("__metadata__ with text values only");
  });
});

describe("an entry", () => {
  test.each<[string, unknown]>([
    ["null", null],
    ["a number", 1],
    ["a list", []],
    ["without a dtype", { shape: [1], data_offsets: [0, 4] }],
    ["without a shape", { dtype: "F32", data_offsets: [0, 4] }],
    ["without offsets", { dtype: "F32", shape: [1] }],
    ["with one offset", { dtype: "F32", shape: [1], data_offsets: [0] }],
    ["with three offsets", { dtype: "F32", shape: [1], data_offsets: [0, 4, 8] }],
    ["with text for an offset", { dtype: "F32", shape: [1], data_offsets: ["0", 4] }],
    ["with text for a shape", { dtype: "F32", shape: "1", data_offsets: [0, 4] }],
    ["with text in a shape", { dtype: "F32", shape: ["1"], data_offsets: [0, 4] }],
    ["with null in a shape", { dtype: "F32", shape: [null], data_offsets: [0, 4] }],
    ["with a negative size", entry(0, 4, [-1])],
    ["with two negative sizes", entry(0, 4, [-1, -1])],
    ["with half a size", entry(0, 4, [0.5, 2])],
  ])("%s", (_title, value) => {
    expect(refusal(buildFile({ w: value }, 4)).where).toContain('tensor "w"');
  });

  test.each(["F16", "BF16", "I32", "U8", "F8_E4M3", "f32", "", "toString"])("of the dtype %s", (dtype) => {
    expect(refusal(buildFile({ w: entry(0, 4, [1], dtype) }, 4))).toMatchObject({ expected: "dtype F32 or F64", got: `"${dtype}"` });
  });

  test.each([
    ["negative", "[-4,0]"],
    ["a fraction", "[0.5,4.5]"],
    ["beyond 2^53", "[0,9007199254740993]"],
    ["2^64", "[0,18446744073709551616]"],
    ["infinite", "[0,1e999]"],
    ["text", '["0","4"]'],
    ["true", "[false,true]"],
  ])("with offsets that are %s", (_title, offsets) => {
    refusal(buildFile(`{"w":{"dtype":"F32","shape":[1],"data_offsets":${offsets}}}`, 4));
  });

  test.each([
    ["too large to multiply", [2 ** 27, 2 ** 27]],
    ["whose product wraps around to 1 in 64 bits", [2 ** 32 + 1, 2 ** 32 - 1]],
    ["whose product is infinite", new Array<number>(40).fill(2 ** 40)],
    ["with 0 behind a product that is too large", [2 ** 52, 2 ** 52, 0]],
  ])("of a shape %s", (_title, shape) => {
    refusal(buildFile({ w: entry(0, 4, shape) }, 4));
    refusal(buildFile({ w: entry(0, 0, shape) }, 0));
  });

  test("of a shape that does not fill its bytes", () => {
    for (const [begin, end, shape, dtype] of [
      [0, 4, [2], "F32"],
      [0, 8, [1], "F32"],
      [0, 8, [2], "F64"],
      [0, 4, [0], "F32"],
      [4, 0, [1], "F32"],
      [8, 4, [1], "F32"],
    ] as const) {
      expect(refusal(buildFile({ w: entry(begin, end, shape, dtype) }, 8)).got).toContain("bytes");
    }
  });
});

describe("the data", () => {
  test("an overlap", () => {
    expect(refusal(buildFile({ a: entry(0, 8), b: entry(4, 12) }, 12)).got).toContain("an overlap");
    expect(refusal(buildFile({ a: entry(0, 8), b: entry(0, 8) }, 8)).got).toContain("an overlap");
    expect(refusal(buildFile({ a: entry(0, 12), b: entry(4, 8) }, 12)).got).toContain("an overlap");
  });

  test("a hole, at the beginning or between", () => {
    expect(refusal(buildFile({ a: entry(4, 8) }, 8)).got).toContain("a hole");
    expect(refusal(buildFile({ a: entry(0, 4), b: entry(8, 12) }, 12)).got).toContain("a hole");
  });

  test("cut short, or with something behind", () => {
    expect(refusal(buildFile({ a: entry(0, 8) }, 7)).got).toContain("cut short");
    expect(refusal(buildFile({ a: entry(0, 8) }, 9)).got).toBe("9");
    expect(refusal(buildFile({}, 1)).got).toBe("1");
  });

  test.each([NaN, Infinity, -Infinity])("%d is refused, naming tensor and position", (value) => {
    for (const [array, dtype] of [
      [Float32Array.of(1, 2, value), "F32"],
      [Float64Array.of(1, 2, value), "F64"],
    ] as const) {
      const error = refusal(buildFile({ w: entry(0, array.byteLength, [3], dtype) }, new Uint8Array(array.buffer)));
      expect(error).toMatchObject({ expected: 'finite values in tensor "w"', got: `${value} at position 2` });
    }
  });
});
