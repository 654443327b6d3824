import { ChainruleError } from "../base/errors.js";

/**
 * JSON whose objects have no name twice: `JSON.parse` keeps the last one silently, so that two readers of a file could see
 * different things in it.
 *
 * @throws ChainruleError `E_CORRUPT`
 */
export function parseStrictJson(text: string, where: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch (error) {
    throw new ChainruleError("E_CORRUPT", { where, expected: "JSON", got: error instanceof Error ? error.message : String(error) });
  }
  refuseDuplicateNames(text, where);
  return value;
}

/** Walks over text that is known to be JSON, with a set of names for every object that is open. */
function refuseDuplicateNames(text: string, where: string): void {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{") open.push(new Set());
    else if (character === "[") open.push(undefined);
    else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const end = endOfString(text, at);
      const names = open.at(-1);
      if (names !== undefined && followedByColon(text, end)) {
        const written = text.slice(at + 1, end - 1);
        const name = written.includes("\\") ? (JSON.parse(`"${written}"`) as string) : written;
        if (names.has(name)) throw new ChainruleError("E_CORRUPT", { where, expected: "each name once", got: `"${name}" twice` });
        names.add(name);
      }
      at = end - 1;
    }
  }
}

function followedByColon(text: string, end: number): boolean {
  let at = end;
  while (" \t\n\r".includes(text[at] ?? "x")) at += 1;
  return text[at] === ":";
}

/** The position behind the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}
