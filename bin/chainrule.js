#!/usr/bin/env node
// The library has no dependencies, so the command line is a package of its own; this hands over to it.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

// Only a checkout has this file; the published package comes built.
const firstRun = new URL("../scripts/lib/first-run.mjs", import.meta.url);
if (existsSync(firstRun)) (await import(firstRun.href)).setUpOnce();

const commandLine = findCommandLine();
if (commandLine === undefined) {
  process.stderr.write("chainrule: the command line is a package of its own. Install it with\n\n  npm install @chainrule/cli\n\n");
  process.exitCode = 5;
} else {
  await import(pathToFileURL(commandLine).href);
}

function findCommandLine() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("@chainrule/cli/package.json")), "bin", "chainrule.js");
  } catch {
    return undefined;
  }
}
