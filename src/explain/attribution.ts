import { ChainruleError } from "../base/errors.js";
import type { ImageShape } from "../data/dataset.js";
import { activationOf } from "../network/description.js";
import { findQuantity } from "../network/names.js";
import type { Example, ExampleList } from "../reference/batch.js";
import { carryBack, carryFrom } from "../reference/backward.js";
import { forward } from "../reference/forward.js";
import type { Model } from "../training/model.js";
import { listOf, slopeOf } from "./derivation/pass.js";

/** How each input moves the cost or one activation; of several examples, the mean. */
export interface Attribution {
  /** `cost`, or the activation: `a4[3]` */
  readonly of: string;
  /** The cost or the activation itself. */
  readonly value: number;
  /** By the scaled inputs a1[t], shape (n_1), float64. */
  readonly derivatives: Float64Array;
  /** The inputs a1 themselves. */
  readonly inputs: Float64Array;
  /** Names of the inputs. */
  readonly columns: readonly string[];
  /** Where the inputs are pixels. */
  readonly image?: ImageShape;
}

/**
 * The derivatives by the inputs: dCost/da1[t], or da4[3]/da1[t] of any activation. Of image data they are an image.
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
  const list = listOf(network, example);
  const count = list.length;
  const found = of === "cost" ? undefined : findQuantity(network.layout, of);
  if (found !== undefined && (found.kind !== "a" || found.layer === 1)) {
    throw new ChainruleError("E_USAGE", { where: "of", expected: `cost, or an activation such as a${network.layout.depth}[0]`, got: of });
  }
  const width = network.layout.sizes[1]!;
  const derivatives = new Float64Array(width);
  const inputs = new Float64Array(width);
  let value = 0;
  for (let index = 0; index < count; index++) {
    const { x, y } = list.at(index)!;
    const own = found === undefined ? ofCost(network, x, y) : ofActivation(network, x, found.layer, found.indices[0]!);
    value += own.value / count;
    for (let t = 0; t < width; t++) {
      derivatives[t]! += own.derivatives[t]! / count;
      inputs[t]! += x[t]! / count;
    }
  }
  return { of: found?.name ?? "cost", value, derivatives, inputs, columns, ...(image === undefined ? {} : { image }) };
}

interface Own {
  readonly value: number;
  readonly derivatives: Float64Array;
}

function ofCost(network: Model["network"], x: ArrayLike<number>, y: ArrayLike<number>): Own {
  const { cost, dCost_da } = carryBack(network, forward(network, x), y);
  return { value: cost, derivatives: dCost_da[1]! };
}

/** da_j^(l)/da^(1): begins with da_j/dz_i of its own layer, one entry unless the layer is a softmax. */
function ofActivation(network: Model["network"], x: ArrayLike<number>, layer: number, j: number): Own {
  const pass = { network, ...forward(network, x) };
  const isCoupled = activationOf(network.description, layer) === "softmax";
  const start = pass.z[layer]!.map((_, i) => (i === j || isCoupled ? slopeOf(pass, layer, j, i) : 0));
  return { value: pass.a[layer]![j]!, derivatives: carryFrom(network, pass, layer, start).d_da[1]! };
}
