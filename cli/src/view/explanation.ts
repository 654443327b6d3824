import type { Model, OptimizerDescription } from "chainrule";
import {
  agreementText,
  type Cause,
  type Digits,
  numberText,
  type PathList,
  type Proof,
  type Update,
  updateText,
  type Why,
} from "chainrule/explain";
import type { Terminal } from "../terminal.js";
import { count, plural } from "./format.js";
import { describeOptimizer } from "./summary.js";

type Colors = Terminal["colors"];

/** Blue above 0 and yellow below; numbers keep their sign, so that colour is never alone. */
export function bySign({ colors }: Terminal): (text: string, value: number) => string {
  return (text, value) => (value > 0 ? colors.blue(text) : value < 0 ? colors.yellow(text) : text);
}

/** "row 12 of digits (true class: 4)" or "mean over rows 0..32 of digits" */
export function describeRows(data: string, rows: readonly [number, number], model: Model, y: ArrayLike<number>): string {
  const [from, to] = rows;
  if (to - from > 1) return `the mean over rows ${from}..${to} of ${data}`;
  const label = trueClass(model, y);
  return `row ${from} of ${data}${label === undefined ? "" : ` (true class: ${label})`}`;
}

/** The class whose target is 1, of two classes on one output that of the target's side; undefined for numbers. */
export function trueClass({ task }: Model, y: ArrayLike<number>): string | undefined {
  if (task.kind !== "classification") return undefined;
  const at = y.length === 1 && task.classes.length === 2 ? y[0]! : Array.from(y).indexOf(1);
  return String(task.classes[at] ?? "");
}

export function describePaths(
  { quantity, value, count: all, up, down, zero, cancelled, paths, rest }: PathList,
  digits: Digits | undefined,
  terminal: Terminal,
): string {
  const { colors } = terminal;
  const paint = bySign(terminal);
  const shown = (number: number): string => numberText(number, digits);
  const counts = [`${count(up)} push up`, `${count(down)} push down`, ...(zero > 0 ? [`${count(zero)} are 0`] : [])].join(", ");
  // The value stands first, so that a line that is too long breaks where it does no harm.
  const rows = [
    ...paths.map((path) => ({
      value: path.value,
      label: [...(path.row === undefined ? [] : [`row ${path.row}:`]), path.neurons.join(" <- ")].join(" "),
      product: path.factors.map((factor) => shown(factor.value)).join(" * "),
    })),
    ...(rest.count > 0 ? [{ value: rest.value, label: `other ${count(rest.count)}`, product: "" }] : []),
    { value, label: "sum", product: "" },
  ];
  const values = Math.max(...rows.map((row) => shown(row.value).length));
  const labels = Math.max(...rows.map((row) => row.label.length));
  return [
    `${colors.bold(`All paths from ${quantity} to the cost`)}: ${plural(all, "path")}, ${counts}; ${(100 * cancelled).toFixed(1)} % of their size cancels`,
    ...rows.map((row) => {
      const number = paint(shown(row.value).padStart(values), row.value);
      return `  ${number}  ${row.product === "" ? row.label : `${row.label.padEnd(labels)}  = ${row.product}`}`;
    }),
  ].join("\n");
}

export function describeWhy({ quantity, value, typical, verdict, causes }: Why, digits: Digits | undefined, { colors }: Terminal): string {
  const shown = (number: number): string => numberText(number, digits);
  const ratio = Math.abs(value) / typical;
  const times = ratio > 0 && Number.isFinite(ratio) ? `, ${numberText(ratio, 2)} times a typical one` : "; a typical one";
  return [
    `${colors.bold("Why?")} dCost/d${quantity} is ${shown(value)}${times} of its tensor or layer (${shown(typical)})`,
    `  verdict: ${colors.bold(verdict)}${verdict === "ordinary" ? " (no threshold is crossed)" : ""}`,
    ...causes.map(({ sentence }: Cause) => `  - ${sentence}`),
  ].join("\n");
}

export function describeProof({ quantity, analytic, numeric, h, nudge }: Proof, digits: Digits | undefined, { colors }: Terminal): string {
  const shown = (number: number): string => numberText(number, digits);
  const difference =
    numeric === undefined
      ? "none: a relu's kink lies within every step that was tried"
      : `${shown(numeric)} with h = ${h ?? ""}   (${agreementText(analytic, numeric)})`;
  return [
    colors.bold("Proof"),
    `  by the equations      ${shown(analytic)}`,
    `  central difference    ${difference}`,
    `  a nudge of ${nudge.by}: the cost goes from ${shown(nudge.before)} to ${shown(nudge.after)}`,
    `    predicted change    ${shown(nudge.predicted)}   (dCost/d${quantity} * ${nudge.by})`,
    `    real change         ${shown(nudge.real)}`,
  ].join("\n");
}

export function describeUpdate(update: Update, digits: Digits | undefined, colors: Colors): string {
  const how = `${describeOptimizer(update.optimizer)}${stateOf(update.optimizer)}; g is dCost/d${update.quantity}`;
  const title = `${colors.bold("One step along it")} (${how})`;
  return [
    title,
    ...updateText(update, digits)
      .split("\n")
      .map((line) => `  ${line}`),
    ...(update.notes ?? []).map((note) => `  ${note}`),
  ].join("\n");
}

/** Where the state of the optimizer stands, which a model does not keep. */
function stateOf(optimizer: OptimizerDescription): string {
  switch (optimizer.kind) {
    case "sgd":
      return optimizer.momentum === 0 ? "" : "; v begins at 0, as at the first step";
    case "adagrad":
      return `; s begins at ${optimizer.initial}, as at the first step`;
    case "rmsprop":
      return "; v and d begin at 0, as at the first step";
    case "lion":
      return "; m begins at 0, as at the first step";
    case "lbfgs":
      return "";
    case "adam":
    case "adamw":
    case "nadam":
      return "; m and v begin at 0 and t at 1, as at the first step";
  }
}
