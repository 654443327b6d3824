import { describe, expect, test } from "vitest";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { chainrule, fail, json, succeed, type TrainDocument, words } from "./command.js";
import { lineCsv } from "./files.js";

const folder = temporaryFolder();
writeFiles(folder, {
  "line.csv": lineCsv(),
  "sigmoids.json": JSON.stringify({ inputs: 4, layers: [{ units: 5 }, { units: 3 }] }),
  "long.json": JSON.stringify({
    name: "long",
    training: {
      hidden: [6],
      optimizer: { kind: "adam", learningRate: 0.5 },
      epochs: 900,
      schedule: "cosine",
      patience: 3,
      validation: 0.2,
    },
  }),
});

interface FindDocument {
  readonly data: { readonly name: string; readonly rows: number; readonly inputs: number };
  readonly learningRate: number | null;
  readonly reason: string;
  readonly steepest: number | null;
  readonly lowest: number | null;
  readonly diverged: number | null;
  readonly curve: readonly { readonly rate: number; readonly cost: number }[];
  readonly trials: readonly { readonly rate: number; readonly cost: number | null }[];
  readonly command: string | null;
}

describe("chainrule find-rate", () => {
  test("prints the rate, the reason, a curve, the trials, and the command to go on with", async () => {
    const options = "iris --hidden 8 --optimizer adam --seed 3";
    const printed = await succeed(folder, `find-rate ${options} --steps 60`);
    const rate = /^Learning rate ([\d.e-]+)$/m.exec(printed)![1]!;
    expect(printed).toMatch(new RegExp(`^Of the \\d rates from .*, each tried for 60 steps, ${rate} `, "m"));
    expect(printed).toContain("Cost while the rate rises (smoothed)");
    // One point a column, and the axis of rates in powers of ten.
    expect(printed).toMatch(/━{5}/);
    expect(printed).toMatch(/ 0\.001 +0\.01 /);
    expect(printed).toMatch(new RegExp(`^  ${rate} +[\\d.e-]+  <- this one$`, "m"));
    expect(printed).toMatch(new RegExp(`\nTry next:\n  npx chainrule train ${options} --learning-rate ${rate}\n$`));
    for (const line of printed.split("\n").filter((line) => line.startsWith("  "))) expect(line.length).toBeLessThan(90);
  });

  test("gives a command that trains", async () => {
    const { command, learningRate } = await json<FindDocument>(folder, "find-rate line.csv --target y --hidden 8 --l2 1e-5 --steps 80");
    expect(command).toBe(`npx chainrule train line.csv --target y --hidden 8 --l2 1e-5 --learning-rate ${learningRate}`);
    const line = words(command!).slice(2).join(" ");
    const trained = await json<TrainDocument>(folder, `${line} --epochs 40 --out line.safetensors`);
    expect(trained.training.optimizer).toMatchObject({ kind: "sgd", learningRate });
    expect(trained.test!.r2).toBeGreaterThan(0.9);
  });

  test("--json is the document of the library, with the data and the command", async () => {
    const document = await json<FindDocument>(folder, "find-rate digits --recipe equations --steps 100");
    expect(document.data).toEqual({ name: "digits", rows: 1797, inputs: 64 });
    expect(document.learningRate).toBeGreaterThan(0.5);
    expect(document.diverged).toBeNull();
    expect(document.curve).toHaveLength(201);
    expect(document.trials.map(({ rate }) => rate)).toContain(document.learningRate);
    expect(document.command).toBe(`npx chainrule train digits --recipe equations --learning-rate ${document.learningRate}`);
  });

  test("takes network files, recipes without their course, and models", async () => {
    const fromFile = await json<FindDocument>(folder, "find-rate iris --network sigmoids.json --steps 40");
    expect(fromFile.learningRate).toBeGreaterThan(0);
    const fromRecipe = await json<FindDocument>(folder, "find-rate iris --recipe long.json --steps 40");
    // Adam's, not the default's.
    const plain = await json<FindDocument>(folder, "find-rate iris --hidden 6 --optimizer adam --validation 0.2 --steps 40");
    expect(fromRecipe.curve).toEqual(plain.curve);
    await succeed(folder, "train iris --hidden 4 --epochs 1 --out begun.safetensors");
    const fromModel = await json<FindDocument>(folder, "find-rate iris --from begun.safetensors --steps 40");
    expect(fromModel.command).toMatch(/^npx chainrule train iris --from begun\.safetensors --learning-rate /);
  });

  test("says so where no rate teaches anything", async () => {
    const printed = await succeed(folder, "find-rate iris --activation relu --initialisation zeros --test 0 --validation 0 --steps 20");
    expect(printed).toContain("No learning rate was found\nNo rate teaches this network anything: its cost is 1.099 untrained");
    expect(printed).not.toContain("Try next");
  });

  test("refuses what belongs to the course of a training, and wrong values", async () => {
    for (const words of [
      ["--learning-rate", "1"],
      ["--epochs", "5"],
      ["--schedule", "cosine"],
      ["--out", "m.safetensors"],
    ]) {
      await fail(folder, ["find-rate", "iris", ...words], 2, /unknown option/);
    }
    await fail(folder, ["find-rate", "iris", "--steps", "1"], 2, "--steps", "at least 2");
    await fail(folder, ["find-rate", "iris", "--momentum", "2"], 2, "momentum");
    await fail(folder, ["find-rate", "iris", "--optimizer", "adam", "--momentum", "0.9"], 2, "--momentum");
    await fail(folder, ["find-rate", "line.csv"], 2, "--target");
  });

  test("has a help that names its options", async () => {
    const { code, stdout } = await chainrule(folder, "find-rate", "--help");
    expect(code).toBe(0);
    for (const option of ["--hidden", "--optimizer", "--batch-size", "--steps", "--json"]) expect(stdout).toContain(option);
    for (const option of ["--learning-rate", "--epochs", "--checkpoint", "--patience"])
      expect(stdout).not.toMatch(new RegExp(`^ +${option} `, "m"));
  });
});
