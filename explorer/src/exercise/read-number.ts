/** What a learner typed: a decimal with a point or a comma, a power of ten, or a fraction of two of them. Undefined for anything else. */
export function readNumber(typed: string): number | undefined {
  const text = typed
    .replace(/[\u2212\u2013]/g, "-")
    .replace(/\s+/g, "")
    .replace(/[·×*x]10\^/i, "e");
  const [over = "", under, more] = text.split("/");
  if (more !== undefined) return undefined;
  const value = under === undefined ? decimal(over) : decimal(over) / decimal(under);
  return Number.isFinite(value) ? value : undefined;
}

/** NaN for what is no number, and for 1.234,5: which of the two is meant cannot be known. */
function decimal(text: string): number {
  return /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text.replace(",", ".")) : NaN;
}
