import { ChainruleError } from "../base/errors.js";
import type { Dataset, StoredRows, Target } from "./dataset.js";

/** A data set without the array of its inputs. */
export type AboutDataset<D extends Dataset = Dataset> = Omit<D, "inputs">;

/** A data set of stored rows. What needs the array of all inputs is refused, by this property itself, so that nothing reads past it. */
export function withStoredInputs<A extends AboutDataset>(about: A & { readonly stored: StoredRows }): A & Pick<Dataset, "inputs"> {
  return Object.defineProperty({ ...about }, "inputs", {
    enumerable: true,
    get() {
      throw new ChainruleError("E_USAGE", {
        where: `the rows of "${about.name}"`,
        expected: "all of them in memory, which this needs",
        got: "rows that are streamed, since they are more than the memory allowed",
        hint: "A larger memory (memory, --memory) keeps them there; fewer rows may do as well.",
      });
    },
  }) as A & Pick<Dataset, "inputs">;
}

/** Everything of a data set but its inputs. */
export function aboutOf<D extends Dataset>(dataset: D): AboutDataset<D> {
  // Reading the inputs of stored rows is refused.
  const names = Object.keys(dataset).filter((name) => name !== "inputs") as (keyof D)[];
  return Object.fromEntries(names.map((name) => [name, dataset[name]])) as AboutDataset<D>;
}

/** The same rows with another target. */
export function withTarget<T extends Target>(dataset: Dataset, target: T): Dataset<T> {
  if (!isStored(dataset)) return { ...dataset, target };
  return withStoredInputs({ ...aboutOf(dataset), target, stored: dataset.stored });
}

/** The listed rows of a data set of stored rows. */
export function takeStored(dataset: Dataset & { readonly stored: StoredRows }, list: Uint32Array, target: Target): Dataset {
  const { name, columns, image, stored } = dataset;
  const { rows } = stored;
  const taken = rows === undefined ? list : list.map((row) => rows[row]!);
  return withStoredInputs({
    name,
    rowCount: list.length,
    columns,
    target,
    ...(image === undefined ? {} : { image }),
    stored: { ...stored, rows: taken },
  });
}

/** Whether the inputs of a data set are stored. */
export function isStored<D extends Dataset>(dataset: D): dataset is D & { readonly stored: StoredRows } {
  return dataset.stored !== undefined;
}
