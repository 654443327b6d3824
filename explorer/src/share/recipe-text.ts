import type { RecipeOptions } from "../state/recipe.js";
import { FIELDS } from "./option-fields.js";
import { isSame, type Settings } from "./settings-text.js";

/** Holds what has no short form, as JSON. */
const REST = "more";

/** The keys of a link that say what a run is made of. */
export const OPTION_KEYS: readonly string[] = [...FIELDS.map(({ key }) => key), REST];

/** Options as keys and values. Whatever a short form would not bring back as it is goes into the rest. */
export function optionEntries(options: RecipeOptions): [string, string][] {
  const given: Settings = JSON.parse(JSON.stringify(options)) as Settings;
  const done = new Set<string>();
  const entries = FIELDS.flatMap(({ key, options: names, write, read }): [string, string][] => {
    const own = Object.fromEntries(names.filter((name) => name in given).map((name) => [name, given[name]]));
    const text = Object.keys(own).length === 0 ? undefined : write(own);
    if (text === undefined || !isSame(read(text), own)) return [];
    for (const name of names) done.add(name);
    return [[key, text]];
  });
  const rest = Object.fromEntries(Object.entries(given).filter(([name]) => !done.has(name)));
  return Object.keys(rest).length === 0 ? entries : [...entries, [REST, JSON.stringify(rest)]];
}

/** The options that a link holds, and what is wrong with its values. */
export function readOptions(given: URLSearchParams): { readonly options: RecipeOptions; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const parts = FIELDS.map(({ key, read, expected }): Settings => {
    const text = given.get(key);
    if (text === null) return {};
    const options = read(text);
    if (options === undefined) problems.push(`${key}: expected ${expected}, got "${short(text)}".`);
    return options ?? {};
  });
  const rest = given.get(REST);
  const more = rest === null ? {} : objectOf(rest);
  if (more === undefined) problems.push(`${REST}: expected JSON with the other options, got "${short(rest ?? "")}".`);
  return { options: Object.assign({}, ...parts, more) as RecipeOptions, problems };
}

function objectOf(text: string): Settings | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Settings) : undefined;
  } catch {
    return undefined;
  }
}

/** As much of a value as a sentence can take. */
export function short(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
