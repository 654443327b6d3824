import { COLUMN_TYPES, type ColumnType, type DateType, isDate } from "./column-types.js";
import { ChainruleError, type Problem, show } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import { type ColumnProfile, MOST_DISTINCT } from "./profile.js";
import { EXPECTED } from "./wrong-cell.js";

/** A column of a table and what is made of it. */
export interface ColumnSchema {
  readonly name: string;
  /** Undefined for a column that is left out. */
  readonly type: ColumnType | undefined;
  /** Why it is left out, or what is odd about it; left out where nothing is. */
  readonly note?: string;
  readonly rows: number;
  readonly missing: number;
  /** Different values; 10,001 means more than 10,000. */
  readonly distinct: number;
  /** Of its numbers; left out where it has none. */
  readonly range?: readonly [least: number, most: number];
  readonly example: string;
}

export interface SchemaOptions {
  /** Types by column, in place of those that its cells speak for. */
  readonly types?: Readonly<Record<string, ColumnType>>;
  /** Columns that are left out. */
  readonly ignore?: readonly string[];
  /** Names the place of a cell for an error; rows count from 0. */
  readonly place?: (row: number, column: string) => string;
}

/** A column whose numbers are at least this share of its cells is numeric, and other text in it a mistake. */
const MOSTLY = 0.5;
/** Text is what has so many different values, in rows and as a share of them. */
const TEXT = { distinct: 100, share: 0.5 };

/**
 * The type of each column: what all its cells are, or what the options say. Columns without a value, with one value only, and those that
 * only name or count the rows are left out, and say so.
 *
 * @throws ChainruleError `E_DATA`, naming row and column, for text among numbers and for free text; `E_USAGE` for options that name no column
 */
export function inferSchema(profiles: readonly ColumnProfile[], options: SchemaOptions = {}): ColumnSchema[] {
  checkNames(profiles, options);
  return profiles.map((profile) => columnSchema(profile, options));
}

function columnSchema(profile: ColumnProfile, { types = {}, ignore = [], place = rowPlace }: SchemaOptions): ColumnSchema {
  const { name, rows, missing, distinct, minimum, maximum, example } = profile;
  const said = {
    name,
    rows,
    missing,
    distinct,
    ...(profile.numbers > 0 ? { range: [minimum, maximum] as const } : {}),
    example,
  };
  if (ignore.includes(name)) return { ...said, type: undefined, note: "left out, as asked" };
  const wanted = Object.hasOwn(types, name) ? types[name] : undefined;
  if (wanted !== undefined) {
    checkWanted(profile, wanted, place);
    return { ...said, type: wanted };
  }
  const idle = whyIdle(profile, dateTypeOf(profile));
  if (idle !== undefined) return { ...said, type: undefined, note: `left out: ${idle}` };
  const type = typeOf(profile, place);
  const odd = whatIsOdd(profile, type);
  return { ...said, type, ...(odd === undefined ? {} : { note: odd }) };
}

/** How the days of a column are read; undefined where it has others than days, or where all of them may be read in either order. */
export function dateTypeOf({ rows, missing, moments, dayFirst, monthFirst }: ColumnProfile): DateType | undefined {
  const filled = rows - missing;
  if (filled === 0) return undefined;
  if (moments === filled) return "date";
  if (dayFirst === filled) return monthFirst === filled ? undefined : "date:dmy";
  return monthFirst === filled ? "date:mdy" : undefined;
}

/** Why a column can teach nothing. */
function whyIdle(profile: ColumnProfile, dateType: DateType | undefined): string | undefined {
  const { rows, missing, distinct, counting, numbers, moments, example, characters, blanks, slashed } = profile;
  const filled = rows - missing;
  if (filled === 0) return "no cell of it is filled";
  if (distinct === 1 && missing === 0) return `${show(example)} in every row`;
  if (counting && rows >= 20) return "it counts the rows";
  // Short texts without blanks, another one in each row.
  const isName =
    numbers === 0 &&
    moments === 0 &&
    dateType === undefined &&
    blanks === 0 &&
    filled >= 20 &&
    distinct === filled &&
    characters / filled <= 40;
  if (!isName) return undefined;
  return slashed === 0 ? "another text in every row: it names the rows" : unreadDays(profile);
}

/** What is said of days with slashes whose order the column does not decide. */
function unreadDays({ name, rows, missing, dayFirst, monthFirst }: ColumnProfile): string {
  if (dayFirst === rows - missing && monthFirst === dayFirst) {
    return `in every row the day or the month may come first, so that its days are not read: say which: --type ${name}=date:dmy, or date:mdy (types: { ${show(name)}: "date:dmy" })`;
  }
  return "days with slashes that neither day/month/year nor month/day/year are throughout are not read: 2024-05-31 is";
}

