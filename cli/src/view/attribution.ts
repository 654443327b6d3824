import { ChainruleError, type Model } from "chainrule";
import { type Attribution, attribute, attributionSvg, type Digits, numberText, type RawColumn, type Reasons } from "chainrule/explain";
import { writeFileSafely } from "chainrule/node";
import { forward } from "chainrule/reference";
import type { Terminal } from "../terminal.js";
import type { ExplainFlags, Format, Subject } from "./explain.js";
import { DEFAULT_TOP } from "./explain.js";
import { bySign } from "./explanation.js";
import { describeReasons, reasonsJson } from "./reasons.js";

/** From weak to strong; the two signs differ in their marks, and in colour where there is one. */
const UP = [" ", ".", "+", "#"] as const;
const DOWN = [" ", ",", "-", "="] as const;
const INK = [" ", "░", "▒", "█"] as const;

/** Without a quantity: how each input moves the cost, or the activation of `--output`. */
export function showAttribution(
  { model, example, first, rows, title }: Subject,
  flags: ExplainFlags,
  format: Format,
  terminal: Terminal,
  why?: Reasons,
): void {
  const attribution = attribute(model, example, flags.output);
  const { colors, print, write } = terminal;
  const single = "x" in example;
  const outputs = single ? Array.from(forward(model.network, first.x).a.at(-1)!) : undefined;
  if (flags.picture !== undefined) writeFileSafely(flags.picture, pictureOf(attribution));
  if (format === "json") {
    const { of, value, derivatives, inputs, columns } = attribution;
    const L = model.network.layout.depth;
    const document = {
      version: 1,
      quantity: null,
      rows,
      of,
      value,
      ...(why === undefined ? {} : { reasons: reasonsJson(why) }),
      outputs: outputs?.map((output, j) => ({ name: `a${L}[${j}]`, value: output, target: first.y[j] })) ?? null,
      inputs: Array.from(derivatives, (derivative, t) => ({ name: `a1[${t}]`, column: columns[t], value: inputs[t], derivative })),
      ...(attribution.raw === undefined ? {} : { columns: attribution.raw.map(rawJson) }),
      picture: flags.picture ?? null,
    };
    print(JSON.stringify(document, null, 2));
    return;
  }
  const { digits } = flags;
  if (why !== undefined) write(`${describeReasons(why, flags.top ?? DEFAULT_TOP, digits, terminal)}\n\n`);
  const subject = attribution.of === "cost" ? "cost" : attribution.of;
  print(`${colors.bold(`${subject} = ${numberText(attribution.value, digits)}`)} for ${title}`);
  if (outputs !== undefined) print(describeOutputs(model, outputs, first.y, digits));
  write(`\n${describeAttribution(attribution, flags.top ?? DEFAULT_TOP, digits, terminal)}\n`);
  if (flags.picture !== undefined) print(`\nWrote ${flags.picture}`);
}

/** A column before it is encoded; JSON writes no undefined. */
function rawJson({ column, kind, value, derivative, from, to }: RawColumn): unknown {
  return { column, kind, value: value ?? null, derivative: derivative ?? null, inputs: [from, to] };
}

function pictureOf(attribution: Attribution): Uint8Array {
  const svg = attributionSvg(attribution);
  if (svg !== undefined) return new TextEncoder().encode(svg);
  throw new ChainruleError("E_USAGE", {
    where: "--picture",
    expected: "a model of images",
    got: `one of ${attribution.columns.length} columns`,
  });
}

