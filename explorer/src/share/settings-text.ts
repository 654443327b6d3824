// Settings as a link writes them: `sgd,0.1,momentum:0.9,nesterov:true`. Names in the field's terms, numbers with all their digits.

export type Settings = Readonly<Record<string, unknown>>;

/** A name with its settings in one text; `first` stands behind the kind without its name. Undefined where a value is of no such form. */
export function settingsText(settings: Settings, first?: string): string | undefined {
  const { kind, ...rest } = settings;
  const parts = typeof kind === "string" ? [kind] : [];
  if (first !== undefined && typeof rest[first] === "number") parts.push(String(rest[first]));
  for (const [name, value] of flat(rest)) {
    if (name === first && typeof value === "number") continue;
    if (typeof value !== "number" && typeof value !== "boolean") return undefined;
    parts.push(`${name}:${value}`);
  }
  return parts.join(",");
}

/** What `settingsText` wrote; undefined for anything else. `kinds` are the names that it may begin with; none where it begins with a setting. */
export function readSettings(text: string, kinds?: readonly string[], first?: string): Settings | undefined {
  const parts = text.split(",");
  const read: Record<string, unknown> = {};
  if (kinds !== undefined) {
    const kind = parts.shift();
    if (!kinds.some((name) => name === kind)) return undefined;
    read["kind"] = kind;
    const value = first === undefined ? undefined : numberOf(parts[0] ?? "");
    if (value !== undefined) {
      read[first!] = value;
      parts.shift();
    }
  }
  for (const part of parts) {
    const [, name, inside, value] = /^([a-z][a-z0-9]*)(?:\.([a-z][a-z0-9]*))?:(.+)$/i.exec(part) ?? [];
    const setting = value === "true" || value === "false" ? value === "true" : numberOf(value ?? "");
    if (name === undefined || setting === undefined) return undefined;
    if (inside === undefined) read[name] = setting;
    else read[name] = { ...(typeof read[name] === "object" ? read[name] : {}), [inside]: setting };
  }
  return read;
}

/** A number with all its digits, and its sign where it is 0. */
export function numeral(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** A finite number in one of the forms that `String` gives, or undefined. */
export function numberOf(text: string): number | undefined {
  if (!/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Settings within settings by `outer.inner`. */
function flat(settings: Settings): [string, unknown][] {
  return Object.entries(settings).flatMap(([name, value]): [string, unknown][] => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [[name, value]];
    return Object.entries(value).map(([inner, own]) => [`${name}.${inner}`, own]);
  });
}

/** Whether two pieces of plain JSON say the same. */
export function isSame(left: unknown, right: unknown): boolean {
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return Object.is(left, right);
  const [keys, others] = [Object.keys(left), Object.keys(right)];
  if (Array.isArray(left) !== Array.isArray(right) || keys.length !== others.length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && isSame((left as Settings)[key], (right as Settings)[key]));
}
