import type { Scaling } from "../data/scaling.js";
import type { Model } from "../training/model.js";
import type { InputPart } from "./part.js";
import { bracketed, documentation, float64, property, quote, remark } from "./text.js";

/** Columns up to which a row's interface names each; wider rows are records of numbers. */
const MOST_NAMED = 128;

/** Reads a row of numbers, in the order of the columns or by their names. */
export function columnsPart(model: Model): InputPart {
  const { columns, scaling, network } = model;
  const helpers = new Set(["refuse", "show"]);
  const named = columns.length <= MOST_NAMED;
  const describe = columns.map((_, k) => describeColumn(model, k));
  const row = named
    ? `${documentation(["A row by the names of its columns."])}
export interface Row {
${columns.map((name, k) => `${documentation([describe[k]!], "  ")}\n  readonly ${property(name)}: number;`).join("\n")}
}`
    : `${documentation([`A row of ${columns.length} numbers by the names of their columns.`])}
export type Row = Readonly<Record<string, number>>;`;
  const scaled = scaledConstants(scaling);
  const categories = (network.description.encodings ?? []).flatMap((encoding) => (encoding.kind === "embedding" ? [encoding] : []));
  const checks = categories.map(
    ({ column, categories: count }) => `    if (k === ${column} && !(Number.isInteger(value) && value >= 0 && value < ${count})) {
      const expected = "a category, a whole number in 0..${count} (half-open)";
      refuse(name, expected, show(value));
    }
`,
  );
  const reader = `/** The inputs of the network, in float32. */
function inputsOf(row«: Input»)«: Vector» {
  const isList = Array.isArray(row) || ArrayBuffer.isView(row);
  const cells = row« as unknown as Readonly<Record<string, unknown>>»;
  if (isList && cells["length"] !== columns.length) {
    throw new TypeError(
      "input: expected ${columns.length} numbers, one a column of the model, got " +
        show(cells["length"]) +
        ".",
    );
  }
  const x = new Float32Array(columns.length);
  for (let k = 0; k < columns.length; k++) {
    const name = columns[k]«!»;
    const value = cells[isList ? k : name];
    if (typeof value !== "number" || !Number.isFinite(value)) {
      return refuse(name, "a finite number", show(value));
    }
${checks.join("")}    x[k] = ${scaleExpression(scaling, "value", "k")};
  }
  return x;
}`;
  return {
    types: [row, "export type Input = Row | readonly number[] | Float32Array | Float64Array | Uint8Array;"].map(wrapInput),
    input: "Input",
    inputs: named ? columns.map((name, k) => `${remark(name)}: a number. ${describe[k]!}`) : [`${columns.length} numbers`],
    functions: [reader],
    body: ["const x = inputsOf(row);"],
    constants: [bracketed("const columns = ", columns.map(quote), ";", "text"), ...scaled],
    helpers,
  };
}

/** The union of all inputs is wider than a line. */
function wrapInput(text: string): string {
  if (!text.startsWith("export type Input")) return text;
  return `${documentation(["A row by name, or its numbers in the order of the columns."])}
export type Input =
  | Row
  | readonly number[]
  | Float32Array
  | Float64Array
  | Uint8Array;`;
}

function describeColumn({ scaling, network }: Model, k: number): string {
  const encoding = network.description.encodings?.find(({ column }) => column === k);
  if (encoding?.kind === "embedding") return `A category, 0 to ${encoding.categories - 1}.`;
  switch (scaling.kind) {
    case "none":
      return "As it is.";
    case "factor":
      return `In training up to about ${short(scaling.factor)}.`;
    case "standard":
      return `In training ${short(scaling.mean[k]!)} on average, deviation ${short(scaling.deviation[k]!)}.`;
    case "minmax":
      return `In training from ${short(scaling.minimum[k]!)} to ${short(scaling.minimum[k]! + scaling.range[k]!)}.`;
  }
}

/** For people. */
export function short(value: number): string {
  return float64(Number(value.toPrecision(4)));
}

/** What a scaling by columns needs, as constants. */
export function scaledConstants(scaling: Scaling): string[] {
  const list = (name: string, values: readonly number[]): string => bracketed(`const ${name} = `, values.map(float64), ";", "numbers");
  if (scaling.kind === "standard") return [list("means", scaling.mean), list("deviations", scaling.deviation)];
  if (scaling.kind === "minmax") return [list("minima", scaling.minimum), list("ranges", scaling.range)];
  return [];
}

/** The scaled value as an expression. */
export function scaleExpression(scaling: Scaling, value: string, k: string): string {
  switch (scaling.kind) {
    case "none":
      return value;
    case "factor":
      return `${value} / ${float64(scaling.factor)}`;
    case "standard":
      return `(${value} - means[${k}]«!») / deviations[${k}]«!»`;
    case "minmax":
      return `(${value} - minima[${k}]«!») / ranges[${k}]«!»`;
  }
}
