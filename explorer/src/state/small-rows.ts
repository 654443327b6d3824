import { createDataset, type Network, type NetworkDescription } from "chainrule";
import type { ShownData } from "./task.js";

/** Whether a network as JSON is taken to answer numbers, as textbooks have it, and not classes. */
export function answersNumbers({ cost, layers }: NetworkDescription): boolean {
  return cost !== "cross-entropy" && cost !== "hinge" && layers.at(-1)!.activation !== "softmax";
}

/**
 * Rows for a network that comes with none, with inputs that are small and all different: 0.05, 0.1, ... They are to be answered with a class
 * each, or with numbers that every output can give: 0.01, and one of them 0.99. All can be changed on the Network screen.
 */
export function smallRows({ description, layout }: Network, file: string): ShownData {
  const { inputs } = description;
  const outputs = layout.sizes.at(-1)!;
  const rows = Array.from({ length: Math.max(outputs, 2) }, (_, row) => row);
  const given = {
    name: file,
    columns: numbered("x", inputs),
    inputs: rows.map((row) => Array.from({ length: inputs }, (_, k) => Math.round(5 * (k + 1 + row)) / 100)),
  };
  if (!answersNumbers(description)) return createDataset({ ...given, labels: rows, classes: rows, targetName: "class" });
  const targets = rows.map((row) => Array.from({ length: outputs }, (_, j) => ((row + 1) % rows.length === j ? 0.99 : 0.01)));
  return createDataset({ ...given, targets, targetNames: numbered("y", outputs) });
}

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${letter}${at}`);
}
