import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { chainrule, json, leftovers, readTensors, succeed, type TrainDocument, words } from "./command.js";
import { irisCsv, lineCsv, textbook, twoClassCsv, writeIdxFolder, xorCsv } from "./files.js";

const folder = temporaryFolder();
const idx = temporaryFolder();
writeIdxFolder(idx);
writeFiles(folder, {
  "flowers.csv": irisCsv(),
  "line.csv": lineCsv(),
  "sides.csv": twoClassCsv(),
  "xor.csv": xorCsv,
  "textbook.json": textbook,
  "drawn.json": {
    inputs: 4,
    layers: [
      { units: 5, activation: "tanh" },
      { units: 3, activation: "softmax" },
    ],
    cost: "cross-entropy",
  },
});

/** Every run has an output file of its own, so that they can go side by side. */
let runs = 0;
function trainJson(line: string): Promise<TrainDocument> {
  return json<TrainDocument>(folder, `train ${line} --out ${++runs}.safetensors`);
}

/** "64-16-10 sigmoid sigmoid squared-error" */
function shape({ network: { inputs, layers, cost } }: TrainDocument): string {
  return `${[inputs, ...layers.map(({ units }) => units)].join("-")} ${layers.map(({ activation }) => activation).join(" ")} ${cost}`;
}

describe.concurrent("the network", () => {
  test.each([
    ["iris", "4-32-16-3 relu relu softmax cross-entropy"],
    ["digits", "64-64-32-10 relu relu softmax cross-entropy"],
    ["flowers.csv --target species", "8-128-128-128-3 mish mish mish softmax cross-entropy"],
    ["sides.csv --target side", "4-128-128-128-2 mish mish mish softmax cross-entropy"],
    ["line.csv --target y", "6-128-128-128-1 mish mish mish identity [object Object]"],
    ["line.csv --target y --hidden 32,16", "3-32-16-1 relu relu identity squared-error"],
    ["iris --recipe equations", "4-16-16-3 sigmoid sigmoid sigmoid squared-error"],
    ["iris --recipe equations --hidden 7", "4-7-3 sigmoid sigmoid squared-error"],
    ["iris --recipe equations --activation tanh --output-activation softmax", "4-16-16-3 tanh tanh softmax squared-error"],
    ["iris --recipe equations --cost cross-entropy", "4-16-16-3 sigmoid sigmoid sigmoid cross-entropy"],
    ["iris --hidden none", "4-3 softmax cross-entropy"],
    ["iris --hidden 5 --activation identity", "4-5-3 identity softmax cross-entropy"],
    ["iris --hidden 5 --output-activation sigmoid", "4-5-3 relu sigmoid cross-entropy"],
    ["iris --hidden 5 --output-activation identity", "4-5-3 relu identity squared-error"],
    ["iris --hidden 5 --cost squared-error", "4-5-3 relu sigmoid squared-error"],
    ["iris --hidden 5 --activation gelu --cost hinge", "4-5-3 gelu identity hinge"],
    ["xor.csv --target y --task regression --test 0 --hidden 3 --cost poisson", "2-3-1 relu exponential poisson"],
    ["line.csv --target y --hidden 5 --cost huber:1", "3-5-1 relu identity huber"],
    ["iris --network drawn.json", "4-5-3 tanh softmax cross-entropy"],
    ["xor.csv --target y --network textbook.json --test 0", "2-2-1 sigmoid sigmoid squared-error"],
    ["xor.csv --target y --task regression --test 0 --hidden 3", "2-3-1 relu identity squared-error"],
  ])("of train %s", async (line, expected) => {
    const document = await trainJson(`${line} --epochs 0`);
    expect(shape(document)).toBe(expected);
  });

  test("a cost with its setting, which the model file keeps and the summary shows", async () => {
    const { network, model } = await trainJson("line.csv --target y --hidden 5 --cost huber:2 --epochs 1");
    expect(network.cost).toEqual({ kind: "huber", delta: 2 });
    expect(await succeed(folder, `info ${model.path}`)).toContain("cost huber, delta 2");
    const quantile = await trainJson("line.csv --target y --hidden 5 --cost quantile:0.9 --epochs 1");
    expect(quantile.network.cost).toEqual({ kind: "quantile", quantile: 0.9 });
  });

  test.each(["glorot", "he", "lecun", "normal", "zeros"])("initialised by %s", async (name) => {
    const document = await trainJson(`iris --hidden 5 --initialisation ${name} --epochs 0`);
    expect(document.network.initialisation).toBe(name);
    const { tensors } = readTensors(join(folder, document.model.path));
    expect(tensors["b2"]!.values).toEqual([0, 0, 0, 0, 0]);
    expect(tensors["w2"]!.values.every((value) => value === 0)).toBe(name === "zeros");
  });
});

