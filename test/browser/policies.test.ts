import type { Browser, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { chromium, openBrowser } from "../support/browser.js";
import { serveFolder } from "../support/static-server.js";
import { documentedHeaders } from "./documented.js";
import { ask, askNode, openPage, openSite } from "./site.js";

// What a content security policy allows, and what training makes of it.

const options = { hidden: [64, 48], epochs: 20, threads: 1, seed: 5 } as const;
const WORKER_REFUSED = /a worker cannot be started here \(.*worker-src blob:\)/;
const COMPILING_REFUSED = /portable engine, in slices of this thread: WebAssembly refused \(CompileError/;

chromium.suite("under a content security policy", () => {
  let folder: string;
  let browser: Browser;
  let hash: string | undefined;

  beforeAll(async () => {
    [folder, browser] = await Promise.all([openSite(), openBrowser()]);
    ({ hash } = await askNode(folder, "trains", "digits", options));
  });

  const open = async (policy: string): Promise<Page> => {
    const origin = await serveFolder(folder, { "Content-Security-Policy": policy });
    return openPage(await browser.newPage(), `${origin}/plain.html`);
  };

  test("that allows both, training runs in its worker", async () => {
    const policy = documentedHeaders("Content-Security-Policy")["Content-Security-Policy"]!;
    expect(policy).toContain("default-src 'self'");
    const page = await open(policy);
    const outcome = await ask(page, "trains", "digits", options);
    expect(outcome).toMatchObject({ engine: "wasm", hash });
    expect(outcome.note).toBeUndefined();
    expect(await ask(page, "capabilities")).toMatchObject({ engine: "wasm", simd: true, workers: true });
  });

  test.each([
    ["neither", "default-src 'self'; script-src 'self'; worker-src 'none'", false],
    ["workers only", "default-src 'self'; script-src 'self'; worker-src blob:", true],
  ])("that allows %s, the portable engine trains in slices and says why", async (_, policy, workers) => {
    const page = await open(policy);
    const outcome = await ask(page, "trains", "digits", options);
    expect(outcome).toMatchObject({ engine: "portable", hash, note: expect.stringMatching(COMPILING_REFUSED) as string });
    expectSlices(outcome);
    expect(await ask(page, "capabilities")).toMatchObject({ engine: "portable", simd: false, workers, threads: 1 });
  });

  test.each([
    ["no workers", "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'", WORKER_REFUSED],
    ["only workers of its own files", "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'", WORKER_REFUSED],
    ["no script from text", "require-trusted-types-for 'script'", /a worker cannot be started here \(TypeError.*TrustedScriptURL/],
  ])("that allows %s, WebAssembly trains in slices and says why", async (_, policy, note) => {
    const page = await open(policy);
    const outcome = await ask(page, "trains", "digits", { ...options, epochs: 200 });
    expect(outcome).toMatchObject({ engine: "wasm", threads: 1, note: expect.stringMatching(note) as string });
    expectSlices(outcome);
    expect((await ask(page, "trains", "digits", options)).hash).toBe(hash);
    expect(await ask(page, "capabilities")).toMatchObject({ engine: "wasm", simd: true, workers: false, threads: 1 });
  });

  test("that forbids WebAssembly, asking for it is an error", async () => {
    const page = await open("script-src 'self'");
    const { code, message } = await ask(page, "trains", "iris", { engine: "wasm" });
    expect({ code, message }).toEqual({ code: "E_ENGINE_UNAVAILABLE", message: expect.stringContaining("WebAssembly refused") as string });
  });

  test.each([
    ["the portable engine", "script-src 'self'"],
    ["WebAssembly", "worker-src 'none'"],
  ])("%s in slices ends at a signal", async (_, policy) => {
    const page = await open(policy);
    const latencies: number[] = [];
    for (let i = 0; i < 3; i++) {
      const { code, latency } = await ask(page, "aborts", {}, 40);
      expect(code).toBe("E_ABORTED");
      latencies.push(latency);
    }
    expect(Math.min(...latencies)).toBeLessThan(50);
  });
});

/** Slices are to stay below 16 ms; a busy machine stretches some, so that the mean is held against twice and more of that. */
function expectSlices({ beats, milliseconds }: { readonly beats: number; readonly milliseconds: number }): void {
  expect(milliseconds).toBeGreaterThan(200);
  expect(beats).toBeGreaterThan(milliseconds / 40);
}
