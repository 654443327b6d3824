import { describe, expect, test } from "vitest";
import { iris } from "../../src/data/iris.js";
import type { RawRow } from "../../src/table/source.js";
import { memoryCheckpoints } from "../../src/training/checkpoint/store.js";
import { adam, adamw, type OptimizerSettings } from "../../src/training/optimizers.js";
import { predict } from "../../src/training/predict.js";
import { train } from "../../src/training/train.js";
import { caught, rejected, said } from "./caught.js";

function flowers(): RawRow[] {
  const { rowCount, columns, inputs, target } = iris();
  return Array.from({ length: rowCount }, (_, row) => ({
    ...Object.fromEntries(columns.map((name, k) => [name, inputs[row * columns.length + k]!])),
    species: target.classes[target.indices[row]!]!,
  }));
}

describe("training on raw rows", () => {
  test("gives a model that predicts raw rows", async () => {
    const { model, test: held, history } = await train(flowers(), { target: "species", seed: 1, epochs: 30 }).result;
    expect(model.task).toMatchObject({ kind: "classification", target: "species", classes: ["setosa", "versicolor", "virginica"] });
    expect(history).toHaveLength(30);
    expect(held).toMatchObject({ rows: 30 });
    expect(held?.kind === "classification" && held.accuracy).toBeGreaterThan(0.9);
    expect(predict(model, { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 })).toMatchObject({ label: "setosa" });
  });

  test("has the same bits from the same seed, and is a run like any other", async () => {
    const options = { target: "species", seed: 2, epochs: 4 } as const;
    const { model } = await train(flowers(), options).result;
    const store = memoryCheckpoints();
    const run = train(flowers(), { ...options, paused: true, checkpoint: { store } });
    const ticks: number[] = [];
    run.onTick(({ step }) => ticks.push(step));
    expect((await run.resume(2)).step).toBe(2);
    await run.save();
    expect(await store.steps()).toEqual([2, 0]);
    void run.resume();
    const seen: number[] = [];
    for await (const { epoch } of run) seen.push(epoch);
    expect(seen).toEqual([1, 2, 3, 4]);
    expect((await run.result).model.parametersHash).toBe(model.parametersHash);
    expect(ticks.at(-1)).toBe(16);
    expect((await train(flowers(), { ...options, seed: 3 }).result).model.parametersHash).not.toBe(model.parametersHash);
  });

  test("does not let test rows near the model", async () => {
    const options = { target: "species", seed: 2, epochs: 3 } as const;
    const run = await train(flowers(), options).result;
    const rows = flowers();
    const { split } = await import("../../src/data/split.js");
    const held = split(iris(), { test: 0.2, validation: 0.1, seed: 2 }).test;
    for (const row of held) rows[row] = { ...rows[row], petal_length: 1e6, sepal_width: null };
    expect((await train(rows, options).result).model.parametersHash).toBe(run.model.parametersHash);
  });

  test("takes the settings that it is given in place of the recipe's", async () => {
    const { model } = await train(flowers(), { target: "species", epochs: 2, hidden: [5], activation: "relu" }).result;
    expect(model.network.description.layers.map(({ units, activation }) => [units, activation])).toEqual([
      [5, "relu"],
      [3, "softmax"],
    ]);
    expect(model.columns).toEqual(["sepal_length", "sepal_width", "petal_length", "petal_width"]);
  });

  test("takes settings of the recipe's own optimizer beside the recipe's", async () => {
    const settingsOf = async (optimizer: OptimizerSettings): Promise<unknown> =>
      (await train(flowers(), { target: "species", epochs: 0, optimizer }).result).model.training?.optimizer;
    expect(await settingsOf(adamw({ beta2: 0.9 }))).toMatchObject({ kind: "adamw", learningRate: 0.002, beta2: 0.9 });
    expect(await settingsOf(adam())).toMatchObject({ kind: "adam", learningRate: 0.001 });
  });

  test("scales the numbers for a network of one's own, and leaves yes and no as they are", async () => {
    const rows = flowers().map((row, at) => ({ ...row, late: at % 3 === 0, where: at % 50 === 0 ? null : "ab"[at % 2]! }));
    const { model } = await train(rows, { target: "species", epochs: 0, hidden: [3] }).result;
    const { scaling, columns } = model;
    const kept = columns.filter((_, k) => scaling.kind === "standard" && scaling.mean[k] === 0 && scaling.deviation[k] === 1);
    expect(kept).toEqual(["late", "where=a", "where=b", "where is missing"]);
  });

  test("says in its note what was left out", async () => {
    const rows = flowers().map((row, at) => ({ ...row, id: `f${at}` }));
    const { note } = await train(rows, { target: "species", epochs: 1 }).result;
    expect(note).toBe(
      'column "id": left out: another text in every row: it names the rows; 1 row has the inputs and the "species" of an earlier row: copies, or alike by chance',
    );
  });

  test("names what is wrong: at once without a target, otherwise by its result", async () => {
    expect(said(caught(() => train(flowers(), {} as { target: string })))).toMatchObject({ code: "E_USAGE", where: "target" });
    const run = train(flowers(), { target: "kind" });
    expect(said(await rejected(run.result))).toMatchObject({ code: "E_USAGE", where: "target", got: '"kind"' });
    expect(said(await rejected(run.snapshot()))).toMatchObject({ where: "target" });
    expect(said(await rejected(train(flowers(), { target: "species", epochs: -1 }).result))).toMatchObject({ where: "epochs" });
  });
});
