import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root, sharedPath } from "../support/shared.js";
import { temporaryFolder } from "../support/temporary.js";

/** A folder below which `chainrule` is the built library, as if npm had installed it, and `../shared` what it is beside the project. */
export function openWorkshop(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules", "chainrule"), "junction");
  if (existsSync(sharedPath())) symlinkSync(sharedPath(), join(folder, "shared"), "junction");
  return folder;
}

/**
 * Compiles modules in place, each strictly, in one go.
 *
 * @param types packages of declarations that the modules may use, `["node"]` or none
 * @returns what the compiler says of each module that it finds fault with
 */
export function compile(files: readonly string[], types: readonly string[]): Map<string, string[]> {
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [...types],
    typeRoots: [join(root, "node_modules", "@types")],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
  });
  const faults = new Map<string, string[]>();
  for (const { file, start = 0, messageText } of ts.getPreEmitDiagnostics(program)) {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
    const name = file?.fileName ?? "";
    faults.set(name, [...(faults.get(name) ?? []), `line ${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`]);
  }
  program.emit();
  return faults;
}
