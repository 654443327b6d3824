import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { createDataset } from "../../src/data/create-dataset.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import { diagnose } from "../../src/diagnose.js";
import { createNetwork } from "../../src/network/network.js";
import { createModel, type Model } from "../../src/training/model.js";
import { adam, sgd } from "../../src/training/optimizers.js";
import { badOnes, changed, diagnoseTrained, half, trained, verdictsOf } from "./fixtures.js";

// Each verdict, provoked on purpose in a real network or table.

describe("derivatives", () => {
  test("vanish in a deep network of sigmoids", async () => {
    const diagnosis = await diagnoseTrained(digits(), { hidden: [32, 32, 32, 32, 32, 32], activation: "sigmoid", epochs: 0 });
    const [verdict] = verdictsOf(diagnosis, "vanishing-gradient");
    expect(verdict).toMatchObject({ severity: "bad", where: { layers: [2] } });
    expect(verdict!.value).toBeLessThan(0.001);
    // The ratio is that of the measured layers.
    const { layers } = diagnosis;
    expect(verdict!.value).toBeCloseTo(layers[0]!.dCost_dw! / layers.at(-1)!.dCost_dw!, 12);
  });

  test("vanish behind huge weights, whose sigmoids are flat", async () => {
    const model = changed(await trained(digits(), { recipe: "equations", epochs: 2 }), (value) => 100 * value);
    const diagnosis = diagnose(model, digits());
    expect(badOnes(diagnosis)).toContain("saturated-layer");
    expect(badOnes(diagnosis)).toContain("stuck-outputs");
    expect(
      verdictsOf(diagnosis, "saturated-layer")
        .flatMap(({ where }) => where.layers)
        .sort(),
    ).toEqual([2, 3]);
  });

  test("explode through huge weights of relus", async () => {
    const model = changed(await trained(digits(), { epochs: 1 }), (value, name) => (name === "w4" || name === "w3" ? 100 * value : value));
    const diagnosis = diagnose(model, digits());
    const [verdict] = verdictsOf(diagnosis, "exploding-gradient");
    expect(verdict).toBeDefined();
    expect(badOnes(diagnosis)).toContain("exploding-gradient");
  });

  test("are all 0 with an initialisation of zeros, whose units are constant copies", async () => {
    const sigmoids = await diagnoseTrained(iris(), { hidden: [6, 5], activation: "sigmoid", initialisation: "zeros", epochs: 0 });
    expect(verdictsOf(sigmoids, "vanishing-gradient")[0]).toMatchObject({ severity: "bad", value: 0, where: { layers: [2, 3] } });
    expect(verdictsOf(sigmoids, "constant-units").map(({ where }) => where.layers)).toEqual([[2], [3]]);
    expect(verdictsOf(sigmoids, "duplicate-units").map(({ severity, value }) => [severity, value])).toEqual([
      ["bad", 5 / 6],
      ["bad", 4 / 5],
    ]);
    expect(badOnes(sigmoids)).toContain("constant-output");
    const relus = await diagnoseTrained(iris(), { hidden: [6, 5], activation: "relu", initialisation: "zeros", epochs: 2 });
    expect(verdictsOf(relus, "dead-units").map(({ severity, where }) => [severity, where.layers, where.units?.length])).toEqual([
      ["bad", [2], 6],
      ["bad", [3], 5],
    ]);
    expect(badOnes(relus)).toContain("baseline");
  });
});

