import { ChainruleError, type Problem, show } from "../../base/errors.js";
import type { GradientTensor } from "../../training/gradients.js";

/** Derivatives by the names of what they are taken by: `w2` (n_2 x n_1), `b2` (n_2), also `a2` and `z2`. */
export type GivenGradients = Readonly<Record<string, GradientTensor>>;

/** How many problems of one tensor are listed; the others are counted. */
const MOST_PROBLEMS = 3;
const WRAPPERS = ["gradients", "derivatives"] as const;

type Report = (where: string, expected: string, got: string, hint?: string) => void;

/**
 * Reads somebody's derivatives: under each tensor's name nested lists of numbers, or `{ shape, values }`. `dw2`, `dCost_dw2`,
 * `dCost/dw2` and `W2` are other spellings of `w2`; an object around all of them, `{ "gradients": ... }`, is taken off.
 *
 * @throws ChainruleError `E_DATA`, listing what is no number, what is ragged, and names that stand twice
 * @example
 * ```ts
 * import { readGradients } from "chainrule/explain";
 *
 * const { w2, b2 } = readGradients(JSON.parse('{ "dw2": [[0.5, -1], [0, 2]], "db2": [0.5, 0] }'));
 * console.log(w2?.shape, b2?.values); // [2, 2], [0.5, 0]
 * ```
 */
export function readGradients(value: unknown): GivenGradients {
  const entries = isRecord(value) ? Object.entries(unwrapped(value)) : [];
  if (entries.length === 0) {
    throw new ChainruleError("E_DATA", {
      where: "gradients",
      expected: 'an object such as { "w2": [[0.1, 0.2]], "b2": [0.3] }',
      got: show(value),
    });
  }
  const problems: Problem[] = [];
  const spellings = new Map<string, string>();
  const tensors = entries.map(([written, content]): [string, GradientTensor] => {
    const name = canonicalName(written);
    const other = spellings.get(name);
    if (other !== undefined) problems.push({ where: written, expected: `one tensor ${name}`, got: `another one, "${other}"` });
    spellings.set(name, written);
    return [name, readTensor(written, content, problems)];
  });
  if (problems.length > 0) throw new ChainruleError("E_DATA", problems);
  return Object.fromEntries(tensors);
}

/** `dCost_dW2`, `dw2` -> `w2`; what is no spelling of a tensor stays as it is. */
function canonicalName(written: string): string {
  const match = /^(?:dcost[_/]d|d)?([wbaz])_?(\d+)$/i.exec(written.trim());
  return match === null ? written : `${match[1]!.toLowerCase()}${Number(match[2])}`;
}

/** What stands inside `{ "gradients": { ... } }`; beside tensors the name would be one of them. */
function unwrapped(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const inner = WRAPPERS.map((name) => value[name]).find(isRecord);
  const besideTensors = Object.keys(value).some((name) => /^[wbaz]\d+$/.test(canonicalName(name)));
  return inner === undefined || besideTensors ? value : inner;
}

function readTensor(name: string, value: unknown, problems: Problem[]): GradientTensor {
  let count = 0;
  const report: Report = (where, expected, got, hint) => {
    count += 1;
    if (count <= MOST_PROBLEMS) problems.push({ where, expected, got, ...(hint === undefined ? {} : { hint }) });
  };
  const tensor = isRecord(value) && "shape" in value ? readShaped(name, value, report) : readNested(name, value, report);
  if (count > MOST_PROBLEMS) problems.push({ where: name, expected: "numbers", got: `${count - MOST_PROBLEMS} more such problems` });
  return tensor;
}

/** { shape: [2, 3], values: [...] }, row-major */
function readShaped(name: string, { shape, values }: Readonly<Record<string, unknown>>, report: Report): GradientTensor {
  const sizes = listOf(shape) ?? [];
  const list = listOf(values) ?? [];
  const size = sizes.reduce<number>((product, length) => product * Number(length), 1);
  if (size !== list.length || size === 0) report(name, "a shape and as many values", `${show(shape)} and ${list.length} values`);
  return { shape: sizes.map(Number), values: numbersOf(name, list, report) };
}

/** [[1, 2], [3, 4]], [1, 2], or 1 */
function readNested(name: string, value: unknown, report: Report): GradientTensor {
  const list = listOf(value);
  if (list === undefined && typeof value !== "object") return { shape: [], values: numbersOf(name, [value], report) };
  const first = listOf(list?.[0]);
  if (list === undefined || list.length === 0 || first?.length === 0) {
    report(name, "nested lists of numbers, such as [[0.1, 0.2]]", show(value));
    return { shape: [0], values: new Float64Array(0) };
  }
  if (first === undefined) return { shape: [list.length], values: numbersOf(name, list, report) };
  const values = new Float64Array(list.length * first.length);
  list.forEach((element, j) => {
    const row = listOf(element);
    const numbers = numbersOf(name, row ?? [], report, (k) => `${j},${k}`);
    if (row?.length === first.length) values.set(numbers, j * first.length);
    else {
      const got = row === undefined ? show(element) : `${row.length}`;
      report(`${name}[${j}]`, `${first.length} numbers, as in ${name}[0]`, got, "All rows of a matrix are equally long.");
    }
  });
  return { shape: [list.length, first.length], values };
}

function numbersOf(name: string, list: readonly unknown[], report: Report, place = String as (k: number) => string): Float64Array {
  return Float64Array.from(list, (value, k) => {
    if (typeof value === "number" && Number.isFinite(value)) return value;
    report(`${name}[${place(k)}]`, "a finite number", show(value), hintFor(value));
    return NaN;
  });
}

function hintFor(value: unknown): string | undefined {
  if (value === null) return "NaN and infinities are often written as null.";
  if (typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))) return "Did the JSON quote it?";
  return Array.isArray(value) ? "A tensor has two dimensions at most." : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** An array, or a typed array as one; undefined for anything else. */
function listOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as unknown[];
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Float64Array) : undefined;
}
