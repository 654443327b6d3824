import { batch, signal } from "@preact/signals";
import type { ColumnType } from "chainrule";
import { problem } from "./open-state.js";
import { createTableClient, type TableClient, TableProblem } from "./table-client.js";
import type { Learned, Learning, Reading, Written } from "./table-reader.js";

/** What is changed; undefined: it is found again. */
type Changes<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** What a column is to be: by its cells where nothing was chosen. */
export type ColumnChoice = ColumnType | "auto" | "left out";

/** What is chosen for a table, and what becomes of it. */
export interface TableState {
  readonly client: TableClient;
  readonly reading: { readonly value: Reading };
  readonly learning: { readonly value: Learning | undefined };
  /** Undefined where the file cannot be read so. */
  readonly written: { readonly value: Written | undefined };
  /** Undefined where the table cannot be used so. */
  readonly learned: { readonly value: Learned | undefined };
  /** What was found of the columns when the table could be used last. */
  readonly known: { readonly value: Learned | undefined };
  /** The column that the problem is about. */
  readonly column: { readonly value: string | undefined };
  readonly isBusy: { readonly value: boolean };
  readonly read: (changes: Changes<Reading>) => Promise<void>;
  readonly learn: (changes: Changes<Learning>) => Promise<void>;
  readonly choose: (column: string, choice: ColumnChoice) => Promise<void>;
}

/** Without what is undefined. */
function given<T extends object>(changes: Changes<T>): T {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as T;
}

/** Columns that people call so name what is to be learned. */
const TARGETS = /^(?:target|class|label|y)$/i;

/** @param learns whether something is to be learned: a model that comes with the table says itself what its columns are */
export function createTableState(name: string, bytes: Uint8Array, learns: boolean): TableState {
  const client = createTableClient(name, bytes);
  const reading = signal<Reading>({});
  const learning = signal<Learning | undefined>(undefined);
  const written = signal<Written | undefined>(undefined);
  const learned = signal<Learned | undefined>(undefined);
  const known = signal<Learned | undefined>(undefined);
  const column = signal<string | undefined>(undefined);
  const isBusy = signal(false);
  /** Counts what was asked for: an answer to an older question is passed over. */
  let asked = 0;

  const attempt = async (task: (isNewest: () => boolean) => Promise<void>): Promise<void> => {
    const own = (asked += 1);
    const isNewest = (): boolean => own === asked;
    isBusy.value = true;
    try {
      await task(isNewest);
      if (!isNewest()) return;
      problem.value = undefined;
      column.value = undefined;
    } catch (error) {
      if (!isNewest()) return;
      problem.value = error instanceof Error ? error.message : String(error);
      column.value = error instanceof TableProblem ? error.column : undefined;
    } finally {
      if (isNewest()) isBusy.value = false;
    }
  };

  const learn = async (isNewest: () => boolean): Promise<void> => {
    learned.value = undefined;
    const found = await client.learn(learning.value!);
    if (!isNewest()) return;
    known.value = found;
    learned.value = found;
  };

  const learnWith = async (changes: Changes<Learning>): Promise<void> =>
    attempt(async (isNewest) => {
      learning.value = given<Learning>({ ...learning.value!, ...changes });
      await learn(isNewest);
    });

  return {
    client,
    reading,
    learning,
    written,
    learned,
    known,
    column,
    isBusy,
    read: async (changes) =>
      attempt(async (isNewest) => {
        batch(() => {
          reading.value = given<Reading>({ ...reading.value, ...changes });
          written.value = undefined;
          learned.value = undefined;
          known.value = undefined;
        });
        const found = await client.read(reading.value);
        if (!isNewest()) return;
        const { columns } = found;
        batch(() => {
          written.value = found;
          const target = columns.find((title) => TARGETS.test(title)) ?? columns.at(-1)!;
          learning.value = { target, types: {}, ignore: [], test: 0.2, validation: 0.1 };
        });
        if (learns) await learn(isNewest);
      }),
    learn: learnWith,
    choose: async (title, choice) => {
      const { types, ignore } = learning.value!;
      const { [title]: _, ...others } = types;
      const kept = ignore.filter((each) => each !== title);
      await learnWith({
        types: choice === "auto" || choice === "left out" ? others : { ...others, [title]: choice },
        ignore: choice === "left out" ? [...kept, title] : kept,
      });
    },
  };
}
