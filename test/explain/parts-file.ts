import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** A network with every part. */
const NETWORK = {
  inputs: 3,
  layers: [
    { kind: "embedding", column: 0, categories: 7, width: 2, name: "weekday" },
    { kind: "periodic", column: 1, frequencies: 2, name: "age" },
    { units: 3, activation: "tanh" },
    { kind: "batch-norm" },
    { kind: "dropout", rate: 0.25 },
    { kind: "residual", layers: [{ units: 3, activation: "sigmoid" }, { kind: "layer-norm" }, { kind: "dropout", rate: 0.25 }] },
    { units: 2, activation: "softmax" },
  ],
  cost: "cross-entropy",
};

const ROWS = 60;

/** Writes the description of such a network and data for it: `parts.json` and `parts.csv`. */
export function writePartsFiles(folder: string): void {
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const [weekday, age, hours] = [row % 7, 20 + ((row * 13) % 40), ((row * 7) % 10) / 2];
    return [weekday, age, hours, weekday > 4 || age > 50 ? "rest" : "work"].join(",");
  });
  writeFileSync(join(folder, "parts.csv"), ["weekday,age,hours,day", ...lines].join("\n"));
  writeFileSync(join(folder, "parts.json"), JSON.stringify(NETWORK));
}

/** Trains on them, in the folder: `parts.safetensors`. */
export const TRAIN_PARTS = "train parts.csv --target day --network parts.json --epochs 3 --seed 5 --out parts.safetensors";
