import { describe, expect, test } from "vitest";
import { ChainruleError, show } from "../../src/base/errors.js";

describe("ChainruleError", () => {
  const units = { where: "layers[1].units", expected: "a whole number above 0", got: '"16"', hint: "Did the JSON quote it?" };
  const cost = { where: "cost", expected: "one of squared-error, cross-entropy", got: '"mse"' };

  test("says where, what was expected, what was got and the next step", () => {
    const error = new ChainruleError("E_DESCRIPTION", units);
    expect(error.message).toBe('layers[1].units: expected a whole number above 0, got "16". Did the JSON quote it?');
    expect(error).toMatchObject({ code: "E_DESCRIPTION", name: "ChainruleError", problems: [units] });
    expect(error).toBeInstanceOf(Error);
  });

  test("shows several problems, a line each", () => {
    const error = new ChainruleError("E_DESCRIPTION", [units, cost]);
    expect(error.message.split("\n")).toEqual([
      'layers[1].units: expected a whole number above 0, got "16". Did the JSON quote it?',
      'cost: expected one of squared-error, cross-entropy, got "mse".',
    ]);
    expect(error.problems).toEqual([units, cost]);
  });

  test("takes a sentence of its own", () => {
    expect(new ChainruleError("E_ABORTED", "The training was stopped.")).toMatchObject({
      message: "The training was stopped.",
      problems: [],
    });
  });
});

describe("show", () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;

  test.each([
    ["text", '"text"'],
    [1.5, "1.5"],
    [NaN, "NaN"],
    [-Infinity, "-Infinity"],
    [7n, "7n"],
    [undefined, "undefined"],
    [null, "null"],
    [true, "true"],
    [[1, "a"], '[1,"a"]'],
    [{ units: 4 }, '{"units":4}'],
    [() => 1, "a function"],
    [Symbol("s"), "Symbol(s)"],
    [new Float32Array(3), "Float32Array"],
    [circle, "[object Object]"],
    [{ large: 7n }, "[object Object]"],
    [[1, NaN], "[1,NaN]"],
  ])("%# writes a value as an error needs it", (value, text) => {
    expect(show(value)).toBe(text);
  });

  test("cuts at 60 characters", () => {
    expect(show("a".repeat(58))).toHaveLength(60);
    const long = show("a".repeat(59));
    expect(long).toHaveLength(60);
    expect(long.endsWith("...")).toBe(true);
  });
});
