import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";
import { runNode } from "../support/run.js";
import { root } from "../support/shared.js";
import { temporaryFolder } from "../support/temporary.js";

// dist/chainrule.min.js starts its workers from its own text.

const oneFile = join(root, "dist", "chainrule.min.js");
const formats = join(root, "dist", "chainrule-formats.min.js");

/** What `consumer/one-file.js` prints of a file. */
async function outcomeOf(file: string, formats: string): Promise<unknown> {
  const { code, stdout, stderr } = await runNode([join(import.meta.dirname, "consumer", "one-file.js"), file, formats]);
  expect({ code, stderr: stderr.slice(-500) }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

const run = (engine: string, threads: number): object => ({ engine, threads, hash: expect.any(String) as string, predicted: 120 });
// Without a note, which would say that a worker could not be started.
const runs = [run("portable", 1), run("wasm", 1), run("wasm", 2)];
const expected = { runs, code: "E_NON_FINITE", read: true };

test("the one file trains in workers, with the bits of the other files", async () => {
  const outcome = await outcomeOf(oneFile, formats);
  expect(outcome).toEqual(expected);
  expect(outcome).toEqual(await outcomeOf(join(root, "dist", "index.js"), join(root, "dist", "formats.js")));
});

test("so does what a bundler makes of its text, which is another one", async () => {
  const folder = temporaryFolder();
  const bundle = await rolldown({ input: { whole: oneFile, formats } });
  const { output } = await bundle.write({
    dir: folder,
    entryFileNames: "[name].js",
    minify: { compress: true, mangle: true, codegen: false },
  });
  await bundle.close();
  expect(output[0].code).not.toContain(readFileSync(oneFile, "utf8").slice(1000, 2000));
  expect(await outcomeOf(join(folder, "whole.js"), join(folder, "formats.js"))).toEqual(expected);
});

test("the one file holds what workers do once", () => {
  const text = readFileSync(oneFile, "utf8");
  const times = (part: string): number => text.split(part).length - 1;
  expect(["Smaller layers or batches need less.", "a runtime that compiles WebAssembly with SIMD"].map(times)).toEqual([1, 1]);
});
