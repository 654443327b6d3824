import type { Dataset, NoTarget } from "../data/dataset.js";
import { rowNumbers, takeTarget } from "../data/rows.js";
import { split, type SplitOptions } from "../data/split.js";
import type { CurveName } from "./curve.js";
import type { DividedBy, Division } from "./divide.js";
import type { LearnedTable } from "./learn-table.js";
import { defaultShares } from "./shares.js";
import { contentOf, fitColumn, type PreparationSettings } from "./fit-column.js";
import { type ColumnPreparation, encodeValue, inputsOf, keepsDigits, type Preparation } from "./preparation.js";
import type { TableTarget } from "./target.js";
import type { TypedColumn } from "./typed.js";

/** A data set made of a table: its columns are the network's inputs, and `preparation` says how they come from the table's own. */
export interface PreparedDataset<T extends TableTarget | NoTarget = TableTarget> extends Dataset<T> {
  readonly preparation: Preparation;
  /** The parts that it was fitted for: `train` draws the same, and refuses others. Left out of rows that are only to be predicted. */
  readonly drawn?: Required<SplitOptions>;
  /** What its order and its parts come from, where that can be found again in the same table. */
  readonly divided?: DividedBy;
}

/** In which order the rows stand, and where parts begin in it. */
export interface TableDivision extends Partial<Omit<Division, "order">>, Pick<Division, "order"> {
  /** What the parts can be found again by. */
  readonly by?: DividedBy;
}

export interface FitSettings {
  /** Fractions of the rows held out (0.2, and from 5,000 rows 0.1 of the rest), and the seed that draws them: what is fitted is fitted on the others. */
  readonly test?: number;
  readonly validation?: number;
  readonly seed?: number;
  /** How numeric columns are scaled; to a normal distribution where left out. */
  readonly curve?: CurveName;
  /** Categories from which on a column is embedded (10). */
  readonly embedFrom?: number;
  /** Whether the network gets numeric columns a second time, as sines and cosines (true of tables of up to 500 columns). */
  readonly periodic?: boolean;
}

/** Sines and cosines make 16 inputs of a column: of very many they would be nearly all of the network. */
const MOST_PERIODIC = 500;

/** Fits what becomes of the columns on the training rows, and makes the inputs of all rows, in the order of the division where there is one. */
export function fitTable(learned: LearnedTable, division: TableDivision | undefined, settings: FitSettings): PreparedDataset {
  const { name, inputs, columns, mark } = learned;
  const { rows, target, named, drawn, fitted } = divide(learned, division, settings);
  const preparation: Preparation = {
    columns: inputs.map((column, k) =>
      fitColumn(column.name, column.type, contentOf(columns[k]!, fitted), completeSettings(settings, inputs.length)),
    ),
    mark,
  };
  return { ...encodeRows(preparation, columns, rows, name), target, ...named, drawn };
}

/** The rows of a data set, its parts, and what it is fitted on. */
export interface Divided {
  /** Rows of the table, in the order of the data set. */
  readonly rows: Uint32Array;
  readonly target: PreparedDataset["target"];
  /** Where parts begin, where they are not drawn. */
  readonly named: Pick<PreparedDataset, "testFrom" | "validationFrom" | "divided">;
  readonly drawn: Required<SplitOptions>;
  /** Rows of the table that are trained on. */
  readonly fitted: Uint32Array;
}

/** Divides the rows of a table: `fitTable`. */
export function divide(learned: LearnedTable, division: TableDivision | undefined, settings: FitSettings): Divided {
  const { name } = learned;
  const order = division?.order ?? rowNumbers(0, learned.rows.length);
  const rows = order.map((position) => learned.rows[position]!);
  const target = division === undefined ? learned.target : takeTarget(learned.target, order);
  const testFrom = division?.testFrom ?? learned.testFrom;
  const named = {
    ...(testFrom === undefined ? {} : { testFrom }),
    ...(division?.validationFrom === undefined ? {} : { validationFrom: division.validationFrom }),
    ...(division?.by === undefined ? {} : { divided: division.by }),
  };
  const shares = defaultShares(learned.rows.length);
  const drawn = {
    test: testFrom === undefined ? (settings.test ?? shares.test) : 0,
    validation: division?.validationFrom === undefined ? (settings.validation ?? shares.validation) : 0,
    seed: settings.seed ?? 1,
  };
  const { train } = split({ name, rowCount: rows.length, columns: [], inputs: new Float32Array(0), target, ...named }, drawn);
  return { rows, target, named, drawn, fitted: train.map((row) => rows[row]!) };
}

/** What is left out is the default, of a table with so many columns as inputs. */
export function completeSettings({ curve = "normal", embedFrom = 10, periodic }: FitSettings, columns: number): PreparationSettings {
  return { curve, embedFrom, periodic: periodic ?? columns <= MOST_PERIODIC };
}

/** The inputs of the given rows. */
export function encodeRows(
  preparation: Preparation,
  columns: readonly TypedColumn[],
  rows: Uint32Array,
  name: string,
): PreparedDataset<NoTarget> {
  const names = inputsOf(preparation).map((column) => column.name);
  const inputs = new (keepsDigits(preparation) ? Float64Array : Float32Array)(rows.length * names.length);
  let at = 0;
  for (const row of rows) preparation.columns.forEach((column, k) => (at = encodeTyped(column, columns[k]!, row, inputs, at)));
  return { name, rowCount: rows.length, columns: names, inputs, target: { kind: "none" }, preparation };
}

function encodeTyped(column: ColumnPreparation, typed: TypedColumn, row: number, out: Float32Array | Float64Array, at: number): number {
  if (typed.kind === "numbers") return encodeValue(column, typed.values[row], out, at);
  const code = typed.codes[row]!;
  return encodeValue(column, code < 0 ? undefined : typed.categories[code], out, at);
}