/** What pushes the cost or an output: the largest inputs by derivative, and of image data the image of all of them. */
export function describeAttribution(attribution: Attribution, top: number, digits: Digits | undefined, terminal: Terminal): string {
  const { of, derivatives, inputs, columns } = attribution;
  const { colors } = terminal;
  const paint = bySign(terminal);
  const name = of === "cost" ? "dCost/da1" : `d${of}/da1`;
  const order = Array.from(derivatives, (_, t) => t).sort((p, q) => Math.abs(derivatives[q]!) - Math.abs(derivatives[p]!));
  const shown = order.slice(0, top);
  const rest = order.slice(top).reduce((sum, t) => sum + Math.abs(derivatives[t]!), 0);
  const rows = shown.map((t) => ({
    label: `a1[${t}]${columns[t] === undefined || attribution.image !== undefined ? "" : ` ${columns[t]}`}`,
    input: numberText(inputs[t]!, digits),
    name: `${name}[${t}]`,
    derivative: numberText(derivatives[t]!, digits),
    value: derivatives[t]!,
  }));
  const width = (part: "label" | "input" | "name" | "derivative"): number => Math.max(0, ...rows.map((row) => row[part].length));
  const [labels, values, names, slopes] = [width("label"), width("input"), width("name"), width("derivative")];
  return [
    colors.bold(`${name}: how each input moves ${of === "cost" ? "the cost" : of}`),
    ...(attribution.image === undefined ? [] : [pictures(attribution, terminal), ""]),
    ...rows.map(
      (row) =>
        `  ${row.label.padEnd(labels)} = ${row.input.padStart(values)}   ${row.name.padEnd(names)} = ${paint(row.derivative.padStart(slopes), row.value)}`,
    ),
    ...(order.length > top ? [`  other ${order.length - top}: ${numberText(rest, digits)} together, by magnitude`] : []),
    ...(attribution.raw === undefined ? [] : ["", ...rawLines(attribution, attribution.raw, digits, terminal)]),
  ].join("\n");
}

/** The columns themselves, before they are encoded, largest derivative first. */
function rawLines({ of }: Attribution, raw: readonly RawColumn[], digits: Digits | undefined, terminal: Terminal): string[] {
  const paint = bySign(terminal);
  const what = of === "cost" ? "Cost" : of;
  const size = ({ derivative }: RawColumn): number => Math.abs(derivative ?? 0);
  const rows = [...raw].sort((p, q) => size(q) - size(p));
  const names = Math.max(...rows.map(({ column }) => column.length));
  const values = Math.max(...rows.map(({ value }) => (value === undefined ? 0 : numberText(value, digits).length)));
  const slopes = Math.max(...rows.map(({ derivative }) => (derivative === undefined ? 0 : numberText(derivative, digits).length)));
  return [
    terminal.colors.bold(`d${what}/dx: the columns themselves, before they are encoded`),
    ...rows.map(({ column, value, derivative, from, to }) => {
      const own = `  ${column.padEnd(names)}   ${value === undefined ? "".padStart(values) : numberText(value, digits).padStart(values)}   `;
      if (derivative === undefined)
        return `${own}none: a category has no neighbour a little further; its inputs are a1[${from}] to a1[${to - 1}]`;
      return own + paint(numberText(derivative, digits).padStart(slopes), derivative);
    }),
  ];
}

/** The input and its derivatives side by side, two characters a pixel. */
function pictures({ image, inputs, derivatives, of }: Attribution, terminal: Terminal): string {
  const { height, width } = image!;
  const paint = bySign(terminal);
  const brightest = inputs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const strongest = derivatives.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const mark = (marks: readonly string[], value: number, most: number): string =>
    marks[most === 0 ? 0 : Math.min(marks.length - 1, Math.ceil((Math.abs(value) / most) * (marks.length - 1) - 0.15))]!;
  const line = (y: number): string => {
    const at = Array.from({ length: width }, (_, x) => y * width + x);
    const ink = at.map((t) => mark(INK, inputs[t]!, brightest).repeat(2)).join("");
    const slopes = at
      .map((t) => paint(mark(derivatives[t]! < 0 ? DOWN : UP, derivatives[t]!, strongest).repeat(2), derivatives[t]!))
      .join("");
    return `  |${ink}|  |${slopes}|`;
  };
  const what = of === "cost" ? "the cost" : of;
  const legend = `where . + # stand a brighter pixel raises ${what}, where , - = stand it lowers it; strongest ${numberText(strongest)}`;
  const head = `  ${"the input".padEnd(2 * width + 2)}  the derivative`;
  return [head, ...Array.from({ length: height }, (_, y) => line(y)), `  ${legend}`].join("\n");
}

/** Each output with its target. */
export function describeOutputs({ task }: Model, a: ArrayLike<number>, y: ArrayLike<number>, digits: Digits | undefined): string {
  const names =
    task.kind === "classification"
      ? a.length === task.classes.length
        ? task.classes.map(String)
        : [String(task.classes[1] ?? "")]
      : task.kind === "multi-label"
        ? task.labels
        : task.targets;
  const cells = Array.from(
    a,
    (value, j) => `${names[j] ?? j}: ${numberText(value, digits)}${y[j] === 0 ? "" : ` (target ${numberText(y[j]!, digits)})`}`,
  );
  return `outputs: ${cells.join(", ")}`;
}
