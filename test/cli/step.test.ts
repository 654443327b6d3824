import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { iris } from "../../src/data/iris.js";
import { derivationText, tape, type Tape } from "../../src/explain.js";
import { decodeModel } from "../../src/formats/model-file.js";
import { examples } from "../../src/training/examples.js";
import { requires } from "../support/requires.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { bin, expectFailure, runAll, succeed, words } from "./command.js";
import { textbook, xorCsv } from "./files.js";

const folder = temporaryFolder();

beforeAll(async () => {
  writeFiles(folder, { "xor.csv": xorCsv, "textbook.json": textbook });
  await Promise.all([
    succeed(folder, "train iris --hidden 3 --epochs 2 --out iris.safetensors"),
    succeed(folder, "train xor.csv --target y --network textbook.json --test 0 --scale none --epochs 0 --out xor.safetensors"),
  ]);
});

function tapeOf(row: number): Tape {
  const model = decodeModel(readFileSync(join(folder, "iris.safetensors")));
  return tape(model, examples(model, iris(), { rows: [row, row + 1] })[0]!);
}

describe.concurrent("printed, where there is no screen", () => {
  const line = "step iris.safetensors iris --rows 60";

  test("every step of the tape, in its order, with its text", async () => {
    const output = await succeed(folder, line);
    const steps = tapeOf(60);
    const heads = [...output.matchAll(/^step (\d+) of (\d+) {2}(.*): (.*)$/gm)];
    expect(heads.map(([, index]) => Number(index))).toEqual(Array.from({ length: steps.length }, (_, index) => index + 1));
    expect(new Set(heads.map(([, , length]) => Number(length)))).toEqual(new Set([steps.length]));
    const expected = Array.from({ length: steps.length }, (_, index) => {
      const { phase, layer, derivation } = steps.at(index);
      return { where: phase === "cost" ? "cost" : `${phase}, layer ${layer} of 3`, name: derivation.name, derivation };
    });
    expect(heads.map(([, , , where, name]) => ({ where, name }))).toEqual(expected.map(({ where, name }) => ({ where, name })));
    expect(output.startsWith("row 60 of iris (true class: versicolor)\n\nstep 1 of ")).toBe(true);
    const bodies = output.split(/^step .*$/m).slice(1);
    expect(bodies.map((body) => body.trim())).toEqual(expected.map(({ derivation }) => derivationText(derivation, { top: 8 }).trim()));
  });

  test("--plain says so, and is the same", async () => {
    const [plain, piped] = await Promise.all([succeed(folder, `${line} --plain`), succeed(folder, line)]);
    expect(plain).toBe(piped);
    expect(plain).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  test("--start begins later, at the last step at the latest", async () => {
    const { length } = tapeOf(60);
    const [late, last] = await Promise.all([20, length].map((start) => succeed(folder, `${line} --start ${start}`)));
    expect(late!.match(/^step \d+/gm)).toHaveLength(length - 19);
    expect(late).toMatch(/^row 60 .*\n\nstep 20 of /);
    expect(last!.match(/^step \d+/gm)).toEqual([`step ${length}`]);
  });

  test("--top and --digits shape the text of each", async () => {
    const output = await succeed(folder, "step iris.safetensors iris --rows 60 --top 1 --digits full");
    const z = tapeOf(60).at(0).derivation;
    expect(output).toContain(` = ${z.value}\n`);
    expect(output).toMatch(/^other 4 /m);
  });

  test("walks the textbook's network in 26 steps", async () => {
    const output = await succeed(folder, "step xor.safetensors xor.csv --rows 3");
    expect(output.match(/^step \d+ of 26 /gm)).toHaveLength(26);
    expect(output).toMatch(/^step 26 of 26 {2}backward, layer 2 of 3: dCost\/dw2\[1,1\]$/m);
  });
});

test("refused with exit code 2, in words", async () => {
  const { length } = tapeOf(60);
  const WRONG: readonly (readonly [line: string, ...parts: string[]])[] = [
    ["step iris.safetensors iris", "required option '--rows <row>' not specified"],
    ["step iris.safetensors iris --rows 0..2", "--rows: expected one row, such as 12", "got 0..2"],
    ["step iris.safetensors iris --rows 4..4", "--rows: expected one row, such as 12", "got 4..4"],
    ["step iris.safetensors iris --rows 150", "--rows: expected a half-open range within 0..150", "got 150..151"],
    ["step iris.safetensors iris --rows x", "--rows: expected a row such as 12", 'got "x"'],
    [`step iris.safetensors iris --rows 60 --start ${length + 1}`, `--start: expected a step from 1 to ${length}`, `got ${length + 1}`],
    ["step iris.safetensors iris --rows 60 --start -1", "--start: expected a whole number of at least 1", 'got "-1"'],
    ["step iris.safetensors iris --rows 60 --top x", "--top: expected a whole number of at least 0"],
    ["step iris.safetensors iris --rows 60 --digits 0", "--digits: expected a whole number from 1 to 17, or full"],
    ["step none.safetensors iris --rows 60", "none.safetensors: expected a file that can be read"],
    ["step iris.safetensors digits --rows 60", "expected the 4 inputs of the model"],
    ["step iris.safetensors iris --rows 60 --plane", "unknown option '--plane'", "Did you mean --plain?"],
  ];
  const results = await runAll(
    folder,
    WRONG.map(([line]) => words(line)),
  );
  results.forEach((result, at) => {
    const [line, ...parts] = WRONG[at]!;
    expectFailure(result, 2);
    for (const part of parts) expect(result.stderr, line).toContain(part);
    expect(result.stdout).toBe("");
  });
});

const pseudoTerminal = requires(
  process.platform === "linux" && spawnSync("script", ["--version"]).status === 0,
  "the program script (util-linux), which makes a pseudo terminal",
);

const TOP = "\u001b[H\u001b[J";
const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";

interface Walked {
  readonly code: number | null;
  readonly output: string;
  /** What stood on the screen before each key. */
  readonly frames: readonly string[];
}

/** Walks on a pseudo terminal: waits until the screen shows a text, then types a key. Ends with the settings of the terminal. */
function typing(line: string, keys: readonly (readonly [shown: string, key: string])[], size = { columns: 80, rows: 40 }): Promise<Walked> {
  const command = `stty cols ${size.columns} rows ${size.rows}; "${process.execPath}" "${bin}" ${line}; code=$?; stty -a; exit $code`;
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    cwd: folder,
    env: { ...process.env, TERM: "xterm-256color" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  const frames: string[] = [];
  child.stdout.on("data", (text: Buffer) => {
    output += text.toString();
    const frame = stripVTControlCharacters(output.slice(output.lastIndexOf(TOP) + TOP.length));
    const [shown, key] = keys[frames.length] ?? [];
    if (shown === undefined || key === undefined || !output.includes(TOP) || !frame.includes(shown) || !frame.includes("q leaves")) return;
    frames.push(frame);
    child.stdin.write(key);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output, frames }));
  });
}

