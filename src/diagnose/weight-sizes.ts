import { tensorValues } from "../network/layout.js";
import type { Network } from "../network/network.js";

/** Root mean square of the weights of each layer from 2 on, biases left out. */
export function weightSizes({ layout, parameters }: Network): { readonly layer: number; readonly rms: number }[] {
  return layout.tensors
    .filter(({ kind }) => kind === "weight")
    .map((tensor) => {
      const w = tensorValues(parameters, tensor);
      let sum = 0;
      for (let i = 0; i < w.length; i++) sum += w[i]! * w[i]!;
      return { layer: tensor.layer, rms: Math.sqrt(sum / w.length) };
    });
}
