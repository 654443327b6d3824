import type { Network } from "chainrule";

/** The network with its weights as a JSON file that `--network` and `createNetwork` read; the same float32 come back. */
export function networkFile({ description, layout, parameters }: Network): string {
  const tensors = layout.tensors.map(({ name, shape, offset, rows, columns }) => {
    const list = (from: number, length: number): string => `[${Array.from(parameters.subarray(from, from + length), shortest).join(", ")}]`;
    if (shape.length === 1) return `  ${JSON.stringify(name)}: ${list(offset, rows * columns)}`;
    const lines = Array.from({ length: rows }, (_, j) => `    ${list(offset + j * columns, columns)}`);
    return `  ${JSON.stringify(name)}: [\n${lines.join(",\n")}\n  ]`;
  });
  const entries = Object.entries(description).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{\n${[...entries, ...tensors].join(",\n")}\n}\n`;
}

/** The shortest decimal that is read back as this float32. */
function shortest(value: number): string {
  if (Object.is(value, -0)) return "-0";
  for (let digits = 6; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(Number(value.toPrecision(9)));
}