describe.concurrent("the settings of training", () => {
  test("the recipe, and options beside it", async () => {
    const [plain, epochs] = await Promise.all([
      trainJson("iris --recipe equations"),
      trainJson("iris --recipe equations --epochs 3 --validation 0.25 --test 0.4"),
    ]);
    expect(plain.history).toHaveLength(80);
    expect(plain.history[0]?.validation).toBeNull();
    expect(epochs.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(epochs.split).toMatchObject({ seed: 1, test: 0.4, validation: 0.25, rows: 150 });
    expect(epochs.test?.rows).toBe(60);
  });

  test("each of them changes the result, and the same ones give the same bits", async () => {
    const lines = [
      "",
      "",
      "--seed 1",
      "--seed 2",
      "--learning-rate 0.1",
      "--momentum 0.5",
      "--no-nesterov",
      "--batch-size 8",
      "--epochs 4",
    ];
    const documents = await Promise.all(lines.map((line) => trainJson(`iris --hidden 5 --epochs 3 ${line}`)));
    const [first, second, seeded, ...others] = documents.map(({ model }) => model.parametersHash);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(second).toBe(first);
    expect(seeded).toBe(first);
    expect(new Set([first, ...others]).size).toBe(1 + others.length);
  });

  test("--optimizer adam has settings of its own, and each of them changes the result", async () => {
    const lines = ["", "--learning-rate 0.001 --beta1 0.9 --beta2 0.999 --epsilon 1e-8", "--recipe equations --activation relu"];
    const changed = ["--learning-rate 0.01", "--beta1 0.5", "--beta2 0.5", "--epsilon 0.1"];
    const train = (line: string): Promise<TrainDocument> =>
      trainJson(`iris --hidden 5 --output-activation softmax --cost cross-entropy --epochs 3 --validation 0 --optimizer adam ${line}`);
    const documents = await Promise.all([...lines, ...changed].map(train));
    const hashes = documents.map(({ model }) => model.parametersHash);
    // What is left out is the same, and no number of a recipe's gradient descent comes in.
    expect(hashes[1]).toBe(hashes[0]);
    expect(hashes[2]).toBe(hashes[0]);
    expect(new Set(hashes.slice(2)).size).toBe(1 + changed.length);
    const [named, plain] = await Promise.all(["--optimizer sgd", ""].map((line) => trainJson(`iris --hidden 5 --epochs 2 ${line}`)));
    expect(named!.model.parametersHash).toBe(plain!.model.parametersHash);
  });

  test("--nesterov is what the defaults use, and plain descent goes without momentum", async () => {
    const lines = ["", "--nesterov", "--momentum 0", "--momentum 0 --no-nesterov"];
    const [plain, nesterov, none, neither] = await Promise.all(lines.map((line) => trainJson(`iris --hidden 5 --epochs 2 ${line}`)));
    expect(nesterov!.model.parametersHash).toBe(plain!.model.parametersHash);
    expect(none!.model.parametersHash).not.toBe(plain!.model.parametersHash);
    expect(neither!.model.parametersHash).toBe(none!.model.parametersHash);
  });

  test.each([
    ["iris", "standard"],
    ["digits", "factor"],
    ["iris --scale factor", "factor"],
    ["iris --scale standard", "standard"],
    ["iris --scale minmax", "minmax"],
    ["iris --scale none", "none"],
    ["digits --scale standard", "standard"],
  ])("train %s scales by %s", async (line, kind) => {
    const { scaling, history } = await trainJson(`${line} --epochs 1 --hidden 4`);
    expect(scaling).toBe(kind);
    expect(history[0]!.cost).toBeLessThan(10);
  });

  test("--engine: the reference agrees with the portable engine", async () => {
    const [portable, reference] = await Promise.all(
      ["portable", "reference"].map((engine) => trainJson(`iris --hidden 5 --epochs 5 --engine ${engine}`)),
    );
    expect([portable!.engine, portable!.threads]).toEqual(["portable", 1]);
    expect([reference!.engine, reference!.threads]).toEqual(["reference", 1]);
    // Float32 against float64.
    expect(Math.abs(portable!.history.at(-1)!.cost - reference!.history.at(-1)!.cost)).toBeLessThan(1e-5);
  });

  test("--test 0 holds nothing out", async () => {
    const document = await trainJson("iris --test 0 --validation 0 --epochs 2");
    expect(document.test).toBeNull();
    expect(document.history.every(({ validation }) => validation === null)).toBe(true);
  });

  test("--validation is watched", async () => {
    const { history } = await trainJson("iris --validation 0.5 --epochs 2");
    for (const { validation } of history) {
      expect(validation!.cost).toBeGreaterThan(0);
      expect(validation!.accuracy! * 60).toBeCloseTo(Math.round(validation!.accuracy! * 60), 9);
    }
  });

  test("a folder of IDX files keeps its own test part", async () => {
    const document = await trainJson(`${idx} --epochs 2 --validation 0`);
    expect(document.data).toEqual({ name: idx, rows: 28, inputs: 4 });
    expect(document.test).toMatchObject({ part: "test", rows: 8 });
    expect(document.scaling).toBe("factor");
  });
});

describe.concurrent("what is learnt", () => {
  test("a network that is freshly initialised learns nothing in 0 epochs", async () => {
    const document = await trainJson("xor.csv --target y --network textbook.json --test 0 --scale none --epochs 0");
    expect(document.history).toEqual([]);
    expect(document.samplesPerSecond).toBe(0);
    const { tensors } = readTensors(join(folder, document.model.path));
    const float32 = (values: readonly number[]): number[] => values.map(Math.fround);
    expect(tensors["w2"]).toEqual({ dtype: "F32", shape: [2, 2], values: float32([0.15, 0.2, 0.25, 0.3]) });
    expect(tensors["b2"]).toEqual({ dtype: "F32", shape: [2], values: float32([0.35, 0.35]) });
    expect(tensors["w3"]).toEqual({ dtype: "F32", shape: [1, 2], values: float32([0.4, 0.45]) });
    expect(tensors["b3"]).toEqual({ dtype: "F32", shape: [1], values: float32([0.6]) });
  });

  test("the coefficients of a line", async () => {
    const document = await trainJson("line.csv --target y --hidden none --scale none --epochs 60");
    const { tensors } = readTensors(join(folder, document.model.path));
    [2, -3, 0.5].forEach((coefficient, k) => expect(tensors["w2"]!.values[k]).toBeCloseTo(coefficient, 4));
    expect(tensors["b2"]!.values[0]).toBeCloseTo(7, 4);
    expect(document.test).toMatchObject({ kind: "regression", part: "test", trainedOn: true, rows: 25 });
    expect(document.test!.rmse).toBeLessThan(1e-3);
    expect(document.test!.r2).toBeGreaterThan(0.99999);
    expect(document.test!.cost).toBeGreaterThanOrEqual(0);
  });

  test("the digits, by the network of the equations", async () => {
    const { test: held, history, samplesPerSecond, seconds } = await trainJson("digits --recipe equations --hidden 16,16");
    expect(held!.accuracy).toBeGreaterThan(0.95);
    expect(held!.rows).toBe(359);
    expect(history[0]!.cost).toBeGreaterThan(history.at(-1)!.cost);
    expect(samplesPerSecond).toBeGreaterThan(1000);
    expect(seconds).toBeGreaterThan(0);
  });

  test.each(["flowers.csv --target species", "sides.csv --target side"])("classes of text: %s", async (line) => {
    const { test: held } = await trainJson(`${line} --epochs 60`);
    expect(held!.accuracy).toBeGreaterThan(0.8);
    expect(held!.classes.every((label) => typeof label === "string")).toBe(true);
  });
});

describe.concurrent("--task", () => {
  test("decides what a numeric target means; left out, few whole numbers are classes, and the command says so", async () => {
    const line = "train xor.csv --target y --test 0 --epochs 1";
    const [open, classes, values] = await Promise.all(
      ["", "--task classification", "--task regression"].map((task, i) =>
        chainrule(folder, ...words(`${line} ${task} --out task${i}.safetensors`)),
      ),
    );
    expect(open!.stderr).toContain('target "y": 2 different whole numbers, taken as classes');
    expect(classes!.stderr).not.toContain("taken as classes");
    expect(values!.stderr).not.toContain("taken as classes");
    expect(open!.stdout).toContain("2 classes");
    expect(classes!.stdout).toContain("2 classes");
    expect(values!.stdout).toContain("output identity");
  });

  test("left out, more than ten different whole numbers, or one that is not whole, are numbers", async () => {
    const table = (targets: readonly number[]): string => `x,y\n${targets.map((y, x) => `${(3 * x) % 31},${y}`).join("\n")}\n`;
    writeFiles(folder, {
      "ten.csv": table([...Array(20).keys()].map((x) => x % 10)),
      "eleven.csv": table([...Array(22).keys()].map((x) => x % 11)),
    });
    writeFiles(folder, { "half.csv": table([0, 1, 0, 1, 0.5, 1, 0, 1, 0, 1]) });
    const [ten, eleven, half] = await Promise.all(
      ["ten", "eleven", "half"].map((name) =>
        chainrule(folder, ...words(`train ${name}.csv --target y --test 0 --epochs 1 --out ${name}.safetensors`)),
      ),
    );
    expect(ten!.stdout).toContain("10 classes");
    for (const { stdout } of [eleven!, half!]) expect(stdout).toContain("output identity");
  });
});

describe.concurrent("what is printed", () => {
  test("plain lines of progress on standard error, the summary on standard output", async () => {
    const { code, stdout, stderr } = await chainrule(
      folder,
      ...words("train digits --recipe equations --epochs 40 --out summary.safetensors"),
    );
    expect(code).toBe(0);
    const lines = stderr.trim().split("\n");
    expect(lines).toHaveLength(20);
    lines.forEach((line, i) => {
      expect(line).toMatch(
        new RegExp(`^epoch ${2 * (i + 1)}/40 · cost [\\d.]+ · accuracy [\\d.]+ % · [\\d,]+ samples/s · [\\d.]+ s left$`),
      );
    });
    expect(stdout).toContain("network 64-16-16-10, sigmoid, output sigmoid, cost squared-error, 1,482 parameters");
    expect(stdout).toContain("1,438 rows for training, 0 for validation, 359 for the test");
    expect(stdout).toMatch(/Learning curve\n {2}cost\n/);
    expect(stdout).toMatch(/Test \(rows that training never saw\): accuracy 9\d\.\d\d %, cost [\d.]+ on 359 rows/);
    expect(stdout).toMatch(/^ {2}precision( +\d+%){10}$/m);
    expect(stdout).toContain("npx chainrule evaluate summary.safetensors digits");
    expect(`${stdout}${stderr}`).not.toContain("\u001b");
  });

  test("the derivative that is written out multiplies up to what it says", async () => {
    const stdout = await succeed(folder, "train digits --recipe equations --epochs 3 --out derivative.safetensors");
    const [, factors, product] = /^ += ([-\d.e]+ \* [-\d.e]+ \* [-\d.e]+)\n +=\s+([-\d.e]+)$/m.exec(stdout)!;
    const multiplied = factors!.split(" * ").reduce((value, factor) => value * Number(factor), 1);
    // Factors are shown with four digits.
    expect(Math.abs(multiplied / Number(product) - 1)).toBeLessThan(2e-3);
    expect(stdout).toMatch(/dCost\/dw4\[3,7\] += dCost\/da4\[3\] \* da4\[3\]\/dz4\[3\] \* dz4\[3\]\/dw4\[3,7\]/);
    expect(stdout).toMatch(/numeric check += [-\d.e]+ {3}\((\d+ digits agree|equal)\)/);
  });

  test("--quiet prints nothing", async () => {
    const finished = await chainrule(folder, ...words("train xor.csv --target y --test 0 --epochs 3 --quiet --out quiet.safetensors"));
    expect(finished).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readTensors(join(folder, "quiet.safetensors")).metadata["chainrule"]).toBeDefined();
  });

  test("--json prints one document, and with --quiet nothing on standard error", async () => {
    const { stdout, stderr } = await chainrule(folder, ...words("train iris --epochs 2 --json --quiet --out json.safetensors"));
    expect(stderr).toBe("");
    const document = JSON.parse(stdout) as TrainDocument;
    expect(Object.keys(document)).toEqual([
      ...[
        "data",
        "network",
        "parameters",
        "scaling",
        "training",
        "split",
        "history",
        "stopped",
        "bestEpoch",
        "resumedFrom",
        "test",
        "seconds",
        "samplesPerSecond",
        "engine",
        "threads",
        "reproducible",
        "note",
        "model",
      ],
    ]);
    expect(Object.keys(document.history[0]!)).toEqual(["epoch", "cost", "accuracy", "validation", "learningRate"]);
    expect(document.model.path).toBe("json.safetensors");
  });

  test("a run of one epoch, of none, and one that costs nothing", async () => {
    expect(await succeed(folder, "train iris --epochs 1 --out one.safetensors")).not.toContain("Learning curve");
    expect(await succeed(folder, "train iris --epochs 0 --out none.safetensors")).toContain("no epoch was trained");
    writeFiles(folder, { "flat.csv": "a,y\n1,2.5\n2,2.5\n3,2.5\n4,2.5\n" });
    expect(
      await succeed(folder, "train flat.csv --target y --hidden none --initialisation zeros --test 0 --epochs 3 --out flat.safetensors"),
    ).toContain("training cost 0");
  });

  test("names with spaces are quoted in the commands to try", async () => {
    writeFiles(folder, { "my flowers.csv": irisCsv() });
    const { stdout } = await chainrule(
      folder,
      "train",
      "my flowers.csv",
      "--target",
      "species",
      "--epochs",
      "1",
      "--out",
      "my model.safetensors",
    );
    expect(stdout).toContain('npx chainrule evaluate "my model.safetensors" "my flowers.csv"');
  });
});

