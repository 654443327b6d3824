import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { playgroundSurface } from "../../explorer/src/data/playground.js";
import { programText } from "../../explorer/src/share/program.js";
import { rowsCsv } from "../../explorer/src/share/rows-csv.js";
import { createTableReader } from "../../explorer/src/shell/open/table-reader.js";
import { decodeModel } from "../../src/formats.js";
import { evaluate, predictAll, type RegressionEvaluation, type RegressionModel, train } from "../../src/index.js";
import { chromium } from "../support/browser.js";
import { runNode } from "../support/run.js";
import { root } from "../support/shared.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { violations } from "./axe.js";
import { openExplorer } from "./site.js";

/** Flats with their rent, which goes with the size and the town but for a wobble. */
const FLATS = `size;town;rent\n${Array.from({ length: 120 }, (_, i) => {
  const [size, town] = [30 + ((i * 37) % 90), ["Bern", "Genf", "Zug"][(i * 7) % 3]!];
  return `${size},5;${town};${size * (town === "Zug" ? 24 : 17) + 200 + ((i * 53) % 40)},25`;
}).join("\n")}\n`;
const LEARNING = { target: "rent", types: {}, ignore: [], test: 0.2, validation: 0.1 } as const;

const LINK = "v=1&d=reg-gauss&net=16-16:tanh&out=identity,squared-error&opt=adam,0.01&batch=32&epochs=30&seed=3&test=0.2&val=0.1";
const OPTIONS = {
  hidden: [16, 16],
  activation: "tanh",
  outputActivation: "identity",
  cost: "squared-error",
  optimizer: { kind: "adam", learningRate: 0.01 },
  batchSize: 32,
  epochs: 30,
  seed: 3,
  test: 0.2,
  validation: 0.1,
} as const;

const isNear = (value: number, expected: number): boolean => Math.abs(value - expected) <= 1e-6 * Math.abs(expected) + 1e-9;
const soon = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 60_000 });

describe("the playground's numbers", () => {
  test("are those of its rules, but for the noise", () => {
    // Playground's text of the hills: the value of the nearest of six, by its distance, from 1 or -1 in the middle to 0 at 2 and beyond.
    const hill = (x: number, y: number): number => {
      const found = [-4, 0, 4].flatMap((p, at) =>
        [2.5, -2.5].map((q, below) => [Math.hypot(x - p, y - q), (at + below) % 2 ? -1 : 1] as const),
      );
      const [distance, sign] = found.reduce((nearest, one) => (one[0] < nearest[0] ? one : nearest));
      return sign * Math.max(0, 1 - distance / 2);
    };
    for (const [name, rule, reach] of [
      ["reg-plane", (x: number, y: number) => (x + y) / 10, 0.0241],
      // Half of how far the noise reaches in both directions.
      ["reg-gauss", hill, 0.085],
    ] as const) {
      const { inputs, target, rowCount } = playgroundSurface(name);
      expect(rowCount).toBe(1200);
      const off = Array.from(target.values, (value, row) => Math.abs(value - rule(inputs[2 * row]!, inputs[2 * row + 1]!)));
      expect(off.every((each) => each <= reach)).toBe(true);
      expect(off.some((each) => each > reach / 4)).toBe(true);
    }
  });
});

