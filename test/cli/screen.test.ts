import { spawn, spawnSync } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { progressLine } from "../../cli/src/view/progress.js";
import { wrapped } from "../../cli/src/terminal.js";
import { requires } from "../support/requires.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { bin } from "./command.js";

const folder = temporaryFolder();
const pseudoTerminal = requires(
  process.platform === "linux" && spawnSync("script", ["--version"]).status === 0,
  "the program script (util-linux), which makes a pseudo terminal",
);

interface Session {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the command on a pseudo terminal of some width; sends Ctrl-C when the output has the text `until`. */
function onScreen(
  line: string,
  columns: number,
  { env = {}, until }: { env?: Record<string, string>; until?: string } = {},
): Promise<Session> {
  const { NO_COLOR: _plain, ...inherited } = process.env;
  const command = `stty cols ${columns} rows 50; exec "${process.execPath}" "${bin}" ${line}`;
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    cwd: folder,
    env: { ...inherited, TERM: "xterm-256color", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  let sent = false;
  child.stdout.on("data", (text: Buffer) => {
    output += text.toString();
    if (until === undefined || sent || !output.includes(until)) return;
    sent = true;
    // The terminal turns this character into SIGINT.
    child.stdin.write("\u0003");
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** What was drawn over the line of progress, one after the other. */
function frames(output: string): string[] {
  return output
    .split("\u001b[1G")
    .map((frame) => stripVTControlCharacters(frame.split(/\u001b\[0K|\r?\n/)[0]!))
    .filter((frame) => frame.includes("left"));
}

pseudoTerminal.suite("a run on a screen", () => {
  test.each([60, 80, 120])("of %i columns shows bar, epoch, cost, accuracy, speed and time left in one line", async (columns) => {
    const { code, output } = await onScreen(`train digits --recipe equations --epochs 400 --out s${columns}.safetensors`, columns);
    expect(code, output).toBe(0);
    const drawn = frames(output);
    expect(drawn.length).toBeGreaterThan(2);
    for (const frame of drawn) {
      expect(frame.length).toBeLessThan(columns);
      expect(frame).toMatch(/^[█░]{1,20} .*\b\d+\/400 · cost [\d.e-]+ · (accuracy )?[\d.]+ ?% · [\d,]+k?( samples)?\/s · [\w. ]+ left$/);
    }
    if (columns >= 80) for (const frame of drawn) expect(frame).toMatch(/^[█░]{6,20} .*epoch .* accuracy /);
    // No line of the summary but the commands to copy is wider than the screen.
    const summary = stripVTControlCharacters(output.slice(output.lastIndexOf("\u001b[2K"))).split(/\r?\n/);
    expect(summary.filter((line) => line.length > columns && !line.startsWith("  npx"))).toEqual(columns >= 80 ? [] : expect.anything());
    expect(output).toContain("\u001b[?25h");
    expect(output.lastIndexOf("\u001b[?25h")).toBeGreaterThan(output.lastIndexOf("\u001b[?25l"));
  });

  const colour = /\u001b\[[\d;]*m/;
  test("has colours, and none with NO_COLOR", async () => {
    const line = "train digits --recipe equations --epochs 2 --out colours.safetensors";
    const [coloured, plain] = await Promise.all([
      onScreen(line, 100),
      onScreen(line.replace("colours", "plain"), 100, { env: { NO_COLOR: "1" } }),
    ]);
    expect(coloured.output).toMatch(colour);
    expect(plain.output).not.toMatch(colour);
    expect(plain.output).toContain("accuracy");
  });

  test("gives cursor and line back after Ctrl-C", async () => {
    const { code, output } = await onScreen("train digits --epochs 1000000 --out never.safetensors", 80, { until: "left" });
    expect(code).toBe(130);
    const hidden = output.lastIndexOf("\u001b[?25l");
    expect(hidden).toBeGreaterThan(0);
    expect(output.lastIndexOf("\u001b[?25h")).toBeGreaterThan(hidden);
    expect(output.lastIndexOf("\u001b[?7h")).toBeGreaterThan(output.lastIndexOf("\u001b[?7l"));
    expect(output.trimEnd()).toMatch(/interrupted: nothing was saved$/);
  });

  test("says that a table is too wide for it", async () => {
    const classes = Array.from({ length: 12 }, (_, i) => `a kind of thing, number ${i}`);
    const rows = Array.from({ length: 120 }, (_, i) => `${i % 12},${(i * 7) % 5},"${classes[i % 12]!}"`);
    writeFiles(folder, { "wide.csv": `a,b,kind\n${rows.join("\n")}\n` });
    const line = (columns: number): Promise<Session> =>
      onScreen(`train wide.csv --target kind --epochs 1 --out wide${columns}.safetensors`, columns);
    const [narrow, wide] = await Promise.all([line(80), line(120)]);
    expect(narrow.output).toContain("12 classes: too wide a table");
    expect(wide.output).toMatch(/true +a k… 0 a k… 1/);
  });
});

describe("a line of progress", () => {
  const tick = (epoch: number, fraction: number, accuracy?: number) => ({
    epoch,
    epochs: 10_000,
    fraction,
    score: { cost: 1.2345e-4, ...(accuracy === undefined ? {} : { accuracy }) },
    recent: { cost: 1 },
    step: 1,
    steps: 2,
    learningRate: 0.1,
    samplesPerSecond: 1_234_567,
    secondsLeft: 10_000 * (1 - fraction),
  });

  test("fits into any width, and from 80 columns on says everything", () => {
    for (let columns = 20; columns < 220; columns++) {
      const line = progressLine();
      for (let epoch = 1; epoch <= 10_000; epoch *= 7) {
        const text = line(tick(epoch, epoch / 10_000, 0.98765), columns);
        expect(text.length).toBeLessThan(columns);
        if (columns >= 80)
          expect(text).toMatch(
            new RegExp(`^[█░]{6,} .*${epoch}/10000 · cost 1.23\\de-4 · .*98.\\d+ ?% · 1,23[45](,567 samples|,567|k)\\/s · .* left$`),
          );
      }
    }
  });

  test("has a bar as long as what is done", () => {
    const line = progressLine();
    expect(line(tick(1, 0), 200)).toMatch(/^░{20} 0% · epoch 1\/10000/);
    expect(line(tick(5000, 0.5), 200)).toMatch(/^█{10}░{10} 50% · /);
    expect(line(tick(10_000, 1), 200)).toMatch(/^█{20} 100% · /);
    expect(line(tick(1, 0), 200)).not.toContain("accuracy");
  });
});

describe("wrapped text", () => {
  test("is broken between words, and drawn lines stay", () => {
    expect(wrapped("one two three\n  a drawn line stays\n\nfour", 9)).toBe("one two\n  three\n  a drawn line stays\n\nfour");
    expect(wrapped("unbreakable", 5)).toBe("unbreakable");
    expect(wrapped("\u001b[1mone\u001b[22m two", 7)).toBe("\u001b[1mone\u001b[22m two");
    expect(wrapped("as it is", Infinity)).toBe("as it is");
  });
});
