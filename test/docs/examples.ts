import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "../support/shared.js";

export interface Example {
  /** Where it stands, to be read by a person. */
  readonly title: string;
  readonly path: string;
  /** The module, or undefined where the example has no block of ts. */
  readonly code: string | undefined;
}

/** The examples in the docstrings of a source text. */
export function examplesIn(path: string, text: string): Example[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const tags = new Map<number, ts.JSDocTag>();
  const visit = (node: ts.Node): void => {
    for (const tag of ts.getJSDocTags(node)) {
      if (tag.tagName.text === "example") tags.set(tag.pos, tag);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return Array.from(tags.values(), (tag) => {
    const comment = ts.getTextOfJSDocComment(tag.comment) ?? "";
    const line = file.getLineAndCharacterOfPosition(tag.getStart()).line + 1;
    return { title: `${path}:${line}`, path, code: /```ts\n([\s\S]*?)\n```/.exec(comment)?.[1] };
  });
}

/** Every example of the library. */
export function libraryExamples(): Example[] {
  return readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `src/${file.replaceAll("\\", "/")}`)
    .flatMap((path) => examplesIn(path, readFileSync(join(root, path), "utf8")));
}

/** Functions and classes that an entry exports without an example in their docstring. */
export function exportsWithoutExample(entries: readonly string[]): string[] {
  const files = entries.map((entry) => join(root, entry));
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ["node"],
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  return files.flatMap((file, index) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
    return checker
      .getExportsOfModule(module)
      .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
      .filter((symbol) => symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class))
      .filter((symbol) => !symbol.getJsDocTags(checker).some(({ name }) => name === "example"))
      .map((symbol) => `${entries[index]!}: ${symbol.name}`);
  });
}