describe("units", () => {
  test("relus that are off", async () => {
    const healthy = await trained(iris(), { hidden: [10, 10], epochs: 20 });
    const before = verdictsOf(diagnose(healthy, iris()), "dead-units").flatMap(({ where }) => where.units ?? []);
    const off = [1, 4, 7, 8, 9];
    const model = changed(healthy, (value, name, index) => (name === "b2" && off.includes(index) ? -1000 : value));
    const [verdict] = verdictsOf(diagnose(model, iris()), "dead-units");
    expect(verdict).toMatchObject({ severity: "bad", where: { layers: [2] }, threshold: 0.4 });
    const expected = new Set([...before.filter((name) => name.startsWith("a2")), ...off.map((j) => `a2[${j}]`)]);
    expect(verdict!.where.units).toEqual([...expected].sort());
    expect(verdict!.advice).toContain("leaky-relu");
  });

  test("of leaky relus are saturated, not dead", async () => {
    const model = changed(await trained(iris(), { hidden: [10], activation: "leaky-relu", epochs: 20 }), (value, name, index) =>
      name === "b2" && index < 5 ? -1000 : value,
    );
    const diagnosis = diagnose(model, iris());
    expect(verdictsOf(diagnosis, "dead-units")).toEqual([]);
    expect(verdictsOf(diagnosis, "saturated-units")[0]).toMatchObject({ severity: "bad", value: 0.5 });
  });

  test.each(["elu", "gelu", "silu", "mish", "hard-swish", "softplus"] as const)("a far negative %s is dead", async (activation) => {
    const model = changed(await trained(iris(), { hidden: [10], activation, epochs: 5 }), (value, name, index) =>
      name === "b2" && index === 3 ? -1000 : value,
    );
    expect(verdictsOf(diagnose(model, iris()), "dead-units")[0]).toMatchObject({
      severity: "info",
      where: { units: ["a2[3]"] },
      value: 0.1,
    });
  });

  test("tanh far out", async () => {
    const model = changed(await trained(iris(), { hidden: [4], activation: "tanh", epochs: 20 }), (value, name, index) =>
      name === "b2" && index === 2 ? 4.5 : name === "w2" && index >= 8 && index < 12 ? value / 10 : value,
    );
    expect(verdictsOf(diagnose(model, iris()), "saturated-units")[0]).toMatchObject({
      severity: "warn",
      where: { units: ["a2[2]"] },
      value: 0.25,
    });
  });

  test("with the weights of another, and ones that only go together", async () => {
    const healthy = await trained(iris(), { hidden: [8], activation: "tanh", epochs: 20 });
    expect(verdictsOf(diagnose(healthy, iris()), "duplicate-units")).toEqual([]);
    const { parameters } = healthy.network;
    const copied = changed(healthy, (value, name, index) =>
      name === "w2" && index >= 4 && index < 8 ? parameters[index - 4]! : name === "b2" && index === 1 ? parameters[32]! : value,
    );
    expect(verdictsOf(diagnose(copied, iris()), "duplicate-units")[0]).toMatchObject({
      severity: "warn",
      where: { layers: [2], units: ["a2[0]", "a2[1]"] },
      value: 1 / 8,
    });
    // Another bias makes another unit.
    const moved = changed(copied, (value, name, index) => (name === "b2" && index === 1 ? value + 3 : value));
    expect(verdictsOf(diagnose(moved, iris()), "duplicate-units").filter(({ severity }) => severity === "warn")).toEqual([]);
    const turned = changed(copied, (value, name, index) =>
      name === "w2" && index < 4 ? -value : name === "b2" && index === 0 ? -value : value,
    );
    expect(verdictsOf(diagnose(turned, iris()), "duplicate-units")[0]).toMatchObject({
      severity: "info",
      where: { units: ["a2[0]", "a2[1]"] },
    });
  });
});

