// Pieces of source text. What comes from a model (names, categories) goes through `quote` into code and through `remark` into comments.

/** The languages that a module can be written in. */
export const MODULE_LANGUAGES = ["typescript", "javascript"] as const;
export type ModuleLanguage = (typeof MODULE_LANGUAGES)[number];

/** The width of a line that the text keeps to where it can: Prettier's own. */
const WIDTH = 80;

/** A module in its language: what stands between « and » is TypeScript's alone. Text of a model has neither, since `quote` escapes both. */
export function typed(language: ModuleLanguage, text: string): string {
  return text.replace(/«([^»]*)»/g, language === "typescript" ? "$1" : "");
}

/** A string literal: nothing in it ends the literal, the line or the script. */
export function quote(text: string): string {
  return JSON.stringify(text)
    .replace(/[\u007f-\u009f\u00ab\u00bb\u2028\u2029\ufeff]/g, escaped)
    .replace(/<(?=[!/])/g, "\\u003c");
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Text of a model inside a comment: one line that does not end the comment. Long ones are cut. */
export function remark(text: string): string {
  const quoted = quote(text).replaceAll("*/", "*\\/");
  return quoted.length > 60 ? `${quoted.slice(0, 57)}..."` : quoted;
}

/** A number as short as it reads back to the same float64. */
export function float64(value: number): string {
  return String(value).replace("e+", "e");
}

/** A number as short as it reads back to the same float32. */
export function float32(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return float64(short);
  }
  return float64(value);
}

/** `start[items]end`: on one line where it fits, otherwise numbers side by side and text line by line. */
export function bracketed(start: string, items: readonly string[], end: string, kind: "numbers" | "text"): string {
  const line = `${start}[${items.join(", ")}]${end}`;
  if (line.length <= WIDTH) return line;
  if (kind === "text") return `${start}[\n${items.map((item) => `  ${item},\n`).join("")}]${end}`;
  const lines: string[] = [];
  let current = " ";
  for (const item of items) {
    if (current.length + item.length + 2 > WIDTH) {
      lines.push(current);
      current = " ";
    }
    current += ` ${item},`;
  }
  return `${start}[\n${[...lines, current].join("\n")}\n]${end}`;
}

/** `type Name = a | b;` */
export function union(name: string, members: readonly string[]): string {
  const line = `export type ${name} = ${members.join(" | ")};`;
  return line.length <= WIDTH ? line : `export type ${name} =\n${members.map((member) => `  | ${member}`).join("\n")};`;
}

/** A documentation comment; the lines must be free of what ends one. */
export function documentation(lines: readonly string[], indent = ""): string {
  if (lines.length === 1) return `${indent}/** ${lines[0]!} */`;
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`].join("\n");
}

/** The name of a property as an interface has it. */
export function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}
