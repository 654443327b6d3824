import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { type Ground, givensFor, reasonAgainst } from "../../explorer/src/exercise/givens.js";
import { isRight, judge, type Verdict } from "../../explorer/src/exercise/judge.js";
import { type Part, partsOf } from "../../explorer/src/exercise/parts.js";
import { readNumber } from "../../explorer/src/exercise/read-number.js";
import { isSolved, type ResultSheet, sheetCsv, sheetJson } from "../../explorer/src/exercise/result-sheet.js";
import { digits } from "../../src/digits.js";
import { explain, MISTAKE_NAMES } from "../../src/explain.js";
import { type ClassificationModel, createNetwork, type Network, openExamples } from "../../src/index.js";
import { decodeModel } from "../../src/formats.js";
import { forward } from "../../src/reference.js";
import { chromium } from "../support/browser.js";
import { root } from "../support/shared.js";
import { violations } from "./axe.js";
import { openExplorer } from "./site.js";

const model = decodeModel(
  new Uint8Array(readFileSync(join(root, "explorer", "public", "digits-64-16-16-10.safetensors"))),
) as ClassificationModel;

/** The parts of a derivative of one example, and what a learner of it may know. */
function asked(network: Network, example: { readonly x: Float64Array; readonly y: Float64Array }, quantity: string) {
  const parts = partsOf(explain({ network }, { ...example, row: 0 }, quantity));
  const ground: Ground = { network, forward: forward(network, example.x), y: example.y };
  const part = (id: string): Part => parts.find((one) => one.id === id)!;
  const answer = (id: string, value: number, others: Readonly<Record<string, number>> = {}): Verdict =>
    judge(ground, part(id), { answer: value, shown: String(value) }, parts, new Map(Object.entries(others)));
  return { parts, ground, part, answer };
}

const row = openExamples(model, digits(), { rows: [12, 13] }).at(0)!;
const example = { x: Float64Array.from(row.x), y: Float64Array.from(row.y) };
const softmax = createNetwork(
  {
    inputs: 2,
    layers: [
      { units: 3, activation: "relu" },
      { units: 2, activation: "softmax" },
    ],
    cost: "cross-entropy",
  },
  { seed: 1 },
);
const pair = { x: Float64Array.of(0.5, 1), y: Float64Array.of(0, 1) };

test.each([
  ["0.25", 0.25],
  ["0,25", 0.25],
  [" -1/4 ", -0.25],
  ["1/3", 1 / 3],
  ["0,5/2", 0.25],
  ["\u22123e-5", -3e-5],
  ["3,5·10^-5", 3.5e-5],
  [".5", 0.5],
  ["1.234,5", undefined],
  ["1/0", undefined],
  ["1/2/3", undefined],
  ["3*100", undefined],
  ["", undefined],
  ["0x10", undefined],
  ["Infinity", undefined],
  ["abc", undefined],
])("a learner's %j is %s", (typed, value) => {
  expect(readNumber(typed)).toBe(value);
});

