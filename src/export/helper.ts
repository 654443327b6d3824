// Pieces of source text that a module is put together of; «...» is TypeScript's.

export interface Helper {
  readonly text: string;
  /** Other helpers that its text calls. */
  readonly needs?: readonly string[];
}

export type Helpers = Readonly<Record<string, Helper>>;

/** The named helpers of a table and those that they need, in the order of the table. */
export function collect(table: Helpers, names: ReadonlySet<string>): string[] {
  const needed = new Set<string>();
  const need = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    table[name]!.needs?.forEach(need);
  };
  names.forEach(need);
  return Object.keys(table).flatMap((name) => (needed.has(name) ? [table[name]!.text.trim()] : []));
}
