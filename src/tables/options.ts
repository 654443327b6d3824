import { ChainruleError, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import type { DecimalMark } from "../table/cell.js";
import { type Delimiter, DELIMITERS } from "./dialect.js";
import { ENCODINGS, type TextEncoding } from "./encoding.js";

export interface JsonLinesOptions {
  /** The file's, for errors. */
  readonly name?: string;
  readonly encoding?: TextEncoding | "auto";
}

/** How a file is written, where it should not be found out. */
export interface CsvOptions extends JsonLinesOptions {
  /** Whether the first row names the columns. */
  readonly header?: boolean | "auto";
  readonly delimiter?: Delimiter | "auto";
  /** What stands before the fraction of numbers. */
  readonly mark?: DecimalMark | "auto";
}

const CHOICES: Readonly<Record<string, readonly unknown[]>> = {
  encoding: ["auto", ...ENCODINGS],
  header: ["auto", true, false],
  delimiter: ["auto", ...DELIMITERS],
  mark: ["auto", ".", ","],
};

/** @throws ChainruleError `E_USAGE` for values that an option does not have, and for options that there are not */
export function checkOptions(options: CsvOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (name === "name" || value === undefined) continue;
    const choices = Object.hasOwn(CHOICES, name) ? CHOICES[name]! : undefined;
    if (choices?.includes(value) === true) continue;
    const names = ["name", ...Object.keys(CHOICES)];
    throw new ChainruleError(
      "E_USAGE",
      choices === undefined
        ? { where: "options", expected: `one of ${names.join(", ")}`, got: show(name), ...suggestion(name, names) }
        : { where: name, expected: `one of ${choices.map(show).join(", ")}`, got: show(value) },
    );
  }
}
