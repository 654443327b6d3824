import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { NetworkInput } from "chainrule";
import { makeExercise } from "chainrule/explain";
import { describe, expect, test } from "vitest";
import { codeBlocks, shellLines } from "../docs/markdown.js";
import { byHand, type HandNetwork } from "../explain/exercise/by-hand.js";
import { root } from "../support/shared.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { textbook } from "./files.js";
import { chainrule, expectFailure, json, leftovers, runAll, succeed } from "./command.js";

const read = (...path: string[]): string => readFileSync(join(...path), "utf8");

describe("chainrule exercise", () => {
  const folder = temporaryFolder();
  writeFiles(folder, {
    "textbook.json": textbook,
    "large.json": { inputs: 10, layers: [{ units: 5 }] },
    "wrong.json": { inputs: 2, layers: [{ units: 2, activation: "sigmod" }] },
    "broken.json": "{",
  });

  test("writes the sheet and the answers that the library makes", async () => {
    const said = await succeed(folder, "exercise --seed Ada --out ada.md --answers ada-key.md");
    const { sheet, answers, asked } = makeExercise({ seed: "Ada" });
    expect(read(folder, "ada.md")).toBe(sheet);
    expect(read(folder, "ada-key.md")).toBe(answers);
    expect(said).toContain("exercises for Ada: network 2-2-2-2, sigmoid, cost squared-error");
    expect(said).toContain(`asked: ${asked.join(", ")}`);
    expect(said).toContain("Wrote the sheet to ada.md, the answers to ada-key.md");
    expect(leftovers(folder)).toEqual([]);
  });

  test("names its files itself, and prints one document", async () => {
    const own = JSON.parse(read(folder, "textbook.json")) as NetworkInput;
    const document = await json<Record<string, unknown>>(folder, "exercise --seed 7 --network textbook.json");
    const { x, y, asked, learningRate, sheet, answers } = makeExercise({ seed: 7, network: own });
    expect(document).toEqual({
      seed: "7",
      network: {
        ...own,
        layers: [
          { units: 2, activation: "sigmoid" },
          { units: 1, activation: "sigmoid" },
        ],
        cost: "squared-error",
      },
      x,
      y,
      asked,
      learningRate,
      sheet: "sheet.md",
      answers: "key.md",
    });
    expect([read(folder, "sheet.md"), read(folder, "key.md")]).toEqual([sheet, answers]);
  });

  test("refuses what cannot be meant", async () => {
    writeFiles(folder, { "there.md": "old" });
    symlinkSync("there.md", join(folder, "link.md"));
    const cases: [args: string[], code: number, message: string][] = [
      [[], 2, "--seed: expected whose sheet it is, a whole number or a name, got none. Write --seed Ada"],
      [["--seed", " "], 2, "--seed: expected a whole number, or a text"],
      [["--seed", "a", "--out", "x.md", "--answers", "./x.md"], 2, '--answers: expected another file than that of the sheet, got "./x.md"'],
      [["--seed", "a", "--out", "there.md", "--answers", "link.md"], 2, "--answers: expected another file than that of the sheet"],
      [["--seed", "a", "--out", "key.md"], 2, '--answers: expected another file than that of the sheet, got "key.md"'],
      [["--seed", "a", "--answers", ""], 2, '--answers: expected a file name, got "". Write --answers'],
      [["--seed", "a", "--out", "no/x.md"], 5, '--out: expected a file in a folder that is there, got "no/x.md"'],
      [["--seed", "a", "--answers", "no/x.md"], 5, '--answers: expected a file in a folder that is there, got "no/x.md"'],
      [
        ["--seed", "a", "--answers", "textbook.json", "--network", "textbook.json"],
        2,
        "--answers: expected another file than those that are read",
      ],
      [["--seed", "a", "--network", "large.json"], 2, "large.json: expected at most 40 weights and biases"],
      [["--seed", "a", "--network", "wrong.json"], 2, "wrong.json, layers[0].activation: expected one of identity, sigmoid, tanh, relu"],
      [["--seed", "a", "--network", "broken.json"], 2, "broken.json"],
      [["--seed", "a", "--network", "none.json"], 2, "--network none.json: expected a JSON file, got no file of that name"],
    ];
    const before = readdirSync(folder);
    const finished = await runAll(
      folder,
      cases.map(([args]) => ["exercise", ...args]),
    );
    finished.forEach((result, at) => expectFailure(result, cases[at]![1], cases[at]![2]));
    expect(read(folder, "there.md")).toBe("old");
    expect(readdirSync(folder)).toEqual(before);
    expect(existsSync(join(folder, "x.md"))).toBe(false);
  });
});

