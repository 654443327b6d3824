import type { Scaling } from "../data/scaling.js";
import type { Curve } from "../table/curve.js";
import type { DatePart } from "../table/date-parts.js";
import { type ColumnPreparation, inputsOf, type Preparation } from "../table/preparation.js";
import { scaledConstants, scaleExpression, short } from "./columns-part.js";
import type { InputPart } from "./part.js";
import { bracketed, documentation, float64, property, quote, remark } from "./text.js";

/** Categories that a comment lists. */
const MOST_LISTED = 8;

/** Prepares a raw row of a table, by the names of its columns. */
export function tablePart(preparation: Preparation, scaling: Scaling): InputPart {
  const { columns } = preparation;
  const width = inputsOf(preparation).length;
  const constants: string[] = [];
  const helpers = new Set<string>();
  const writer: Writer = { constants, helpers, lines: [], next: 0 };
  columns.forEach((column, at) => columnLines(column, at, writer));
  const row = `${documentation(["A row of the table, as it is before it is prepared; null where a cell is empty."])}
export interface Row {
${columns.map((column) => `${documentation([describeColumn(column)], "  ")}\n  readonly ${property(column.name)}: ${typeOf(column)};`).join("\n")}
}`;
  const isScaled = scaling.kind !== "none";
  const prepare = `/** The inputs of the network. */
function prepare(row«: Row»)«: ${isScaled ? "Float64Array" : "Vector"}» {
  const x = new ${isScaled ? "Float64Array" : "Float32Array"}(${width});
${writer.lines.map((line) => `  ${line}`).join("\n")}
  return x;
}`;
  const scale = `/** Inputs as the network takes them, in float32. */
function scale(inputs«: Float64Array»)«: Vector» {
  const x = new Float32Array(inputs.length);
  for (let k = 0; k < x.length; k++) {
    const value = inputs[k]«!»;
    x[k] = ${scaleExpression(scaling, "value", "k")};
  }
  return x;
}`;
  return {
    types: [row],
    input: "Row",
    inputs: columns.map((column) => `${remark(column.name)}: ${typeOf(column)}. ${describeColumn(column)}`),
    functions: isScaled ? [prepare, scale] : [prepare],
    body: [isScaled ? "const x = scale(prepare(row));" : "const x = prepare(row);"],
    constants: [...constants, ...scaledConstants(scaling)],
    helpers,
  };
}

interface Writer {
  readonly constants: string[];
  readonly helpers: Set<string>;
  readonly lines: string[];
  /** The place of the next input. */
  next: number;
}

const PART_FUNCTIONS: Readonly<Record<DatePart, string>> = { day: "dayOf", month: "monthOf", weekday: "weekdayOf", hour: "hourOf" };

/** The lines that write the inputs of a column, the `at`th of the table. */
function columnLines(column: ColumnPreparation, at: number, writer: Writer): void {
  const { helpers, lines, constants } = writer;
  const name = quote(column.name);
  const cell = `c${at}`;
  const indicate = (): void => void lines.push(`x[${writer.next++}] = Number(Number.isNaN(${cell}));`);
  switch (column.kind) {
    case "numeric": {
      helpers.add("numberAt");
      const input = writer.next++;
      lines.push(`const ${cell} = numberAt(row, ${name});`);
      lines.push(`const n${at} = Number.isNaN(${cell}) ? ${float64(column.fill)} : ${cell};`);
      lines.push(`x[${input}] = ${curveExpression(column.curve, `n${at}`, `${at}`, writer)};`);
      if (column.indicator) indicate();
      if (column.twice) lines.push(`x[${writer.next++}] = x[${input}]«!»;`);
      return;
    }
    case "boolean":
      helpers.add("truthAt");
      lines.push(`x[${writer.next++}] = truthAt(row, ${name});`);
      return;
    case "date": {
      const order = column.order === undefined ? "" : `, ${column.order === "mdy"}`;
      helpers.add("momentAt");
      lines.push(`const ${cell} = momentAt(row, ${name}${order});`);
      for (const { part, curve, fill } of column.parts) {
        helpers.add(part);
        const own = `${part}${at}`;
        lines.push(`const ${own} = Number.isNaN(${cell}) ? ${float64(fill)} : ${PART_FUNCTIONS[part]}(${cell});`);
        lines.push(`x[${writer.next++}] = ${curveExpression(curve, own, `${at}${part}`, writer)};`);
      }
      if (column.indicator) indicate();
      return;
    }
    case "categorical": {
      helpers.add("placeAt");
      const { categories, others, missing, encode } = column;
      const own = `categories${at}`;
      constants.push(bracketed(`const ${own}«: readonly string[]» = `, categories.map(quote), ";", "text"));
      const has = Number(missing);
      if (encode === "embedding") {
        lines.push(`x[${writer.next++}] = placeAt(row, ${name}, ${own}, ${1 + has}, 0, ${has});`);
        return;
      }
      const first = writer.next;
      // A place of -1 is none.
      const other = others ? first + categories.length + has : -1;
      const none = missing ? first + categories.length : other;
      lines.push(`const ${cell} = placeAt(row, ${name}, ${own}, ${first}, ${other}, ${none});`);
      lines.push(`if (${cell} >= 0) x[${cell}] = 1;`);
      writer.next += categories.length + has + Number(others);
      return;
    }
  }
}

/** What a number becomes on its curve, as an expression. */
function curveExpression(curve: Curve, value: string, suffix: string, { constants, helpers }: Writer): string {
  if (curve.kind === "linear") return `(${value} - ${float64(curve.center)}) / ${float64(curve.spread)}`;
  helpers.add("onCurve");
  constants.push(
    bracketed(`const knots${suffix} = `, curve.x.map(float64), ";", "numbers"),
    bracketed(`const scores${suffix} = `, curve.score.map(float64), ";", "numbers"),
  );
  return `onCurve(${value}, knots${suffix}, scores${suffix})`;
}

const TYPES = {
  numeric: "number | string | null",
  boolean: "boolean | string | null",
  date: "Date | string | null",
  categorical: "string | number | boolean | null",
} as const;

function typeOf({ kind }: ColumnPreparation): string {
  return TYPES[kind];
}

function describeColumn(column: ColumnPreparation): string {
  switch (column.kind) {
    case "numeric": {
      const { curve, fill } = column;
      const range =
        curve.kind === "normal"
          ? `in training from ${short(curve.x[0]!)} to ${short(curve.x.at(-1)!)}; `
          : `in training about ${short(curve.center)}, spread ${short(curve.spread)}; `;
      return `A number, ${range}${short(fill)} stands for a missing one.`;
    }
    case "boolean":
      return "True or false, or yes or no as text.";
    case "date":
      if (column.order !== undefined) return `A day such as ${column.order === "mdy" ? "5/31/2024" : "31/5/2024"} or 2024-05-31.`;
      return "A day such as 2024-05-31, with or without a time of day.";
    case "categorical": {
      const listed = column.categories.slice(0, MOST_LISTED).map(remark).join(", ");
      const more = column.categories.length - MOST_LISTED;
      return `A category: ${listed}${more > 0 ? `, or ${more} more` : ""}.`;
    }
  }
}
