/** Allowed behind the #, and people read them. */
const READABLE = /%(5B|5D|2C|3A|40|2F)/g;

/** Keys and values as they stand behind the # of an address; `URLSearchParams` reads them back. */
export function hashText(entries: Iterable<readonly [string, string]>): string {
  return Array.from(entries, ([key, value]) => `${quoted(key)}=${quoted(value)}`).join("&");
}

function quoted(text: string): string {
  return encodeURIComponent(text).replace(READABLE, (code) => decodeURIComponent(code));
}
