import type { ClassTarget, Dataset } from "./dataset.js";
import { IRIS_SPECIES, IRIS_TENTHS } from "./iris-values.js";

export type Species = (typeof IRIS_SPECIES)[number];

let made: Dataset<ClassTarget<Species>> | undefined;

/**
 * 150 irises of three species, four lengths each in centimetres: R. A. Fisher (1936), in the copy of the UCI Machine
 * Learning Repository, CC BY 4.0.
 *
 * @returns inputs of shape (150 x 4) in centimetres, and the classes setosa, versicolor, virginica
 * @example
 * ```ts
 * import { iris } from "chainrule/iris";
 *
 * const data = iris();
 * console.log(data.rowCount, data.columns[0]); // 150 sepal_length
 * ```
 */
export function iris(): Dataset<ClassTarget<Species>> {
  const inputs = (): Float64Array => Float64Array.from(IRIS_TENTHS.split(" "), (tenths) => Number(tenths) / 10);
  made ??= {
    name: "iris",
    rowCount: 150,
    columns: ["sepal_length", "sepal_width", "petal_length", "petal_width"],
    inputs: inputs(),
    target: {
      kind: "classes",
      name: "species",
      classes: IRIS_SPECIES,
      indices: Int32Array.from({ length: 150 }, (_, row) => Math.floor(row / 50)),
    },
  };
  return made;
}