describe("the learning rate", () => {
  test.each([
    ["of a small network", [16]],
    ["of a large network, in WebAssembly", [700, 100]],
  ])("is too high: %s", async (_name, hidden) => {
    const diagnosis = await diagnoseTrained(digits(), { hidden, activation: "tanh", optimizer: sgd({ learningRate: 20 }), epochs: 0 });
    const [verdict] = verdictsOf(diagnosis, "update-ratio");
    expect(verdict).toMatchObject({ severity: "bad", threshold: 0.3 });
    expect(verdict!.advice).toMatch(/^Lower the learning rate: [\d.]+ in place of 20, for example\.$/);
  });

  test("is too low", async () => {
    const diagnosis = await diagnoseTrained(digits(), { optimizer: adam({ learningRate: 1e-8 }), epochs: 0 });
    expect(verdictsOf(diagnosis, "update-ratio")[0]).toMatchObject({ severity: "info", threshold: 3e-5 });
  });

  test("makes numbers that are not finite", async () => {
    const table = createDataset({ inputs: [[1], [2], [3], [4]], targets: [1, 2, 3, 5] });
    const diagnosis = await diagnoseTrained(table, {
      scale: "none",
      optimizer: sgd({ learningRate: 1e12, momentum: 0 }),
      test: 0,
      validation: 0,
      epochs: 0,
    });
    expect(verdictsOf(diagnosis, "non-finite")[0]!.message).toMatch(
      /^In step \d+ of \d+ more steps of training the cost is no longer finite/,
    );
  });

  test("is not judged where none is known", async () => {
    const { training: _, ...rest } = await trained(iris(), { epochs: 5 });
    const diagnosis = diagnose(rest, iris());
    expect(verdictsOf(diagnosis, "update-ratio")).toEqual([]);
    expect(diagnosis.layers.every(({ updateRatio }) => updateRatio === null)).toBe(true);
  });
});

describe("numbers that are not finite", () => {
  test("in parameters leave the data to be diagnosed", async () => {
    const model = changed(await trained(iris(), { hidden: [4], epochs: 1 }), (value, name, index) =>
      name === "w3" && index === 5 ? NaN : value,
    );
    const diagnosis = diagnose(model, iris());
    expect(diagnosis.verdicts[0]).toMatchObject({
      kind: "non-finite",
      severity: "bad",
      value: 1,
      where: { layers: [3], parameters: ["w3[1,1]"] },
    });
    expect(diagnosis.layers).toEqual([]);
    expect(diagnosis.verdicts.map(({ kind }) => kind)).toEqual(["non-finite", "inputs", "class-imbalance"]);
  });

  test("in outputs name the rows", async () => {
    const model = await trained(iris(), { scale: "none", epochs: 1 });
    const inputs = Float64Array.from(iris().inputs);
    inputs[4 * 17] = 3e38;
    inputs[4 * 17 + 1] = 3e38;
    const diagnosis = diagnose(model, { ...iris(), inputs });
    expect(verdictsOf(diagnosis, "non-finite")[0]).toMatchObject({ severity: "bad", value: 1, where: { rows: [17] } });
    expect(verdictsOf(diagnosis, "baseline")).toEqual([]);
    expect(verdictsOf(diagnosis, "unscaled-inputs")[0]).toMatchObject({ severity: "bad" });
  });
});

describe("inputs", () => {
  const random = createRandom(3, 402);
  const rows = Array.from({ length: 200 }, () => [random.normal(), 5000 + 300 * random.normal(), random.normal() / 500]);
  const labels = rows.map(([a = 0]) => (a > 0 ? "yes" : "no"));
  const columns = ["small", "large", "tiny"];

  test("that are not scaled, and of very different scale", async () => {
    const table = createDataset({ inputs: rows, labels, columns });
    const plain = await diagnoseTrained(table, { scale: "none", epochs: 1 });
    const [large, tiny] = verdictsOf(plain, "unscaled-inputs");
    expect(large).toMatchObject({ severity: "bad", where: { columns: ["large"] }, threshold: 10 });
    expect(large!.advice).toBe("Train with scale standard.");
    expect(tiny).toMatchObject({ severity: "warn", where: { columns: ["tiny"] }, threshold: 0.01 });
    expect(verdictsOf(plain, "uneven-columns")[0]).toMatchObject({ severity: "bad", where: { columns: ["large", "tiny"] } });
    const scaled = await diagnoseTrained(table, { epochs: 1 });
    expect(verdictsOf(scaled, "unscaled-inputs")).toEqual([]);
    expect(verdictsOf(scaled, "inputs")[0]).toMatchObject({ severity: "good" });
  });

  test("in other units than those of the training", async () => {
    const model = await trained(createDataset({ inputs: rows, labels, columns }), { epochs: 1 });
    const grams = createDataset({ inputs: rows.map(([a, b, c]) => [a!, 1000 * b!, c!]), labels, columns });
    const [verdict] = verdictsOf(diagnose(model, grams), "unscaled-inputs");
    expect(verdict).toMatchObject({ severity: "bad", where: { columns: ["large"] } });
    expect(verdict!.advice).toContain("in the units of the training");
  });

  test("that never change, or are another one again", async () => {
    const table = createDataset({
      inputs: rows.map(([a, b, c]) => [a!, b!, c!, 7, 32 - 1.8 * b!]),
      labels,
      columns: [...columns, "seven", "turned"],
    });
    const diagnosis = await diagnoseTrained(table, { epochs: 1 });
    expect(verdictsOf(diagnosis, "constant-columns")[0]).toMatchObject({ severity: "warn", where: { columns: ["seven"] }, value: 1 });
    expect(verdictsOf(diagnosis, "duplicate-columns")[0]).toMatchObject({
      severity: "warn",
      where: { columns: ["large", "turned"] },
      value: 1,
    });
  });
});

