import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Training, packing and compiling take their time on a slow machine; a test that hangs ends all the same.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // No colours in what the command line prints, whatever the terminal of the test is.
    env: { NO_COLOR: "1" },
  },
});
