import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { processTerminal } from "../../cli/src/terminal.js";
import { describeDiagnosis } from "../../cli/src/view/diagnose.js";
import { iris } from "../../src/data/iris.js";
import { diagnose, type Diagnosis } from "../../src/diagnose.js";
import { loadModel } from "../../src/node/node.js";
import { root } from "../support/shared.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { chainrule, fail, json, runAll, succeed, words } from "./command.js";
import { irisCsv, lineCsv } from "./files.js";

const folder = temporaryFolder();
const document = (line: string): Promise<Diagnosis> => json<Diagnosis>(folder, `diagnose ${line}`);

beforeAll(async () => {
  // Ten irises under a wrong name.
  const wrong = irisCsv()
    .split("\n")
    .map((line, at) => (at >= 1 && at <= 10 ? line.replace("setosa", "virginica") : line))
    .join("\n");
  writeFiles(folder, { "line.csv": lineCsv(), "wrong.csv": wrong });
  await Promise.all([
    succeed(folder, "train iris --epochs 40 --out iris.safetensors"),
    succeed(folder, "train iris --epochs 0 --initialisation zeros --quiet --out zeros.safetensors"),
    succeed(folder, "train line.csv --target y --hidden 8 --epochs 60 --out line.safetensors"),
  ]);
});

describe.concurrent("diagnose", () => {
  test("says first what is bad, and what to do about it", async () => {
    const lines = (await succeed(folder, "diagnose zeros.safetensors iris")).split("\n");
    expect(lines[0]).toMatch(/^zeros\.safetensors on iris: \d+ bad, .*\d+ good$/);
    expect(lines[1]).toBe("derivatives and units on 108 training rows, fit on the test part, everything else on 150 rows");
    expect(lines.slice(2, 6)).toEqual([
      "",
      "bad   vanishing-gradient",
      "      dCost/dw is 0 for every weight of layers 2, 3, 4 on every row: nothing there can learn.",
      "      -> Draw new weights (he for relu, glorot for sigmoid and tanh) and train again at a lower rate; zeros and dead units stay as they are.",
    ]);
    const at = (pattern: RegExp): number => lines.findIndex((line) => pattern.test(line));
    expect(at(/^good {2}inputs: The inputs are scaled/)).toBeGreaterThan(at(/^bad {3}baseline$/));
    expect(lines.slice(at(/^Layers /), at(/^Layers /) + 3)).toEqual([
      "Layers (root mean squares; shares of units)",
      "  layer  activation   n  dCost/dw  dCost/da  w  step/w      dead  flat      same",
      "      2  relu        32         0         0  0       -  100.00 %     -         -",
    ]);
  });

  test("has nothing bad to say of a healthy model", async () => {
    expect(await succeed(folder, "diagnose iris.safetensors iris --strict")).not.toMatch(/^bad/m);
    const numbers = await succeed(folder, "diagnose line.safetensors line.csv --strict");
    expect(numbers).toMatch(/^good {2}baseline: The R2 of [\d.]+ on 25 rows of the test part beats the 0 of always naming the mean\.$/m);
  });

  test("lists wrong labels, as many as are asked for", async () => {
    const text = await succeed(folder, "diagnose iris.safetensors wrong.csv --top 3");
    expect(text).toMatch(/^derivatives and units on 150 rows, everything else on 150 rows$/m);
    const [, table] = /suspicious-labels\n[^]*?\n( +row[^]*?)\n\n/.exec(text)!;
    const [head, ...rows] = table!.split("\n");
    expect(words(head!).join(" ")).toBe("row given looks like surer by");
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).toMatch(/^ +\d +virginica +setosa +[01]\.\d+$/);
  });

  test("--json is the diagnosis of the library", async () => {
    const [model, printed] = await Promise.all([
      loadModel(join(folder, "iris.safetensors")),
      document("iris.safetensors iris --rows 50 --seed 3 --top 2"),
    ]);
    expect(printed).toEqual(diagnose(model, iris(), { rows: 50, seed: 3, top: 2 }));
    expect(await document("iris.safetensors wrong.csv")).toMatchObject({ trainedOn: false, sampled: 150, fitOn: "all" });
  });

  test("--strict ends with 1 where a verdict is bad", async () => {
    for (const [flags, expected] of [
      [[], 0],
      [["--strict"], 1],
      [["--strict", "--json"], 1],
    ] as const) {
      const { code, stdout, stderr } = await chainrule(folder, "diagnose", "zeros.safetensors", "iris", ...flags);
      expect([code, stderr]).toEqual([expected, ""]);
      expect(stdout).toContain("vanishing-gradient");
    }
  });

  test("refuses what it cannot use", async () => {
    const commands = [
      ["diagnose iris.safetensors iris --rows 0", "--rows: expected a whole number of at least 1"],
      ["diagnose iris.safetensors iris --rows 0..32", "--rows: expected a whole number of at least 1"],
      ["diagnose iris.safetensors iris --seed x", "--seed: expected a whole number of at least 0"],
      ["diagnose iris.safetensors iris --top -1", "--top: expected a whole number of at least 0"],
      ["diagnose iris.safetensors digits", "the columns of"],
      ["diagnose iris.safetensors line.csv", 'the columns of "line.csv"'],
    ] as const;
    const finished = await runAll(
      folder,
      commands.map(([line]) => words(line)),
    );
    finished.forEach(({ code, stderr }, at) => {
      expect([commands[at]![0], code]).toEqual([commands[at]![0], 2]);
      expect(stderr).toContain(commands[at]![1]);
    });
    await fail(folder, words("diagnose none.safetensors iris"), 2, "none.safetensors");
  });

  test("is in the help, with all its options", async () => {
    expect(await succeed(folder, "--help")).toMatch(/^ {2}diagnose /m);
    const help = await succeed(folder, "diagnose --help");
    expect(help).toMatch(/Examples:\n {2}chainrule diagnose /);
    for (const option of ["rows", "seed", "top", "strict", "json", "debug"]) expect(help).toMatch(new RegExp(`^ {2}--${option}\\b`, "m"));
  });
});

