import { ChainruleError } from "chainrule";
import { exportModule, MODULE_LANGUAGES, type ModuleLanguage } from "chainrule/export";
import { loadModel, writeFileSafely } from "chainrule/node";
import type { Command } from "commander";
import { nameOption } from "../options.js";
import { checkOut } from "../output-file.js";
import type { Terminal } from "../terminal.js";
import { count } from "../view/format.js";

interface Flags {
  readonly to?: ModuleLanguage;
  readonly out?: string;
  readonly name?: string;
}

export function addExport(program: Command, terminal: Terminal): void {
  program
    .command("export")
    .summary("write a model as one function in TypeScript or JavaScript")
    .description(
      "Writes a model as one module without dependencies: a function from a raw row to its prediction, preparation included. It runs in Node, browsers and edge runtimes.",
    )
    .argument("<model>", "a model file")
    .option("--to <language>", `${MODULE_LANGUAGES.join(", ")} (left out: by the name of --out)`, nameOption("--to", MODULE_LANGUAGES))
    .option("--out <file>", "where the module goes (left out: standard output)")
    .option("--name <name>", "what the function is called (predict)")
    .addHelpText(
      "after",
      `
Examples:
  chainrule export model.safetensors --to typescript --out predict.ts
  chainrule export model.safetensors --out classify.js --name classify`,
    )
    .action(async (path: string, { to, out, name }: Flags) => {
      if (out !== undefined) checkOut(out, [path]);
      const language = to ?? languageOf(out);
      const text = exportModule(await loadModel(path), { language, ...(name === undefined ? {} : { name }) });
      if (out === undefined) {
        terminal.write(text);
        return;
      }
      writeFileSafely(out, new TextEncoder().encode(text));
      terminal.note(`${count(text.length)} characters of ${language} in ${out}`);
    });
}

function languageOf(out: string | undefined): ModuleLanguage {
  if (out !== undefined && /\.[cm]?ts$/.test(out)) return "typescript";
  if (out !== undefined && /\.m?js$/.test(out)) return "javascript";
  throw new ChainruleError("E_USAGE", {
    where: "--to",
    expected: `${MODULE_LANGUAGES.join(" or ")}, or an --out that ends in .ts or .js`,
    got: out === undefined ? "nothing" : `"${out}"`,
  });
}
