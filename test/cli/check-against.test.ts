import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeSafetensors } from "chainrule/formats";
import { beforeAll, describe, expect, test } from "vitest";
import { root } from "../support/shared.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { chainrule, expectFailure, fail, leftovers, readTensors, succeed, words } from "./command.js";
import { irisCsv } from "./files.js";

type Nested = number | readonly Nested[];
type Tensors = Readonly<Record<string, Nested>>;

interface Deviation {
  readonly name: string;
  readonly expected: number;
  readonly given: number;
}

interface AgainstDocument {
  readonly rows: readonly [number, number];
  readonly cost: number;
  readonly out: string | null;
  readonly against: {
    readonly file: string;
    readonly agrees: boolean;
    readonly first: { equation: string; tensor: string; layer: number; worst: Deviation | null; ratio: number | null } | null;
    readonly mistakes: readonly {
      readonly name: string;
      readonly layers: readonly number[];
      readonly equation: string;
      readonly equations: readonly string[];
      readonly sentence: string;
      readonly right: string;
      readonly complete: boolean;
      readonly beside: readonly string[];
    }[];
    readonly tensors: readonly {
      readonly name: string;
      readonly layer: number;
      readonly equation: string;
      readonly given: boolean;
      readonly agrees: boolean | null;
      readonly worst: Deviation | null;
      readonly note: string | null;
    }[];
    readonly missing: readonly string[];
  };
}

const folder = temporaryFolder();
const MODEL = "check-gradients model.safetensors iris --rows 0..8";
/** The right derivatives, as check-gradients itself writes them, in nested lists. */
let right: Tensors = {};

beforeAll(async () => {
  writeFiles(folder, { "flowers.csv": irisCsv() });
  const network = "--hidden 5,5 --activation sigmoid --output-activation sigmoid --cost squared-error";
  await succeed(folder, `train iris ${network} --epochs 2 --out model.safetensors`);
  await succeed(folder, `${MODEL} --sample 5 --out right.safetensors`);
  right = Object.fromEntries(
    Object.entries(readTensors(join(folder, "right.safetensors")).tensors).map(([name, { shape, values }]) => {
      const [rows, columns] = shape as [number, number?];
      return [name, columns === undefined ? values : Array.from({ length: rows }, (_, j) => values.slice(j * columns, (j + 1) * columns))];
    }),
  );
});

function changed(value: Nested, change: (value: number) => number): Nested {
  return typeof value === "number" ? change(value) : value.map((inner) => changed(inner, change));
}

function times(factor: number, tensors: Tensors = right): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, changed(value, (number) => factor * number)]));
}

async function against(name: string, tensors: unknown, code: number, more = ""): Promise<AgainstDocument["against"]> {
  writeFiles(folder, { [name]: tensors });
  const finished = await chainrule(folder, ...words(`${MODEL} --against ${name} --json ${more}`));
  expect(finished).toMatchObject({ code, stderr: "" });
  return (JSON.parse(finished.stdout) as AgainstDocument).against;
}

describe.concurrent("derivatives that are right", () => {
  test("in JSON", async () => {
    const document = await against("right.json", right, 0);
    expect(document).toMatchObject({ file: "right.json", agrees: true, first: null, mistakes: [], missing: [] });
    expect(document.tensors.map(({ name, equation, agrees }) => [name, equation, agrees])).toEqual([
      ["w4", "(1)", true],
      ["b4", "(2)", true],
      ["w3", "(4)", true],
      ["b3", "(5)", true],
      ["w2", "(7)", true],
      ["b2", "(8)", true],
    ]);
  });

  test("in safetensors of float64 and of float32, whatever the file is called", async () => {
    expect(await succeed(folder, `${MODEL} --against right.safetensors`)).toMatch(/^all agree$/m);
    const { tensors } = readTensors(join(folder, "right.safetensors"));
    const single = Object.entries(tensors).map(([name, { shape, values }]) => ({ name, shape, values: Float32Array.from(values) }));
    writeFileSync(join(folder, "single.json"), encodeSafetensors({ tensors: single, metadata: {} }));
    const stdout = await succeed(folder, `${MODEL} --against single.json`);
    expect(stdout).toMatch(/^all agree$/m);
    expect(stdout).toMatch(/^ {2}\(7\) {2}w2 {2}agrees {4}furthest off at w2\[\d,\d\], by [\d.]+e-/m);
  });

  test("of one layer, wrapped and with other names", async () => {
    const document = await against("part.json", { rows: [0, 8], gradients: { dW3: right["w3"], dCost_db3: right["b3"] } }, 0);
    expect(document).toMatchObject({ agrees: true, missing: ["w4", "b4", "w2", "b2"] });
    expect(document.tensors[0]).toEqual({
      name: "w4",
      layer: 4,
      equation: "(1)",
      given: false,
      agrees: null,
      worst: null,
      note: null,
    });
    expect(await succeed(folder, `${MODEL} --against part.json`)).toMatch(/^all that were given agree$/m);
  });

  test("--out is written beside it", async () => {
    await against("beside.json", right, 0, "--out beside.safetensors");
    const half = await chainrule(folder, ...words(`${MODEL} --against right.json --out beside-too.safetensors`));
    expect(half.stdout).toContain("derivatives written to beside-too.safetensors");
    for (const name of ["beside", "beside-too"]) {
      expect(readFileSync(join(folder, `${name}.safetensors`)).equals(readFileSync(join(folder, "right.safetensors")))).toBe(true);
    }
  });
});

