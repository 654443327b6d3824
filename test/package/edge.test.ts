import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { encodeModel } from "../../src/formats.js";
import { train } from "../../src/index.js";
import { iris } from "../../src/iris.js";
import { runNode } from "../support/run.js";
import { temporaryFolder } from "../support/temporary.js";
import { emptyProject, installPacked, pack } from "./packed.js";

const project = emptyProject();
const trained = train(iris(), { epochs: 15, seed: 2 }).result;

beforeAll(async () => {
  await installPacked(project, [await pack(".", temporaryFolder())], true);
  cpSync(join(import.meta.dirname, "consumer", "edge.js"), join(project, "edge.js"));
  writeFileSync(join(project, "model.safetensors"), encodeModel((await trained).model));
});

describe("an edge runtime, without workers", () => {
  test.each([
    ["none", "no WebAssembly"],
    ["refused", "WebAssembly refused (CompileError: Wasm code generation disallowed by embedder)"],
  ])("and WebAssembly: %s: trains with the portable engine, says why, and predicts", async (webAssembly, reason) => {
    const { code, stdout, stderr } = await runNode(["edge.js", webAssembly, "model.safetensors"], { cwd: project });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { engine, model } = await trained;
    expect(engine).toBe("wasm");
    expect(JSON.parse(stdout)).toEqual({
      engine: "portable",
      note: `portable engine, in slices of this thread: ${reason}`,
      hash: model.parametersHash,
      refused: "E_ENGINE_UNAVAILABLE",
      capabilities: {
        simd: false,
        relaxedSimd: false,
        workers: false,
        sharedMemory: false,
        processors: 1,
        engine: "portable",
        threads: 1,
        notes: [
          expect.stringContaining(reason),
          expect.stringContaining("a worker cannot be started"),
          expect.stringContaining("one thread"),
        ],
      },
      label: "setosa",
    });
  });
});

test("chainrule/predict only predicts: nothing of WebAssembly, workers or training is in its files", () => {
  const texts = filesOf("predict.js");
  expect(texts.size).toBeGreaterThan(1);
  const text = [...texts.values()].join("\n");
  expect(text).toContain("function predictor(");
  for (const word of [/WebAssembly/, /unpackBinary/, /\bWorker\b/, /worker_threads/, /\bfunction train\b/]) expect(text).not.toMatch(word);
  // All of it together is held against what a whole library has, so that the words above are not merely spelled otherwise.
  expect(["index.js", "predict.js"].map((entry) => [...filesOf(entry).values()].some((file) => file.includes("WebAssembly")))).toEqual([
    true,
    false,
  ]);
});

/** The texts of a file of the installed library and of all that it imports. */
function filesOf(entry: string): Map<string, string> {
  const texts = new Map<string, string>();
  const visit = (file: string): void => {
    if (texts.has(file)) return;
    const text = readFileSync(file, "utf8");
    texts.set(file, text);
    for (const [, path] of text.matchAll(/^(?:import|export)\b.*? from "(\.[^"]+)"/gm)) visit(join(dirname(file), path!));
  };
  visit(join(project, "node_modules", "chainrule", "dist", entry));
  return texts;
}