describe("on a screen", () => {
  test.each([60, 80, 110])("of %i columns no text is wider, and none is cut", async (columns) => {
    for (const file of ["zeros", "iris"]) {
      const diagnosis = diagnose(await loadModel(join(folder, `${file}.safetensors`)), iris());
      const screen = { ...processTerminal, columns: () => columns };
      const text = stripVTControlCharacters(describeDiagnosis(diagnosis, `${file}.safetensors`, "iris", screen));
      const [verdicts] = text.split("\nLayers ");
      expect(Math.max(...verdicts!.split("\n").map((line) => line.length))).toBeLessThanOrEqual(columns);
      const flat = verdicts!.replace(/\s+/g, " ");
      for (const { message } of diagnosis.verdicts) expect(flat).toContain(message);
      expect(verdicts).not.toMatch(/^ +%/m);
    }
  });
});

test("docs/cli.md names every option and every field", async () => {
  const guide = readFileSync(join(root, "docs", "cli.md"), "utf8");
  const [section] = /\n## diagnose\n[^]*?(?=\n## )/.exec(guide)!;
  const code = new Set(Array.from(section.matchAll(/`([^`\n]+)`/g), ([, inner]) => inner!.replace(/\[\]$/, "").split(" ")[0]));
  for (const option of ["--rows", "--seed", "--top", "--strict", "--json"]) expect(code).toContain(option);
  const fields = new Set<string>();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit);
    else if (typeof part === "object" && part !== null) {
      for (const [name, inner] of Object.entries(part)) {
        fields.add(name);
        visit(inner);
      }
    }
  };
  visit([await document("zeros.safetensors iris"), await document("iris.safetensors wrong.csv")]);
  expect(fields).toContain("findings");
  expect([...fields].filter((field) => !code.has(field))).toEqual([]);
});
