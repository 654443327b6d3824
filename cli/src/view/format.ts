/** 1,234,567 */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** 97.49 % */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Four significant digits, the sign kept; small and large numbers in powers of ten. */
export function short(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  return magnitude < 1e-3 || magnitude >= 1e6 ? value.toExponential(3) : value.toPrecision(4);
}

/** "1 row", "2 rows" */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
}

/** A word of a command, in quotes where a shell would split or change it; a query in SQL has quotes of its own. */
export function quoted(word: string): string {
  return /^[\w./:\\@%+,-]+$/.test(word) ? word : `"${word.replace(/["$`]/g, "\\$&")}"`;
}

export function seconds(value: number): string {
  if (value < 60) return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} s`;
  const whole = Math.round(value);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
