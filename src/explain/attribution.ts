import { ChainruleError } from "../base/errors.js";
import type { ImageShape } from "../data/dataset.js";
import { findQuantity } from "../network/names.js";
import { type EncodedColumn, encodedColumns } from "../network/parts.js";
import type { Example, ExampleList } from "../reference/batch.js";
import { forward } from "../reference/forward.js";
import type { Model } from "../training/model.js";
import { byColumn, ofActivation, ofCost } from "./by-input.js";
import { INFERENCE, openList } from "./conditions.js";

/** How each input moves the cost or one activation; of several examples, the mean. */
export interface Attribution {
  /** `cost`, or the activation: `a4[3]` */
  readonly of: string;
  /** The cost or the activation itself. */
  readonly value: number;
  /** By the scaled inputs a1[t], shape (n_1), float64; of columns that are encoded, by what they are encoded to. */
  readonly derivatives: Float64Array;
  /** The inputs a1 themselves. */
  readonly inputs: Float64Array;
  /** Names of the inputs. */
  readonly columns: readonly string[];
  /** Where columns are encoded: the columns of a row before that. */
  readonly raw?: readonly RawColumn[];
  /** Where the inputs are pixels. */
  readonly image?: ImageShape;
}

/** A column of a row before it is encoded, and which inputs it becomes. */
export interface RawColumn {
  readonly column: string;
  readonly kind: "number" | "periodic" | "category";
  /** The column itself, scaled; of several examples the mean, undefined of a category. */
  readonly value: number | undefined;
  /** By the column itself; undefined of a category, which cannot be moved a little. */
  readonly derivative: number | undefined;
  /** Its inputs: a1[from] to a1[to], half-open. */
  readonly from: number;
  readonly to: number;
}

/**
 * The derivatives by the inputs: dCost/da1[t], or da4[3]/da1[t] of any activation. Of image data they are an image.
 *
 * A network with dropout or normalisation is looked at as it predicts. Where columns are encoded, `raw` has the derivatives by the
 * columns themselves: there is one of numbers and periodic columns, and none of categories.
 *
 * @param of `cost` where left out, or the name of an activation behind the input, such as `a4[3]`
 * @throws ChainruleError `E_USAGE` for a name that is no such activation, or no example
 * @example
 * ```ts
 * import { examples, train } from "chainrule";
 * import { attribute } from "chainrule/explain";
 * import { iris } from "chainrule/iris";
 *
 * const { model } = await train(iris(), { hidden: [8], epochs: 20 }).result;
 * const [example] = examples(model, iris(), { rows: [60, 61] });
 * if (example !== undefined) {
 *   const { columns, derivatives } = attribute(model, example, "a3[2]");
 *   columns.forEach((name, t) => console.log(name, derivatives[t])); // what speaks for the third class
 * }
 * ```
 */
export function attribute(model: Pick<Model, "network" | "columns" | "image">, example: Example | ExampleList, of = "cost"): Attribution {
  const { network, columns, image } = model;
  const list = openList(network, example, INFERENCE);
  const count = list.length;
  const found = of === "cost" ? undefined : findQuantity(network.layout, of, network.description);
  if (found !== undefined && (found.kind !== "a" || found.layer === 1)) {
    throw new ChainruleError("E_USAGE", { where: "of", expected: `cost, or an activation such as a${network.layout.depth}[0]`, got: of });
  }
  const width = network.layout.sizes[1]!;
  const derivatives = new Float64Array(width);
  const inputs = new Float64Array(width);
  const places = encodedColumns(network.description.inputs, network.description.encodings);
  const rawValues = new Float64Array(places.length);
  const rawDerivatives = new Float64Array(places.length);
  let value = 0;
  for (let index = 0; index < count; index++) {
    const { x, y } = list.at(index)!;
    const pass = forward(network, x);
    const own = found === undefined ? ofCost(network, pass, y) : ofActivation(network, pass, found.layer, found.indices[0]!);
    value += own.value / count;
    for (let t = 0; t < width; t++) {
      derivatives[t]! += own.derivatives[t]! / count;
      inputs[t]! += own.inputs[t]! / count;
    }
    places.forEach((place, column) => {
      rawValues[column]! += x[column]! / count;
      rawDerivatives[column]! += byColumn(network, place, own) / count;
    });
  }
  return {
    of: found?.name ?? "cost",
    value,
    derivatives,
    inputs,
    columns: network.description.encodings === undefined ? columns : places.flatMap((place) => namesOf(place, columns[place.column]!)),
    ...(network.description.encodings === undefined
      ? {}
      : { raw: places.map((place, column) => rawColumn(place, columns[column]!, rawValues[column]!, rawDerivatives[column]!)) }),
    ...(image === undefined ? {} : { image }),
  };
}

function rawColumn({ at, width, encoding }: EncodedColumn, column: string, value: number, derivative: number): RawColumn {
  const isCategory = encoding?.kind === "embedding";
  return {
    column,
    kind: encoding === undefined ? "number" : isCategory ? "category" : "periodic",
    value: isCategory ? undefined : value,
    derivative: isCategory ? undefined : derivative,
    from: at,
    to: at + width,
  };
}

/** The names of the inputs that a column becomes. */
function namesOf({ width, encoding }: EncodedColumn, column: string): string[] {
  if (encoding === undefined) return [column];
  const half = width / 2;
  return Array.from({ length: width }, (_, d) => {
    if (encoding.kind === "embedding") return `${column}, dimension ${d}`;
    return d < half ? `sin ${d} of ${column}` : `cos ${d - half} of ${column}`;
  });
}
