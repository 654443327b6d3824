#!/usr/bin/env node
import { existsSync } from "node:fs";

// Only a checkout has this file; the published package comes built.
const firstRun = new URL("../../scripts/lib/first-run.mjs", import.meta.url);
if (existsSync(firstRun)) (await import(firstRun.href)).setUpOnce();

const { main } = await import("../dist/main.js");
process.exitCode = await main(process.argv.slice(2));
