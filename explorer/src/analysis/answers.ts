import { type ClassPrediction, type Dataset, evaluate, openExamples, predictAll, split } from "chainrule";
import { carryBack, forward } from "chainrule/reference";
import { type Answers, PART_OF_ROW } from "./messages.js";
import type { ShownData, ShownModel } from "../state/task.js";

/** Rows at a time, so that scaled copies of them never fill the memory. */
const CHUNK = 4096;

/**
 * What the network says to every row: the class or the numbers by the library's prediction, the cost by the equations in float64, as the Equation screen
 * shows it.
 */
export function answersOf(model: ShownModel, dataset: ShownData): Answers {
  const { rowCount, target } = dataset;
  const labels = model.task.kind === "classification" ? model.task.classes : [];
  const positions = new Map(labels.map((label, at) => [label, at]));
  const given =
    target.kind === "values" ? target.values : Int32Array.from(target.indices, (index) => positions.get(target.classes[index]!)!);
  const predicted = target.kind === "values" ? new Float64Array(given.length) : new Int32Array(rowCount);
  const width = given.length / rowCount;
  const costs = new Float64Array(rowCount);
  const sure = new Float64Array(rowCount);
  for (let from = 0; from < rowCount; from += CHUNK) {
    const to = Math.min(rowCount, from + CHUNK);
    predictAll(model, rowsOf(dataset, from, to)).forEach((prediction, i) => {
      if ("label" in prediction) {
        const position = positions.get(prediction.label)!;
        predicted[from + i] = position;
        sure[from + i] = surenessOf(prediction, position);
      } else if ("values" in prediction) {
        predicted.set(prediction.values, (from + i) * width);
        sure[from + i] = NaN;
      }
    });
    const examples = openExamples(model, dataset, { rows: [from, to] });
    for (let i = 0; i < examples.length; i++) {
      const { x, y } = examples.at(i)!;
      costs[from + i] = carryBack(model.network, forward(model.network, x), y).cost;
    }
  }
  return { given, predicted, costs, sure, parts: partsOf(model, dataset) };
}

/** Rows from..to without their target. */
function rowsOf({ name, columns, inputs, image }: Dataset, from: number, to: number): Dataset {
  const width = columns.length;
  const common = { name, columns, rowCount: to - from, inputs: inputs.subarray(from * width, to * width) };
  return { ...common, target: { kind: "none" }, ...(image === undefined ? {} : { image }) };
}

function surenessOf({ probabilities, outputs }: ClassPrediction, position: number): number {
  if (probabilities !== undefined) return probabilities[position]!;
  return outputs.length > 1 ? outputs[position]! : NaN;
}

/** The parts of the training where these are its data; otherwise those that the source names itself. */
function partsOf(model: ShownModel, dataset: ShownData): Uint8Array | undefined {
  const { rowCount, testFrom } = dataset;
  if (model.split !== undefined && isTrainedOn(model, dataset)) {
    const { seed, test, validation } = model.split;
    const parts = split(dataset, { seed, test, validation });
    const found = new Uint8Array(rowCount);
    PART_OF_ROW.forEach((name, at) => parts[name].forEach((row) => (found[row] = at)));
    return found;
  }
  if (testFrom === undefined) return undefined;
  return Uint8Array.from({ length: rowCount }, (_, row) => PART_OF_ROW.indexOf(row < testFrom ? "train" : "test"));
}

const known = new WeakMap<Dataset, Map<string, boolean>>();

/** Whether the library knows them again; asked once for each split, since a run has many models. */
function isTrainedOn(model: ShownModel, dataset: Dataset): boolean {
  const key = JSON.stringify(model.split);
  const answers = known.get(dataset) ?? new Map<string, boolean>();
  known.set(dataset, answers);
  const answer = answers.get(key) ?? evaluate(model, dataset).trainedOn;
  answers.set(key, answer);
  return answer;
}
