import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { json, succeed } from "../cli/command.js";
import { root } from "../support/shared.js";
import { temporaryFolder } from "../support/temporary.js";
import { TRAIN_PARTS, writePartsFiles } from "./parts-file.js";

// What the command prints is what docs/explanation.schema.json says.

const schema = JSON.parse(readFileSync(join(root, "docs", "explanation.schema.json"), "utf8")) as Record<string, unknown>;
const folder = temporaryFolder();
let validate: ValidateFunction;

beforeAll(async () => {
  // Every name that a document has must be in the schema, also where the schema does not ask for it.
  validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(closed(schema));
  await succeed(folder, "train iris --hidden 4,3 --activation sigmoid --epochs 3 --seed 5 --quiet --out soft.safetensors");
  await succeed(folder, "train iris --optimizer adam --hidden 4,3 --activation tanh --epochs 3 --quiet --out adam.safetensors");
  await succeed(folder, "train iris --recipe equations --hidden 4,3 --epochs 3 --quiet --out plain.safetensors");
  writePartsFiles(folder);
  await succeed(folder, `${TRAIN_PARTS} --engine portable --quiet`);
  const rules = "--l1 0.01 --l2 0.01 --weight-decay 0.1 --clip-value 0.001 --clip-norm 1 --max-norm 3 --average 0.5";
  for (const optimizer of ["adamw", "nadam", "adagrad", "rmsprop", "lion"]) {
    await succeed(folder, `train iris --optimizer ${optimizer} --hidden 4,3 --epochs 1 ${rules} --quiet --out ${optimizer}.safetensors`);
  }
});

/** The schema with its objects closed: a property that is not described is refused, but for the settings of an optimizer. */
function closed(part: unknown): Record<string, unknown> {
  const walk = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => walk(item, ""));
    if (typeof value !== "object" || value === null) return value;
    const copy = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, name)]));
    // A node is a part of the root too, which closes itself.
    return "properties" in copy && "required" in copy && key !== "node" ? { ...copy, unevaluatedProperties: false } : copy;
  };
  return walk(part, "") as Record<string, unknown>;
}

const COMMANDS = [
  "explain plain.safetensors iris --rows 12 --of w4.1.2",
  "explain plain.safetensors iris --rows 12 --of w2.1.2 --open 9",
  "explain plain.safetensors iris --rows 12 --of w2.1.2 --open 9 --top 1 --all-paths --why --prove",
  "explain plain.safetensors iris --rows 12 --of b3.1 --open 0 --nudge 0.5 --learning-rate 2",
  "explain plain.safetensors iris --rows 0..5 --of a2.1 --open 9 --top 2 --all-paths --why --prove",
  "explain soft.safetensors iris --rows 12 --of w4.1.2 --open 9 --all-paths --top 2",
  "explain soft.safetensors iris --rows 12 --of a1.0 --open 9 --why --prove",
  "explain soft.safetensors iris --rows 12 --of z4.2 --open 1",
  "explain soft.safetensors iris --of b2.0 --top 3",
  "explain adam.safetensors iris --rows 0..32 --of w3.1.2 --top 3",
  ...["adamw", "nadam", "adagrad", "rmsprop", "lion"].map((name) => `explain ${name}.safetensors iris --rows 0..32 --of w3.1.2 --top 3`),
  "explain adamw.safetensors iris --rows 12 --of b3.1 --learning-rate 2",
  "explain parts.safetensors parts.csv --rows 12 --of w3.1.2 --open 9 --all-paths --top 2 --why --prove",
  "explain parts.safetensors parts.csv --rows 3..6 --of w2.1.2 --open 9 --mode training --prove",
  "explain parts.safetensors parts.csv --rows 3..6 --of e1.weekday.4.0 --mode training --epoch 2 --seed 3",
  "explain parts.safetensors parts.csv --rows 3..6 --of f1.age.1 --open 9 --top 2",
  ...["gamma2.1", "beta3.0", "mean2.1", "var2.0", "zhat2.1", "u3.1", "h3.2"].map(
    (name) => `explain parts.safetensors parts.csv --rows 12 --of ${name} --open 3`,
  ),
];

describe("the document follows its schema", () => {
  test.each(COMMANDS)("%s", async (line) => {
    const document = await json<Record<string, unknown>>(folder, line);
    expect(validate(document) ? [] : validate.errors).toEqual([]);
  });
});

test("the step of a model that was trained with rules has them, and a step of plain descent has none", async () => {
  const of = "explain adamw.safetensors iris --rows 12 --of w4.1.2";
  const rules = { clipValue: 0.001, clipNorm: 1, l1: 0.01, l2: 0.01, weightDecay: 0.1, maxNorm: 3, average: 0.5 };
  expect(await json(folder, of)).toMatchObject({ update: { optimizer: { kind: "adamw" }, rules } });
  const plain = await json<{ update: { rules: object; steps: object[] } }>(folder, `${of} --learning-rate 0.5`);
  expect(plain.update).toMatchObject({ optimizer: { kind: "sgd", learningRate: 0.5 } });
  expect(plain.update.rules).toEqual({});
  expect(plain.update.steps).toHaveLength(1);
});

describe("the schema refuses", () => {
  const broken: [string, (document: Record<string, unknown>) => void][] = [
    ["a document without its value", (document) => delete document["value"]],
    ["another version", (document) => (document["version"] = 2)],
    ["terms without a rest", (document) => (document["terms"] = [])],
    ["a value in words", (document) => (document["value"] = "0.1")],
    ["a field that is not described", (document) => (document["gradient"] = 1)],
    ["a factor without a name", (document) => delete (document["factors"] as Record<string, unknown>[])[0]!["name"]],
    ["a rule that there is not", (document) => ((document["update"] as { rules: object }).rules = { l3: 1 })],
    ["an equation that there is not", (document) => (document["equation"] = "(9)")],
  ];
  test.each(broken)("%s", async (_what, breakIt) => {
    const document = await json<Record<string, unknown>>(folder, COMMANDS[0]!);
    breakIt(document);
    expect(validate(document)).toBe(false);
  });
});
