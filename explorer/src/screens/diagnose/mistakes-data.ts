import type { Label } from "chainrule";
import { numberText } from "chainrule/explain";
import type { Verdict, VerdictKind } from "chainrule/diagnose";
import { type Answers, PART_OF_ROW } from "../../analysis/messages.js";
import type { ShownModel } from "../../state/task.js";
import { csv } from "../../share/history-csv.js";

export const LISTS = ["cost", "confident", "suspicious", "conflicting"] as const;
/** By cost; by how sure the wrong answer was; labels that look wrong to the model; rows with the inputs of another class. */
export type List = (typeof LISTS)[number];

/** One row of a list. */
export interface Listed {
  readonly row: number;
  readonly part: string;
  readonly given: Label;
  readonly predicted: Label;
  readonly cost: number;
  /** NaN where the network does not say. */
  readonly sure: number;
  readonly flags: readonly string[];
  /** Of a suspicious label: by how much the model is surer of the class that it looks like. */
  readonly surer?: number;
}

/** Each list with its rows, the worst first; a list without rows is left out. */
export function listsOf(answers: Answers, verdicts: readonly Verdict[], task: ShownModel["task"]): ReadonlyMap<List, readonly Listed[]> {
  const { given, predicted, costs, sure, parts } = answers;
  const rowsOf = (kind: VerdictKind): readonly number[] =>
    verdicts.filter((one) => one.kind === kind).flatMap(({ where }) => where.rows ?? []);
  const [suspicious, conflicting] = [rowsOf("suspicious-labels"), rowsOf("conflicting-labels")];
  const flagged = { suspicious: new Set(suspicious), conflicting: new Set(conflicting) };
  const said = (of: Answers["given"], row: number): Label =>
    task.kind === "classification"
      ? task.classes[of[row]!]!
      : task.targets.length === 1
        ? of[row]!
        : numbersText(of, row, task.targets.length);
  const listed = (row: number): Listed => ({
    row,
    part: parts === undefined ? "" : PART_OF_ROW[parts[row]!]!,
    given: said(given, row),
    predicted: said(predicted, row),
    cost: costs[row]!,
    sure: sure[row]!,
    flags: [
      ...(flagged.suspicious.has(row) ? ["suspicious label"] : []),
      ...(flagged.conflicting.has(row) ? ["inputs of another class as well"] : []),
    ],
  });
  // No number is met exactly: all rows have their place in the list.
  const wrong = Array.from(costs.keys()).filter((row) => task.kind === "regression" || given[row] !== predicted[row]);
  const confident = wrong.filter((row) => !Number.isNaN(sure[row]));
  const lists: Readonly<Record<List, readonly number[]>> = {
    cost: [...wrong].sort((p, q) => costs[q]! - costs[p]! || p - q),
    confident: confident.sort((p, q) => sure[q]! - sure[p]! || p - q),
    suspicious,
    conflicting,
  };
  const found = new Map(LISTS.map((name) => [name, lists[name].map(listed)] as const));
  // What a label looks like need not be the class with the largest output: it is the diagnosis' own word.
  const findings = verdicts.filter(({ kind }) => kind === "suspicious-labels").flatMap((verdict) => verdict.findings ?? []);
  found.set(
    "suspicious",
    findings.map(({ row, predicted: looksLike, value }) => ({ ...listed(row), predicted: looksLike, surer: value })),
  );
  return new Map([...found].filter(([, rows]) => rows.length > 0));
}

/** Of several numbers "12.4, 0.3". */
function numbersText(values: Answers["given"], row: number, width: number): string {
  return Array.from(values.subarray(row * width, (row + 1) * width), (value) => numberText(value)).join(", ");
}

/** A list as a file for a spreadsheet. */
export function listCsv(rows: readonly Listed[]): string {
  return csv(
    ["row", "part", "true", "predicted", "cost", "sure", "surer by", "flags"],
    rows.map(({ row, part, given, predicted, cost, sure, surer, flags }) => [
      row,
      part,
      harmless(given),
      harmless(predicted),
      cost,
      Number.isNaN(sure) ? undefined : sure,
      surer,
      flags.join("; "),
    ]),
  );
}

/** A spreadsheet would compute a text that begins like a formula; numbers may begin with a sign. */
function harmless(label: Label): Label {
  return typeof label === "string" && /^[=+\-@\t\r]/.test(label) && !/^[+-]?[\d.,]+(e[+-]?\d+)?$/i.test(label) ? `'${label}` : label;
}
