/** Days are those of ISO 8601 and 31.5.2024; with an order also those with slashes or dashes, 31/5/2024 (dmy) or 5/31/2024 (mdy). */
export const DATE_TYPES = ["date", "date:dmy", "date:mdy"] as const;
export type DateType = (typeof DATE_TYPES)[number];

export const COLUMN_TYPES = ["numeric", "categorical", "boolean", ...DATE_TYPES] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

/** Which part of a day such as 5/6/2024 comes first. */
export const DAY_ORDERS = ["dmy", "mdy"] as const;
export type DayOrder = (typeof DAY_ORDERS)[number];

export function isDate(type: ColumnType | undefined): type is DateType {
  return (DATE_TYPES as readonly unknown[]).includes(type);
}

export function orderOf(type: DateType): DayOrder | undefined {
  return type === "date" ? undefined : type === "date:dmy" ? "dmy" : "mdy";
}

export const TABLE_TASKS = ["classification", "multi-label", "regression"] as const;
export type TableTask = (typeof TABLE_TASKS)[number];