/** What is worth knowing of a column that is kept. */
function whatIsOdd(profile: ColumnProfile, type: ColumnType): string | undefined {
  const { name, padded, unsafe, signed, slashed, numbers } = profile;
  const other = (wanted: ColumnType): string =>
    `(types: { ${show(name)}: "${wanted}" } for ${wanted === "numeric" ? "numbers" : "categories"})`;
  if (padded)
    return `digits that begin with 0, taken as ${type === "numeric" ? "numbers" : "categories"} ${other(type === "numeric" ? "categorical" : "numeric")}`;
  if (slashed > 0 && !isDate(type)) return unreadDays(profile);
  if (type !== "numeric") return undefined;
  if (unsafe > 0)
    return `${unsafe} whole numbers beyond 2^53 lose their last digits; where they are names, leave it out (ignore: [${show(name)}])`;
  return signed > 0 ? `"%" or the sign of a currency stands at ${signed} of its ${numbers} numbers and is passed over` : undefined;
}

function typeOf(profile: ColumnProfile, place: NonNullable<SchemaOptions["place"]>): ColumnType {
  const { name, rows, missing, numbers, truths, distinct, firstText, blanks, characters, padded } = profile;
  const filled = rows - missing;
  // True and false as values are numbers too.
  if (truths === filled) return "boolean";
  const isText = distinct > TEXT.distinct && (distinct > MOST_DISTINCT || distinct / filled > TEXT.share);
  // Postal codes and the like: without their zeros they are others.
  if (numbers === filled) return padded && !isText ? "categorical" : "numeric";
  const dateType = dateTypeOf(profile);
  if (dateType !== undefined) return dateType;
  if (numbers / filled >= MOSTLY) throw textAmongNumbers(profile, place);
  const texts = filled - numbers;
  if (!isText) return "categorical";
  throw new ChainruleError("E_DATA", {
    where: place(firstText!.row, name),
    expected: "numbers, days, or categories that come again",
    got: `${distinct > MOST_DISTINCT ? `more than ${MOST_DISTINCT}` : distinct} different values in ${filled} rows, such as ${show(firstText!.text)}`,
    hint:
      blanks / texts > 0.5 || characters / texts > 40
        ? `Free text is not read: leave it out (ignore: ["${name}"]), or make columns of what matters in it.`
        : `Leave it out (ignore: ["${name}"]), or say that it is categorical (types: { "${name}": "categorical" }).`,
  });
}

function textAmongNumbers(
  { name, firstText, rows, missing, numbers }: ColumnProfile,
  place: NonNullable<SchemaOptions["place"]>,
): ChainruleError {
  return new ChainruleError("E_DATA", {
    where: place(firstText!.row, name),
    expected: `a number, as in ${numbers} of the column's ${rows - missing} cells`,
    got: show(firstText!.text),
    hint: `Mend the cell, leave it empty, or say that the column holds categories: --type ${name}=categorical (types: { "${name}": "categorical" }).`,
  });
}

function checkWanted(profile: ColumnProfile, wanted: ColumnType, place: NonNullable<SchemaOptions["place"]>): void {
  const { name, rows, missing, truths, moments, dayFirst, monthFirst, numbers, firstText } = profile;
  const days = { date: moments, "date:dmy": dayFirst, "date:mdy": monthFirst };
  const fitting = { numeric: numbers, boolean: truths, categorical: rows - missing, ...days }[wanted];
  if (wanted === "numeric" && numbers < rows - missing) throw textAmongNumbers(profile, place);
  if (fitting === rows - missing) return;
  throw new ChainruleError("E_DATA", {
    where: firstText === undefined ? `column "${name}"` : place(firstText.row, name),
    expected: `${EXPECTED[wanted]}, in every cell, as its type says`,
    got: show(firstText?.text ?? profile.example),
  });
}

function rowPlace(row: number, column: string): string {
  return `row ${row}, column "${column}"`;
}

function checkNames(profiles: readonly ColumnProfile[], { types = {}, ignore = [] }: SchemaOptions): void {
  const names = profiles.map(({ name }) => name);
  const problems: Problem[] = [];
  const check = (where: string, name: string): void => {
    if (!names.includes(name))
      problems.push({ where, expected: `one of the columns ${show(names)}`, got: show(name), ...suggestion(name, names) });
  };
  for (const [name, type] of Object.entries(types)) {
    check("types", name);
    if (!COLUMN_TYPES.includes(type)) {
      problems.push({
        where: `types["${name}"]`,
        expected: `one of ${COLUMN_TYPES.join(", ")}`,
        got: show(type),
        ...suggestion(type, COLUMN_TYPES),
      });
    }
  }
  ignore.forEach((name) => check("ignore", name));
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) problems.push({ where: "columns", expected: "each name once", got: `${show(twice)} twice` });
  if (problems.length > 0) throw new ChainruleError("E_USAGE", problems);
}
