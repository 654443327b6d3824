import { beforeAll, describe, expect, test } from "vitest";
import { chainrule, expectFailure, json, succeed, words } from "../cli/command.js";
import { temporaryFolder } from "../support/temporary.js";
import { TRAIN_PARTS, writePartsFiles } from "./parts-file.js";

// The commands on a model whose layers have parts.

const folder = temporaryFolder();
const EXPLAIN = "explain parts.safetensors parts.csv";

beforeAll(async () => {
  writePartsFiles(folder);
  await succeed(folder, `${TRAIN_PARTS} --engine portable --clip-norm 1 --quiet`);
  await succeed(folder, "train iris --hidden 4 --epochs 1 --quiet --out plain.safetensors");
});

interface Document {
  readonly value: number;
  readonly mode?: string;
  readonly modeNote?: string;
  readonly engine: { readonly value: number } | null;
  readonly terms?: readonly { readonly value: number; readonly indices: Readonly<Record<string, number>> }[];
  readonly rest?: { readonly value: number };
  readonly proof?: { readonly analytic: number; readonly numeric: number };
  readonly update: { readonly notes?: readonly string[] } | null;
}

describe("explain", () => {
  test("--mode training takes the rows as the batch, and says so", async () => {
    const text = await succeed(folder, `${EXPLAIN} --rows 3..9 --of gamma2.1 --mode training`);
    expect(text).toContain(
      "mode training: means and variances of the batch of 6 rows, units dropped by seed 5 in epoch 1; with batch normalisation the derivatives of a batch are not the mean of its examples' own\n",
    );
    expect(text).toContain("sum_{e=0}^{n-1} ( dCost/du_m^(2)_e * zhat_m^(2)_e )\n");
    expect(text).toMatch(/float32 engine {5}= \S+ {3}\(\d+ digits agree\)/);
    expect(text).toMatch(/\n {2}clipNorm 1: where the derivatives of all parameters/);
  });

  test("in training the rows' parts add up, the engine and the proof agree, and seed and epoch count", async () => {
    const of = `${EXPLAIN} --rows 3..9 --of e1.weekday.4.0 --mode training`;
    const document = await json<Document>(folder, `${of} --prove`);
    expect(document).toMatchObject({ mode: "training", engine: { name: "portable" } });
    expect(document.terms?.map(({ indices }) => indices["e"]).sort()).toEqual([3, 4, 5, 6, 7, 8]);
    const sum = document.terms!.reduce((total, { value }) => total + value, document.rest!.value);
    expect(Math.abs(sum - document.value) <= 1e-12).toBe(true);
    expect(Math.abs(document.engine!.value - document.value) <= 1e-4 * Math.abs(document.value) + 1e-7).toBe(true);
    expect(Math.abs(document.proof!.numeric - document.value) <= 1e-6 * Math.abs(document.value) + 1e-9).toBe(true);
    const values = await Promise.all(
      ["", "--seed 5", "--epoch 1", "--seed 6", "--epoch 2"].map(async (more) => (await json<Document>(folder, `${of} ${more}`)).value),
    );
    expect(values.slice(0, 3)).toEqual(values.slice(0, 3).map(() => document.value));
    expect(new Set(values).size).toBe(3);
  });

  test("inference is what is meant where nothing is said; a plain network has no mode", async () => {
    const of = `${EXPLAIN} --rows 3 --of w3.1.2`;
    const inference = await json<Document>(folder, of);
    expect(inference.mode).toBe("inference");
    expect(inference.engine).toBeNull();
    expect(inference.modeNote).toContain("the float32 engine has no value for it");
    expect(await json<Document>(folder, `${of} --mode inference`)).toEqual(inference);
    const plain = await json<Document>(folder, "explain plain.safetensors iris --rows 3 --of w2.1.2");
    expect(Object.keys(plain)).not.toContain("mode");
    expect(plain.engine).not.toBeNull();
    expect(await json<Document>(folder, "explain plain.safetensors iris --rows 3 --of w2.1.2 --mode training")).toEqual(plain);
  });

  test("LaTeX and MathML name the mode", async () => {
    const of = `${EXPLAIN} --rows 3 --of u2.1 --format`;
    expect(await succeed(folder, `${of} latex`)).toMatch(/^Mode inference: running means and variances/);
    expect(await succeed(folder, `${of} mathml`)).toContain("<mtext>mode inference: running means and variances");
  });

  test("all paths and the question why have connections and normalised layers in them", async () => {
    const text = await succeed(folder, `${EXPLAIN} --rows 3 --of w2.0.0 --all-paths --top 30 --why`);
    expect(text).toContain("All paths from w2[0,0] to the cost: 20 paths");
    expect(text).toMatch(/a4\[1\] <- h3\[0\] <- a2\[0\]/);
    expect(text).toMatch(/a4\[1\] <- h3\[0\] <- z3\[1\] <- a2\[0\]/);
    expect(text).toContain("Why?");
  });

  test("without --of: columns that are encoded, and the columns themselves", async () => {
    const text = await succeed(folder, `${EXPLAIN} --rows 3`);
    expect(text).toContain("a1[0] weekday, dimension 0");
    expect(text).toMatch(/\n {2}weekday +none: a category has no neighbour a little further; its inputs are a1\[0\] to a1\[1\]\n/);
    interface Attribution {
      readonly inputs: readonly { readonly column: string }[];
      readonly columns: readonly { readonly column: string; readonly derivative: number | null; readonly inputs: readonly number[] }[];
    }
    const document = await json<Attribution>(folder, `${EXPLAIN} --rows 3`);
    expect(document.inputs.map(({ column }) => column)).toHaveLength(7);
    expect(document.columns.map(({ column, inputs }) => [column, ...inputs])).toEqual([
      ["weekday", 0, 2],
      ["age", 2, 6],
      ["hours", 6, 7],
    ]);
    expect(document.columns.map(({ derivative }) => derivative === null)).toEqual([true, false, false]);
  });
});

