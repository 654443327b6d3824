import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { root } from "../support/shared.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { chainrule, fail, json, succeed, type TrainDocument, words } from "./command.js";
import { lineCsv } from "./files.js";

const folder = temporaryFolder();

describe("info", () => {
  let trained: TrainDocument;
  beforeAll(async () => {
    writeFiles(folder, { "line.csv": lineCsv() });
    trained = await json<TrainDocument>(folder, "train digits --recipe equations --epochs 1 --seed 4 --out digits.safetensors");
    await succeed(folder, "train line.csv --target y --hidden none --epochs 1 --out line.safetensors");
    await succeed(folder, "train iris --optimizer adam --beta1 0.8 --epochs 2 --out adam.safetensors");
  });

  test("in words", async () => {
    const lines = (await succeed(folder, "info digits.safetensors")).trimEnd().split("\n");
    expect(lines[6]).toMatch(/^split {6}1,797 rows, test 0\.2, validation 0, seed 4; data [0-9a-f]{12}$/);
    expect(lines.toSpliced(6, 1)).toEqual([
      "model      digits.safetensors",
      "network    64-16-16-10, sigmoid, output sigmoid, cost squared-error, 1,482 parameters",
      "tensors    w2 16x64, b2 16, w3 16x16, b3 16, w4 10x16, b4 10",
      "inputs     images of 8x8 pixels, 0 to 16",
      "scaling    every input divided by 16",
      "classes    0, 1, 2, 3, 4, 5, 6, 7, 8, 9 (digit)",
      "trained    gradient descent, rate 3, batches of 32, 1 epoch",
      `parameters 1,482, SHA-256 ${trained.model.parametersHash}`,
    ]);
    const regression = await succeed(folder, "info line.safetensors");
    expect(regression).toContain("inputs     a, b, c");
    expect(regression).toContain("predicts   y");
    expect(regression).toContain("scaling    standard");
  });

  test("of a model that Adam trained", async () => {
    expect(await succeed(folder, "info adam.safetensors")).toContain(
      "trained    Adam, rate 0.001, beta1 0.8, beta2 0.999, epsilon 1e-8, batches of 32, 2 epochs\n",
    );
    const { training } = await json<Record<string, unknown>>(folder, "info adam.safetensors");
    expect(training).toEqual({
      optimizer: { kind: "adam", learningRate: 0.001, beta1: 0.8, beta2: 0.999, epsilon: 1e-8 },
      batchSize: 32,
      epochs: 2,
    });
  });

  test("--json", async () => {
    const document = await json<Record<string, unknown>>(folder, "info digits.safetensors");
    expect(Object.keys(document)).toEqual(
      expect.arrayContaining([
        "path",
        "network",
        "parameters",
        "tensors",
        "task",
        "columns",
        "scaling",
        "image",
        "split",
        "parametersHash",
      ]),
    );
    expect(document).toMatchObject({
      path: "digits.safetensors",
      network: trained.network,
      parameters: 1482,
      scaling: { kind: "factor", factor: 16 },
      image: { height: 8, width: 8, maximum: 16 },
      split: trained.split,
      parametersHash: trained.model.parametersHash,
      task: { kind: "classification", target: "digit", classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
    });
    expect((document["tensors"] as unknown[])[0]).toEqual({ name: "w2", shape: [16, 64] });
  });
});

describe.concurrent("help", () => {
  const commands = words(
    "train resume find-rate evaluate predict export explain explore step check-gradients diagnose exercise info doctor",
  );

  test("of the program names every command and has examples", async () => {
    const stdout = await succeed(folder, "--help");
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
    expect(stdout).toMatch(/Examples:\n {2}chainrule train digits --recipe equations\n/);
  });

  test.each(commands)("of %s has examples of it", async (command) => {
    const [long, word] = await Promise.all([succeed(folder, `${command} --help`), succeed(folder, `help ${command}`)]);
    expect(long).toMatch(new RegExp(`^Usage: chainrule ${command}\\b`));
    expect(long).toMatch(new RegExp(`Examples?:\\n( {2}chainrule .*\\n)* {2}chainrule ${command}\\b`));
    expect(word).toBe(long);
  });

  test("of train names every option", async () => {
    const stdout = await succeed(folder, "train --help");
    for (const option of words(
      "target task recipe network hidden activation output-activation cost initialisation optimizer learning-rate momentum nesterov " +
        "beta1 beta2 epsilon epochs batch-size seed test validation scale engine out json quiet debug",
    )) {
      expect(stdout).toMatch(new RegExp(`^ {2}--${option}\\b`, "m"));
    }
  });

  test("without a command goes to standard error", async () => {
    const { code, stdout, stderr } = await chainrule(folder);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Commands:");
  });

  test("--version", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "cli", "package.json"), "utf8")) as { version: string };
    expect(await succeed(folder, "--version")).toBe(`${version}\n`);
  });
});

describe.concurrent("what is not there", () => {
  test.each([
    ["trian digits", "unknown command 'trian'", "Did you mean train?", "chainrule --help"],
    ["train iris --hiden 3", "unknown option '--hiden'", "Did you mean --hidden?", "chainrule train --help"],
    ["evaluate m.safetensors iris --parts all", "unknown option '--parts'", "Did you mean --part?", "chainrule evaluate --help"],
    ["predict m.safetensors iris --json", "unknown option '--json'", "chainrule predict --help"],
    ["train", "missing required argument 'data'", "chainrule train --help"],
    ["evaluate m.safetensors", "missing required argument 'data'"],
    ["train iris digits", "too many arguments for 'train'"],
    ["train iris --seed", "option '--seed <n>' argument missing"],
    ["-V", "unknown option '-V'"],
    ["--debug train", "unknown option '--debug'"],
  ])("%s", async (line, ...parts) => {
    await fail(folder, words(line), 2, ...parts);
  });

  test("a stack is shown with --debug only", async () => {
    await fail(
      folder,
      words("info none.safetensors"),
      2,
      "none.safetensors: expected a file that can be read, got ENOENT",
      "Is the path right?",
    );
    const { code, stderr } = await chainrule(folder, ...words("info none.safetensors --debug"));
    expect(code).toBe(2);
    expect(stderr).toMatch(/^\s+at /m);
  });
});
