import { outputRuleOf } from "../network/description.js";
import { secondClassFrom } from "../network/costs.js";
import type { Model } from "../training/model.js";
import { isSingleOutput } from "../training/task.js";
import type { TypedPart } from "./part.js";
import { bracketed, float32, float64, quote, union } from "./text.js";

/** Labels up to which their type names each. */
const MOST_NAMED = 64;

/** From the outputs `h` of the last layer to the prediction, with the fields that `predict` has. */
export function answerPart({ task, network }: Model, h: string): TypedPart {
  const probabilities = outputRuleOf(network.description).probabilities;
  const shares = probabilities ? "\n  readonly probabilities: readonly number[];" : "";
  const helpers = new Set(["finite"]);
  const common = { helpers, functions: [] };
  if (task.kind === "regression") {
    const list = (name: string, values: readonly number[]): string => bracketed(`const ${name} = `, values.map(float64), ";", "numbers");
    return {
      ...common,
      types: [
        `export interface Prediction {
  readonly kind: "regression";
  /** In the units of the source; the first of the values. */
  readonly value: number;
  /** ${task.targets.length === 1 ? "One number." : "One a target."} */
  readonly values: readonly number[];
}`,
      ],
      body: [
        `const values = finite(${h}).map(`,
        "  (a, j) => a * targetDeviations[j]«!» + targetMeans[j]«!»,",
        ");",
        'return { kind: "regression", value: values[0]«!», values };',
      ],
      constants: [list("targetMeans", task.mean), list("targetDeviations", task.deviation)],
    };
  }
  if (task.kind === "multi-label") {
    return {
      ...common,
      types: [
        labelType(task.labels),
        `export interface Prediction {
  readonly kind: "multi-label";
  /** Those whose outputs are at least their thresholds. */
  readonly labels: readonly Label[];
  /** One a label. */
  readonly outputs: readonly number[];${shares}
}`,
      ],
      body: [
        `const outputs = finite(${h});`,
        "const said = labels.filter((_, j) => outputs[j]«!» >= thresholds[j]«!»);",
        ...answer("multi-label", "labels: said", probabilities ? "outputs" : undefined),
      ],
      constants: [
        bracketed("const labels«: readonly Label[]» = ", task.labels.map(quote), ";", "text"),
        bracketed(
          "const thresholds = ",
          task.thresholds.map((value) => float32(Math.fround(value))),
          ";",
          "numbers",
        ),
      ],
    };
  }
  const single = isSingleOutput(task, network.layout.sizes.at(-1)!);
  if (!single) helpers.add("largestOf");
  const literals = task.classes.map((label) => (typeof label === "number" ? float64(label) : quote(label)));
  const from = float64(secondClassFrom(network.description.cost));
  return {
    ...common,
    types: [
      labelType(task.classes),
      `export interface Prediction {
  readonly kind: "classification";
  readonly label: Label;
  /** ${single ? "One number: that of the second class." : "One a class."} */
  readonly outputs: readonly number[];${probabilities ? `\n  /** One a class. */${shares}` : ""}
}`,
    ],
    body: [
      `const outputs = finite(${h});`,
      single ? `const label = classes[outputs[0]«!» >= ${from} ? 1 : 0]«!»;` : "const label = classes[largestOf(outputs)]«!»;",
      ...(single && probabilities ? ["const probabilities = [1 - outputs[0]«!», outputs[0]«!»];"] : []),
      ...answer("classification", "label", probabilities ? (single ? "probabilities" : "outputs") : undefined),
    ],
    constants: [
      bracketed(
        "const classes«: readonly Label[]» = ",
        literals,
        ";",
        literals.every((literal) => !literal.startsWith('"')) ? "numbers" : "text",
      ),
    ],
  };
}

/** The line that returns the prediction; `shares` names the probabilities where there are any. */
function answer(kind: string, label: string, shares: string | undefined): string[] {
  const probabilities = shares === undefined ? "" : shares === "probabilities" ? ", probabilities" : `, probabilities: ${shares}`;
  const line = `return { kind: "${kind}", ${label}, outputs${probabilities} };`;
  return [line];
}

function labelType(labels: readonly (string | number)[]): string {
  const kinds = [...new Set(labels.map((label) => typeof label))];
  if (labels.length > MOST_NAMED) return `export type Label = ${kinds.join(" | ")};`;
  return union(
    "Label",
    labels.map((label) => (typeof label === "number" ? float64(label) : quote(label))),
  );
}