describe.concurrent("derivatives that deviate: exit code 1", () => {
  test("a missing 2 is named, in words", async () => {
    writeFiles(folder, { "half.json": times(1 / 2) });
    const { code, stdout, stderr } = await chainrule(folder, ...words(`${MODEL} --against half.json`));
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatch(/^mean cost over rows 0\.\.8: [\d.]+$/m);
    expect(stdout).toContain("derivatives in half.json, from the output back:\n  (1)  w4  deviates  furthest off at w4[");
    expect(stdout).toContain("the first equation that deviates: (1), seen in w4\n");
    expect(stdout).toContain("missing-2: In (1), the 2 of 2 a_j^(4) - 2 y_j is missing: every derivative is half as large.\n");
  });

  test("the same as a document", async () => {
    const { agrees, first, mistakes } = await against("halves.json", times(1 / 2), 1);
    expect(agrees).toBe(false);
    expect(first).toMatchObject({ equation: "(1)", tensor: "w4", layer: 4 });
    expect(first!.ratio).toBeCloseTo(0.5, 12);
    expect(first!.worst!.given).toBeCloseTo(first!.worst!.expected / 2, 12);
    expect(mistakes).toEqual([
      {
        name: "missing-2",
        layers: [4],
        equation: "(1)",
        equations: ["(1)", "(2)", "(3)"],
        sentence: "In (1), the 2 of 2 a_j^(4) - 2 y_j is missing: every derivative is half as large.",
        right: "dCost/dw_jk^(4) = (2 a_j^(4) - 2 y_j) * sigma'(z_j^(4)) * a_k^(3)",
        complete: true,
        beside: [],
      },
    ]);
  });

  test("the sum over the rows, and its combination with a missing 2", async () => {
    const [sum, both] = await Promise.all([against("sum.json", times(8), 1), against("both.json", times(4), 1)]);
    expect(sum.mistakes.map(({ name }) => name)).toEqual(["sum-instead-of-mean"]);
    expect(both.mistakes.map(({ name, beside }) => [name, ...beside])).toEqual([
      ["missing-2", "sum-instead-of-mean"],
      ["sum-instead-of-mean", "missing-2"],
    ]);
  });

  test("one number that is off by 1 % has no known cause", async () => {
    const w3 = (right["w3"] as number[][]).map((row, j) => row.map((value, k) => (j === 2 && k === 1 ? 1.01 * value : value)));
    writeFiles(folder, { "one.json": { ...right, w3 } });
    const { code, stdout } = await chainrule(folder, ...words(`${MODEL} --against one.json`));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {2}\(4\) {2}w3 {2}deviates {2}furthest off at w3\[2,1\]: -?[\d.e-]+ where -?[\d.e-]+ is right$/m);
    expect(stdout.match(/ agrees /g)).toHaveLength(5);
    expect(stdout).toMatch(/the first equation that deviates: \(4\), seen in w3\nno known mistake gives these numbers\n$/);
  });

  test("a factor that belongs to no mistake is told", async () => {
    writeFiles(folder, { "more.json": times(1.1) });
    const { stdout } = await chainrule(folder, ...words(`${MODEL} --against more.json`));
    expect(stdout).toContain("no known mistake gives these numbers; w4 is 1.100 times what it should be\n");
  });

  test("names counted from another layer", async () => {
    const shifted = Object.entries(right).map(([name, value]) => [`${name[0]!}${Number(name.slice(1)) - 1}`, value]);
    const { first, mistakes, tensors } = await against("shifted.json", Object.fromEntries(shifted), 1);
    expect(first).toMatchObject({ equation: "(1)", tensor: "w4", worst: null, ratio: null });
    expect(mistakes.map(({ name }) => name)).toEqual(["off-by-one-layer"]);
    expect(tensors[0]).toMatchObject({ agrees: false, note: "given as w3" });
  });
});

