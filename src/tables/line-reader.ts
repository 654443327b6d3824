import { ChainruleError } from "../base/errors.js";

/** A longer line is a mistake in the file; so that memory stays bounded. */
const LONGEST_LINE = 10_000_000;

/** Reads lines out of a text that comes in pieces; blank ones are passed over. */
export function createLineReader(
  file: string,
  take: (text: string, line: number) => void,
): { readonly add: (text: string) => void; readonly end: () => void; readonly line: () => number } {
  let line = 1;
  let begun = "";
  const give = (text: string): void => {
    const row = text.trim();
    if (row !== "") take(row, line);
  };
  return {
    add(text) {
      let from = 0;
      for (let to = text.indexOf("\n"); to >= 0; to = text.indexOf("\n", from)) {
        give(begun + text.slice(from, to));
        begun = "";
        from = to + 1;
        line += 1;
      }
      begun += text.slice(from);
      if (begun.length <= LONGEST_LINE) return;
      const expected = `at most ${LONGEST_LINE} characters in a line`;
      const hint = "Each row is an object on a line of its own.";
      throw new ChainruleError("E_DATA", { where: `${file}, line ${line}`, expected, got: "more", hint });
    },
    end: () => give(begun),
    line: () => line,
  };
}