describe("a table with numbers to learn", () => {
  test("is prepared, learned in its units, written as a program with the same bits, and read for its model", async () => {
    const table = createTableReader("flats.csv", new TextEncoder().encode(FLATS));
    await table.read({});
    expect(await table.learn(LEARNING)).toMatchObject({ task: "regression", classes: [], range: [710.25, 3087.25] });
    const { dataset, options } = await table.data();
    const { model, test: score } = await train(dataset, options).result;
    const { task, parametersHash } = model as RegressionModel;
    // Rents are standardised, so that one learning rate suits all units.
    expect(task.deviation[0]).toBeGreaterThan(300);
    expect((score as RegressionEvaluation).r2).toBeGreaterThan(0.95);
    const recipe = { data: "file:flats.csv", options: { ...options, epochs: 2 } };
    const { model: short } = await train(dataset, recipe.options).result;
    const folder = temporaryFolder();
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules", "chainrule"), "junction");
    writeFiles(folder, { "run.mjs": programText({ recipe, changes: [], at: 14, over: true }, dataset, short.parametersHash) });
    const { stdout, stderr } = await runNode(["run.mjs"], { cwd: folder });
    expect(stdout.trim(), stderr).toBe(short.parametersHash);
    expect(parametersHash).not.toBe(short.parametersHash);
    expect(rowsCsv(dataset).split("\n")[0]).toBe("size,town=Bern,town=Genf,town=Zug,rent");
    const more = createTableReader("more.csv", new TextEncoder().encode("rent;town;size\n900,5;Zug;40,5\n;Zug;1\n1200;Bern;50\n"));
    await more.read({});
    const { dataset: rows } = await more.forModel(model);
    expect(rows.target).toMatchObject({ kind: "values", names: ["rent"], values: Float64Array.of(900.5, 1200) });
    const odd = createTableReader("odd.csv", new TextEncoder().encode("rent;town;size\ncheap;Zug;40,5\n3,5;Zug;1,5\n"));
    await odd.read({});
    await expect(odd.forModel(model)).rejects.toThrow(/odd\.csv, line 2, column "rent": expected a number, got "cheap"/);
  });
});