describe("fit", () => {
  test("a network that has learned nothing", async () => {
    const model = changed(await trained(iris(), { epochs: 20 }), (value, name) => (name.startsWith("w") ? 0 : value));
    const diagnosis = diagnose(model, iris());
    expect(badOnes(diagnosis)).toEqual(expect.arrayContaining(["constant-output", "baseline"]));
    // What nothing has learned needs no witness, and deserves no praise.
    expect(diagnosis.verdicts.filter(({ kind }) => ["suspicious-labels", "overfitting"].includes(kind))).toEqual([]);
  });

  test("numbers that are always the mean", async () => {
    const table = createDataset({
      inputs: Array.from({ length: 100 }, (_, i) => [Math.sin(i)]),
      targets: Array.from({ length: 100 }, (_, i) => 50 + 9 * Math.sin(i)),
    });
    const model = changed(await trained(table, { epochs: 0 }), () => 0);
    expect(badOnes(diagnose(model, table))).toEqual(expect.arrayContaining(["constant-output", "baseline"]));
    expect(verdictsOf(diagnose(model, table), "baseline")[0]!.value).toBeLessThanOrEqual(0);
  });

  test("rows learned by heart, with probabilities that are too sure", async () => {
    const random = createRandom(5, 403);
    const inputs = Array.from({ length: 300 }, () => Array.from({ length: 20 }, () => random.normal()));
    // A rule that holds for four of five rows.
    const labels = inputs.map(([a = 0]) => (a > 0 === random.uniform() < 0.8 ? "yes" : "no"));
    const diagnosis = await diagnoseTrained(createDataset({ inputs, labels }), { hidden: [64], epochs: 200, test: 0.3 });
    expect(verdictsOf(diagnosis, "overfitting")[0]!.severity).toBe("bad");
    const [calibration] = verdictsOf(diagnosis, "calibration");
    expect(calibration).toMatchObject({ severity: "warn" });
    expect(calibration!.value).toBeGreaterThan(0.1);
  });

  test("a stuck output has no such trouble with cross-entropy", () => {
    const modelOf = (cost: "squared-error" | "cross-entropy"): Model =>
      createModel({
        network: createNetwork({ inputs: 1, layers: [{ units: 1, activation: "sigmoid" }], cost, w2: [[20]], b2: [0] }),
        task: { kind: "classification", target: "label", classes: ["no", "yes"] },
        columns: ["x"],
        scaling: { kind: "none" },
      });
    const table = createDataset({ inputs: [[1], [-1], [1], [-1]], labels: ["no", "yes", "yes", "no"], columns: ["x"] });
    expect(verdictsOf(diagnose(modelOf("squared-error"), table), "stuck-outputs")[0]).toMatchObject({ severity: "bad", value: 0.5 });
    expect(verdictsOf(diagnose(modelOf("cross-entropy"), table), "stuck-outputs")).toEqual([]);
  });
});

test("a model that was trained on one half is diagnosed on the other", async () => {
  const diagnosis = diagnose(await trained(half(digits(), 0), { epochs: 20 }), half(digits(), 1));
  expect(badOnes(diagnosis)).toEqual([]);
  expect(diagnosis.fitOn).toBe("all");
});