describe("the answers' commands for a class", () => {
  const relu = {
    inputs: 2,
    layers: [
      { units: 3, activation: "relu" },
      { units: 3, activation: "softmax" },
    ],
    cost: "cross-entropy",
  };
  const single = {
    inputs: 2,
    layers: [
      { units: 2, activation: "tanh" },
      { units: 1, activation: "sigmoid" },
    ],
  };

  test.each([
    ["the textbook's network", undefined],
    ["three classes", relu],
    ["one output", single],
  ])("mark programs on %s", async (_name, network) => {
    const folder = temporaryFolderOf(network);
    await succeed(folder, `exercise --seed 3 ${network === undefined ? "" : "--network own.json"}`);
    const blocks = codeBlocks(read(folder, "key.md"));
    const only = (language: string): string => blocks.find((block) => block.language === language)!.code;
    const [train, check] = shellLines(only("sh")).map(({ run }) => run as string[]);
    const drawn = JSON.parse(only("json")) as HandNetwork;
    const { x, y } = makeExercise({ seed: 3, ...(network === undefined ? {} : { network: network as never }) });

    const byName = byHand(drawn, x, y);
    const right = Object.fromEntries(
      Object.entries(drawn)
        .filter(([name]) => /^[wb]\d$/.test(name))
        .map(([name, values]) => [
          name,
          (values as (number | number[])[]).map((row, j) =>
            typeof row === "number" ? byName.get(`dCost/d${name}[${j}]`)! : row.map((_, k) => byName.get(`dCost/d${name}[${j},${k}]`)!),
          ),
        ]),
    );
    writeFiles(folder, { "network.json": only("json"), "data.csv": `${only("csv")}\n`, "student.json": right });
    const trained = await chainrule(folder, ...train!);
    expect(trained.code, trained.stderr).toBe(0);
    expect(await chainrule(folder, ...check!)).toMatchObject({ code: 0 });
    writeFiles(folder, { "student.json": { ...right, b2: (right["b2"] as number[]).map((value) => 1.01 * value) } });
    expect(await chainrule(folder, ...check!)).toMatchObject({ code: 1 });
  });

  const folders = [0, 1, 2].map(() => temporaryFolder());
  function temporaryFolderOf(network: unknown): string {
    const folder = folders.pop()!;
    if (network !== undefined) writeFiles(folder, { "own.json": network });
    return folder;
  }
});

describe("docs/teaching.md", () => {
  const folder = temporaryFolder();
  const page = read(root, "docs", "teaching.md");
  cpSync(join(root, "examples"), join(folder, "examples"), { recursive: true });
  const blocks = codeBlocks(page);
  const lines = (text: string): string[] =>
    text
      .replace(/[█░]/g, "")
      .split("\n")
      .map((line) => line.replace(/\s+/g, " ").trim());

  test("has ten exercises, and prints answers that the commands above them print", async () => {
    expect(Array.from(page.matchAll(/^### (\d+)\. /gm), ([, number]) => Number(number))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const [, against] = /^`chainrule (.* --against student\.json)` prints$/m.exec(page)!;
    writeFiles(folder, { "student.json": blocks.find(({ name }) => name === "student.json")!.code });
    const commands = blocks.map(({ language, code }) => (language === "sh" ? shellLines(code).map(({ run }) => run as string[]) : []));
    const finished = await runAll(folder, [...commands.flat(), against!.split(" ")]);
    const marked = finished.pop()!;
    expect(finished.filter(({ code }) => code !== 0)).toEqual([]);
    expect(marked.code).toBe(1);

    let printed: string[] = [];
    let answers = 0;
    blocks.forEach(({ language, code, name, line }, at) => {
      if (name === "student.json") printed = lines(marked.stdout);
      if (commands[at]!.length > 0)
        printed = lines(
          finished
            .splice(0, commands[at]!.length)
            .map(({ stdout }) => stdout)
            .join("\n"),
        );
      if (language !== "text") return;
      answers += 1;
      expect(
        lines(code).filter((answer) => !printed.includes(answer)),
        `the block of line ${line}`,
      ).toEqual([]);
    });
    expect(answers).toBe(11);
  });
});
