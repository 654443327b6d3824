import { suggestion } from "../base/spelling.js";

// What is read of a description that may come from anywhere: each function reports what is wrong and goes on with something harmless.

export type Report = (where: string, expected: string, got: unknown, hint?: { hint?: string }) => void;

const LARGEST_WIDTH = 1_000_000;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function checkKeys(value: Record<string, unknown>, keys: readonly string[], where: string, report: Report): void {
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) report(`${where}.${key}`, keys.filter((name) => name !== "kind").join(" or "), key, suggestion(key, keys));
  }
}

export function readWidth(value: unknown, where: string, report: Report): number {
  if (Number.isInteger(value) && (value as number) > 0 && (value as number) <= LARGEST_WIDTH) return value as number;
  const quoted = typeof value === "string" && /^\d+$/.test(value) ? { hint: "Did the JSON quote it?" } : {};
  report(where, `a whole number above 0 (at most ${LARGEST_WIDTH})`, value, quoted);
  return 1;
}

export function readName<N extends string>(value: unknown, where: string, names: readonly N[], report: Report): N {
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  report(where, `one of ${names.join(", ")}`, value, suggestion(value, names));
  return names[0]!;
}

/** A finite number within bounds; `usual` where it is left out. */
export function readNumber(
  value: unknown,
  where: string,
  { usual, expected, accepts }: { readonly usual: number; readonly expected: string; readonly accepts: (value: number) => boolean },
  report: Report,
): number {
  if (value === undefined) return usual;
  if (typeof value === "number" && Number.isFinite(value) && accepts(value)) return value;
  report(where, expected, value);
  return usual;
}
