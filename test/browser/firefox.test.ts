import { beforeAll, describe, expect, test } from "vitest";
import { firefox, openFirefox, type Window } from "../support/firefox.js";
import { serveFolder } from "../support/static-server.js";
import { documentedHeaders } from "./documented.js";
import { askNode, type Jobs, openSite, type Outcome } from "./site.js";

// The same page and jobs as in Chromium, driven by Firefox's own protocol.

firefox.suite("a plain page in Firefox", () => {
  let folder: string;
  let window: Window;

  beforeAll(async () => {
    [folder, window] = await Promise.all([openSite(), openFirefox()]);
  });

  const open = async (headers: Readonly<Record<string, string>>): Promise<void> => {
    await window.goto(`${await serveFolder(folder, headers)}/plain.html`);
    await window.evaluate(
      "for (let tries = 0; tries < 300 && !('jobs' in window); tries++) await new Promise((wake) => setTimeout(wake, 100));",
    );
  };
  const ask = async <J extends keyof Jobs>(job: J, ...given: Parameters<Jobs[J]>): Promise<unknown> =>
    window.evaluate("return window.jobs[given[0]](...given[1]);", job, given);

  describe.each([
    ["isolated", documentedHeaders("Cross-Origin-Opener-Policy"), [1, 2]],
    ["not isolated", {}, [1]],
  ])("that is %s", (_, headers, threads) => {
    test("has the bits of Node", async () => {
      const options = { hidden: [64, 48], epochs: 4, seed: 2 } as const;
      const { hash } = await askNode(folder, "trains", "digits", options);
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      await open(headers);
      for (const count of threads) {
        const outcome = (await ask("trains", "digits", { ...options, threads: count })) as Outcome;
        expect(outcome).toMatchObject({ engine: "wasm", threads: count, hash });
        expect(outcome.note).toBeUndefined();
      }
    });
  });

  test("under a policy that allows neither workers nor WebAssembly trains in slices and says why", async () => {
    const options = { hidden: [16], epochs: 10 } as const;
    const { hash } = await askNode(folder, "trains", "digits", options);
    await open({ "Content-Security-Policy": "default-src 'self'; script-src 'self'; worker-src 'none'" });
    expect(await ask("trains", "digits", options)).toMatchObject({
      engine: "portable",
      hash,
      note: expect.stringContaining("WebAssembly refused") as string,
    });
    expect(await ask("capabilities")).toMatchObject({ engine: "portable", simd: false, workers: false });
  });

  test("under a policy that allows no workers trains with WebAssembly in slices", async () => {
    await open({ "Content-Security-Policy": "script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'" });
    expect(await ask("trains", "iris", { epochs: 10 })).toMatchObject({
      engine: "wasm",
      note: expect.stringContaining("worker-src blob:") as string,
    });
  });

  test("ends at a signal", async () => {
    await open({});
    expect(await ask("aborts", {}, 40)).toMatchObject({ code: "E_ABORTED" });
  });
});