describe("an exercise", () => {
  test("asks for the result, the factors, and the terms of sums with theirs", () => {
    const { parts } = asked(model.network, example, "w3[1,2]");
    const names = new Map(parts.map(({ id, derivation }) => [id, derivation.name]));
    expect(names.get("result")).toBe("dCost/dw3[1,2]");
    expect([names.get("f1"), names.get("f2"), names.get("f3")]).toEqual(["dCost/da3[1]", "da3[1]/dz3[1]", "dz3[1]/dw3[1,2]"]);
    expect(names.get("f1t1f2")).toBe("da4[1]/dz4[1]");
    // The five largest terms, each with three factors.
    expect(parts).toHaveLength(4 + 5 * 4);
    expect(new Set(parts.map(({ id }) => id)).size).toBe(parts.length);
  });

  test("gives what the formulas need, and never a number that is asked for", () => {
    const { ground, part, parts } = asked(model.network, example, "w4[3,7]");
    const { givens } = givensFor(ground, [part("f1"), part("f2"), part("f3")]);
    // dz4[3]/dw4[3,7] is a3[7] itself: its weighted sum stands in its place.
    expect(givens.map(({ name }) => name)).toEqual(["a4[3]", "y[3]", "z4[3]", "z3[7]"]);
    expect(givens.find(({ name }) => name === "z3[7]")!.value).toBe(ground.forward.z[3]![7]);
    for (const { derivation } of parts) expect(givens.map(({ value }) => value)).not.toContain(derivation.value);
    expect(givensFor(ground, [part("f1")]).givens.map(({ name }) => name)).toEqual(["a4[3]", "y[3]"]);
  });

  test("does not ask for what would have to be given: an input, a weight, a 1", () => {
    const input = asked(model.network, example, "w2[3,20]");
    expect(reasonAgainst(input.ground, input.part("f3"))).toContain("a1[20] itself");
    expect(reasonAgainst(input.ground, input.part("f2"))).toBeUndefined();
    const weight = asked(model.network, example, "a3[1]");
    expect(reasonAgainst(weight.ground, weight.part("t1f3"))).toContain("w4[1,1] itself");
    const bias = asked(model.network, example, "b4[3]");
    expect(reasonAgainst(bias.ground, bias.part("f3"))).toContain("always the same");
  });

  test("takes what is right to one percent, and nothing that is no number", () => {
    const { answer, part } = asked(model.network, example, "w4[3,7]");
    const { value } = part("f2").derivation;
    expect(answer("f2", value)).toEqual({ right: true, sentence: "" });
    expect(answer("f2", value * 1.009).right).toBe(true);
    expect(answer("f2", value * 1.011).right).toBe(false);
    expect(answer("f2", -value).right).toBe(false);
    expect(isRight(NaN, 1)).toBe(false);
    expect(isRight(0, 0)).toBe(true);
    expect(isRight(1e-12, 0)).toBe(false);
  });

  test("names the part that is wrong, and the mistake that gives the number", () => {
    const { answer, part, ground } = asked(model.network, example, "w4[2,7]");
    const [outer, slope, input, result] = ["f1", "f2", "f3", "result"].map((id) => part(id).derivation.value) as [
      number,
      number,
      number,
      number,
    ];
    const missing = answer("f1", outer / 2);
    expect(missing.sentence).toContain("dCost/da4[2] is wrong: you gave");
    expect(missing.look).toBe("2 a4[2] - 2 y[2]");
    expect(missing.mistake).toBe("missing-2");
    const itself = answer("f2", ground.forward.a[4]![2]!);
    expect(itself.sentence).toMatch(/^da4\[2\]\/dz4\[2\] is wrong: .*is a4\[2\] itself/);
    expect(itself.look).toBe("sigma'(z4[2]) = a4[2] (1 - a4[2])");
    const a = ground.forward.a[4]![2]!;
    const s = 1 / (1 + Math.exp(-a));
    expect(answer("f2", s * (1 - s)).mistake).toBe("slope-of-activation");
    expect(answer("f3", ground.forward.a[3]![6]!).sentence).toContain("a3[6], and this weight comes from another unit");
    expect(answer("result", outer * input).mistake).toBe("missing-slope");
    expect(answer("result", -result).mistake).toBe("swapped-sign");
    expect(answer("result", outer + slope + input).sentence).toContain("are added");
    expect(answer("result", result * 10).sentence).toContain("decimal point");
    expect(answer("result", slope).sentence).toContain("would be right for da4[2]/dz4[2]");
    const unknown = answer("result", 123.4);
    expect(unknown.mistake).toBeUndefined();
    expect(unknown.sentence).toMatch(/^dCost\/dw4\[2,7\] is wrong: you gave 123\.4\.$/);
  });

  test("of a result that follows from a wrong factor blames the factor", () => {
    const { answer, part } = asked(model.network, example, "w4[3,7]");
    const half = part("f1").derivation.value / 2;
    const said = answer("result", half * part("f2").derivation.value * part("f3").derivation.value, { f1: half });
    expect(said.right).toBe(false);
    expect(said.sentence).toContain("follows from your dCost/da4[3]");
    expect(said.look).toBeUndefined();
  });

  test("recognises one term in the place of a sum, and p in the place of p - y", () => {
    const sum = asked(model.network, example, "a3[1]");
    expect(sum.answer("result", sum.part("t1").derivation.value).mistake).toBe("forgotten-sum");
    const share = asked(softmax, pair, "w3[1,0]");
    const p = share.ground.forward.a[3]![1]!;
    expect(share.part("f1").derivation.name).toBe("dCost/dz3[1]");
    expect(share.answer("f1", p).sentence).toContain("a3[1] itself");
    // Of a wrong class p - y is p: the weighted sums are given in its place.
    const wrong = asked(softmax, pair, "w3[0,0]");
    expect(givensFor(wrong.ground, [wrong.part("f1")]).givens.map(({ name }) => name)).toEqual(["z3[0]", "z3[1]", "y[0]"]);
  });

  test("gives no right answer away in any sentence", () => {
    for (const quantity of ["w4[3,7]", "w3[1,2]", "b4[2]", "a3[1]", "z4[2]"]) {
      const { parts, answer } = asked(model.network, example, quantity);
      for (const { id, derivation } of parts) {
        for (const factor of [0.5, 2, -1, 10, 1.3]) {
          const { sentence, mistake } = answer(id, derivation.value * factor);
          const digit = derivation.value.toPrecision(4);
          if (derivation.value !== 0 && Math.abs(derivation.value) !== 1) expect(sentence.replace(/you gave \S+/, "")).not.toContain(digit);
          if (mistake !== undefined) expect(MISTAKE_NAMES).toContain(mistake);
        }
      }
    }
  });
});

