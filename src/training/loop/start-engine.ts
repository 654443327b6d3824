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
  const targets = encodeTargets(task, dataset, network.layout.sizes.at(-1)!);
  if (plan.labelSmoothing > 0) smoothLabels(targets, parts.train, network.layout.sizes.at(-1)!, plan.labelSmoothing, task.kind);
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
