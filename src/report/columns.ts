import { isStraight } from "../table/curve.js";
import { type ColumnPreparation, columnType } from "../table/preparation.js";
import type { ColumnSchema } from "../table/schema.js";
import type { Model } from "../training/model.js";
import type { ReportColumn } from "./report.js";

/** The raw columns of a model, and those that were left out where the schema of the table is at hand. */
export function reportColumns({ preparation }: Model, schema: readonly ColumnSchema[] | undefined): ReportColumn[] | null {
  if (preparation === undefined) return null;
  const prepared = new Map(preparation.columns.map((column) => [column.name, column]));
  if (schema === undefined) {
    return preparation.columns.map((column) => ({
      name: column.name,
      type: columnType(column),
      missing: null,
      distinct: null,
      preparation: preparationText(column),
    }));
  }
  return schema.map(({ name, type, missing, distinct, note }) => {
    const column = prepared.get(name);
    return {
      name,
      type: type ?? null,
      missing,
      distinct,
      preparation: column === undefined ? (note ?? "left out") : preparationText(column),
    };
  });
}

/** "one input: scaled to a normal distribution; missing: the median 3, and an input that says so" */
function preparationText(column: ColumnPreparation): string {
  switch (column.kind) {
    case "numeric": {
      const parts = [
        isStraight(column.curve)
          ? "a number, moved and stretched or left as it is"
          : "a number on a curve that makes its distribution normal",
        ...(column.twice ? ["and again as sines and cosines"] : []),
      ];
      return `${parts.join(", ")}; missing: the median${column.indicator ? ", and an input that says so" : ""}`;
    }
    case "boolean":
      return "1 for true, -1 for false, 0 where it is missing";
    case "date":
      return `parts of the day: ${column.parts.map(({ part }) => part).join(", ")}; missing: the medians${column.indicator ? ", and an input that says so" : ""}`;
    case "categorical": {
      const count = column.categories.length;
      const own = `${count.toLocaleString("en-US")} ${count === 1 ? "category" : "categories"} with a place of ${count === 1 ? "its" : "their"} own`;
      const others = column.others ? ", one place for all others" : "";
      const missing = column.missing ? ", one for missing cells" : "";
      return `${own}${others}${missing}: ${column.encode === "embedding" ? "numbers that are learned for each" : "an input for each"}`;
    }
  }
}