/** The screen of its own was left, the cursor is there, and what is typed is seen and read line by line again. */
function expectRestored({ output }: Walked): void {
  expect(output.lastIndexOf(ENTER)).toBeGreaterThanOrEqual(0);
  expect(output.lastIndexOf(LEAVE)).toBeGreaterThan(output.lastIndexOf(ENTER));
  const after = output.slice(output.lastIndexOf(LEAVE) + LEAVE.length);
  expect(after).not.toContain("\u001b[?25l");
  expect(after).not.toContain(TOP);
  expect(after).toMatch(/(?<!-)\bicanon\b/);
  expect(after).toMatch(/(?<!-)\becho\b/);
}

const [RIGHT, LEFT, DOWN, UP] = ["\u001b[C", "\u001b[D", "\u001b[B", "\u001b[A"];
const [PAGE_DOWN, PAGE_UP, HOME, END] = ["\u001b[6~", "\u001b[5~", "\u001b[H", "\u001b[F"];

pseudoTerminal.suite("on a screen", () => {
  const line = "step xor.safetensors xor.csv --rows 3";

  test("the keys move, and q leaves: exit code 0, the terminal as it was", async () => {
    const walked = await typing(line, [
      ["step 1 of 26  forward, layer 2 of 3: z2[0]", RIGHT],
      ["step 2 of 26  forward, layer 2 of 3: a2[0]", DOWN],
      ["step 3 of 26  forward, layer 2 of 3: z2[1]", PAGE_DOWN],
      ["step 5 of 26  forward, layer 3 of 3: z3[0]", END],
      ["step 26 of 26  backward, layer 2 of 3: dCost/dw2[1,1]", LEFT],
      ["step 25 of 26  backward, layer 2 of 3: dCost/dw2[1,0]", UP],
      ["step 21 of 26  backward, layer 2 of 3: dCost/da2[1]", PAGE_UP],
      ["step 15 of 26  backward, layer 2 of 3: dCost/da2[0]", HOME],
      ["step 1 of 26", " "],
      ["step 2 of 26", "\r"],
      ["step 3 of 26", "\u007f"],
      ["step 2 of 26", "q"],
    ]);
    expect(walked.code, walked.output).toBe(0);
    expect(walked.frames).toHaveLength(12);
    for (const frame of walked.frames) expect(frame).toContain("row 3 of xor.csv (true class: 0)");
    expect(walked.output).toContain("left at step 2; --start 2 goes on from there");
    expectRestored(walked);
  });

  test.each([
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
    ["Escape", "\u001b"],
  ])("%s leaves as well", async (_name, key) => {
    const walked = await typing(`${line} --start 6`, [["step 6 of 26", key]]);
    expect(walked.code, walked.output).toBe(0);
    expect(walked.output).toContain("left at step 6;");
    expectRestored(walked);
  });

  test("a key that means nothing leaves the screen as it is", async () => {
    const walked = await typing(line, [
      ["step 1 of 26", `x${RIGHT}`],
      ["step 2 of 26", "q"],
    ]);
    expect(walked.code).toBe(0);
    expect(walked.output.split(TOP)).toHaveLength(3);
  });

  test("in a small window what does not fit is cut, and the keys stay on the last line", async () => {
    const { code, frames } = await typing(
      line,
      [
        ["step 1 of 26", END],
        ["step 26 of 26", "q"],
      ],
      { columns: 80, rows: 10 },
    );
    expect(code).toBe(0);
    for (const frame of frames) {
      const lines = frame.split(/\r?\n/);
      expect(lines.length).toBeLessThanOrEqual(10);
      expect(lines.at(-1)).toContain("q leaves");
    }
    expect(frames[1]).toMatch(/^\.\.\. \d+ more lines: a larger window shows them\r?$/m);
  });

  test("--plain prints every step there too", async () => {
    const { code, output } = await typing(`${line} --plain`, []);
    expect(code).toBe(0);
    expect(stripVTControlCharacters(output).match(/^step \d+ of 26 /gm)).toHaveLength(26);
    expect(output).not.toContain(ENTER);
  });
});
