import { type ChildProcess, spawn } from "node:child_process";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromium, openBrowser } from "../support/browser.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { bin, chainrule, succeed } from "./command.js";

/** Starts the server; its address is the first line that it prints. */
async function explore(cwd: string, ...args: string[]): Promise<{ readonly origin: string; readonly child: ChildProcess }> {
  const child = spawn(process.execPath, [bin, "explore", ...args], { cwd, stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise<string>((resolve) => child.stdout.once("data", (text: Buffer) => resolve(String(text))));
  return { origin: line.trim().replace(/\/$/, ""), child };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request as it is, with headers that `fetch` would not let through. */
function ask(
  origin: string,
  path: string,
  options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {},
) {
  return new Promise<Answer>((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const sent = request({ hostname, port, path, ...options }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

const folder = temporaryFolder();
let origin: string;
let child: ChildProcess;

beforeAll(async () => {
  await succeed(folder, "train digits --epochs 3 --quiet");
  ({ origin, child } = await explore(folder, "model.safetensors", "digits"));
}, 60_000);
afterAll(() => child.kill());

describe("chainrule explore", () => {
  test("serves on this machine alone, with a strict policy and the headers of isolation", async () => {
    expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { status, headers, body } = await ask(origin, "/");
    expect(status).toBe(200);
    expect(body).toContain("chainrule-opened");
    expect(body).not.toContain("chainrule-offline");
    expect(headers).toMatchObject({
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "x-content-type-options": "nosniff",
    });
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/);
    expect(headers).not.toHaveProperty("access-control-allow-origin");
  });

  test("has the model as it is in its file, and the rows of the data", async () => {
    const { title, data } = JSON.parse((await ask(origin, "/opened.json")).body) as { title: string; data: { rowCount: number } };
    expect(title).toBe("model.safetensors on digits");
    expect(data.rowCount).toBe(1797);
    expect(Number((await ask(origin, "/opened/inputs", { method: "HEAD" })).headers["content-length"])).toBe(1797 * 64);
  });

  test.each([
    ["another name for this machine", "/", { headers: { Host: "evil.example" } }, 421],
    ["another port", "/", { headers: { Host: "127.0.0.1:1" } }, 421],
    ["another page", "/opened/inputs", { headers: { Origin: "http://evil.example" } }, 403],
    ["a request that changes something", "/", { method: "POST" }, 405],
    ["a file above its own", "/../package.json", {}, 404],
    ["the same in disguise", "/%2e%2e/package.json", {}, 404],
    ["a file of the machine", "//etc/passwd", {}, 404],
    ["what would keep the page in the browser", "/offline.js", {}, 404],
    ["an object's own names", "/__proto__", {}, 404],
  ] as const)("refuses %s", async (_title, path, options, status) => {
    const answer = await ask(origin, path, options);
    expect(answer.status).toBe(status);
    expect(answer.headers["content-security-policy"]).toContain("default-src 'none'");
  });

  test("ends in order at a signal", async () => {
    const { child: own } = await explore(folder);
    const ended = new Promise<number | null>((resolve) => own.once("exit", resolve));
    own.kill("SIGTERM");
    expect(await ended).toBe(0);
  });

  test.each([
    [["nothing.safetensors", "digits"], 2, "nothing.safetensors"],
    [["model.safetensors"], 2, "the data that the model is looked at with"],
    [["model.safetensors", "iris"], 2, "the 64 inputs of the model"],
    [["--port", "x"], 2, "--port"],
  ] as const)("refuses %j", async (args, exit, said) => {
    const { code, stderr } = await chainrule(folder, "explore", ...args);
    expect(code).toBe(exit);
    expect(stderr).toContain(said);
  });

  test("says which port is taken", async () => {
    const { code, stderr } = await chainrule(folder, "explore", "--port", new URL(origin).port);
    expect(code).toBe(5);
    expect(stderr).toContain("--port 0 takes any that is free.");
  });
});

chromium.suite("the page that it serves", () => {
  test("shows the given model, without a word on the console", async () => {
    const browser = await openBrowser();
    const page = await browser.newPage();
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    await page.goto(`${origin}/#row=5`);
    await page.waitForSelector("main#screen");
    expect(await page.textContent(".context")).toContain("model.safetensors on digits");
    expect(await page.evaluate("crossOriginIsolated")).toBe(true);
    await page.waitForLoadState("networkidle");
    expect(await page.evaluate("navigator.serviceWorker.getRegistrations().then((kept) => kept.length)")).toBe(0);
    expect(said).toEqual([]);
  });

  test("shows the cells of a table, answers in its units, and what pushed them", async () => {
    const rows = Array.from({ length: 60 }, (_, i) => [30 + ((i * 37) % 90), ["Bern", "Zug"][i % 2]!, 500 + 17 * ((i * 37) % 90)]);
    writeFiles(folder, { "flats.csv": `size,town,rent\n${rows.map((cells) => cells.join(",")).join("\n")}\n` });
    await succeed(folder, "train flats.csv --target rent --task regression --epochs 2 --quiet --out flats.safetensors");
    const own = await explore(folder, "flats.safetensors", "flats.csv");
    const page = await (await openBrowser()).newPage();
    await page.goto(`${own.origin}/#screen=network&row=5`);
    await page.locator(".reasons tbody tr").first().waitFor({ timeout: 60_000 });
    expect(await page.textContent(".context")).toContain(`true rent ${rows[5]![2]}`);
    expect(await page.textContent(".context .row-cells")).toBe(`size ${rows[5]![0]}town ${rows[5]![1]}`);
    const value = (place: string): Promise<number> => page.locator(place).first().getAttribute("data-value").then(Number);
    expect(await value(".reasons [data-what=value]")).toBeCloseTo(await value(".outputs [data-what=answer]"), 3);
    // What the library's recipe makes of a number is called so that a reader knows it.
    await page.locator('details[data-layer="1"] summary').click();
    await expect
      .poll(() => page.locator('details[data-layer="1"] tbody').textContent(), { timeout: 30_000 })
      .toMatch(/size.*size, sine 1 of \d+.*size, cosine 1 of/s);
    await page.close();
    own.child.kill();
  });
});
