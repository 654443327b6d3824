// What a report is made of before it is text, Markdown or a page: each renderer knows these few blocks.

export type Block =
  /** A card and what follows up to the next heading stands beside other cards, where there is room. */
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3; readonly text: string; readonly card?: true }
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  /** Names and values. */
  | { readonly kind: "facts"; readonly facts: readonly (readonly [name: string, value: string])[] }
  | TableBlock
  /** On a page only: what it shows stands in a table beside it. `alt` says what is to be seen. */
  | { readonly kind: "picture"; readonly svg: string; readonly alt: string; readonly caption: string };

export interface TableBlock {
  readonly kind: "table";
  readonly caption: string;
  readonly columns: readonly { readonly title: string; readonly numeric: boolean }[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly string[])[];
  /** How much of a colour is behind each cell, 0 to 9; shape of `rows`. */
  readonly shades?: readonly (readonly number[])[];
}

export const heading = (level: 1 | 2 | 3, text: string): Block => ({ kind: "heading", level, text });
export const paragraph = (text: string): Block => ({ kind: "paragraph", text });
export const picture = (svg: string, alt: string, caption: string): Block => ({ kind: "picture", svg, alt, caption });

/** @param titles those of numbers begin with # */
export function table(
  caption: string,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  shades?: TableBlock["shades"],
): Block {
  const columns = titles.map((title) => ({ title: title.replace(/^#/, ""), numeric: title.startsWith("#") }));
  return { kind: "table", caption, columns, rows, ...(shades === undefined ? {} : { shades }) };
}