describe.concurrent("CSV files", () => {
  const small = (text: string): string => text.split("\n").slice(0, 61).join("\n");
  test.each([
    ["carriage returns", small(irisCsv()).replaceAll("\n", "\r\n")],
    ["a byte order mark", `\ufeff${small(irisCsv())}`],
    ["blank lines and blanks around cells", small(irisCsv()).replaceAll("\n", "\n\n").replaceAll(",", " , ")],
    ["quotes", small(irisCsv()).replaceAll("setosa", '"setosa"')],
  ])("with %s", async (what, text) => {
    const name = what.replaceAll(" ", "-");
    writeFiles(folder, { [`${name}.csv`]: text, [`${name}-plain.csv`]: small(irisCsv()) });
    const [odd, plain] = await Promise.all(
      [`${name}.csv`, `${name}-plain.csv`].map((file) => trainJson(`${file} --target species --epochs 2`)),
    );
    expect(odd!.model.parametersHash).toBe(plain!.model.parametersHash);
  });

  test("a column may have any name", async () => {
    writeFiles(folder, { "names.csv": "__proto__,constructor,y\n1,2,p\n3,4,q\n5,6,p\n2,3,q\n" });
    const document = await trainJson("names.csv --target y --test 0 --epochs 1");
    const header = JSON.parse(readTensors(join(folder, document.model.path)).metadata["chainrule"]!) as { columns: string[] };
    expect(header.columns).toEqual(["__proto__", "__proto__ again", "constructor", "constructor again"]);
  });
});

