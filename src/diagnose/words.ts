/** A number of a sentence: three digits are enough, powers of ten below 1e-4 and from 1e6 on. */
export function shown(value: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  const magnitude = Math.abs(value);
  const rounded = Number(value.toPrecision(3));
  return magnitude < 1e-4 || magnitude >= 1e6 ? rounded.toExponential() : String(rounded);
}

/** 12.5 % */
export function percent(share: number): string {
  return `${shown(100 * share)} %`;
}

/** 1,234 */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** "1 row", "2 rows", "3 classes" */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
}

/** "a, b, c and 4 more" */
export function listed(names: readonly (string | number)[], most = 5): string {
  if (names.length <= most) return names.join(", ");
  return `${names.slice(0, most).join(", ")} and ${count(names.length - most)} more`;
}

/** "layer 2", "layers 2, 3" */
export function layersText(layers: readonly number[]): string {
  return `layer${layers.length === 1 ? "" : "s"} ${layers.join(", ")}`;
}

/** "a = b = c", "a = b = c = ... (32)" */
export function groupText(names: readonly string[], most = 3): string {
  if (names.length <= most) return names.join(" = ");
  return `${names.slice(0, most).join(" = ")} = ... (${count(names.length)})`;
}
