import { basename } from "node:path";
import { type Cell, ChainruleError, openExamples, type Preparation } from "chainrule";
import { loadModel } from "chainrule/node";
import type { Command } from "commander";
import { DATA_HELP, loadForModel } from "../data/load.js";
import { explorerFiles, type OpenedCells, openedFiles } from "../explore/files.js";
import { serve, type ServedFile } from "../explore/server.js";
import { type ReadFlags, readOptions } from "../data/reading.js";
import { wholeOption } from "../options.js";
import type { TableFile } from "../data/table-file.js";
import type { Terminal } from "../terminal.js";

export function addExplore(program: Command, terminal: Terminal): void {
  const command = program
    .command("explore")
    .summary("look into a network in the browser")
    .description(
      "Serves the explorer on this machine alone (127.0.0.1): the network with its values, and every derivative with its numbers. " +
        "Without a model it opens with one of its own; with a model it shows that, on the rows of the data. Nothing leaves the machine.",
    )
    .argument("[model]", "a model file that answers a class or numbers")
    .argument("[data]", DATA_HELP)
    .option("--port <n>", "the port to serve on (any that is free)", wholeOption("--port", 0));
  readOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  chainrule explore
  chainrule explore model.safetensors digits
  chainrule explore model.safetensors mnist --port 8080`,
    )
    .action(async (path: string | undefined, data: string | undefined, { port = 0, ...flags }: ReadFlags & { readonly port?: number }) => {
      const own = explorerFiles();
      const files = new Map([...own, ...(path === undefined ? [] : await opened(own.get("/index.html")!, path, data, flags))]);
      const { server, origin } = await serve(files, port);
      const ended = new Promise<void>((resolve) => {
        for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, resolve);
      });
      terminal.print(`${origin}/`);
      terminal.note("Ctrl-C ends it.");
      await ended;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
}

async function opened(page: ServedFile, path: string, data: string | undefined, flags: ReadFlags): Promise<Map<string, ServedFile>> {
  const model = await loadModel(path);
  if (model.task.kind === "multi-label") {
    throw new ChainruleError("E_USAGE", { where: path, expected: "a model that answers a class or numbers", got: model.task.kind });
  }
  if (data === undefined) {
    throw new ChainruleError("E_USAGE", {
      where: "data",
      expected: "the data that the model is looked at with",
      got: "none",
      hint: `chainrule explore ${path} digits, for example.`,
    });
  }
  const { dataset, file, rows } = await loadForModel(data, model, "needed", flags);
  // Columns and classes that are not the model's are found before anything is served.
  openExamples(model, dataset, { rows: [0, 1] });
  const cells = file === undefined || model.preparation === undefined ? undefined : await cellsOf(model.preparation, file, rows);
  return openedFiles(page, model, dataset, `${basename(path)} on ${dataset.name}`, cells);
}

/** The cells that a model prepares, of those rows of a table that it is looked at with. */
async function cellsOf({ columns }: Preparation, { source }: TableFile, wanted: Uint32Array | undefined): Promise<OpenedCells> {
  const names = columns.map(({ name }) => name);
  const places = names.map((name) => source.columns.indexOf(name));
  // They may stand in another order: that which divided them once.
  const positions = wanted && new Map(Array.from(wanted, (row, at) => [row, at]));
  const rows: Cell[][] = [];
  let row = -1;
  for await (const batch of source.batches()) {
    for (const cells of batch) {
      row += 1;
      const at = positions === undefined ? row : positions.get(row);
      if (at !== undefined) rows[at] = places.map((place) => cells[place]);
    }
  }
  return { columns: names, rows };
}
