import { type Dataset, examples, type Example, type Model } from "chainrule";
import { agreementText, explain, explanationText, numberText, prove } from "chainrule/explain";
import { carryBack, forward } from "chainrule/reference";
import type { Terminal } from "../terminal.js";
import { trueClass } from "./explanation.js";

/** Rows that are looked through for a derivative worth showing; fewer where each costs more. */
const MOST_ROWS = 200;
const MOST_PARAMETERS = 2e7;

/**
 * One derivative of one row, by equation (1): in symbols, with its numbers, and beside its central difference. The weight is
 * w_L[3,7], or the last one that a smaller network has; the row is the one of the given rows where the derivative is largest.
 * Where it is 0 in all of them (a dead unit), the weight with the largest derivative takes its place.
 */
export function oneDerivative(model: Model, dataset: Dataset, rows: ArrayLike<number>, { colors }: Terminal): string {
  const { depth: L, sizes, length } = model.network.layout;
  const affordable = Math.ceil(MOST_PARAMETERS / length);
  const candidates = Array.from(rows).slice(0, Math.min(MOST_ROWS, affordable));
  const usual = { j: Math.min(3, sizes[L]! - 1), k: Math.min(7, sizes[L - 1]! - 1) };
  const first = steepest(model, dataset, candidates, () => usual);
  const { row, example, j, k } = first.value === 0 ? steepest(model, dataset, candidates, largestPlace) : first;

  const name = `w${L}[${j},${k}]`;
  const label = trueClass(model, example.y);
  const text = explanationText(explain(model, example, name), { open: 0, paint: (shown) => colors.bold(shown) });
  // The check stands under the engine's value, where there is one, its sign of equality too.
  const ownLine = text.split("\n").find((line) => line.includes(`dCost/d${name} `)) ?? "";
  const start = ownLine.search(/\S/);
  const { analytic, numeric } = prove(model, example, name);
  const check =
    numeric === undefined ? "none: a relu's kink is too near" : `${numberText(numeric)}   (${agreementText(analytic, numeric)})`;
  return [
    `One derivative: how the cost of row ${row} changes with ${name}${label === undefined ? "" : ` (true class: ${label})`}`,
    "",
    ...`${text}\n${" ".repeat(start)}${"numeric check".padEnd(ownLine.indexOf(" = ") - start)} = ${check}`
      .split("\n")
      .map((line) => `  ${line}`.trimEnd()),
  ].join("\n");
}

interface Found {
  readonly row: number;
  readonly example: Example;
  readonly j: number;
  readonly k: number;
  /** dCost/dw_jk^(L) */
  readonly value: number;
}

type Place = Pick<Found, "j" | "k">;

/** The row with the largest derivative of the weight that is chosen in it, from dCost/dz^(L) and what layer L-1 hands on. */
function steepest(
  model: Model,
  dataset: Dataset,
  rows: readonly number[],
  choose: (dCost_dz: Float64Array, a: Float64Array) => Place,
): Found {
  let best: Found | undefined;
  for (const row of rows) {
    const [example] = examples(model, dataset, { rows: [row, row + 1] });
    const pass = forward(model.network, example!.x);
    const dCost_dz = carryBack(model.network, pass, example!.y).dCost_dz.at(-1)!;
    const a = pass.h.at(-2)!;
    const { j, k } = choose(dCost_dz, a);
    const value = dCost_dz[j]! * a[k]!;
    if (best === undefined || Math.abs(value) > Math.abs(best.value)) best = { row, example: example!, j, k, value };
  }
  return best!;
}

/** A product is largest where both of its factors are. */
function largestPlace(dCost_dz: Float64Array, a: Float64Array): Place {
  const largest = (values: Float64Array): number =>
    values.reduce((best, value, at) => (Math.abs(value) > Math.abs(values[best]!) ? at : best), 0);
  return { j: largest(dCost_dz), k: largest(a) };
}
