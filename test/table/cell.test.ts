import { describe, expect, test } from "vitest";
import { dayNumber, monthOf } from "../../src/table/calendar.js";
import { isMissing, momentOf, numberOf, truthOf } from "../../src/table/cell.js";

describe("a number in a cell", () => {
  test.each([
    ["12", 12],
    ["-0.5e3", -500],
    [".5", 0.5],
    ["5.", 5],
    ["1,234", 1234],
    ["1,234,567.5", 1_234_567.5],
    ["1 234", 1234],
    ["1'234.5", 1234.5],
    ["+7", 7],
  ])("%s with a point is %d", (text, value) => expect(numberOf(text, ".")).toBe(value));

  test.each([
    ["12", 12],
    ["0,5", 0.5],
    ["1.234,5", 1234.5],
    ["1 234,5", 1234.5],
    ["-1.234.567", -1_234_567],
    ["1,5e3", 1500],
  ])("%s with a comma is %d", (text, value) => expect(numberOf(text, ",")).toBe(value));

  test.each(["", ".", "-", "1,23", "1,2345", "12a", "0x10", "1.2.3", "1e", "e5", " ", "Infinity", "--1"])("%s is none", (text) =>
    expect(numberOf(text, ".")).toBeNaN(),
  );

  test("comes from numbers and truth as they are", () => {
    expect(numberOf(1.5, ",")).toBe(1.5);
    expect(numberOf(3n, ".")).toBe(3);
    expect(numberOf(true, ".")).toBe(1);
    expect(numberOf(null, ".")).toBeNaN();
  });
});

test("what says nothing", () => {
  for (const cell of ["", "?", "NA", "n/a", "NaN", "null", null, undefined, NaN, new Date("never")]) expect(isMissing(cell)).toBe(true);
  for (const cell of ["None", "0", 0, false, "-", new Date(0)]) expect(isMissing(cell)).toBe(false);
});

test("truth", () => {
  expect(["true", "YES", "y", "T", true].map(truthOf)).toEqual([1, 1, 1, 1, 1]);
  expect(["false", "No", "n", "f", false].map(truthOf)).toEqual([0, 0, 0, 0, 0]);
  for (const cell of ["maybe", "1", 1, ""]) expect(truthOf(cell)).toBeNaN();
});

describe("a moment", () => {
  test("is what Date says, over three centuries", () => {
    for (let time = Date.UTC(1899, 0, 1); time < Date.UTC(2201, 0, 1); time += 60_481_000) {
      const date = new Date(time);
      expect(momentOf(date.toISOString())).toBe(Math.floor(time / 1000));
      expect(monthOf(Math.floor(time / 86_400_000))).toBe(date.getUTCMonth() + 1);
    }
  });

  test.each([
    ["2024-02-29", Date.UTC(2024, 1, 29)],
    ["2024-05-31 14:30", Date.UTC(2024, 4, 31, 14, 30)],
    ["2024-05-31T14:30:15Z", Date.UTC(2024, 4, 31, 14, 30, 15)],
    ["31.5.2024", Date.UTC(2024, 4, 31)],
  ])("%s", (text, milliseconds) => expect(momentOf(text)).toBe(milliseconds / 1000));

  test.each(["2023-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "2024-01-01 25:00", "31/05/2024", "2024", "0.1.2024", 2024])(
    "%s is none",
    (cell) => expect(momentOf(cell)).toBeNaN(),
  );

  test("counts days from 1970", () => expect(dayNumber(1970, 1, 1)).toBe(0));
});
