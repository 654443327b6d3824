import type { Diagnosis, LayerDiagnosis, RowFinding, Severity, Verdict } from "chainrule/diagnose";
import { type Terminal, wrapped } from "../terminal.js";
import { count, percent, plural, short } from "./format.js";

/** What a verdict's text is moved in by. */
const INDENT = "      ";

/** Every verdict, the worst first, and what was measured of the layers. */
export function describeDiagnosis(diagnosis: Diagnosis, path: string, data: string, terminal: Terminal): string {
  const { colors, columns } = terminal;
  const { verdicts, layers } = diagnosis;
  const width = columns();
  const good = verdicts.filter(({ severity }) => severity === "good");
  const others = verdicts.filter(({ severity }) => severity !== "good");
  return [
    wrapped(`${colors.bold(`${path} on ${data}`)}: ${headline(verdicts)}`, width),
    wrapped(whichRows(diagnosis), width),
    ...others.flatMap((verdict) => ["", describeVerdict(verdict, terminal)]),
    ...(good.length > 0 ? ["", ...good.map(({ kind, message }) => paragraph(`${kind}: ${message}`, width, label("good", colors)))] : []),
    ...(layers.length > 0 ? ["", describeLayers(layers, terminal)] : []),
  ].join("\n");
}

const WORDS: readonly (readonly [Severity, (number: number) => string])[] = [
  ["bad", (number) => `${count(number)} bad`],
  ["warn", (number) => plural(number, "warning")],
  ["info", (number) => plural(number, "note")],
  ["good", (number) => `${count(number)} good`],
];

function headline(verdicts: readonly Verdict[]): string {
  return WORDS.map(([severity, text]) => [verdicts.filter((verdict) => verdict.severity === severity).length, text] as const)
    .filter(([number]) => number > 0)
    .map(([number, text]) => text(number))
    .join(", ");
}

function whichRows({ rows, sampled, sampledFrom, fitOn }: Diagnosis): string {
  const all = fitOn === "all" ? "everything else" : `fit on the ${fitOn} part, everything else`;
  return `derivatives and units on ${plural(sampled, sampledFrom === "train" ? "training row" : "row")}, ${all} on ${plural(rows, "row")}`;
}

function describeVerdict({ severity, kind, message, advice, findings = [] }: Verdict, { colors, columns }: Terminal): string {
  return [
    `${label(severity, colors)}${colors.bold(kind)}`,
    paragraph(message, columns()),
    paragraph(`-> ${advice}`, columns()),
    ...(findings.length > 0 ? [findingTable(findings, kind === "suspicious-labels" ? "surer by" : "cost")] : []),
  ].join("\n");
}

/** The word says it; the colour only repeats it. */
function label(severity: Severity, colors: Terminal["colors"]): string {
  const paint = { bad: colors.red, warn: colors.yellow, info: colors.dim, good: colors.blue }[severity];
  return paint(severity.padEnd(INDENT.length));
}

/** Text that is moved in, and broken between words; the first line may begin with something of that width. */
function paragraph(text: string, width: number, first = INDENT): string {
  // No line ends between a number and its sign.
  return wrapped(text.replaceAll(" %", "\u00a0%"), width - INDENT.length)
    .replaceAll("\u00a0", " ")
    .split("\n")
    .map((line, at) => `${at === 0 ? first : INDENT}${line.trimStart()}`)
    .join("\n");
}

const PLAIN = /^-?[\d.e+-]+$/;

function findingTable(findings: readonly RowFinding[], value: string): string {
  const label = (text: RowFinding["given"]): string => (typeof text === "number" && !Number.isInteger(text) ? short(text) : String(text));
  const parts = findings.some(({ part }) => part !== null);
  const predicted = value === "cost" ? "predicted" : "looks like";
  return table(
    ["row", ...(parts ? ["part"] : []), "given", predicted, value],
    findings.map((finding) => [
      String(finding.row),
      ...(parts ? [finding.part ?? ""] : []),
      label(finding.given),
      label(finding.predicted),
      short(finding.value),
    ]),
    INDENT,
  );
}

function describeLayers(layers: readonly LayerDiagnosis[], { colors }: Terminal): string {
  const number = (value: number | null): string => (value === null ? "-" : short(value));
  const share = (value: number): string => (value === 0 ? "-" : percent(value));
  const rows = layers.map((layer) => [
    `${layer.layer}`,
    layer.activation,
    `${layer.units}`,
    number(layer.dCost_dw),
    number(layer.dCost_da),
    number(layer.weight),
    number(layer.updateRatio),
    share(layer.dead),
    share(layer.saturated),
    share(layer.constant),
  ]);
  const head = ["layer", "activation", "n", "dCost/dw", "dCost/da", "w", "step/w", "dead", "flat", "same"];
  return `${colors.bold("Layers")} (root mean squares; shares of units)\n${table(head, rows, "  ")}`;
}

/** Columns side by side; numbers stand at the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[], indent: string): string {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((cells) => cells[at]!.length)));
  const right = head.map((_, at) => rows.every((cells) => PLAIN.test(cells[at]!.replace(/,|%| /g, "")) || cells[at] === "-"));
  return [head, ...rows]
    .map((cells) =>
      `${indent}${cells.map((cell, at) => (right[at] ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!))).join("  ")}`.trimEnd(),
    )
    .join("\n");
}