test("a result sheet has every answer, as JSON and as CSV that no spreadsheet computes", () => {
  const sheet: ResultSheet = {
    exercise: "dCost/dw4[3,7] of row 12",
    link: "https://example.org/#v=1&exercise=f1,f2",
    learner: '=cmd("Ada"), Countess',
    begun: "2026-11-25T20:00:00.000Z",
    lines: [
      {
        part: "dCost/da4[3]",
        shown: false,
        attempts: [
          { answer: "-0,5", time: "2026-11-25T20:01:00.000Z", right: false, mistake: "missing-2" },
          { answer: "-1", time: "2026-11-25T20:02:00.000Z", right: true },
        ],
      },
      { part: "da4[3]/dz4[3]", shown: true, attempts: [] },
    ],
  };
  expect(sheet.lines.map(isSolved)).toEqual([true, false]);
  const json = JSON.parse(sheetJson(sheet)) as { readonly solved: number; readonly asked: number };
  expect([json.solved, json.asked]).toEqual([1, 2]);
  const lines = sheetCsv(sheet).trimEnd().split("\n");
  expect(lines).toHaveLength(4);
  expect(lines[1]).toMatch(/^"'=cmd\(""Ada""\), Countess","dCost\/dw4\[3,7\] of row 12",dCost\/da4\[3\],1,"-0,5",wrong,missing-2,/);
  expect(lines[2]).toContain(",2,-1,right,,");
  expect(lines[3]).toContain(",0,,,,,no,yes,");
});

