import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { createTableReader } from "../../explorer/src/shell/open/table-reader.js";
import { train } from "../../src/index.js";
import { type ClassSection, createReport, type Report, reportHtml } from "../../src/report.js";
import { csvTable } from "../../src/tables.js";
import { chromium } from "../support/browser.js";
import { violations } from "./axe.js";
import { openExplorer } from "./site.js";

/** Who pays late: mostly by age and town; the number of the customer is left out, and the shoe size says nothing. */
const CUSTOMERS = `customer,age,town,income,shoe,pays\n${Array.from({ length: 240 }, (_, i) => {
  const [age, town, income] = [18 + ((i * 37) % 60), ["Bern", "Genf", "Zug"][(i * 7) % 3]!, 2 + ((i * 53) % 80) / 10];
  const late = (age - 45) / 12 + (town === "Zug" ? 1.5 : 0) + (income - 6) / 3 + Math.sin(i * 12.9) > 0;
  return [`c${i}`, age, town, i % 13 === 0 ? "" : income, 36 + ((i * 11) % 10), late ? "late" : "early"].join(",");
}).join("\n")}\n`;

/** Equal but for the last bits: Node and the browser need not have the same exponential. */
function expectNear(value: unknown, expected: unknown, path = ""): void {
  if (typeof value === "number" && typeof expected === "number") {
    expect(Math.abs(value - expected), path).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected)));
  } else if (typeof value === "object" && value !== null && typeof expected === "object" && expected !== null) {
    expect(Object.keys(value), path).toEqual(Object.keys(expected));
    for (const [key, one] of Object.entries(value)) expectNear(one, (expected as Record<string, unknown>)[key], `${path}.${key}`);
  } else expect(value, path).toEqual(expected);
}

const numbers = (place: Locator): Promise<number[]> =>
  place.evaluateAll((found) => found.map((each) => Number(each.getAttribute("data-value"))));

