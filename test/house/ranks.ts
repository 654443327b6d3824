import { posix } from "node:path";
import ts from "typescript";

/** A file may import from its own folder and from lower ranks, never from a higher or an equal one. */
export const RANKS: Readonly<Record<string, number>> = {
  "src/base": 0,
  "src/data": 1,
  "src/network": 2,
  "src/table": 2,
  "src/reference": 3,
  "src/kernels": 3,
  "src/engine": 4,
  "src/training": 5,
  "src/explain": 6,
  "src/diagnose": 6,
  "src/formats": 6,
  "src/tables": 6,
  "src/export": 6,
  "src/report": 7,
  // The entries.
  src: 8,
  // These use the library through its entries, as any user does.
  "src/node": 9,
  "cli/src": 9,
  "explorer/src": 9,
};

/** What each file imports: paths of files for relative imports, names for packages. Paths are from the root, with `/`. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** The imports and re-exports of a source text, types included, since a type couples two files as well. */
export function importsOf(path: string, text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => {
    if (!fileName.startsWith(".")) return fileName;
    return posix.join(posix.dirname(path), fileName).replace(/\.js$/, ".ts");
  });
}

/** The folder of the rank table that a file lies in. */
export function folderOf(path: string): string | undefined {
  for (let folder = posix.dirname(path); folder !== "."; folder = posix.dirname(folder)) {
    // `src` is the rank of the entries only: a new folder has to be given one of its own.
    if (folder in RANKS && (folder !== "src" || posix.dirname(path) === "src")) return folder;
  }
  return undefined;
}

/** One line for each import that the ranks forbid, for each file without a rank, and for each that needs Node where a browser could not. */
export function rankViolations(imports: Imports): string[] {
  const violations: string[] = [];
  for (const [path, targets] of imports) {
    const folder = folderOf(path);
    if (folder === undefined) {
      violations.push(`${path} lies in no folder of the table of ranks`);
      continue;
    }
    for (const target of targets) {
      const refused = isPath(target, imports) ? whyNotFile(folder, target) : whyNotPackage(folder, target);
      if (refused !== undefined) violations.push(`${path} imports ${target}: ${refused}`);
    }
  }
  return violations;
}

const isPath = (target: string, imports: Imports): boolean => imports.has(target) || target.endsWith(".ts");

function whyNotFile(from: string, target: string): string | undefined {
  const to = folderOf(target);
  if (to === undefined) return "it lies in no folder of the table of ranks";
  if (from === to) return undefined;
  if (RANKS[from]! > RANKS["src"]!) return "the library is to be used through its entries, as any user does";
  if (RANKS[to]! < RANKS[from]!) return undefined;
  return `rank ${RANKS[from]!} may not use rank ${RANKS[to]!}`;
}

function whyNotPackage(from: string, target: string): string | undefined {
  if (from === "cli/src" || from === "explorer/src") return undefined;
  if (target.startsWith("node:")) return from === "src/node" ? undefined : "only src/node may need Node";
  return from === "src/node" && /^chainrule(\/formats)?$/.test(target) ? undefined : "the library has no dependencies";
}

/** The files of one import cycle in their order, or undefined where there is none. */
export function findCycle(imports: Imports): string[] | undefined {
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const target of imports.get(path) ?? []) {
      const cycle = visit(target, [...trail, path]);
      if (cycle !== undefined) return cycle;
    }
    done.add(path);
    return undefined;
  };
  for (const path of imports.keys()) {
    const cycle = visit(path, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
