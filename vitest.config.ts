import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { workerChunks } from "./explorer/workers/plugin.js";

const source = (file: string): string => fileURLToPath(new URL("src/", import.meta.url)) + file;

export default defineConfig({
  // Parts of the explorer are tested by themselves.
  plugins: [workerChunks()],
  resolve: {
    // The tests run the sources, never an older build, also where one part of the library names another by its package's name.
    alias: [
      { find: /^chainrule$/, replacement: source("index.ts") },
      { find: /^chainrule\/node$/, replacement: source("node/node.ts") },
      { find: /^chainrule\/(\w+)$/, replacement: source("$1.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    // Training, packing and compiling take their time on a slow machine; a test that hangs ends all the same.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Left to itself vitest keeps one core free.
    maxWorkers: "100%",
    slowTestThreshold: 5_000,
    // No colours in what the command line prints, whatever the terminal of the test is.
    env: { NO_COLOR: "1" },
  },
});
