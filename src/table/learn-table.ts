import { ChainruleError, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import type { DecimalMark } from "./cell.js";
import { type DividedBy, groupsOf, momentsOf } from "./divide.js";
import { profileTable, readColumns, type WantedColumn } from "./read-table.js";
import { type ColumnType, type DateType, isDate, type TableTask } from "./column-types.js";
import type { ColumnProfile } from "./profile.js";
import { type ColumnSchema, dateTypeOf, inferSchema, type SchemaOptions } from "./schema.js";
import { openSpill, orDrop, type Spill } from "./spill.js";
import { openTable, type RawTable, type TableSource } from "./source.js";
import { chooseTarget, filledRows, type TableTarget, type TargetChoice, targetOf } from "./target.js";
import type { TypedColumn } from "./typed.js";

export interface LearnOptions extends SchemaOptions {
  /** The column to learn, or several: of labels, each of which a row has or has not, or of numbers. */
  readonly target: string | readonly string[];
  /** By the values of the targets where left out. */
  readonly task?: TableTask;
  /** What errors and the data set call the table. */
  readonly name?: string;
  /** A column whose rows of one value stay together in one part or fold; it is not an input. */
  readonly group?: string;
  /** A column of days or numbers: the latest rows are the test part, those before them the validation part. */
  readonly time?: string;
  /** What stands before the fraction of numbers that are written as text. */
  readonly mark?: DecimalMark;
}

/** A table whose cells have been read by their types. */
export interface LearnedTable {
  readonly name: string;
  readonly task: TableTask;
  readonly choice: TargetChoice;
  /** Of all columns but the targets, and of those that are inputs. */
  readonly schema: readonly ColumnSchema[];
  readonly inputs: readonly { readonly name: string; readonly type: ColumnType }[];
  /** Of each input, shape (rows of the table); none where they are spilled. */
  readonly columns: readonly TypedColumn[];
  /** What has taken the cells of the inputs of a table that does not fit into memory. */
  readonly spill?: Spill;
  /** Rows of the table with all targets, ascending: what follows has one entry for each. */
  readonly rows: Uint32Array;
  readonly target: TableTarget;
  readonly groups?: Int32Array;
  readonly moments?: Float64Array;
  /** What they come from. */
  readonly by?: Pick<DividedBy, "kind" | "column" | "type">;
  /** The first entry of a test table, where there is one. */
  readonly testFrom?: number;
  readonly notes: readonly string[];
  readonly mark: DecimalMark;
}

/**
 * Reads a table twice: to learn its columns' types, and to take their values. Rows without one of the targets are left out.
 *
 * @param isTooLarge says of a table whether its inputs are to be spilled
 * @throws ChainruleError `E_DATA` or `E_USAGE`, naming row and column
 */
export async function learnTable(
  table: RawTable,
  options: LearnOptions,
  isTooLarge: (schema: readonly ColumnSchema[], rows: number) => boolean = () => false,
): Promise<LearnedTable> {
  const { task, group, time, mark = "." } = options;
  const targets = typeof options.target === "string" ? [options.target] : options.target;
  const source = await openTable(table, options.name);
  checkNamed(source, { group, time });
  const profiles = await profileTable(source, mark);
  const choice = chooseTarget(profiles, targets, task, source);
  const others = profiles.filter(({ name }) => !targets.includes(name));
  const ignore = [...(options.ignore ?? []), ...(group === undefined || targets.includes(group) ? [] : [group])];
  const schema = inferSchema(others, { place: source.place, ...options, ignore });
  const inputs = schema.flatMap(({ name, type }) => (type === undefined ? [] : [{ name, type }]));
  if (inputs.length === 0)
    throw new ChainruleError("E_DATA", {
      where: source.name,
      expected: "a column to learn from",
      got:
        schema.length === 0
          ? `the ${targets.length === 1 ? "target" : "targets"} ${quotedNames(targets).replace(" or ", " and ")} alone`
          : schema.map(({ name, note }) => `"${name}": ${note!}`).join("; "),
    });
  const timed = profiles.find(({ name }) => name === time);
  const timeType = timed === undefined ? "numeric" : timeTypeOf(timed, options.types?.[timed.name]);
  const rowCount = profiles[0]!.rows;
  const spill = isTooLarge(schema, rowCount)
    ? openSpill(
        inputs.map(({ type }) => type),
        mark,
      )
    : undefined;
  return orDrop(spill, async () => {
    const wanted = [
      ...choice.columns,
      ...(spill === undefined ? inputs : []),
      ...(group === undefined ? [] : [{ name: group, type: "categorical" as const }]),
      ...(time === undefined ? [] : [{ name: time, type: timeType }]),
    ];
    const columns = await readBeside(source, wanted, mark, inputs, spill);
    const goals = columns.splice(0, targets.length);
    const rows = filledRows(goals, rowCount);
    if (rows.length === 0) {
      throw new ChainruleError("E_DATA", { where: source.name, expected: "a row with all of its targets", got: "none" });
    }
    const beside = columns.splice(spill === undefined ? inputs.length : 0);
    const missing = rowCount - rows.length;
    return {
      name: source.name,
      task: choice.task,
      choice,
      schema,
      inputs,
      columns,
      ...(spill === undefined ? {} : { spill }),
      rows,
      target: targetOf(choice, goals, rows),
      ...(group === undefined ? {} : { groups: groupsOf(beside[0]!, rows) }),
      ...(time !== undefined
        ? { by: { kind: "time", column: time, type: timeType } as const }
        : group === undefined
          ? {}
          : { by: { kind: "group", column: group, type: "categorical" } as const }),
      ...(time === undefined ? {} : { moments: checkedMoments(beside.at(-1)!, rows, source, time) }),
      notes: [
        ...(choice.note === undefined ? [] : [choice.note]),
        ...(missing === 0 ? [] : [`${missing} rows have no ${quotedNames(targets)} and are left out`]),
        ...schema.filter(({ note }) => note !== undefined).map(({ name, note }) => `column "${name}": ${note!}`),
      ],
      mark,
    };
  });
}

/** Days as the column has them or as they are said to be, otherwise numbers. */
function timeTypeOf(profile: ColumnProfile, said: ColumnType | undefined): DateType | "numeric" {
  if (isDate(said)) return said;
  return dateTypeOf(profile) ?? (profile.moments > 0 ? "date" : "numeric");
}

/** Reads columns, and others into what takes them. */
function readBeside(
  source: TableSource,
  wanted: readonly WantedColumn[],
  mark: DecimalMark,
  inputs: readonly WantedColumn[],
  spill: Spill | undefined,
): Promise<TypedColumn[]> {
  return readColumns(source, wanted, mark, spill === undefined ? undefined : { columns: inputs, spill });
}

/** `"a"`, `"a" or "b"` */
function quotedNames(names: readonly string[]): string {
  return names
    .map((name) => `"${name}"`)
    .join(", ")
    .replace(/, ([^,]*)$/, " or $1");
}

/**
 * The rows of a second table behind those of the first, read by the first one's types; its target may be missing nowhere.
 *
 * @throws ChainruleError `E_DATA` for a column that is not there, a cell of another type, and a class that the first table has not
 */
export async function appendTest(learned: LearnedTable, table: RawTable): Promise<LearnedTable> {
  const { choice, inputs, columns, rows, target, mark, spill } = learned;
  const source = await openTable(table, "test rows");
  const before = spill?.rows() ?? lengthOf(columns[0]!);
  const wanted = [...choice.columns, ...(spill === undefined ? inputs : [])];
  const more = await readBeside(source, wanted, mark, inputs, spill);
  const goals = more.splice(0, choice.columns.length);
  const filled = filledRows(goals, lengthOf(goals[0]!));
  if (filled.length === 0) {
    const expected = `rows with ${quotedNames(choice.columns.map(({ name }) => name))}`;
    throw new ChainruleError("E_DATA", { where: source.name, expected, got: "none" });
  }
  return {
    ...learned,
    columns: columns.map((column, k) => joined(column, more[k]!)),
    rows: Uint32Array.from([...rows, ...filled.map((row) => before + row)]),
    target: withTest(target, targetOf(choice, goals, filled), source, filled),
    ...(learned.groups === undefined ? {} : { groups: Int32Array.from([...learned.groups, ...new Int32Array(filled.length).fill(-1)]) }),
    ...(learned.moments === undefined
      ? {}
      : { moments: Float64Array.from([...learned.moments, ...new Float64Array(filled.length).fill(Infinity)]) }),
    testFrom: rows.length,
  };
}

function lengthOf(column: TypedColumn): number {
  return column.kind === "numbers" ? column.values.length : column.codes.length;
}

function joined(first: TypedColumn, second: TypedColumn): TypedColumn {
  if (first.kind === "numbers")
    return { kind: "numbers", values: Float64Array.from([...first.values, ...(second as typeof first).values]) };
  const { codes, categories } = second as typeof first;
  const all = [...first.categories];
  const positions = new Map(all.map((category, code) => [category, code]));
  const renumbered = categories.map((category) => {
    const known = positions.get(category);
    if (known !== undefined) return known;
    all.push(category);
    return all.length - 1;
  });
  return {
    kind: "categories",
    codes: Int32Array.from([...first.codes, ...codes.map((code) => (code < 0 ? -1 : renumbered[code]!))]),
    categories: all,
  };
}

function withTest(first: TableTarget, second: TableTarget, source: TableSource, rows: Uint32Array): TableTarget {
  if (first.kind === "values") return { ...first, values: Float64Array.from([...first.values, ...(second as typeof first).values]) };
  if (first.kind === "labels") return { ...first, values: Uint8Array.from([...first.values, ...(second as typeof first).values]) };
  const { classes, indices } = second as typeof first;
  const renumbered = classes.map((label) => first.classes.findIndex((known) => String(known) === String(label)));
  const unknown = renumbered.indexOf(-1);
  if (unknown >= 0) {
    throw new ChainruleError("E_DATA", {
      where: source.place(rows[indices.indexOf(unknown)]!, first.name),
      expected: `one of the classes that are trained on, ${show(first.classes)}`,
      got: show(classes[unknown]),
      ...suggestion(classes[unknown], first.classes.map(String)),
    });
  }
  return { ...first, indices: Int32Array.from([...first.indices, ...indices.map((index) => renumbered[index]!)]) };
}

function checkedMoments(column: TypedColumn, rows: Uint32Array, source: TableSource, time: string): Float64Array {
  const moments = momentsOf(column, rows);
  const missing = moments.findIndex(Number.isNaN);
  if (missing < 0) return moments;
  throw new ChainruleError("E_DATA", {
    where: source.place(rows[missing]!, time),
    expected: "a day or a number in every row, by which they are divided",
    got: "none",
  });
}

function checkNamed({ columns }: TableSource, named: Readonly<Record<string, string | undefined>>): void {
  for (const [where, name] of Object.entries(named)) {
    if (name === undefined || columns.includes(name)) continue;
    throw new ChainruleError("E_USAGE", {
      where,
      expected: `one of the columns ${show(columns)}`,
      got: show(name),
      ...suggestion(name, columns),
    });
  }
}
