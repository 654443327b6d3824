import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { fail, json, leftovers, readTensors, succeed, words } from "./command.js";
import { irisCsv, textbook, xorCsv } from "./files.js";

interface CheckDocument {
  readonly rows: readonly [number, number];
  readonly cost: number;
  readonly parameters: number;
  readonly checked: number;
  readonly atKink: number;
  readonly maxRelativeError: number;
  readonly worst: { readonly name: string; readonly analytic: number; readonly numeric: number; readonly relativeError: number } | null;
  readonly passed: boolean;
  readonly out: string | null;
}

const folder = temporaryFolder();
const check = (line: string): Promise<CheckDocument> => json<CheckDocument>(folder, `check-gradients ${line}`);

beforeAll(async () => {
  writeFiles(folder, { "xor.csv": xorCsv, "textbook.json": textbook, "flowers.csv": irisCsv() });
  await Promise.all([
    succeed(folder, "train xor.csv --target y --network textbook.json --test 0 --scale none --epochs 0 --out xor.safetensors"),
    succeed(folder, "train digits --recipe equations --epochs 1 --out digits.safetensors"),
    succeed(folder, "train iris --epochs 2 --out iris.safetensors"),
    succeed(folder, "train iris --hidden 90,90 --epochs 1 --out wide.safetensors"),
  ]);
});

/** Mean derivatives of the 2-2-1 network over the rows of XOR, written out for this one network. */
function textbookDerivatives(): { cost: number; w2: number[]; b2: number[]; w3: number[]; b3: number[] } {
  const [w2, b2, w3, b3] = [textbook.w2.flat(), textbook.b2, textbook.w3.flat(), textbook.b3].map((list) => list.map(Math.fround)) as [
    number[],
    number[],
    number[],
    number[],
  ];
  const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
  const sum = { cost: 0, w2: [0, 0, 0, 0], b2: [0, 0], w3: [0, 0], b3: [0] };
  for (const [x1, x2, y] of [
    [0, 0, 0],
    [0, 1, 1],
    [1, 0, 1],
    [1, 1, 0],
  ] as const) {
    const h = [0, 1].map((j) => sigmoid(w2[2 * j]! * x1 + w2[2 * j + 1]! * x2 + b2[j]!));
    const a = sigmoid(w3[0]! * h[0]! + w3[1]! * h[1]! + b3[0]!);
    sum.cost += (a - y) ** 2 / 4;
    const delta = (2 * (a - y) * a * (1 - a)) / 4;
    sum.b3[0]! += delta;
    h.forEach((hj, j) => {
      sum.w3[j]! += delta * hj;
      const below = delta * w3[j]! * hj * (1 - hj);
      sum.b2[j]! += below;
      sum.w2[2 * j]! += below * x1;
      sum.w2[2 * j + 1]! += below * x2;
    });
  }
  return sum;
}

describe.concurrent("the textbook's network on four rows of XOR", () => {
  test("has the cost and the derivatives that are worked out by hand", async () => {
    const document = await check("xor.safetensors xor.csv --out xor-gradients.safetensors");
    const expected = textbookDerivatives();
    expect(document).toMatchObject({ rows: [0, 4], parameters: 9, checked: 9, atKink: 0, passed: true, out: "xor-gradients.safetensors" });
    expect(document.cost).toBeCloseTo(expected.cost, 14);
    const { tensors } = readTensors(join(folder, "xor-gradients.safetensors"));
    expect(Object.fromEntries(Object.entries(tensors).map(([name, { dtype, shape }]) => [name, [dtype, ...shape]]))).toEqual({
      w2: ["F64", 2, 2],
      b2: ["F64", 2],
      w3: ["F64", 1, 2],
      b3: ["F64", 1],
    });
    for (const name of ["w2", "b2", "w3", "b3"] as const) {
      tensors[name]!.values.forEach((value, i) => expect(Math.abs(value - expected[name][i]!)).toBeLessThan(1e-15));
    }
  });

  test("--json names the worst derivative", async () => {
    const { maxRelativeError, worst } = await check("xor.safetensors xor.csv");
    expect(maxRelativeError).toBeLessThan(1e-6);
    expect(worst!.name).toMatch(/^[wb][23]\[\d(,\d)?\]$/);
    expect(worst!.relativeError).toBe(maxRelativeError);
    expect(Math.abs(worst!.analytic - worst!.numeric)).toBeLessThan(1e-8);
  });
});

