import { describe, expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import { createRandom } from "../../src/base/random.js";
import { diagnose } from "../../src/diagnose/diagnose.js";
import { train } from "../../src/training/train.js";
import { predictAll } from "../../src/training/predict.js";

const random = createRandom(1, 331);
const inputs = Array.from({ length: 300 }, () => [2 * random.uniform() - 1, 2 * random.uniform() - 1]);
const labelSets = inputs.map(([x = 0, y = 0]) => [...(x + y > 0.2 ? ["right"] : []), ...(y > 0 ? ["up"] : [])]);
/** Row 7 says the contrary of what it should. */
const wrong = labelSets.map((set, row) => (row === 7 ? ["right", "up"].filter((label) => !set.includes(label)) : set));
const data = createDataset({ inputs, labelSets: wrong });

describe.each(["cross-entropy", "squared-error", "hinge"] as const)("rows with any number of labels, %s", (cost) => {
  test("a fit that is worth something, and the row whose labels are wrong", async () => {
    const { model } = await train(data, { hidden: [16], epochs: 150, cost, validation: 0 }).result;
    const { verdicts } = diagnose(model, data);
    expect(verdicts.find(({ kind }) => kind === "baseline")).toMatchObject({ severity: "good" });
    const [first] = verdicts.find(({ kind }) => kind === "worst-mistakes")!.findings!;
    const said = predictAll(model, data)[7]!.labels;
    expect(said).toEqual(labelSets[7]);
    const text = (set: readonly string[]): string => (set.length === 0 ? "no label" : set.join(", "));
    expect(first).toMatchObject({ row: 7, given: text(wrong[7]!), predicted: text(said) });
  });

  test("what was not trained beats nothing", async () => {
    const { model } = await train(data, { hidden: [16], epochs: 0, cost }).result;
    expect(diagnose(model, data).verdicts.find(({ kind }) => kind === "baseline")!.severity).not.toBe("good");
  });
});