chromium.suite("the report on the Diagnose screen", () => {
  let explorer: Awaited<ReturnType<typeof openExplorer>>;
  beforeAll(async () => {
    explorer = await openExplorer();
  });

  const openTable = async (page: Page, name: string, text: string): Promise<void> => {
    await page.getByRole("button", { name: "Open…" }).click();
    await page.locator('dialog input[type="file"]').setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.getByRole("button", { name: "Open these rows" }).click();
    await expect.poll(() => page.locator("dialog[open]").count(), { timeout: 20_000 }).toBe(0);
  };
  const panel = (page: Page): Locator => page.locator("#dg-report");
  const hash = (page: Page): Promise<string | null> => page.getAttribute(".dg-report", "data-parameters");
  const downloaded = async (page: Page, ending: string): Promise<string> => {
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      panel(page)
        .getByRole("button", { name: `Download report.${ending}` })
        .click(),
    ]);
    expect(file.suggestedFilename()).toMatch(new RegExp(`-report\\.${ending}$`));
    return readFileSync(await file.path(), "utf8");
  };

  test("of an own table is the library's: importance, thresholds, baselines, and the same files", async () => {
    const reader = createTableReader("customers.csv", new TextEncoder().encode(CUSTOMERS));
    await reader.read({});
    const { schema, notes } = await reader.learn({ target: "pays", types: {}, ignore: [], test: 0.2, validation: 0.1 });
    const { dataset, raw, options } = await reader.data();
    const { model, history } = await train(dataset, options).result;
    const { source } = await csvTable(() => new TextEncoder().encode(CUSTOMERS), { name: "customers.csv" });
    const about = { table: source, tableRows: raw.rows, schema, notes, history };
    const own = await createReport(model, dataset, { part: "test", ...about });
    const section = own.sections[0] as ClassSection;

    const page = await explorer.page("#screen=train");
    await openTable(page, "customers.csv", CUSTOMERS);
    await page.locator(".tr-train").click();
    await expect
      .poll(() => page.textContent(".context"), { timeout: 60_000 })
      .toContain(`step ${(options.epochs! * Math.ceil(dataset.validationFrom! / options.batchSize!)).toLocaleString("en-US")}`);
    await page.getByRole("button", { name: "Diagnose" }).click();
    expect(await panel(page).locator("table").count()).toBe(0);
    await panel(page).getByRole("button", { name: "Make the report" }).click();
    await expect.poll(() => hash(page), { timeout: 60_000 }).toBe(model.parametersHash);

    const { columns } = section.importance;
    expect(columns.map(({ column }) => column).sort()).toEqual(["age", "income", "shoe", "town"]);
    expect(await panel(page).locator(".dg-importance tbody th").allTextContents()).toEqual(columns.map(({ column }) => column));
    expect(await numbers(panel(page).locator(".dg-importance [data-what=mean]"))).toEqual(columns.map(({ mean }) => mean));
    for (const name of ["truePositives", "falseNegatives", "precision", "recall", "f1"] as const)
      expect(await numbers(panel(page).locator(`[data-threshold] [data-what=${name}]`))).toEqual(
        section.thresholds!.rows.map((row) => row[name]),
      );
    const accuracy = panel(page).locator("[data-score=accuracy]");
    const score = section.scores.find(({ name }) => name === "accuracy")!;
    expect(await numbers(accuracy.locator("td.number"))).toEqual([score.model, score.constant, score.linear]);
    expect(await violations(page)).toEqual([]);

    const json = JSON.parse(await downloaded(page, "json")) as Report;
    expectNear(json, JSON.parse(JSON.stringify(own)));
    expect(json.mistakes.rows[0]!.cells).toHaveProperty("customer");
    expect(await downloaded(page, "html")).toBe(reportHtml(json));

    // Other rows are another report.
    await panel(page).locator("select[name=part]").selectOption("validation");
    const validation = await createReport(model, dataset, { part: "validation", ...about });
    await expect.poll(() => panel(page).getByRole("status").textContent()).toContain(`${validation.headline.rows} rows (validation)`);
    expect(await numbers(panel(page).locator("[data-threshold] [data-what=recall]"))).toEqual(
      (validation.sections[0] as ClassSection).thresholds!.rows.map(({ recall }) => recall),
    );
    await page.close();
  });

  test("of numbers is in their units, and can be stopped", async () => {
    const page = await explorer.page("#screen=diagnose", { width: 390, height: 800 });
    const make = panel(page).getByRole("button", { name: "Make the report" });
    await make.click();
    expect(await panel(page).getByRole("status").textContent()).toContain("each column is shuffled");
    const makers = (): number => page.workers().filter((worker) => worker.url().includes("report-worker")).length;
    await expect.poll(makers).toBe(1);
    await panel(page).getByRole("button", { name: "Stop" }).click();
    await make.waitFor();
    await expect.poll(makers).toBe(0);
    expect(await panel(page).getByRole("status").textContent()).toBe("");
    await openTable(page, "incomes.csv", CUSTOMERS.replaceAll(/,[^,]*,[^,]*\n/g, "\n"));
    // Of another table nothing was asked for.
    await make.click();
    await panel(page).locator("[data-score=rmse]").waitFor({ timeout: 30_000 });
    expect(await panel(page).textContent()).toContain("RMSE rises (units of the target)");
    expect(await panel(page).locator(".dg-thresholds").count()).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test("of digits has a picture of the pixels, and follows the network", async () => {
    const page = await explorer.page("#screen=diagnose");
    await panel(page).getByRole("button", { name: "Make the report" }).click();
    await panel(page).locator(".dg-pixels").waitFor({ timeout: 60_000 });
    expect(await panel(page).locator(".dg-thresholds").count()).toBe(0);
    expect(await panel(page).locator(".dg-importance tbody tr").count()).toBe(20);
    expect(await violations(page)).toEqual([]);
    const before = await hash(page);
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.getByRole("button", { name: /^One batch/ }).click();
    await page.getByRole("button", { name: "Diagnose" }).click();
    await expect.poll(() => hash(page), { timeout: 60_000 }).not.toBe(before);
    await panel(page).getByText(", step 1.").waitFor();
    // Workers of the page have their code to themselves.
    expect(await page.evaluate("globalThis.onmessage")).toBeNull();
    await page.close();
  });
});
