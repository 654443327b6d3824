import { inputsOf } from "../table/preparation.js";
import type { Model } from "../training/model.js";

/** A raw column and the inputs that it becomes, by position in the model's columns. */
export interface RawColumnInputs {
  readonly column: string;
  readonly inputs: readonly number[];
}

/** The raw columns of a model; where it was not made of a table they are its inputs. */
export function rawColumnsOf({ preparation, columns }: Pick<Model, "preparation" | "columns">): RawColumnInputs[] {
  if (preparation === undefined) return columns.map((column, k) => ({ column, inputs: [k] }));
  const inputs = inputsOf(preparation);
  return preparation.columns.map(({ name }, from) => ({
    column: name,
    inputs: inputs.flatMap((input, k) => (input.from === from ? [k] : [])),
  }));
}
