import { createDataset, type Network } from "chainrule";
import type { ShownData } from "./task.js";

/** A row for each class, with inputs that are small and all different: 0.05, 0.1, ... To be changed on the Network screen. */
export function smallRows({ description: { inputs }, layout }: Network, file: string): ShownData {
  const classes = Array.from({ length: Math.max(layout.sizes.at(-1)!, 2) }, (_, label) => label);
  return createDataset({
    name: file,
    columns: Array.from({ length: inputs }, (_, k) => `x${k}`),
    inputs: classes.map((label) => Array.from({ length: inputs }, (_, k) => Math.round(5 * (k + 1 + label)) / 100)),
    labels: classes,
    classes,
    targetName: "class",
  });
}
