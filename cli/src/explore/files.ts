import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Cell, ChainruleError, type Dataset, type Model } from "chainrule";
import { encodeModel } from "chainrule/formats";
import type { ServedFile } from "./server.js";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

/** The page keeps itself for a time without a network where it is marked so. */
const OFFLINE = { file: "/offline.js", mark: /<meta name="chainrule-offline"[^>]*>/ };

/**
 * Everything that the explorer is made of, read once, but for what keeps a page in the browser: the next one at this address may show another
 * model, or be of another version.
 */
export function explorerFiles(): Map<string, ServedFile> {
  const folder = fileURLToPath(new URL("../../explorer", import.meta.url));
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch (error) {
    throw new ChainruleError("E_ENVIRONMENT", {
      where: folder,
      expected: "the explorer's files",
      got: error instanceof Error ? error.message : String(error),
      hint: "npm run build makes them in a checkout.",
    });
  }
  const paths = names.filter((name) => statSync(join(folder, name)).isFile());
  const files = new Map(
    paths.map((name): [string, ServedFile] => [
      `/${name.replaceAll("\\", "/")}`,
      { type: TYPES[extname(name)] ?? "application/octet-stream", content: readFileSync(join(folder, name)) },
    ]),
  );
  files.delete(OFFLINE.file);
  const page = files.get("/index.html");
  if (page !== undefined) {
    const unmarked = Buffer.from(page.content).toString().replace(OFFLINE.mark, "");
    files.set("/index.html", { ...page, content: Buffer.from(unmarked) });
  }
  return files;
}

/** The cells that a model prepares, a list for each row of the data set. */
export interface OpenedCells {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * What the page opens in place of its own first network: the model file, and the data as numbers. /opened.json says what there is, and a
 * mark in the page that it is there.
 *
 * @param page the page without it
 * @param title what the page calls it
 * @param cells of a table that the model prepares: what its rows have in the file
 */
export function openedFiles(page: ServedFile, model: Model, dataset: Dataset, title: string, cells?: OpenedCells): Map<string, ServedFile> {
  const binary = (content: Uint8Array): ServedFile => ({ type: "application/octet-stream", content });
  const json = (value: unknown): ServedFile => ({ type: "application/json", content: Buffer.from(JSON.stringify(value)) });
  const marked = Buffer.from(page.content).toString().replace("<head>", '<head><meta name="chainrule-opened" content="./opened.json" />');
  const files = new Map([
    ["/index.html", { ...page, content: Buffer.from(marked) }],
    ["/opened/model.safetensors", binary(encodeModel(model))],
  ]);
  const { name, columns, rowCount, inputs, target, image } = dataset;
  if (target.kind !== "classes" && target.kind !== "values") {
    throw new ChainruleError("E_DATA", {
      where: `the target of "${name}"`,
      expected: "classes or numbers, which the explorer shows",
      got: target.kind,
    });
  }
  const bytes = (values: ArrayBufferView): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  files.set("/opened/inputs", binary(bytes(inputs instanceof Uint8Array ? inputs : Float64Array.from(inputs))));
  files.set(
    "/opened/answers",
    binary(bytes(target.kind === "classes" ? Int32Array.from(target.indices) : Float64Array.from(target.values))),
  );
  const answers = target.kind === "classes" ? { classes: target.classes, targets: [target.name] } : { targets: target.names };
  const data = { name, columns, rowCount, bytes: inputs instanceof Uint8Array, ...answers, image, cells: cells?.columns };
  if (cells !== undefined) files.set("/opened/cells", binary(Buffer.from(cells.rows.map((row) => `${JSON.stringify(row)}\n`).join(""))));
  return files.set("/opened.json", json({ title, data }));
}
