// node scripts/explorer-speed.mjs [--seconds 6] [--runs 5]: what the page costs a training, in headless Chromium, as one JSON document.
// The median throughput of 784-16-16-10 at full speed with the page drawing (the Train screen) and without (?ui=off), runs alternating so that
// a machine that slows down slows both; tasks over 50 ms on the page's thread meanwhile; the time of a cold start until the first outputs
// stand, and its bytes over the wire as a host that compresses sends them. Needs the built page and Chromium (CHAINRULE_CHROMIUM).
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { cpus } from "node:os";
import { extname, join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { inRoot } from "./lib/root.mjs";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "6" }, runs: { type: "string", default: "5" } } });
const [seconds, runs] = [Number(values.seconds), Number(values.runs)];
if (!(seconds > 1) || !(runs >= 1)) throw new Error("expected --seconds above 1 and --runs of at least 1");

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml" };
const COLD_STARTS = 5;
/** Images as MNIST's are: 28 x 28 bytes, of which a fifth are not 0. */
const ROWS = 20_000;

/** Milliseconds in which a run gets going, and its screen with it, before anything is counted. */
const WARM = 2000;

/** An IDX file of bytes (docs/formats.md). */
function idx(name, shape, byteOf) {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  shape.forEach((length, at) => head.writeUInt32BE(length, 4 + 4 * at));
  const values = Buffer.alloc(shape.reduce((product, length) => product * length));
  for (let at = 0; at < values.length; at++) values[at] = byteOf(at);
  return { name, mimeType: "application/octet-stream", buffer: Buffer.concat([head, values]) };
}

/** A class is a pattern of places that are lit, so that there is something to learn; the rest is noise. */
let state = 1;
const noise = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
const FILES = [
  idx("speed-images", [ROWS, 28, 28], (at) => {
    const isLit = ((at % 784) * 7 + (Math.floor(at / 784) % 10) * 31) % 50 < 8;
    return isLit ? 128 + Math.floor(noise() * 127) : noise() < 0.04 ? Math.floor(noise() * 255) : 0;
  }),
  idx("speed-labels", [ROWS], (at) => at % 10),
];

const folder = process.env.EXPLORER_DIST ?? inRoot("explorer", "dist");
const packed = new Map();
const server = createServer((request, response) => {
  const path = new URL(request.url, "http://localhost").pathname;
  const file = join(folder, path === "/" ? "index.html" : path);
  try {
    if (!packed.has(file)) packed.set(file, gzipSync(readFileSync(file), { level: 9 }));
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "Content-Type": type, "Content-Encoding": "gzip", "Cache-Control": "no-store" }).end(packed.get(file));
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHAINRULE_CHROMIUM ?? "/usr/bin/chromium",
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});

const median = (list) => {
  const sorted = [...list].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

/**
 * Rows a second of the training alone, and what kept the page's thread after the first moments: long tasks by the clock, as a reader feels
 * them, or where they are traced all tasks by the processor's time, which other programs on the machine do not lengthen.
 */
async function trained(isDrawn, isTraced = false) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, serviceWorkers: "block" });
  await page.addInitScript(`globalThis.long = [];
    new PerformanceObserver((list) => long.push(...list.getEntries().map(({ startTime, duration }) => [startTime, duration])))
      .observe({ type: "longtask" });`);
  await page.goto(`${origin}/${isDrawn ? "" : "?ui=off"}#screen=train`);
  await page.getByRole("button", { name: "Open…" }).click();
  await page.locator('dialog input[type="file"]').setInputFiles(FILES);
  await page.locator(".context", { hasText: "784-16-16-10" }).waitFor();
  // It does not end by itself.
  await page.fill("#tr-epochs", "100000");
  await page.press("#tr-epochs", "Enter");
  await page.waitForFunction(() => document.querySelector("#tr-epochs-said").className === "tr-hint");
  await page.locator(".tr-train").click();
  await page.waitForFunction(() => document.querySelector(".tr-status")?.textContent === "training");
  await page.waitForTimeout(WARM);
  const from = await page.evaluate(() => performance.now());
  if (isTraced) await browser.startTracing(page, { categories: ["toplevel", "disabled-by-default-devtools.timeline"] });
  await page.waitForTimeout(1000 * seconds);
  const tasks = isTraced ? tasksOf(JSON.parse((await browser.stopTracing()).toString())) : [];
  const to = await page.evaluate(() => performance.now());
  const long = await page.evaluate(() => globalThis.long);
  // Both ways the run says itself, when it stands, how many steps it has taken since it began to train.
  await page.locator(".tr-train").click();
  await page.waitForFunction(() => document.querySelector(".tr-status")?.textContent === "paused");
  const rate = Number(await page.getAttribute('[data-what="samples-per-second"]', "data-value"));
  await page.close();
  return { rate, tasks, long: long.filter(([at]) => at >= from && at <= to).map(([, duration]) => Math.round(duration)) };
}

/** Milliseconds of the processor that each task of the page's thread took. */
function tasksOf({ traceEvents }) {
  const threads = traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  // The page is the one renderer that works.
  const isPage = ({ pid, tid }) => threads.some((thread) => thread.pid === pid && thread.tid === tid);
  return traceEvents.filter((event) => /RunTask$/.test(event.name) && isPage(event)).map(({ tdur = 0 }) => tdur / 1000);
}

/** Milliseconds from the navigation until ten outputs stand, and bytes that came until then. */
async function coldStart() {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  await page.addInitScript(`new MutationObserver((_, observer) => {
    if (document.querySelectorAll('.outputs [data-what="output"]').length < 10) return;
    requestAnimationFrame(() => { globalThis.stood = performance.now(); });
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });`);
  await page.goto(origin);
  await page.waitForFunction(() => globalThis.stood !== undefined);
  // What ended before counts; the rest of the page comes when nothing else is to be done.
  const start = await page.evaluate(() => {
    const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const before = entries.filter(({ responseEnd }) => responseEnd <= globalThis.stood);
    return { milliseconds: globalThis.stood, bytes: before.reduce((sum, { transferSize }) => sum + transferSize, 0) };
  });
  await context.close();
  return start;
}

try {
  const starts = [];
  for (let at = 0; at < COLD_STARTS; at++) starts.push(await coldStart());
  const [drawn, blind] = [[], []];
  for (let at = 0; at < runs; at++) {
    drawn.push(await trained(true));
    blind.push(await trained(false));
  }
  const { tasks } = await trained(true, true);
  const [on, off] = [drawn, blind].map((list) => median(list.map(({ rate }) => rate)));
  const long = drawn.flatMap((run) => run.long);
  const document = {
    machine: { cpu: cpus()[0]?.model, cores: cpus().length, chromium: browser.version() },
    coldStart: {
      milliseconds: Math.round(median(starts.map(({ milliseconds }) => milliseconds))),
      bytes: Math.max(...starts.map(({ bytes }) => bytes)),
    },
    throughput: {
      rowsPerSecondDrawn: Math.round(on),
      rowsPerSecondBlind: Math.round(off),
      share: Number((on / off).toFixed(4)),
      drawn: drawn.map(({ rate }) => rate),
      blind: blind.map(({ rate }) => rate),
    },
    tasksByProcessor: {
      seconds,
      over50: tasks.filter((each) => each > 50).length,
      longestMilliseconds: Math.round(tasks.reduce((longest, each) => Math.max(longest, each), 0)),
    },
    longTasks: { over: 50, seconds: seconds * runs, count: long.length, longestMilliseconds: Math.max(0, ...long) },
  };
  console.log(JSON.stringify(document, undefined, 2));
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}
