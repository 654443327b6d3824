/** Plain JSON as an expression of TypeScript; short lists and objects stand on one line. */
export function literal(value: unknown, indent = ""): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((one) => literal(one, deeper))
    : Object.entries(value).map(([name, one]) => `${keyText(name)}: ${literal(one, deeper)}`);
  const [open, close, space] = Array.isArray(value) ? ["[", "]", ""] : ["{", "}", " "];
  if (parts.length === 0) return open + close;
  const line = `${open}${space}${parts.join(", ")}${space}${close}`;
  if (indent.length + line.length <= 100 && !line.includes("\n")) return line;
  return `${open}\n${parts.map((part) => `${deeper}${part},\n`).join("")}${indent}${close}`;
}

function keyText(name: string): string {
  return /^[a-z_$][\w$]*$/i.test(name) && name !== "__proto__" ? name : `[${JSON.stringify(name)}]`;
}
