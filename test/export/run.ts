import { runInContext, createContext } from "node:vm";
import ts from "typescript";
import { expect } from "vitest";
import { exportModule } from "../../src/export.js";
import type { Cell } from "../../src/table/cell.js";
import type { Model } from "../../src/training/model.js";
import { predict, type Prediction, type RawInput } from "../../src/training/predict.js";

export type Exported = (row: unknown) => Prediction;

/** The function of a module, imported as any program does. */
export async function importSource(source: string, name = "predict"): Promise<Exported> {
  const url = `data:text/javascript;base64,${Buffer.from(source).toString("base64")}`;
  const module = (await import(/* @vite-ignore */ url)) as Record<string, Exported>;
  expect(Object.keys(module)).toEqual([name]);
  return module[name]!;
}

export const importModel = (model: Model): Promise<Exported> => importSource(exportModule(model, { language: "javascript" }));

/** The function in a context that has ECMAScript and nothing else, and where no code can come from text. */
export function inBareContext(
  source: string,
): (rows: readonly Readonly<Record<string, Cell>>[] | readonly (readonly number[])[]) => Prediction[] {
  const context = createContext({}, { codeGeneration: { strings: false, wasm: false } });
  runInContext(source.replace(/^export function/m, "function"), context);
  return (rows) => JSON.parse(String(runInContext(`JSON.stringify(${JSON.stringify(rows)}.map(predict))`, context))) as Prediction[];
}

/** That both say the same, in every bit. */
export function expectSame(actual: Prediction, expected: Prediction): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  // NaN is never finite, and neither answers with it.
  expect(actual).toStrictEqual(plain(expected));
  expect(JSON.stringify(actual)).not.toContain("null");
}

/** Typed arrays as lists. */
function plain(prediction: Prediction): unknown {
  return Object.fromEntries(
    Object.entries(prediction).map(([name, value]) => [name, ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value]),
  );
}

/** That a module says of rows what `predict` says. */
export async function expectModel(model: Model, rows: readonly RawInput[]): Promise<void> {
  const exported = await importModel(model);
  for (const row of rows) expectSame(exported(row), predict(model, row));
}

/** What a strict compiler that knows ECMAScript 2022 alone finds in TypeScript sources, in one go. */
export function compilerFaults(sources: Readonly<Record<string, string>>): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    module: ts.ModuleKind.ESNext,
    types: [],
    noEmit: true,
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noPropertyAccessFromIndexSignature: true,
    noImplicitReturns: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    erasableSyntaxOnly: true,
    isolatedModules: true,
  };
  const host = ts.createCompilerHost(options);
  const original = host.getSourceFile.bind(host);
  host.getSourceFile = (name, target) =>
    Object.hasOwn(sources, name) ? ts.createSourceFile(name, sources[name]!, target) : original(name, target);
  const program = ts.createProgram(Object.keys(sources), options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
    return `${file?.fileName ?? ""}:${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}
