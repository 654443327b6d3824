import { describe, expect, test } from "vitest";
import { cut, KEYS, keyToStep } from "../../cli/src/view/stepper.js";
import { type Tape, tape } from "../../src/explain.js";
import { exampleOf, networkOf } from "../explain/networks.js";

const sizes = [2, 3, 2, 2];
const walk = tape({ network: networkOf(sizes) }, exampleOf(sizes));
const last = walk.length - 1;
const everyStep = (key: string): (number | undefined)[] => Array.from({ length: walk.length }, (_, index) => keyToStep(walk, index, key));
const indices = Array.from({ length: walk.length }, (_, index) => index);

describe("a key", () => {
  test.each(["right", "space", "return"])("%s goes one step on, and stays at the end", (key) => {
    expect(everyStep(key)).toEqual(indices.map((index) => (index === last ? last : index + 1)));
  });

  test.each(["left", "backspace"])("%s goes one step back, and stays at the beginning", (key) => {
    expect(everyStep(key)).toEqual(indices.map((index) => (index === 0 ? 0 : index - 1)));
  });

  test.each([
    ["down", "next", "neuron"],
    ["up", "previous", "neuron"],
    ["pagedown", "next", "layer"],
    ["pageup", "previous", "layer"],
  ] as const)("%s goes to the %s %s", (key, move: keyof Pick<Tape, "next" | "previous">, by) => {
    expect(everyStep(key)).toEqual(indices.map((index) => walk[move](index, by)));
  });

  test("down and page down reach the end of the walk, up and page up the beginning", () => {
    for (const [key, from, to] of [
      ["down", 0, last],
      ["pagedown", 0, last],
      ["up", last, 0],
      ["pageup", last, 0],
    ] as const) {
      let index: number = from;
      let moves = 0;
      for (; index !== to && moves < walk.length; moves++) index = keyToStep(walk, index, key)!;
      expect(index, key).toBe(to);
      expect(moves).toBeLessThan(last);
    }
  });

  test("home and end", () => {
    expect(new Set(everyStep("home"))).toEqual(new Set([0]));
    expect(new Set(everyStep("end"))).toEqual(new Set([last]));
  });

  test.each(["q", "escape"])("%s leaves", (key) => {
    expect(new Set(everyStep(key))).toEqual(new Set([undefined]));
  });

  test.each(["", "a", "Q", "f1", "tab", "delete", "undefined"])('"%s" does nothing', (key) => {
    expect(everyStep(key)).toEqual(indices);
  });

  test("the line of keys names them", () => {
    for (const name of ["→", "←", "↓", "↑", "PgDn", "PgUp", "Home", "End", "q"]) expect(KEYS).toContain(name);
    expect(KEYS.length).toBeLessThan(80);
  });
});

describe("what does not fit on the screen", () => {
  const text = (lines: number): string => Array.from({ length: lines }, (_, at) => `line ${at}`).join("\n");

  test("nothing is cut where everything fits", () => {
    expect(cut(text(10), { columns: 80, rows: 10 })).toBe(text(10).replaceAll("\n", "\r\n"));
  });

  test("is cut and said, and the last line stays", () => {
    const lines = cut(text(30), { columns: 80, rows: 10 }).split("\r\n");
    expect(lines).toEqual([
      ...["line 0", "line 1", "line 2", "line 3", "line 4", "line 5", "line 6", "line 7"],
      "... 21 more lines: a larger window shows them",
      "line 29",
    ]);
  });

  test("a line that is wider than the screen counts as the rows that it takes, colours not counted", () => {
    const wide = `\u001b[1m${"x".repeat(81)}\u001b[22m`;
    const lines = [wide, wide, "short", "keys"].join("\n");
    expect(cut(lines, { columns: 80, rows: 6 }).split("\r\n")).toHaveLength(4);
    expect(cut(lines, { columns: 80, rows: 5 }).split("\r\n")).toEqual([wide, "... 2 more lines: a larger window shows them", "keys"]);
    expect(cut(lines, { columns: 81, rows: 4 }).split("\r\n")).toHaveLength(4);
  });

  test("it never takes more rows than there are", () => {
    for (let rows = 3; rows < 40; rows++) {
      for (const columns of [10, 33, 80]) {
        const lines = Array.from({ length: 25 }, (_, at) => "x".repeat((at * 13) % 60)).join("\n");
        const taken = cut(`${lines}\nkeys`, { columns, rows })
          .split("\r\n")
          // The message that something is missing may be wider than a window of ten columns.
          .reduce((sum, line) => sum + (line.startsWith("...") ? 1 : Math.max(1, Math.ceil(line.length / columns))), 0);
        expect(taken).toBeLessThanOrEqual(rows);
      }
    }
  });
});
