import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { CHUNKS } from "./chunks.js";
import { offline } from "./offline/plugin.js";
import { workerChunks } from "./workers/plugin.js";

const source = (file) => fileURLToPath(new URL(`../src/${file}`, import.meta.url));

// A static folder for any web host: every address in it is relative. The library comes from its entries' sources, file by file, so that a
// screen that comes later brings only what it needs itself.
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  resolve: {
    alias: [
      { find: /^chainrule$/, replacement: source("index.ts") },
      { find: /^chainrule\/(\w+)$/, replacement: source("$1.ts") },
      { find: /^.*\/generated\/relaxed\.js$/, replacement: fileURLToPath(new URL("workers/no-relaxed.ts", import.meta.url)) },
      { find: /^.*\/generated\/source\.js$/, replacement: fileURLToPath(new URL("workers/source.ts", import.meta.url)) },
    ],
  },
  plugins: [workerChunks(), offline()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: CHUNKS } } },
  },
});