test("step walks a network with parts, and says the mode", async () => {
  const text = await succeed(folder, "step parts.safetensors parts.csv --rows 3 --plain");
  expect(text).toContain("row 3 of parts.csv (true class: rest); mode inference: running means and variances, nothing dropped\n");
  for (const name of [
    "a1[2]",
    "zhat2[0]",
    "u2[0]",
    "h3[1]",
    "dCost/dh3[1]",
    "dCost/dgamma2[0]",
    "dCost/de1.weekday[3,0]",
    "dCost/df1.age[1]",
  ]) {
    expect(text).toContain(`: ${name}\n`);
  }
});

describe("what is refused", () => {
  test.each([
    ["--of w2.0.0 --mode predict", '--mode: expected one of inference, training, got "predict"'],
    ["--of w2.0.0 --epoch 2", "--epoch: expected --mode training beside it, got none"],
    ["--of w2.0.0 --seed 2 --mode inference", "--seed: expected --mode training beside it, got inference"],
    ["--of w2.0.0 --mode training --why", "--why: expected no --mode training beside it"],
    ["--of w2.0.0 --mode training --all-paths", "--all-paths: expected no --mode training beside it"],
    ["--mode training", '--mode: expected --of beside it, such as --of "w2[0,0]", got none'],
    ["--of mean2.0 --mode training", "mean2[0]: expected a quantity that a step of training uses"],
    ["--of h2.0", "h2[0]: expected a2[0], which layer 2 hands on as it is where nothing is dropped"],
    ["--of gamma2.0 --why", "gamma2[0]: expected a quantity of w, b, z or a, for the question why"],
    ["--of gamma2.0 --all-paths", "gamma2[0]: expected a quantity of w, b, z, u, a or h, for the list of all paths"],
    ["--of gamma4.0", "--of: expected a name such as w2[0,0] of one of w2, b2, gamma2, beta2, w3"],
    ["--of e1.weekday.7.0", "e1.weekday[0..7,0..2]"],
  ])("%s", async (options, message) => {
    const finished = await chainrule(folder, ...words(`${EXPLAIN} --rows 3 ${options}`));
    expectFailure(finished, 2, message);
    expect(finished.stdout).toBe("");
  });
});
