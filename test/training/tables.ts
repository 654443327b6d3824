import { createRandom } from "../../src/base/random.js";
import { createDataset } from "../../src/data/create-dataset.js";
import type { ClassTarget, Dataset, LabelTarget, ValueTarget } from "../../src/data/dataset.js";

/** A smooth table with a little noise: y = 20 + 3 u - 2 v^2 + u v, u and v in -2..2, in units far from 1. */
export function regressionTable(rows = 400, seed = 1): Dataset<ValueTarget> {
  const random = createRandom(seed, 301);
  const inputs = Array.from({ length: rows }, () => [4 * random.uniform() - 2, 4 * random.uniform() - 2]);
  const targets = inputs.map(([u = 0, v = 0]) => 1000 * (20 + 3 * u - 2 * v * v + u * v) + 100 * random.normal());
  // u in thousands of metres, v in thousandths.
  const scaled = inputs.map(([u = 0, v = 0]) => [1000 * u + 5e4, v / 1000]);
  return createDataset({ name: "hills", inputs: scaled, targets, columns: ["far", "near"], targetNames: ["height"] });
}

/** Two moons' worth of points: inside or outside of a circle. */
export function circleTable(rows = 300, seed = 1): Dataset<ClassTarget<"inside" | "outside">> {
  const random = createRandom(seed, 302);
  const inputs = Array.from({ length: rows }, () => [2 * random.uniform() - 1, 2 * random.uniform() - 1]);
  const labels = inputs.map(([x = 0, y = 0]) => (x * x + y * y < 0.5 ? "inside" : "outside"));
  return createDataset({ name: "circle", inputs, labels });
}

/** Points of a square: to the right of a line, inside of a circle, both or neither. */
export function shapesTable(rows = 400, seed = 1): Dataset<LabelTarget> {
  const random = createRandom(seed, 311);
  const inputs = Array.from({ length: rows }, () => [2 * random.uniform() - 1, 2 * random.uniform() - 1]);
  const labelSets = inputs.map(([x = 0, y = 0]) => [...(x + y > 0.2 ? ["right"] : []), ...(x * x + y * y < 0.5 ? ["inside"] : [])]);
  return createDataset({ name: "shapes", inputs, labelSets });
}
