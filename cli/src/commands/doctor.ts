import { capabilities, type Capabilities } from "chainrule";
import type { Command } from "commander";
import type { Terminal } from "../terminal.js";
import { plural } from "../view/format.js";

export function addDoctor(program: Command, terminal: Terminal): void {
  program
    .command("doctor")
    .summary("say what this machine offers, and which engine would run")
    .description("Says what this machine offers to training, and which engine would run.")
    .option("--json", "print one JSON document and nothing else")
    .addHelpText("after", "\nExample:\n  chainrule doctor")
    .action(async ({ json }: { readonly json?: boolean }) => {
      const versions = { node: process.versions.node, v8: process.versions.v8, system: `${process.platform} ${process.arch}` };
      const found = await capabilities();
      terminal.print(json === true ? JSON.stringify({ versions, ...found }, null, 2) : describe(versions, found));
    });
}

function describe(versions: Readonly<Record<string, string>>, found: Capabilities): string {
  const yes = (there: boolean): string => (there ? "yes" : "no");
  const lines: [string, string][] = [
    ["versions", `Node ${versions["node"]!}, V8 ${versions["v8"]!}, ${versions["system"]!}`],
    ["WebAssembly SIMD", yes(found.simd)],
    ["relaxed SIMD", yes(found.relaxedSimd)],
    ["workers", yes(found.workers)],
    ["shared memory", yes(found.sharedMemory)],
    ["processors", String(found.processors)],
    ["would run", `${found.engine} engine, up to ${plural(found.threads, "thread")}`],
  ];
  return [...lines.map(([name, value]) => `${name.padEnd(18)}${value}`), ...found.notes.map((note) => `\n${note}`)].join("\n");
}
