import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { offline } from "./offline/plugin.js";

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
    ],
  },
  plugins: [offline()],
  build: { outDir: "dist", emptyOutDir: true, target: "es2022", modulePreload: { polyfill: false } },
});
