import { rowNumbers, takeTarget } from "../../data/rows.js";
import { isStored } from "../../data/stored-rows.js";
import { engineRows } from "../../engine/rows.js";
import { prepareAugmentation } from "../../kernels/augmentation.js";
import type { Engine, EngineRows } from "../../kernels/contract.js";
import { drawParameters } from "../../network/network.js";
import { stepsOf } from "../optimizers.js";
import type { TrainingPlan } from "../plan.js";
import { smoothLabels } from "../row-weights.js";
import { encodeTargets, thresholdsOf } from "../task.js";
import type { EngineMaker } from "./listener.js";

/** The engine of a run, with its rows as numbers and its parameters drawn, or as a checkpoint has them. */
export async function startEngine(plan: TrainingPlan, { create, precision }: EngineMaker): Promise<Engine> {
  const { dataset, network, task, parts, batchSize, optimizer, rules } = plan;
  const targets = isStored(dataset) ? listedTargets(plan) : allTargets(plan);
  const thresholds = thresholdsOf(task);
  const rows: EngineRows = {
    ...engineRows(dataset, plan.scaling, targets, precision),
    ...(plan.weights === undefined ? {} : { weights: plan.weights }),
    ...(thresholds === undefined ? {} : { thresholds }),
  };
  const parameters = plan.parameters ?? drawParameters(network, plan.seed);
  const state = plan.state === undefined ? {} : { state: plan.state.engine };
  const augmentation = plan.augment === undefined ? {} : { augmentation: prepareAugmentation(plan.augment, dataset.image!, plan.seed) };
  // No batch is larger than the data, and so is no memory for one.
  return create(
    {
      ...network,
      parameters,
      batchSize: Math.min(batchSize, parts.train.length),
      optimizer: stepsOf(optimizer),
      rules,
      seed: plan.seed,
      ...state,
      ...augmentation,
    },
    rows,
  );
}

function allTargets({ dataset, network, task, parts, labelSmoothing }: TrainingPlan): Float64Array {
  const width = network.layout.sizes.at(-1)!;
  const targets = encodeTargets(task, dataset, width);
  if (labelSmoothing > 0) smoothLabels(targets, parts.train, width, labelSmoothing, task.kind);
  return targets;
}

/** Those of the listed rows, when they are read: all of them would take as much memory as the rows that have no room. */
function listedTargets({ dataset, network, task, parts, labelSmoothing }: TrainingPlan): (list: Uint32Array) => Float64Array {
  const { target, rowCount, name } = dataset;
  const width = network.layout.sizes.at(-1)!;
  const isTrained = new Uint8Array(labelSmoothing > 0 ? rowCount : 0);
  if (labelSmoothing > 0) for (const row of parts.train) isTrained[row] = 1;
  return (list) => {
    const targets = encodeTargets(task, { target: takeTarget(target, list), rowCount: list.length, name }, width);
    if (labelSmoothing === 0) return targets;
    const positions = rowNumbers(0, list.length).filter((position) => isTrained[list[position]!] === 1);
    smoothLabels(targets, positions, width, labelSmoothing, task.kind);
    return targets;
  };
}