describe("files that cannot be used: exit code 2, or 3 where damaged", () => {
  const refused = (file: string, code: number, ...parts: (string | RegExp)[]): Promise<void> =>
    fail(folder, words(`${MODEL} --against ${file}`), code, ...parts);

  test.each<[string, string, ...(string | RegExp)[]]>([
    ["nan.json", '{\n "w4": [[1,\n NaN]]\n}', 'nan.json, line 3: expected JSON, got "NaN". JSON has finite numbers only'],
    ["comma.json", '{\n "b4": [1,\n 2,]\n}', 'comma.json, line 3: expected JSON, got "]".'],
    ["cut.json", '{\n "b4": [1,\n 2\n', "cut.json, line 3: expected JSON, got the end of the file."],
    ["quotes.json", "{ 'b4': [1] }", 'quotes.json, line 1: expected JSON, got "\'".'],
    ["twice.json", '{"b4": [1]}\n{"b3": [1]}', 'twice.json, line 2: expected JSON, got "{".'],
    ["string.json", '{"b4": [1], "b\n3": [1]}', `string.json, line 1: expected JSON, got """.`],
    ["zero.json", '{"b4": [01]}', 'zero.json, line 1: expected JSON, got "01".'],
    ["words.json", "w4 = 3", "words.json: expected derivatives as JSON, or a safetensors file, got another text. In Python: json.dump("],
    ["empty.json", " \n", "empty.json: expected derivatives as JSON, or a safetensors file, got an empty file."],
    ["list.json", "[1, 2]", 'list.json: expected an object such as { "w2": [[0.1, 0.2]], "b2": [0.3] }, got [1,2].'],
    ["null.json", '{"b4": [1, null, 2]}', "null.json, b4[1]: expected a finite number, got null."],
    [
      "shape.json",
      '{"b4": [1, 2], "w9": [1]}',
      "shape.json, b4: expected the shape 3, got 2.",
      /shape\.json, w9: expected one of w2, b2, w3/,
    ],
    ["pickle.pkl", "\u0080\u0004", "pickle.pkl: expected derivatives as JSON", "got a pickle"],
    ["array.npz", "PK\u0003\u0004", "array.npz: expected derivatives as JSON", "got a zip archive, as .npz and .pt are"],
    ["array.npy", "\u0093NUMPY\u0001", "array.npy: expected derivatives as JSON", "got a NumPy array, which has no names"],
    ["latin.txt", "\u00e9\u00e8", "latin.txt: expected derivatives as JSON", "got bytes that are no text in UTF-8"],
  ])("%s", async (file, content, ...parts) => {
    writeFileSync(join(folder, file), content, "latin1");
    await refused(file, 2, ...parts);
  });

  test("a file that is not there, and a folder", async () => {
    await refused(
      "nothing.json",
      2,
      "--against nothing.json: expected derivatives as JSON, or a safetensors file, got no file of that name.",
    );
    await refused(".", 2, "--against .: expected derivatives as JSON", "got a folder.");
  });

  test("a safetensors file that is cut short", async () => {
    writeFileSync(join(folder, "cut.safetensors"), readFileSync(join(folder, "right.safetensors")).subarray(0, 500));
    await refused("cut.safetensors", 3, "cut.safetensors: expected 584 bytes of data, as the header says");
  });

  test("what central differences take is refused beside --against, and so is overwriting the file", async () => {
    writeFiles(folder, { "own.json": right });
    await fail(
      folder,
      words(`${MODEL} --against own.json --sample 4`),
      2,
      "--sample: expected nothing beside --against, which compares all",
    );
    await fail(folder, words(`${MODEL} --against own.json --out ./own.json`), 2, "--out: expected another file");
  });
});

test("docs/cli.md names every field and every mistake", async () => {
  const guide = readFileSync(join(root, "docs", "cli.md"), "utf8");
  const section = /\n### Somebody's derivatives\n[^]*?(?=\n## )/.exec(guide)![0];
  const named = new Set(Array.from(section.matchAll(/`([\w-]+)(?:\[\])?`/g), ([, name]) => name));
  const fields = new Set<string>();
  JSON.stringify(await against("fields.json", times(4), 1), (key, value: unknown) => (fields.add(key), value));
  expect([...fields].filter((name) => /^[a-z]/i.test(name) && !named.has(name))).toEqual([]);
  const { MISTAKE_NAMES } = await import("chainrule/explain");
  expect(MISTAKE_NAMES.filter((name) => !named.has(name))).toEqual([]);
});

test("a run that deviates is no error, and leaves no temporary file", async () => {
  writeFiles(folder, { "wrong.json": times(3) });
  const finished = await chainrule(folder, ...words(`${MODEL} --against wrong.json --debug`));
  expectFailure(finished, 1);
  expect(finished.stderr).toBe("");
  expect(leftovers(folder)).toEqual([]);
});