describe.concurrent("--rows", () => {
  test("takes a half-open range; the mean over two halves is the mean over the whole", async () => {
    const name = (range: string): string => `rows-${range.replace("..", "-")}.safetensors`;
    const documents = await Promise.all(
      ["0..8", "0..4", "4..8"].map((range) => check(`iris.safetensors iris --rows ${range} --sample 5 --out ${name(range)}`)),
    );
    expect(documents.map(({ rows }) => rows)).toEqual([
      [0, 8],
      [0, 4],
      [4, 8],
    ]);
    const [whole, first, second] = ["0..8", "0..4", "4..8"].map((range) => readTensors(join(folder, name(range))).tensors);
    for (const [tensor, { values }] of Object.entries(whole!)) {
      values.forEach((value, i) => {
        expect(Math.abs(value - (first![tensor]!.values[i]! + second![tensor]!.values[i]!) / 2)).toBeLessThan(1e-15);
      });
    }
    expect(documents[0]!.cost).toBeCloseTo((documents[1]!.cost + documents[2]!.cost) / 2, 12);
  });

  test("takes one row, and the first 32 where it is left out", async () => {
    const [one, open] = await Promise.all([check("iris.safetensors iris --rows 149"), check("iris.safetensors iris")]);
    expect(one.rows).toEqual([149, 150]);
    expect(open.rows).toEqual([0, 32]);
  });

  test.each([
    ["0..151", "a half-open range within 0..150", "0..151"],
    ["5..5", "a half-open range within 0..150", "5..5"],
    ["9..3", "a half-open range within 0..150", "9..3"],
    ["all", "a half-open range such as 0..32", '"all"'],
    ["-1..3", "a half-open range such as 0..32", '"-1..3"'],
    ["1.5", "a half-open range such as 0..32", '"1.5"'],
  ])("%s is refused", async (range, expected, got) => {
    await fail(folder, ["check-gradients", "iris.safetensors", "iris", "--rows", range], 2, `--rows: expected`, expected, `got ${got}`);
  });
});

describe.concurrent("--sample and --seed", () => {
  test("choose the parameters that are compared", async () => {
    const lines = ["--sample 10", "--sample 10 --seed 1", "--sample 10 --seed 2", "--sample 5000", ""];
    const documents = await Promise.all(lines.map((line) => check(`digits.safetensors digits --rows 0..4 ${line}`)));
    expect(documents.map(({ checked }) => checked)).toEqual([10, 10, 10, 1482, 1482]);
    expect(documents[1]).toEqual(documents[0]);
    expect(documents[2]!.worst).not.toEqual(documents[0]!.worst);
    expect(documents.every(({ parameters, passed }) => parameters === 1482 && passed)).toBe(true);
  });

  test("2,000 of a network that has more", async () => {
    const { parameters, checked, atKink } = await check("wide.safetensors iris --rows 0..2");
    expect(parameters).toBe(4 * 90 + 90 + 90 * 90 + 90 + 90 * 3 + 3);
    expect(checked + atKink).toBe(2000);
  });
});

test("in words", async () => {
  const stdout = await succeed(folder, "check-gradients digits.safetensors digits --rows 0..8 --sample 100 --out words.safetensors");
  expect(stdout).toMatch(/^mean cost over rows 0\.\.8: [\d.]+$/m);
  expect(stdout).toContain("100 of 1,482 derivatives compared with (Cost(w + h) - Cost(w - h)) / 2h");
  expect(stdout).toMatch(/^largest error [\d.e-]+, at [wb][234]\[[\d,]+\]: equations [-\d.e]+, difference [-\d.e]+$/m);
  expect(stdout).toContain("all agree");
  expect(stdout).toContain("derivatives written to words.safetensors");
});

test("the model is no place to write derivatives to", async () => {
  await fail(folder, words("check-gradients iris.safetensors iris --out iris.safetensors"), 2, "--out: expected another file");
  await fail(folder, words("check-gradients iris.safetensors flowers.csv --out ./flowers.csv"), 2, "It would be overwritten.");
});

test("no temporary file is left", () => {
  expect(leftovers(folder)).toEqual([]);
});

test("where nothing can be compared the check fails: exit 4, and the derivatives are written all the same", async () => {
  // With every weight 0 each relu stands on its kink, whichever way a weight goes.
  const network = "--hidden none --output-activation relu --cost squared-error --initialisation zeros --epochs 0";
  await succeed(folder, `train iris ${network} --out zeros.safetensors`);
  await fail(
    folder,
    words("check-gradients zeros.safetensors iris --rows 0..4 --out zeros-gradients.safetensors"),
    4,
    "a derivative that can be compared",
  );
  expect(Object.keys(readTensors(join(folder, "zeros-gradients.safetensors")).tensors)).toEqual(["w2", "b2"]);
});