chromium.suite("an exercise on the page", () => {
  let explorer: Awaited<ReturnType<typeof openExplorer>>;
  beforeAll(async () => {
    explorer = await openExplorer();
  });

  const LINK = "#v=1&exercise=f1,f2,f3,result&screen=equation&row=12&of=w4[2,7]";
  const { part } = asked(model.network, example, "w4[2,7]");
  const values = ["f1", "f2", "f3", "result"].map((id) => part(id).derivation.value);

  /** Opens an exercise, in a browser of its own that has kept nothing. */
  async function open(link = LINK): Promise<Page> {
    const page = await explorer.page(link);
    await page.locator("main .exercise").waitFor();
    return page;
  }
  const about = (page: Page, id: string): Promise<string | null> => page.textContent(`#about-${id}`);

  test("hides its numbers everywhere, and closes the other screens", async () => {
    const page = await open();
    const html = await page.content();
    const shown = await page
      .locator("[data-value]")
      .evaluateAll((all) => all.map((each) => Number((each as { dataset?: { value?: string } }).dataset?.value)));
    expect(shown.length).toBeGreaterThan(2);
    for (const value of values) {
      expect(html).not.toContain(String(value).slice(0, 9));
      for (const other of shown) expect(Math.abs(other - value) <= 1e-9 * Math.abs(value)).toBe(false);
    }
    expect(await page.locator("nav button:not(:disabled)").count()).toBe(0);
    expect(await page.locator(".context").count()).toBe(0);
    await page.close();
  });

  test("takes right answers with a comma or as a fraction, names the wrong factor, and shows a number that counts", async () => {
    const page = await open();
    await page.getByLabel(/Your name/).fill("Ada");
    await page.fill("#answer-f1", String(values[0]! / 2));
    await page.fill("#answer-f2", values[1]!.toPrecision(3).replace(".", ","));
    await page.fill("#answer-f3", `${values[2]! * 7}/7`);
    await page.fill("#answer-result", "soon");
    await page.press("#answer-result", "Enter");
    expect(await about(page, "f1")).toMatch(/✗ dCost\/da4\[2\] is wrong: you gave .*the 2 of the square's derivative is missing/);
    expect(await about(page, "f2")).toContain("✓ right");
    expect(await about(page, "f3")).toContain("✓ right");
    expect(await about(page, "result")).toContain('"soon" is no number');
    expect(await page.textContent("form [role=status]")).toBe("2 of 4 found. Not right: dCost/da4[2], dCost/dw4[2,7].");
    await page.fill("#answer-result", String((values[0]! / 2) * values[1]! * values[2]!));
    await page.getByRole("button", { name: "Check" }).click();
    expect(await about(page, "result")).toContain("follows from your dCost/da4[2]");
    await page.fill("#answer-f1", String(values[0]));
    await page.getByRole("button", { name: "Check" }).click();
    expect(await about(page, "f1")).toContain("✓ right");
    await page.getByRole("button", { name: /^Show/ }).click();
    // The button has gone, and the keyboard is still at its line.
    await expect.poll(() => page.evaluate('document.activeElement?.closest(".line")?.textContent ?? ""')).toContain("shown");
    const result = page.locator(".line [data-value]").last();
    expect(Number(await result.getAttribute("data-value"))).toBe(values[3]);

    const saved = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as JSON" }).click()]);
    const sheet = JSON.parse(readFileSync(await saved[0].path(), "utf8")) as ResultSheet & { readonly solved: number };
    expect([sheet.learner, sheet.solved, sheet.lines.length]).toEqual(["Ada", 3, 4]);
    expect(sheet.link).toContain(LINK);
    const [first, last] = [sheet.lines[0]!, sheet.lines[3]!];
    expect(first.attempts.map(({ right, mistake }) => [right, mistake])).toEqual([
      [false, "missing-2"],
      [true, undefined],
    ]);
    expect([last.shown, last.attempts.length]).toEqual([true, 1]);
    const csv = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as CSV" }).click()]);
    expect(csv[0].suggestedFilename()).toBe("ada-exercise.csv");
    expect(readFileSync(await csv[0].path(), "utf8").split("\n")[0]).toContain("learner,exercise,part");

    // A reload loses nothing.
    await page.reload();
    await page.locator("main .exercise").waitFor();
    expect(await page.locator(".exercise tbody tr").allTextContents()).toEqual(
      expect.arrayContaining([expect.stringMatching(/dCost\/dw4\[2,7\].*shown/)]),
    );
    await page.getByRole("button", { name: "End the exercise" }).click();
    await page.getByRole("button", { name: "End without saving the sheet" }).click();
    await page.locator("main .eq").waitFor();
    expect(page.url()).not.toContain("exercise=");
    expect(page.url()).toContain("of=w4[2,7]");
    await page.close();
  });

  test("is made on the Share screen from what is selected, without a mouse", async () => {
    const page = await explorer.page("#screen=share&row=12&of=w2[2,20]");
    const box = page.locator("#share-exercise ~ fieldset");
    await box.waitFor();
    // An input is no question.
    expect(await box.locator("input:disabled").count()).toBeGreaterThan(0);
    await box.locator("input:not(:disabled)").first().focus();
    await page.keyboard.press("Space");
    const link = await page.inputValue("#exercise-link");
    expect(link).toMatch(/exercise=f1,f2&screen=equation&row=12&of=w2\[2,20\]$/);
    await page.close();
    const other = await open(new URL(link).hash);
    expect(await other.locator(".line input").count()).toBe(2);
    await other.close();
  });

  test("that asks for nothing says so, and the page opens as usual", async () => {
    const page = await explorer.page("#v=1&exercise=f9,f3&screen=equation&row=12&of=w2[2,20]");
    await page.locator("main .eq").waitFor();
    expect(await page.textContent(".link-banner")).toContain("none of its parts (f9, f3) can be asked for");
    await page.close();
  });

  test.each(["light", "dark"] as const)("has no fault that axe knows, %s, with answers and without", async (colorScheme) => {
    const page = await open("#v=1&exercise=f1,f1t1,f1t1f2,result&screen=equation&row=12&of=w3[1,2]");
    await page.emulateMedia({ colorScheme });
    expect(await violations(page)).toEqual([]);
    await page.fill("#answer-f1", "1");
    await page.press("#answer-f1", "Enter");
    await page.getByRole("button", { name: /^Show/ }).first().click();
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test.each([1440, 390, 320])("fits into a width of %i", async (width) => {
    const page = await explorer.page("#v=1&exercise=f1,f1t1,f1t1f2,result&screen=equation&row=12&of=w3[1,2]", { width, height: 800 });
    await page.locator("main .exercise").waitFor();
    const [content, view] = await page.evaluate<[number, number]>(
      "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
    );
    expect(content).toBeLessThanOrEqual(view);
    await page.close();
  });
});
