import type { Dataset } from "../data/dataset.js";
import type { PartName, Split } from "../data/split.js";
import type { Model } from "../training/model.js";
import type { Headline } from "./report.js";

interface About {
  readonly part: PartName;
  readonly known: boolean;
  readonly rows: number;
  readonly parts: Split | undefined;
  readonly recipe?: string;
  readonly bestEpoch?: number;
}

export function headlineOf(model: Model, dataset: Dataset, { part, known, rows, parts, recipe, bestEpoch }: About): Headline {
  const { task, network, split, training, parametersHash } = model;
  const targets = task.kind === "classification" ? [task.target] : task.kind === "multi-label" ? task.labels : task.targets;
  return {
    task: task.kind,
    targets,
    data: dataset.name,
    part,
    rows,
    trainedOn: known,
    parts: parts === undefined ? null : { train: parts.train.length, validation: parts.validation.length, test: parts.test.length },
    folds: null,
    divided: dividedText(model, dataset, parts),
    image: dataset.image === undefined ? null : { height: dataset.image.height, width: dataset.image.width },
    recipe: recipe ?? null,
    seed: split?.seed ?? null,
    epochs: training?.epochs ?? null,
    bestEpoch: bestEpoch ?? null,
    network: [network.description.inputs, ...network.description.layers.map(({ units }) => units)].join("-"),
    parameters: network.layout.trained,
    parametersHash,
  };
}

function dividedText({ split }: Model, dataset: Dataset, parts: Split | undefined): string {
  if (parts === undefined || split === undefined) return "other data than the model was trained on, so that all of its rows are new to it";
  const { by, seed } = split;
  if (by?.kind === "time") return `by time: the latest rows by "${by.column}" are the test part, those before them the validation part`;
  if (by?.kind === "group") return `whole groups of "${by.column}" stay together in one part, drawn by seed ${seed}`;
  if (dataset.testFrom !== undefined)
    return `the data name their own test part; the validation part was drawn from the others by seed ${seed}`;
  return `drawn at random by seed ${seed}`;
}
