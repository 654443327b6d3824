import { readdirSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { expectFailure, fail, runAll, words } from "./command.js";
import { lineCsv, textbook, xorCsv } from "./files.js";

const folder = temporaryFolder();
writeFiles(folder, { "line.csv": lineCsv(), "xor.csv": xorCsv, "textbook.json": textbook });

/** [options of train iris, what the message says] */
type Case = readonly [options: string, ...parts: string[]];

const widths = "--hidden: expected whole numbers above 0 with commas between them, such as 16,16 (or none)";
const atLeast = (option: string, least: number): string => `${option}: expected a whole number of at least ${least}`;
const fraction = "expected a fraction of at least 0 and below 1";

const cases: readonly Case[] = [
  ["--hidden 0", widths, 'got "0"'],
  ["--hidden a", widths, 'got "a"'],
  ["--hidden 16,", widths, 'got "16,"'],
  ["--hidden 16,,16", widths, 'got "16,,16"'],
  ["--hidden -3", widths, 'got "-3"'],
  ["--hidden 1.5", widths, 'got "1.5"'],
  ["--hidden 1e2", widths, 'got "1e2"'],
  ["--hidden 5000000", "--hidden: expected a whole number above 0 (at most 1000000), got 5000000"],
  ["--activation sigmod", "--activation: expected one of identity, sigmoid, tanh, relu", 'got "sigmod". Did you mean "sigmoid"?'],
  ["--activation softmax", "--activation: expected one of identity, sigmoid, tanh, relu", 'got "softmax"'],
  ["--output-activation sofmax", 'got "sofmax". Did you mean "softmax"?'],
  ["--cost crossentropy", "--cost: expected one of squared-error, cross-entropy", 'Did you mean "cross-entropy"?'],
  ["--cost hubert:2", "--cost: expected one of squared-error, cross-entropy", 'got "hubert". Did you mean "huber"?'],
  ["--cost huber:x", "--cost: expected a name, or with its setting huber:2 or quantile:0.9", 'got "huber:x"'],
  ["--cost huber:", "--cost: expected a name, or with its setting huber:2 or quantile:0.9", 'got "huber:"'],
  ["--cost hinge:2", "--cost: expected a name, or with its setting huber:2 or quantile:0.9", 'got "hinge:2"'],
  ["--cost huber:0", "--cost, delta: expected a number above 0, got 0"],
  ["--cost quantile:1", "--cost, quantile: expected a number between 0 and 1, got 1"],
  ["--cost poisson --output-activation identity", 'expected softplus or exponential, the outputs of the cost "poisson", got "identity"'],
  ["--initialisation xavier", "--initialisation: expected one of glorot, he, lecun, normal, zeros"],
  ["--recipe eqations", "--recipe: expected a file, or one of equations, ", ', got "eqations". Did you mean "equations"?'],
  ["--scale std", "--scale: expected one of factor, standard, minmax, none"],
  ["--engine portabel", '--engine: expected one of auto, wasm, portable, reference, got "portabel". Did you mean "portable"?'],
  ["--task regresion", 'Did you mean "regression"?'],
  ["--learning-rate 0", "--learning-rate: expected a finite number above 0, got 0"],
  ["--learning-rate -1", "--learning-rate: expected a finite number above 0, got -1"],
  ["--learning-rate 0,1", '--learning-rate: expected a number, got "0,1"'],
  ["--learning-rate 1e999", '--learning-rate: expected a number, got "1e999"'],
  ["--momentum 1", "--momentum: expected a number of at least 0 and below 1, got 1"],
  ["--momentum 0 --nesterov", "--nesterov: expected a momentum above 0"],
  [
    "--optimizer adm",
    '--optimizer: expected one of sgd, adam, adamw, nadam, adagrad, rmsprop, lion, lbfgs, got "adm". Did you mean "adam"?',
  ],
  ["--optimizer adam --learning-rate 0", "--learning-rate: expected a finite number above 0, got 0"],
  ["--optimizer adam --beta1 1", "--beta1: expected a number of at least 0 and below 1, got 1"],
  ["--optimizer adam --beta2 -0.5", "--beta2: expected a number of at least 0 and below 1, got -0.5"],
  ["--optimizer adam --beta1 0,9", '--beta1: expected a number, got "0,9"'],
  ["--optimizer adam --epsilon 0", "--epsilon: expected a finite number above 0, in float32 too, got 0"],
  ["--optimizer adam --momentum 0.9", "--momentum: expected --optimizer sgd or rmsprop beside it, got adam"],
  ["--optimizer adam --momentum 0", "--momentum: expected --optimizer sgd or rmsprop beside it, got adam"],
  ["--optimizer adam --nesterov", "--nesterov: expected --optimizer sgd beside it, got adam"],
  ["--optimizer adam --no-nesterov", "--no-nesterov: expected --optimizer sgd beside it, got adam"],
  ["--optimizer adam --momentum 0.9 --nesterov", "--momentum: expected --optimizer sgd", "--nesterov: expected --optimizer sgd"],
  ["--optimizer sgd --beta1 0.9", "--beta1: expected --optimizer adam, adamw, nadam or lion beside it, got sgd"],
  ["--beta2 0.9", "--beta2: expected --optimizer adam, adamw, nadam or lion beside it, got none, which means sgd"],
  [
    "--epsilon 1e-4 --recipe equations",
    "--epsilon: expected --optimizer adam, adamw, nadam, adagrad or rmsprop beside it, got none, which means sgd",
  ],
  ["--epochs -1", atLeast("--epochs", 0), 'got "-1"'],
  ["--epochs 1.5", atLeast("--epochs", 0), 'got "1.5"'],
  ["--batch-size 0", atLeast("--batch-size", 1), 'got "0"'],
  ["--seed -1", atLeast("--seed", 0)],
  ["--seed 99999999999999999999", atLeast("--seed", 0)],
  ["--test 1", `--test: ${fraction}, got 1`],
  ["--test -0.1", `--test: ${fraction}, got -0.1`],
  ["--test half", '--test: expected a number, got "half"'],
  ["--test 0.999", "iris: expected at least one row to train on, got 150 rows, 150 of them for the test"],
  ["--validation 1.5", `--validation: ${fraction}, got 1.5`],
  ["--target species", '--target: expected nothing, since "iris" names its own target'],
  ["--task classification", '--task: expected nothing, since "iris" names its own target'],
];

describe("train iris", () => {
  let results: Awaited<ReturnType<typeof runAll>>;
  beforeAll(async () => {
    results = await runAll(
      folder,
      cases.map(([options]) => ["train", "iris", ...words(options)]),
    );
  });

  test.each(cases.map(([options, ...parts], index) => ({ options, parts, index })))("$options", ({ parts, index }) => {
    expectFailure(results[index]!, 2, ...parts);
    expect(results[index]!.stdout).toBe("");
  });

  test("in a process of its own", async () => {
    const [options, ...parts] = cases[0]!;
    await fail(folder, ["train", "iris", ...words(options)], 2, ...parts);
  });

  test("a network that no memory holds", async () => {
    await fail(folder, words("train iris --hidden 1000000,1000000"), 2, "--hidden: expected at most 536870912 parameters");
  });
});

describe.concurrent("output and cost that do not go together are refused, and the allowed ones are named", () => {
  test.each(["identity", "tanh", "relu"])("%s", async (output) => {
    const line = `train iris --output-activation ${output} --cost cross-entropy`;
    await fail(
      folder,
      words(line),
      2,
      `--output-activation: expected sigmoid or softmax, the outputs of the cost "cross-entropy", got "${output}"`,
    );
  });

  test("cross-entropy and numbers", async () => {
    const refused =
      "--cost: expected squared-error or another cost of numbers for a numeric target, got cross-entropy. Cross-entropy needs classes or labels.";
    await fail(folder, words("train line.csv --target y --cost cross-entropy"), 2, refused);
    await fail(folder, words("train line.csv --target y --cost cross-entropy --output-activation sigmoid"), 2, refused);
  });
});

describe("--network", () => {
  const descriptions: readonly [what: string, content: unknown, ...parts: string[]][] = [
    [
      "a quoted number",
      { ...textbook, layers: [{ units: "2" }, { units: 1 }] },
      "layers[0].units: expected a whole number above 0",
      'got "2". Did the JSON quote it?',
    ],
    [
      "an unknown key",
      { ...textbook, costs: "squared-error" },
      "costs: expected one of inputs, encodings, layers, cost",
      'Did you mean "cost"?',
    ],
    [
      "an unknown key of a layer",
      { inputs: 2, layers: [{ unit: 2 }] },
      "layers[0].unit: expected units or activation",
      'Did you mean "units"?',
    ],
    [
      "weights of the wrong shape",
      {
        ...textbook,
        w2: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
      "w2: expected 2 rows of 2 numbers",
      "got [[1,2,3],[4,5,6]]",
    ],
    ["some of the weights", { ...textbook, b3: undefined }, "b3: expected 1 number", "Give all of them, or none."],
    [
      "an unknown activation",
      { inputs: 2, layers: [{ units: 1, activation: "sigmod" }] },
      "layers[0].activation",
      'Did you mean "sigmoid"?',
    ],
    ["another width", { inputs: 3, layers: [{ units: 1 }] }, 'inputs: expected 2, the columns of "xor.csv", got 3'],
    ["another number of outputs", { inputs: 2, layers: [{ units: 3 }] }, "layers[0].units: expected 2, one output a class, got 3"],
    [
      "a refused pair",
      { inputs: 2, layers: [{ units: 2, activation: "tanh" }], cost: "cross-entropy" },
      "layers[0].activation: expected sigmoid or softmax",
    ],
    ["no layers", { inputs: 2 }, "layers: expected a list of at least one layer"],
    ["a list", [1, 2], ": expected an object, got [1,2]"],
    ["text", '{"inputs": 2,\n"layers": [}', "expected JSON, got "],
    ["nothing", "", "expected JSON, got an empty file"],
  ];

  test("that describes no network for these data", async () => {
    const files = descriptions.map(([what, content]) => {
      const file = `${what.replaceAll(" ", "-")}.json`;
      writeFiles(folder, { [file]: content });
      return file;
    });
    const results = await runAll(
      folder,
      files.map((file) => ["train", "xor.csv", "--target", "y", "--network", file]),
    );
    descriptions.forEach(([, , ...parts], i) => expectFailure(results[i]!, 2, files[i]!, ...parts));
  });

  test("that is not there, or a folder", async () => {
    await fail(folder, words("train iris --network none.json"), 2, "--network none.json: expected a JSON file, got no file of that name");
    await fail(folder, words("train iris --network ."), 2, "--network .: expected a JSON file, got a folder");
  });

  test("all problems of a description are shown together", async () => {
    writeFiles(folder, { "many.json": { inputs: "2", layers: [{ units: 0 }, { units: 1, activation: "sigmod" }] } });
    await fail(folder, words("train iris --network many.json"), 2, /many.json, inputs.*\nmany.json, layers\[0\].*\nmany.json, layers\[1\]/);
  });

  test("beside options that stand in it", async () => {
    const options = ["--hidden 3", "--activation tanh", "--output-activation tanh", "--cost squared-error", "--initialisation he"];
    const results = await runAll(
      folder,
      options.map((option) => words(`train xor.csv --target y --network textbook.json ${option}`)),
    );
    options.forEach((option, i) => {
      expectFailure(results[i]!, 2, `${option.split(" ")[0]!}: expected nothing beside a whole network description`);
    });
  });
});

test("nothing was written", () => {
  expect(readdirSync(folder).filter((name) => /safetensors|tmp/.test(name))).toEqual([]);
});
