import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary.js";
import { interrupt, leftovers, succeed, words } from "./command.js";

const folder = temporaryFolder();
const model = join(folder, "model.safetensors");
const endless = words("train digits --epochs 1000000 --out model.safetensors");
let bytes: Buffer;

beforeAll(async () => {
  await succeed(folder, "train iris --epochs 1 --out model.safetensors");
  bytes = readFileSync(model);
});

// Windows has no signals to send: there Ctrl-C reaches the program by its console.
describe.skipIf(process.platform === "win32")("in the middle of training", () => {
  test.each([
    ["Ctrl-C", ["SIGINT"], 130],
    ["SIGTERM", ["SIGTERM"], 143],
    ["Ctrl-C twice", ["SIGINT", "SIGINT"], 130],
    ["SIGTERM, then Ctrl-C", ["SIGTERM", "SIGINT"], /^(130|143)$/],
  ] as const)("%s ends it at once; the model before stays as it was", async (_what, signals, expected) => {
    const { code, stderr, milliseconds } = await interrupt(folder, endless, signals);
    expect(String(code)).toMatch(expected instanceof RegExp ? expected : new RegExp(`^${expected}$`));
    expect(milliseconds).toBeLessThan(10_000);
    if (signals.length === 1) expect(stderr).toContain("interrupted: nothing was saved");
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(readFileSync(model).equals(bytes)).toBe(true);
    expect(leftovers(folder)).toEqual([]);
  });

  test("Ctrl-C with --engine reference", async () => {
    const { code, milliseconds } = await interrupt(folder, [...endless, "--engine", "reference"], ["SIGINT"]);
    expect(code).toBe(130);
    expect(milliseconds).toBeLessThan(10_000);
    expect(readFileSync(model).equals(bytes)).toBe(true);
  });
});