test("a run replaces the model of the one before and leaves nothing else behind", async () => {
  await succeed(folder, "train iris --epochs 1 --out again.safetensors");
  const first = readFileSync(join(folder, "again.safetensors"));
  await succeed(folder, "train iris --epochs 2 --out again.safetensors");
  expect(readFileSync(join(folder, "again.safetensors")).equals(first)).toBe(false);
  expect(leftovers(folder)).toEqual([]);
});

test("the derivative of the summary is not that of a dead unit", async () => {
  const units = [...Array(8).keys()];
  const dead = {
    inputs: 2,
    layers: [
      { units: 8, activation: "relu" },
      { units: 1, activation: "sigmoid" },
    ],
    w2: units.map((k) => [k + 1, 1]),
    b2: units.map((k) => (k === 7 ? -1000 : 0.5)),
    w3: [units.map(() => 0.01)],
    b3: [0],
  };
  writeFiles(folder, { "dead.json": dead, "dead.csv": xorCsv });
  const stdout = await succeed(
    folder,
    "train dead.csv --target y --network dead.json --scale none --test 0 --epochs 0 --out dead.safetensors",
  );
  expect(stdout).toMatch(/One derivative: how the cost of row \d changes with w3\[0,[0-6]\]/);
  expect(stdout).toMatch(/numeric check += -?\d+\.\d+ {3}\(\d+ digits agree\)/);
});
