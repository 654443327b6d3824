import type { Browser, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { adam, batchNorm, dense, dropout, layerNorm, residual, sgd, type TrainOptions } from "../../src/index.js";
import { chromium, openBrowser } from "../support/browser.js";
import { serveFolder } from "../support/static-server.js";
import { documentedHeaders } from "./documented.js";
import { ask, askNode, openPage, openSite } from "./site.js";

const normalised = [dense(40, "relu"), batchNorm(), dropout(0.2), residual([dense(40, "gelu"), layerNorm()]), dense(10, "softmax")];
const runs: readonly (readonly ["iris" | "digits", TrainOptions])[] = [
  ["iris", { epochs: 20, seed: 3 }],
  ["digits", { hidden: [64, 48], epochs: 4, optimizer: adam(), seed: 2 }],
  ["digits", { network: { inputs: 64, layers: normalised, cost: "cross-entropy" }, epochs: 3, optimizer: adam(), seed: 4 }],
  ["digits", { hidden: [32], activation: "relu", epochs: 4, optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }), batchSize: 50 }],
];

chromium.suite("a plain page with the one module file", () => {
  let folder: string;
  let browser: Browser;
  const origins = { isolated: "", open: "" };

  beforeAll(async () => {
    [folder, browser] = await Promise.all([openSite(), openBrowser()]);
    [origins.isolated, origins.open] = await Promise.all([
      serveFolder(folder, documentedHeaders("Cross-Origin-Opener-Policy")),
      serveFolder(folder),
    ]);
  });

  const open = async (kind: keyof typeof origins) => openPage(await browser.newPage(), `${origins[kind]}/plain.html`);

  describe.each(runs)("%s, %j", (name, options) => {
    test("has the bits of Node, with one thread and two, isolated or not", async () => {
      const node = await askNode(folder, "trains", name, { ...options, threads: 1 });
      expect(node).toMatchObject({ engine: "wasm", threads: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
      expect((await askNode(folder, "trains", name, { ...options, threads: 2 })).hash).toBe(node.hash);
      for (const [kind, threads] of [
        ["isolated", 1],
        ["isolated", 2],
        ["open", 1],
      ] as const) {
        const page = await open(kind);
        const outcome = await ask(page, "trains", name, { ...options, threads });
        expect(outcome).toMatchObject({ engine: "wasm", threads, hash: node.hash, epochs: options.epochs });
        expect(outcome.note).toBeUndefined();
        await page.close();
      }
    });
  });

  test("trains on a table that is larger than the memory it may take, with the bits of Node", async () => {
    const node = await askNode(folder, "streams", {});
    expect(node).toMatchObject({ engine: "wasm", note: expect.stringContaining("is streamed: 2,000 rows of") as string });
    for (const [kind, threads] of [
      ["isolated", 2],
      ["open", 1],
    ] as const) {
      const page = await open(kind);
      expect(await ask(page, "streams", { threads })).toEqual(node);
      // In the page's own thread a blob can be read only by waiting.
      expect(await ask(page, "streams", { engine: "portable" })).toMatchObject({
        code: "E_ENVIRONMENT",
        message: expect.stringContaining("a worker, which reads them in blocks") as string,
      });
      await page.close();
    }
  });

  test("works in workers, hears of its progress, and is free meanwhile", async () => {
    const page = await open("isolated");
    let workers = 0;
    page.on("worker", () => (workers += 1));
    const { threads, ticks, beats, milliseconds } = await ask(page, "trains", "digits", { hidden: [64, 48], epochs: 40, threads: 2 });
    expect([threads, workers]).toEqual([2, 2]);
    expect(ticks).toBeGreaterThanOrEqual(40);
    // Free for itself almost all of the time: a thread that trains is free once in ten milliseconds.
    expect(beats).toBeGreaterThan(milliseconds / 2);
    await expect.poll(() => page.workers().length).toBe(0);
    await page.close();
  });

  test("says that two threads need an isolated page", async () => {
    const page = await open("open");
    const outcome = await ask(page, "trains", "iris", { epochs: 3, threads: 2 });
    expect(outcome).toMatchObject({ engine: "wasm", threads: 1, note: expect.stringContaining("not cross-origin isolated") as string });
    expect(await ask(page, "capabilities")).toMatchObject({
      engine: "wasm",
      workers: true,
      sharedMemory: false,
      threads: 1,
      notes: [expect.stringContaining("isolation") as string],
    });
    await page.close();
  });

  test.each([1, 2])("ends at a signal, and so do its %d threads", async (threads) => {
    const page = await open("isolated");
    const latencies: number[] = [];
    for (let i = 0; i < 5; i++) {
      const { code, latency } = await ask(page, "aborts", { threads }, 40);
      expect(code).toBe("E_ABORTED");
      latencies.push(latency);
    }
    // Within 50 milliseconds; the best of five, since other tests keep the machine busy.
    expect(Math.min(...latencies)).toBeLessThan(50);
    await expect.poll(() => page.workers().length).toBe(0);
    await page.close();
  });

  describe("keeps a run in the browser's database", () => {
    const options: TrainOptions = { hidden: [24], epochs: 12, batchSize: 50, optimizer: adam(), seed: 6 };
    /** Pages of one visitor, who alone has what they keep. */
    const visit = async (): Promise<() => Promise<Page>> => {
      const context = await browser.newContext();
      return async () => openPage(await context.newPage(), `${origins.open}/plain.html`);
    };

    test("which goes on in another page with the bits of a run that was never stopped", async () => {
      const whole = await askNode(folder, "trains", "digits", options);
      const openNext = await visit();
      const first = await openNext();
      const stopped = await ask(first, "keeps", "digits", options, "a", 3);
      expect(stopped.code).toBe("E_ABORTED");
      // What was being written when the run ended is written still.
      await expect.poll(() => ask(first, "steps", "a")).toHaveLength(2);
      const [step] = (await ask(first, "steps", "a")) as [number];
      expect(step % 7).toBe(0);
      expect(step).toBeGreaterThan(0);
      await first.close();
      const second = await openNext();
      const resumed = await ask(second, "keeps", "digits", options, "a");
      expect(resumed).toMatchObject({ hash: whole.hash, epochs: 12, resumedFrom: { step } });
      expect(resumed.note).toBeUndefined();
      // A run that is over gives its result again; one of another name begins, and other settings are refused.
      const again = await ask(second, "keeps", "digits", options, "a");
      expect(again).toMatchObject({ hash: whole.hash, resumedFrom: { epoch: 12 }, steps: resumed.steps });
      const other = await ask(second, "keeps", "digits", { ...options, epochs: 2 }, "b");
      expect(other).toMatchObject({ epochs: 2 });
      expect(other.resumedFrom).toBeUndefined();
      expect((await ask(second, "keeps", "digits", { ...options, seed: 7 }, "a")).code).toBe("E_DATA");
      const stranger = await (await visit())();
      const elsewhere = await ask(stranger, "keeps", "digits", { ...options, epochs: 1 }, "a");
      expect(elsewhere).toMatchObject({ epochs: 1 });
      expect(elsewhere.resumedFrom).toBeUndefined();
      await Promise.all([second.context().close(), stranger.context().close()]);
    });

    test("which goes on when its page was closed in the middle of it, also from the checkpoint before a damaged one", async () => {
      const openNext = await visit();
      const long = { ...options, epochs: 300 };
      const first = await openNext();
      const running = ask(first, "keeps", "digits", long, "c");
      const closed = expect(running).rejects.toThrow("closed");
      const second = await openNext();
      await expect.poll(() => ask(second, "steps", "c"), { timeout: 30_000 }).toHaveLength(2);
      await first.close();
      await closed;
      const damaged = await ask(second, "damages", "c");
      const resumed = await ask(second, "keeps", "digits", long, "c");
      expect(resumed.note).toContain(`checkpoint of step ${damaged}`);
      expect(resumed.resumedFrom!.step).toBeLessThan(damaged);
      expect(resumed.hash).toBe((await askNode(folder, "trains", "digits", long)).hash);
      await second.context().close();
    });
  });
});