chromium.suite("a network that answers numbers", () => {
  let site: Awaited<ReturnType<typeof openExplorer>>;
  beforeAll(async () => {
    site = await openExplorer();
  });
  const value = (place: Page | Locator, what: string): Promise<number> =>
    place.locator(`[data-what="${what}"]`).first().getAttribute("data-value").then(Number);
  const go = (page: Page, name: string): Promise<void> => page.click(`nav button:has-text("${name}")`);

  test("is trained, shown in the units of its target, diagnosed, compared and shared", async () => {
    const page = await site.page(`#screen=train&${LINK}&at=0`);
    await soon(() => page.locator(".link-banner").textContent()).toContain("Trained again");
    await page.locator(".tr-train").click();
    await soon(() => page.locator(".tr-status").textContent()).toBe("done: all epochs are done");
    // The link was followed: what is trained now is no part of it.
    expect(await page.locator(".link-banner").textContent()).not.toContain("Training the run");
    const data = playgroundSurface("reg-gauss");
    const { model, test: score, history } = await train(data, OPTIONS).result;
    expect(await value(page, "test-rmse")).toBe(score!.rmse);
    expect(await value(page, "test-r2")).toBe(score!.r2);
    const { cost } = history.at(-1)!.validation!;
    expect(await value(page, "validation-rmse")).toSatisfy((rmse: number) => isNear(rmse, Math.sqrt(cost) * model.task.deviation[0]!));
    const validation = evaluate(model, data, { part: "validation" });
    expect(await value(page, "validation-r2")).toSatisfy((r2: number) => isNear(r2, validation.r2!));
    expect(await page.locator(".tr-chart figcaption").allTextContents()).toContain("RMSE, in units of height");
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
    await page.setViewportSize({ width: 1440, height: 900 });

    await go(page, "Network");
    await page.fill('.context input[type="number"]', "7");
    await page.press('.context input[type="number"]', "Enter");
    const answer = predictAll(model, data)[7];
    await soon(() => value(page, "answer")).toBeCloseTo(answer!.value, 6);
    expect(await value(page, "true")).toBe(data.target.values[7]);
    expect((await value(page, "output")) * (await value(page, "deviation")) + (await value(page, "mean"))).toBeCloseTo(answer!.value, 6);
    // Its scale ends at the largest number of the rows.
    const most = data.target.values.reduce((found, each) => Math.max(found, Math.abs(each)), 0);
    expect(await page.locator(".surface-scale").textContent()).toBe(`-${most.toPrecision(3)}0${most.toPrecision(3)}`);
    await page.locator(".surface summary").click();
    expect(await page.locator(".surface-table caption").textContent()).toMatch(/^height; x1 to the right/);
    await page.fill("#column-0", "1");
    await page.press("#column-0", "Enter");
    await page.fill('input[name="meant"]', "0.5");
    await page.press('input[name="meant"]', "Enter");
    await soon(() => value(page, "true")).toBe(0.5);
    expect(await violations(page)).toEqual([]);
    await page.locator("button:has-text('Back to row 7')").click();

    await go(page, "Equation");
    await soon(() => page.locator(".eq-meaning").textContent()).toMatch(/^For row 7, true height -?[\d.e-]+, the cost/);
    expect(await page.locator(".eq-headline").textContent()).toMatch(/y\[0\] is \(.*\) \/ 0\.\d+ = .*: height, standardised/);

    await go(page, "Diagnose");
    await soon(() => page.locator("#dg-confusion h3").textContent()).toBe("Predicted against true");
    await soon(() => value(page.locator("#dg-confusion"), "rmse")).toSatisfy((rmse: number) => isNear(rmse, score!.rmse));
    await page.locator("#dg-mistakes").scrollIntoViewIfNeeded();
    await soon(() => page.locator(".dg-mistakes tbody tr").count()).toBe(10);
    expect(await violations(page)).toEqual([]);

    await go(page, "Train");
    await page.locator("button:has-text('New seed')").click();
    await page.locator(".tr-train").click();
    await soon(() => page.locator(".tr-status").textContent()).toBe("done: all epochs are done");
    await go(page, "Compare");
    await soon(() => page.locator(".cp-results tbody tr[data-run]").count()).toBe(2);
    expect(await page.locator(".cp-results thead").textContent()).toMatch(/test RMSEtest R²test cost/);
    await soon(() => page.locator(".cp-gallery").count()).toBe(2);
    const counts = await page.locator(".cp-gallery h5").allTextContents();
    expect(counts.reduce((sum, text) => sum + Number(/([\d,]+) rows?$/.exec(text)![1]!.replaceAll(",", "")), 0)).toBe(1200);
    expect(await page.locator('.cp-chart[data-chart="accuracy"]').count()).toBe(0);
    expect(await violations(page)).toEqual([]);

    await go(page, "Share");
    const link = new URLSearchParams((await page.inputValue("#link")).split("#")[1]);
    expect(Object.fromEntries(link)).toMatchObject({ d: "reg-gauss", out: "identity,squared-error", seed: "4" });
    expect(await page.locator("main").textContent()).toContain('chainrule train file.csv --target "height" --task regression');
    const other = await site.page(`#${link.toString()}`);
    await soon(() => other.locator(".link-banner").textContent()).toContain("Reproduced exactly");
    await Promise.all([other.close(), page.close()]);
  });

  test("is made from a table of the reader's, saved, and opened again", async () => {
    const page = await site.page("#screen=network");
    await page.getByRole("button", { name: "Open…" }).click();
    const file = page.locator('dialog input[type="file"]');
    await file.setInputFiles({ name: "flats.csv", mimeType: "text/csv", buffer: Buffer.from(FLATS) });
    await soon(() => page.locator(".wizard [role=status]").textContent()).toContain(
      "Numbers from 710.3 to 3087, to be learned as numbers.",
    );
    await page.getByRole("button", { name: "Open these rows" }).click();
    await soon(() => page.locator(".context").textContent()).toMatch(/flats\.csv, 4-16-16-1, untrained.*true rent/);
    // In the units of the target.
    await soon(() => page.locator(".reasons tbody tr").count()).toBe(2);
    expect(await value(page.locator(".reasons"), "value")).toBeCloseTo(await value(page.locator(".outputs"), "answer"), 3);
    await go(page, "Train");
    await page.locator(".tr-controls button", { hasText: "One epoch" }).click();
    await soon(() => value(page, "epoch")).toBe(1);
    await go(page, "Share");
    const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Model", exact: true }).click()]);
    const bytes = readFileSync(await saved.path());
    const model = decodeModel(new Uint8Array(bytes)) as RegressionModel;
    expect(model.task).toMatchObject({ kind: "regression", targets: ["rent"] });
    await page.getByRole("button", { name: "Open…" }).click();
    await file.setInputFiles({ name: "rents.safetensors", mimeType: "application/octet-stream", buffer: bytes });
    await soon(() => page.locator(".context").textContent()).toMatch(/^rents, 4-16-16-1.*true rent/);
    await page.close();
  });
});
