import { ChainruleError } from "../base/errors.js";
import { suggestion } from "../base/spelling.js";
import type { Layout, TensorLayout } from "./layout.js";

/** A parameter by its name: its tensor, its indices there, and its place in the flat vector. */
export interface ParameterPlace {
  readonly tensor: TensorLayout;
  /** [j, k] of a weight, [j] of a bias. */
  readonly indices: readonly number[];
  readonly index: number;
}

/**
 * Finds a parameter by its name, `w4[3,7]` or `b4[3]`; `w4.3.7` and `b4.3` are accepted as other spellings, since shells
 * read brackets. The way back is `parameterName`.
 *
 * @throws ChainruleError `E_USAGE` for a name or an index that the network does not have, with the valid range
 * @example
 * ```ts
 * import { createNetwork, findParameter } from "chainrule";
 *
 * const { layout, parameters } = createNetwork({ inputs: 2, layers: [{ units: 3 }, { units: 1 }] });
 * const { index, tensor } = findParameter(layout, "w2[2,1]");
 * console.log(index, tensor.layer, parameters[index]); // 5, 2, its value
 * ```
 */
export function findParameter(layout: Layout, name: string): ParameterPlace {
  const match = /^([a-z]+\d+)(?:\[(\d+(?:,\d+)*)\]|\.(\d+(?:\.\d+)*))$/.exec(name.replaceAll(" ", ""));
  const names = layout.tensors.map((tensor) => tensor.name);
  const tensor = layout.tensors.find((candidate) => candidate.name === match?.[1]);
  if (match === null || tensor === undefined) {
    throw new ChainruleError("E_USAGE", {
      where: "parameter",
      expected: `a name such as ${example(layout.tensors[0]!)} of one of ${names.join(", ")}`,
      got: name,
      ...suggestion(match?.[1], names),
    });
  }
  const indices = (match[2]?.split(",") ?? match[3]!.split(".")).map(Number);
  const { shape } = tensor;
  if (indices.length !== shape.length || indices.some((value, axis) => value >= shape[axis]!)) {
    throw new ChainruleError("E_USAGE", {
      where: name,
      expected: `${tensor.name}[${shape.map((size) => `0..${size}`).join(",")}] (ranges are half-open)`,
      got: `[${indices.join(",")}]`,
    });
  }
  const [j, k = 0] = indices as [number, number?];
  return { tensor, indices, index: tensor.offset + j * tensor.columns + k };
}

function example(tensor: TensorLayout): string {
  return tensor.kind === "weight" ? `${tensor.name}[0,0]` : `${tensor.name}[0]`;
}
