export const COLUMN_TYPES = ["numeric", "categorical", "boolean", "date"] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export const TABLE_TASKS = ["classification", "multi-label", "regression"] as const;
export type TableTask = (typeof TABLE_TASKS)[number];
